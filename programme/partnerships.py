"""Partners in the reviewers' hands: finding one, suspending it, its commission, what was done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import require_reviewer
from programme.clock import today
from programme.comparing import beginning
from programme.desk import Actor, Desk
from programme.domains import BadDomain, parse_domain
from programme.forms import LONGEST_TEXT, Rule, read_fields, text_up_to
from programme.partner_terms import percent_up_to
from programme.refusals import Refused
from storage.models import AuditRow, ChannelHealth, CommissionRate, Member, Partner
from storage.queries import partnerships
from storage.queries.paging import Page
from storage.queries.partnerships import Wanted

# A commission further ahead than this is a slip of the hand.
FURTHEST_AHEAD = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Overview:
    """A partner's page.

    Args:
        members: admins first.
        customers: how many there are.
        health: of the alert channel; None where there is none, or nothing was posted in it yet.
        rates: the commission that holds today, and those that come, in order.
        today: the day it is for the partner.
        is_own: whether the reviewer who looks is one of its members, who changes nothing here.
    """

    partner: Partner
    members: list[Member]
    customers: int
    health: ChannelHealth | None
    rates: list[CommissionRate]
    today: date
    is_own: bool


@dataclass(frozen=True)
class Trail:
    """A page of what was done, the latest first; and the domains of the customers that it is about, by id."""

    partner: Partner
    page: Page[AuditRow]
    domains: dict[int, str]


async def find(
    desk: Desk,
    actor: Actor,
    words: str = "",
    user_id: str = "",
    after: int | None = None,
    before: int | None = None,
) -> Page[Partner]:
    """A page of partners by name. Raises Refused("reviewers_only").

    Args:
        words: what the company's name begins with, or a customer's domain.
        user_id: a member, in the reviewer's own workspace.
        after, before: the id of the partner to go on from.
    """
    person = (actor.workspace_id, user_id) if user_id else None
    wanted = Wanted(beginning(words), _domain(words), person)
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        return await partnerships.partners(session, wanted, after, before)


def _domain(words: str) -> str:
    try:
        return parse_domain(words).ascii
    except BadDomain:
        return ""


async def overview(desk: Desk, actor: Actor, partner_id: int) -> Overview:
    """Raises Refused("reviewers_only") or Refused("unknown_partner")."""
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        partner = await _existing(session, partner_id)
        members = await partnerships.members(session, partner.id)
        day = today(desk.clock, partner.time_zone)
        return Overview(
            partner,
            members,
            await partnerships.number_of_customers(session, partner.id),
            await partnerships.channel_health(session, partner),
            await partnerships.rates(session, partner.id, day),
            day,
            is_own=_is_among(actor, members),
        )


async def trail(
    desk: Desk, actor: Actor, partner_id: int, after: int | None = None, before: int | None = None
) -> Trail:
    """What was done by a partner and for it. Raises Refused("reviewers_only") or Refused("unknown_partner").

    Args:
        after, before: the id of the audit row to go on from.
    """
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        partner = await _existing(session, partner_id)
        page = await partnerships.trail(session, partner.id, after, before)
        customers = {row.subject_id for row in page.rows if row.subject == "customer"}
        return Trail(partner, page, await partnerships.domains(session, partner.id, customers))


async def may_change(desk: Desk, actor: Actor, partner_id: int) -> Partner:
    """A partner that the actor may do something to. Raises Refused with "reviewers_only", "unknown_partner" or
    "own_partner".
    """
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        partner = await _existing(session, partner_id)
        await _check_not_own(session, actor, partner)
        return partner


async def suspend(desk: Desk, actor: Actor, partner_id: int, reason: str) -> Partner:
    """From now on the partner reads, but changes nothing, and gets no alerts; its admins are told why.

    Doing it twice changes nothing, the reason included.

    Raises: BadInput for a reason that is empty or too long; Refused as `may_change`.
    """
    why = read_fields({"reason": reason}, {"reason": Rule(text_up_to(LONGEST_TEXT))})["reason"]
    async with desk.store.write() as session:
        partner = await _theirs_to_change(session, actor, partner_id)
        if partner.status == "suspended":
            return partner
        partner.status, partner.suspended_at, partner.suspension_reason = "suspended", desk.clock.now(), why
        after: audit.Facts = {"status": "suspended", "reason": why}
        await _changed(session, desk, actor, partner, "suspended", {"status": "active"}, after)
        return partner


async def reinstate(desk: Desk, actor: Actor, partner_id: int) -> Partner:
    """Ends a suspension; the admins are told. Doing it twice changes nothing. Raises Refused as `may_change`."""
    async with desk.store.write() as session:
        partner = await _theirs_to_change(session, actor, partner_id)
        if partner.status == "active":
            return partner
        before: audit.Facts = {"status": "suspended", "reason": partner.suspension_reason}
        partner.status, partner.suspended_at, partner.suspension_reason = "active", None, None
        await _changed(session, desk, actor, partner, "reinstated", before, {"status": "active"})
        return partner


async def change_rate(desk: Desk, actor: Actor, partner_id: int, typed: dict[str, str]) -> Partner:
    """Sets the commission from a day on, in the place of what was to hold from the same day on; the admins are told.

    Saying the same twice changes nothing.

    Args:
        typed: `percent`, and `valid_from`, an ISO date from the partner's present day on.
    Raises: BadInput; Refused as `may_change`.
    """
    async with desk.store.write() as session:
        partner = await _theirs_to_change(session, actor, partner_id)
        percent, valid_from = _read_rate(desk, partner, typed)
        known = await partnerships.rates(session, partner.id, valid_from)
        holds = known[0] if known and known[0].valid_from <= valid_from else None
        points = int(percent * 100)
        if holds and (holds.valid_from, holds.basis_points) == (valid_from, points):
            return partner
        await partnerships.set_rate(
            session, partner_id=partner.id, valid_from=valid_from, basis_points=points,
            set_by_workspace=actor.workspace_id, set_by=actor.user_id, set_at=desk.clock.now(),
        )  # fmt: skip
        before: audit.Facts | None = {"percent": str(percent_of(holds))} if holds else None
        after: audit.Facts = {"percent": str(Decimal(points) / 100), "valid_from": valid_from}
        await _changed(session, desk, actor, partner, "commission_changed", before, after)
        return partner


def percent_of(rate: CommissionRate) -> Decimal:
    return Decimal(rate.basis_points) / 100


def _read_rate(desk: Desk, partner: Partner, typed: dict[str, str]) -> tuple[Decimal, date]:
    rules = {
        "percent": Rule(percent_up_to(desk.catalogue.commission.most_percent)),
        "valid_from": Rule(_date_from(today(desk.clock, partner.time_zone))),
    }
    values = read_fields(typed, rules)
    return Decimal(values["percent"] or 0), date.fromisoformat(values["valid_from"] or "")


def _date_from(first: date) -> Callable[[str], str]:
    """Reads an ISO date that is not over yet."""

    def read(text: str) -> str:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError("not_a_date") from None
        if day < first:
            raise ValueError("date_over")
        if day > first + FURTHEST_AHEAD:
            raise ValueError("date_too_far")
        return day.isoformat()

    return read


async def _existing(session: AsyncSession, partner_id: int) -> Partner:
    partner = await partnerships.partner(session, partner_id)
    if partner is None:
        raise Refused("unknown_partner")
    return partner


async def _theirs_to_change(session: AsyncSession, actor: Actor, partner_id: int) -> Partner:
    """A partner, locked, that the actor may do something to."""
    await require_reviewer(session, actor)
    partner = await partnerships.locked(session, partner_id)
    if partner is None:
        raise Refused("unknown_partner")
    await _check_not_own(session, actor, partner)
    return partner


async def _check_not_own(session: AsyncSession, actor: Actor, partner: Partner) -> None:
    """Nobody sets their own commission, nor ends their own suspension."""
    if _is_among(actor, await partnerships.members(session, partner.id)):
        raise Refused("own_partner", partner=partner.name)


def _is_among(actor: Actor, members: list[Member]) -> bool:
    return any((member.workspace_id, member.user_id) == (actor.workspace_id, actor.user_id) for member in members)


async def _changed(
    session: AsyncSession, desk: Desk, actor: Actor, partner: Partner, action: str, before: Any, after: Any
) -> None:
    """Keeps a change, and makes the messages to the partner's admins due that tell of it."""
    subject = ("partner", partner.id)
    row = audit.record(session, desk.clock.now(), actor, action, subject, partner.id, before, after)
    await session.flush()
    for admin in await partnerships.active_admins(session, partner.id):
        to = Actor(admin.workspace_id, admin.user_id)
        key = f"partner:{partner.id}:change:{row.id}:{admin.workspace_id}:{admin.user_id}"
        outbox.owe_message(session, desk, key, "partner_changed", to, audit_id=row.id)


@dataclass(frozen=True)
class Change:
    """Something that was done to a partner, for drawing the message that tells of it."""

    partner: Partner
    row: AuditRow


async def change_of(desk: Desk, audit_id: int) -> Change | None:
    async with desk.store.read() as session:
        row = await partnerships.audit_row(session, audit_id)
        partner = await partnerships.partner(session, row.partner_id) if row and row.partner_id else None
        return Change(partner, row) if row and partner else None
