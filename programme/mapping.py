"""Asking for a customer that another partner has (mission row 11). Whose it is stays unsaid, whatever the answer."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import require_console_change
from programme.clock import day_of, today
from programme.customers import theirs
from programme.desk import Actor, Desk
from programme.domains import BadDomain, parse_domain
from programme.forms import LONGEST_TEXT, Rule, read_fields, text_up_to
from programme.lasting import day_after, same_hour_on
from programme.news import tell_partner
from programme.refusals import Refused
from programme.verification import new_token
from storage.models import Customer, MappingRequest, OutgoingMessage, Partner
from storage.queries import mapping, members, partnerships

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Asking:
    """Where a partner stands with a domain that another one has.

    Args:
        domain: in ASCII.
        today: where the partner is.
        request: the one that is open; or the one that was declined, where the reviewers may be asked nevertheless; None
            where nothing stands in the way.
        may_escalate_from: the day from which on the reviewers may be asked; None when that is over.
    """

    partner: Partner
    domain: str
    today: date
    request: MappingRequest | None = None
    may_escalate_from: date | None = None

    @property
    def has_expired(self) -> bool:
        """Whether the customer was asked, and can answer no more."""
        return self.request is not None and self.request.good_until < self.today

    @property
    def may_ask(self) -> bool:
        """Whether the customer may be asked: for the first time, or again once its link has expired."""
        if self.request is None:
            return True
        return self.request.status == "open" and self.has_expired and self.request.escalated_at is None

    @property
    def may_escalate(self) -> bool:
        return self.may_escalate_from is not None and self.may_escalate_from <= self.today


async def asking(desk: Desk, actor: Actor, which: str | int) -> Asking:
    """Where the actor's partner stands with a domain, or with a customer of its own that it cannot prove.

    Raises: Refused as programme.customers.may_add, with "unknown_customer", with "not_held" where nobody else has the
        domain, or with "declined_lately".
    """
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor)
        domain = await _domain(session, partner, which)
        return await _asking(session, desk, partner, domain)


async def _domain(session: AsyncSession, partner: Partner, which: str | int) -> str:
    if isinstance(which, int):
        return (await theirs(session, partner, which)).domain
    try:
        return parse_domain(which).ascii
    except BadDomain:
        raise Refused("unknown_customer", domain=which) from None


async def _asking(session: AsyncSession, desk: Desk, partner: Partner, domain: str) -> Asking:
    latest, day = await mapping.latest(session, partner.id, domain), today(desk.clock, partner.time_zone)
    if latest is not None and latest.status == "open":
        return Asking(partner, domain, day, latest, await _escalation(session, desk, partner, latest))
    holder = await mapping.holder(session, partner.id, domain)
    if holder is None:
        raise Refused("not_held", domain=domain)
    if latest is not None and latest.status in ("declined", "kept") and latest.answered_at:
        again = day_after(latest.answered_at, desk.catalogue.consent.again_days, partner.time_zone)
        if again > day and latest.status == "declined" and not holder.is_proven:
            return Asking(partner, domain, day, latest, day)  # who said no may hold the domain no more
        if again > day:
            raise Refused("declined_lately", domain=domain, again=again)
    return Asking(partner, domain, day)


async def _escalation(session: AsyncSession, desk: Desk, partner: Partner, request: MappingRequest) -> date | None:
    """When the reviewers may be asked: after some days of silence; at once when the letter cannot be delivered."""
    if request.escalated_at is not None:
        return None
    letter = await mapping.letter(session, letter_key(request.id))
    if letter is not None and letter.status == "failed":
        return day_of(request.asked_at, partner.time_zone)
    return day_after(request.asked_at, desk.catalogue.consent.silence_days, partner.time_zone)


def letter_key(request_id: int) -> str:
    return f"mapping:{request_id}:letter"


async def ask(desk: Desk, actor: Actor, domain: str, note: str) -> Asking:
    """Makes the letter to the customer due. Asking again while it has not answered changes nothing.

    Args:
        domain: as it was typed.
        note: for the customer; may be empty.
    Raises: BadInput for a note that is too long; Refused as `asking`, or with "asked_enough" for one customer too many
        within 24 hours.
    """
    words = read_fields({"note": note}, {"note": Rule(text_up_to(LONGEST_NOTE), optional=True)})["note"]
    try:
        async with desk.store.write() as session:
            partner = await require_console_change(session, desk, actor)
            await members.lock_partner(session, partner.id)  # of customers asked for at once each counts
            seen = await _asking(session, desk, partner, await _domain(session, partner, domain))
            return await _ask(session, desk, actor, seen, words) if seen.may_ask else seen
    except IntegrityError:
        return await asking(desk, actor, domain)


async def _ask(session: AsyncSession, desk: Desk, actor: Actor, seen: Asking, note: str | None) -> Asking:
    terms, now, partner = desk.catalogue.consent, desk.clock.now(), seen.partner
    if await mapping.count_since(session, partner.id, now - timedelta(days=1)) >= terms.asks_a_day:
        raise Refused("asked_enough")
    customer = await _held(session, partner, seen.domain)
    if seen.request is not None:
        await session.refresh(seen.request)
        if not seen.may_ask:  # a colleague has asked the reviewers meanwhile
            return seen
        seen.request.status, seen.request.answered_at = "over", now
        await session.flush()
    request = MappingRequest(
        partner_id=partner.id, domain=seen.domain, holder_id=customer.partner_id, customer_id=customer.id, note=note,
        asked_by_workspace=actor.workspace_id, asked_by=actor.user_id, asked_at=now,
        good_until=day_after(now, terms.link_days, partner.time_zone), verification_token=new_token(), status="open",
    )  # fmt: skip
    session.add(request)
    await session.flush()
    await _send(session, desk, partner, customer, request)
    facts: audit.Facts = {"domain": seen.domain, "note": note}
    audit.record(session, now, actor, "mapping_asked", ("mapping", request.id), partner.id, None, facts)
    return replace(seen, request=request, may_escalate_from=await _escalation(session, desk, partner, request))


async def _held(session: AsyncSession, partner: Partner, domain: str) -> Customer:
    """The customer of another partner, locked, so that it does not go while it is asked for."""
    holder = await mapping.holder(session, partner.id, domain)
    customer = await mapping.locked_customer(session, holder.partner_id, holder.id) if holder else None
    if customer is None:
        raise Refused("not_held", domain=domain)
    return customer


async def _send(
    session: AsyncSession, desk: Desk, partner: Partner, customer: Customer, request: MappingRequest
) -> None:
    """The letter at once, and to the partner a word when the customer has been silent for some days."""
    holder = await partnerships.partner(session, customer.partner_id)
    language = holder.language if holder else partner.language
    key = letter_key(request.id)
    outbox.owe_mail(session, desk, key, "consent", customer.super_admin_email, language, request_id=request.id)
    silence = same_hour_on(request.asked_at, desk.catalogue.consent.silence_days, partner.time_zone)
    key = f"mapping:{request.id}:silence"
    await tell_partner(session, desk, partner, key, "mapping_silence", silence, request_id=request.id)


async def may_escalate(desk: Desk, actor: Actor, which: str | int) -> Asking:
    """A request about which the reviewers may be asked now. Raises Refused as `escalate`."""
    seen = await asking(desk, actor, which)
    if seen.may_escalate_from is None:
        raise Refused("nothing_asked", domain=seen.domain)
    _check_time(seen)
    return seen


def _check_time(seen: Asking) -> None:
    if not seen.may_escalate:
        raise Refused("too_early", domain=seen.domain, day=seen.may_escalate_from)


async def escalate(desk: Desk, actor: Actor, domain: str, words: str) -> Asking:
    """Asks the reviewers to rule. Doing it twice asks them once.

    Args:
        words: what they should know.
    Raises: BadInput for words that are missing or too long; Refused as `asking`, with "nothing_asked", or with
        "too_early" (and the day from which on).
    """
    why = read_fields({"words": words}, {"words": Rule(text_up_to(LONGEST_TEXT))})["words"]
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        seen = await _asking(session, desk, partner, await _domain(session, partner, domain))
        request = await _open(session, desk, actor, seen)
        if request.escalated_at is not None:
            return seen
        _check_time(seen)
        request.escalated_at, request.escalation = desk.clock.now(), why
        reviewers, key = outbox.to_reviewers(actor.workspace_id), card_key(request.id)
        outbox.owe_message(session, desk, key, "conflict_card", reviewers, request_id=request.id)
        facts: audit.Facts = {"domain": seen.domain, "note": why}
        subject = ("mapping", request.id)
        audit.record(session, desk.clock.now(), actor, "mapping_escalated", subject, partner.id, None, facts)
        return replace(seen, request=request, may_escalate_from=None)


def card_key(request_id: int) -> str:
    """The key of the message that brings a request to the reviewers."""
    return f"mapping:{request_id}:card"


async def _open(session: AsyncSession, desk: Desk, actor: Actor, seen: Asking) -> MappingRequest:
    """The open request, locked after its customer."""
    if seen.request is not None and seen.request.status == "declined":
        return await _after_a_no(session, desk, actor, seen, seen.request)
    if seen.request is not None:
        await mapping.locked_customer(session, seen.request.holder_id, seen.request.customer_id)
        for request in await mapping.lock_open(session, seen.request.customer_id):
            if request.id == seen.request.id:
                return request
    raise Refused("nothing_asked", domain=seen.domain)


async def _after_a_no(
    session: AsyncSession, desk: Desk, actor: Actor, seen: Asking, declined: MappingRequest
) -> MappingRequest:
    """The same request once more, for the reviewers alone: no letter leaves, and the old link decides nothing."""
    customer = await _held(session, seen.partner, seen.domain)
    latest = await mapping.latest(session, seen.partner.id, seen.domain)
    if latest is not None and latest.status == "open":
        return latest  # a colleague was quicker
    if customer.is_proven:
        raise Refused("nothing_asked", domain=seen.domain)
    token, declined.verification_token = declined.verification_token, new_token()
    await session.flush()
    request = MappingRequest(
        partner_id=seen.partner.id, domain=seen.domain, holder_id=customer.partner_id, customer_id=customer.id,
        note=declined.note, asked_by_workspace=actor.workspace_id, asked_by=actor.user_id, asked_at=declined.asked_at,
        good_until=declined.good_until, verification_token=token, status="open",
    )  # fmt: skip
    session.add(request)
    await session.flush()
    return request


async def departed_of(desk: Desk, customer_id: int) -> tuple[Partner, Customer] | None:
    """A customer that has left, and whose it was, for telling of it."""
    async with desk.store.read() as session:
        customer = await mapping.customer_even_if_left(session, customer_id)
        partner = await partnerships.partner(session, customer.partner_id) if customer else None
    return (partner, customer) if partner and customer and customer.left_on else None


@dataclass(frozen=True)
class News:
    """What a partner hears about what it asked for.

    Args:
        customer: as the partner has it now, where it came.
        today: where the partner is.
        may_escalate: whether the reviewers may be asked although the customer has declined.
    """

    partner: Partner
    request: MappingRequest
    customer: Customer | None
    today: date
    may_escalate: bool


async def news_of(desk: Desk, message: OutgoingMessage) -> News | None:
    """For drawing what leaves the house."""
    async with desk.store.read() as session:
        request = await mapping.request(session, int(str(message.about["request_id"])))
        partner = await partnerships.partner(session, request.partner_id) if request else None
        if request is None or partner is None:
            return None
        holder = await mapping.holder(session, partner.id, request.domain) if request.status == "declined" else None
        customer = await mapping.customer_of_domain(session, partner.id, request.domain)
        day = today(desk.clock, partner.time_zone)
        return News(partner, request, customer, day, holder is not None and not holder.is_proven)
