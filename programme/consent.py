"""What a customer decides by a link: whether another partner may have it, and that its own one may not any more.

Reading a link changes nothing, whoever follows it. Each answer counts once, and giving it again changes nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.desk import Desk
from programme.lasting import day_after, is_over
from programme.leaving_letter import send_again
from programme.links import Kind, Link
from programme.moving import Decision, close, leave, move
from storage.models import Customer, MappingRequest, Partner
from storage.queries import mapping, partnerships

State = Literal["open", "accepted", "ended", "declined", "over", "back", "expired", "unavailable"]
CUSTOMER = Decision("customer")


@dataclass(frozen=True)
class Seen:
    """What a link is about, and how that stands.

    Args:
        kind: `mapping` (may `partner` have the customer?) or `leaving` (end that `partner` has it).
        state: `over` when it is decided otherwise, a no that was followed by a yes included; `unavailable` while the
            partner may take no customers; `ended` when the partner that was agreed to does not have the customer any
            more; `back` when the customer was gone from its partner and is there again, with a link of its own.
        good_until: the link's last day, where the partner is.
        note: what the partner wrote to the customer.
    """

    kind: Kind
    state: State
    partner: Partner
    customer: Customer
    language: str
    good_until: date
    note: str | None = None


async def look(desk: Desk, token: str) -> Seen | None:
    """None for a link that is not one of ours, or about something that is no more."""
    if (link := desk.links.read(token)) is None:
        return None
    async with desk.store.read() as session:
        if link.kind == "mapping":
            request = await mapping.request(session, link.number)
            return await _seen_mapping(session, desk, request) if request else None
        return await _seen_leaving(session, desk, link)


async def answer(desk: Desk, token: str, says: str) -> Seen | None:
    """Does what the customer wants, and returns how it stands then. An answer that does not fit changes nothing.

    Args:
        says: `accept` or `decline` for a mapping; `leave`, or `renew` (another link, once this one is no good), for
            leaving.
    """
    if (link := desk.links.read(token)) is None:
        return None
    if link.kind == "mapping" and says in ("accept", "decline"):
        await _answer_mapping(desk, link.number, says)
    elif link.kind == "leaving" and says == "leave":
        await _leave(desk, link)
    elif link.kind == "leaving" and says == "renew":
        await _renew(desk, link)
    return await look(desk, token)


async def _seen_mapping(session: AsyncSession, desk: Desk, request: MappingRequest) -> Seen | None:
    partner = await partnerships.partner(session, request.partner_id)
    customer = await mapping.customer_even_if_left(session, request.customer_id)
    holder = await partnerships.partner(session, request.holder_id)
    if partner is None or customer is None or holder is None:
        return None
    state = await _by_now(session, request, _state(desk, request, partner))
    return Seen("mapping", state, partner, customer, holder.language, request.good_until, request.note)


async def _by_now(session: AsyncSession, request: MappingRequest, state: State) -> State:
    """What has become of an answer: who was agreed to may have lost the customer, and who was declined may have it."""
    if state not in ("accepted", "declined"):
        return state
    is_there = await mapping.customer_of_domain(session, request.partner_id, request.domain) is not None
    if state == "accepted":
        return "accepted" if is_there else "ended"
    return "over" if is_there or await mapping.has_come_since(session, request) else "declined"


def _state(desk: Desk, request: MappingRequest, partner: Partner) -> State:
    if request.status == "accepted":
        return "accepted"
    if request.status == "declined":
        return "declined"
    if request.status != "open":
        return "over"
    if is_over(request.good_until, desk.clock.now(), partner.time_zone):
        return "expired"
    return "open" if may_have(desk, partner) else "unavailable"


def may_have(desk: Desk, partner: Partner) -> bool:
    """Whether a partner may take customers in at present."""
    return partner.status == "active" and desk.catalogue.has_console(partner.expertise)


async def _seen_leaving(session: AsyncSession, desk: Desk, link: Link) -> Seen | None:
    customer = await mapping.customer_even_if_left(session, link.number)
    partner = await partnerships.partner(session, customer.partner_id) if customer else None
    if partner is None or customer is None:
        return None
    state: State = "expired" if _is_too_old(desk, link, partner) else "open"
    if customer.left_on:
        state = "back" if await mapping.customer_of_domain(session, partner.id, customer.domain) else "over"
    return Seen("leaving", state, partner, customer, partner.language, _leaving_until(desk, link, partner))


def _leaving_until(desk: Desk, link: Link, partner: Partner) -> date:
    return day_after(link.made_at, desk.catalogue.consent.leaving_link_days, partner.time_zone)


def _is_too_old(desk: Desk, link: Link, partner: Partner) -> bool:
    """Whether a customer can leave by a link no more."""
    return is_over(_leaving_until(desk, link, partner), desk.clock.now(), partner.time_zone)


async def _answer_mapping(desk: Desk, number: int, says: str) -> None:
    async with desk.store.write() as session:
        request = await mapping.request(session, number)
        customer = await mapping.locked_customer(session, request.holder_id, request.customer_id) if request else None
        if request is None or customer is None:
            return
        open_ones = {one.id: one for one in await mapping.lock_open(session, customer.id)}
        asker = await partnerships.partner(session, request.partner_id)
        if number not in open_ones or asker is None or _state(desk, request, asker) not in ("open", "unavailable"):
            return
        if says == "decline":
            await close(session, desk, request, "declined")
            subject, facts = ("mapping", request.id), {"domain": request.domain}
            audit.record(session, desk.clock.now(), None, "mapping_declined", subject, asker.id, None, dict(facts))
        elif may_have(desk, asker):
            await move(session, desk, customer, request, asker, CUSTOMER)
            await close(session, desk, request, "accepted")


async def _leave(desk: Desk, link: Link) -> None:
    async with desk.store.write() as session:
        known = await mapping.customer_even_if_left(session, link.number)
        partner = await partnerships.partner(session, known.partner_id) if known else None
        if known is None or partner is None or _is_too_old(desk, link, partner):
            return
        customer = await mapping.locked_customer(session, partner.id, known.id)
        if customer is not None and customer.verified_at is not None:
            await leave(session, desk, customer, CUSTOMER)


async def _renew(desk: Desk, link: Link) -> None:
    """For a link that is good no more; who has left and come back gets one about the present."""
    async with desk.store.read() as session:
        customer = await mapping.customer_even_if_left(session, link.number)
        partner = await partnerships.partner(session, customer.partner_id) if customer else None
        if customer is None or partner is None:
            return
        if customer.left_on:
            customer = await mapping.customer_of_domain(session, partner.id, customer.domain)
        elif not _is_too_old(desk, link, partner):
            customer = None
    if customer is not None:
        await send_again(desk, customer)
