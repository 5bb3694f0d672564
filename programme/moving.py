"""A customer leaves a partner's list, or goes from one list to another: in one transaction (mission row 11).

What is on the record stays with the partner it belongs to: the history, and all that was paid or is owed. What the
customer has goes with it: plan, licences, term and dates, the proof of its domain, and what was agreed for the next
renewal. Without a next partner what was agreed with the last one is undone, and what was bought waits for whoever
proves the domain next (programme.bought_before). What the partner alone had written beside
it (who looks after it, the outlook, alerts put off) stays behind.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.clock import today
from programme.desk import Actor, Desk
from programme.leaving_letter import say_who_looks_after
from programme.news import tell_partner
from programme.taking_effect import let_take_effect
from programme.trials import status_on
from programme.verification import new_token
from storage.models import Customer, MappingRequest, Partner, PlanChange
from storage.queries import mapping, partnerships, plan_changes
from storage.queries.customers import NOTHING_SAID

CARRIED = (
    "domain", "domain_key", "organisation", "organisation_key", "super_admin_email", "super_admin_key", "plan",
    "licences", "licences_in_use", "term", "status", "trial_started_on", "trial_ends_on", "started_on", "renews_on",
    "verified_at", "verified_by_method",
)  # fmt: skip
# What is of no use once the customer has left; its domain's condition is looked at anew.
PARTNERS_OWN = (
    "renews_on", "assigned_workspace", "assigned_to", "broken_on", "broken_part", "broken_mail", "proof_due_at",
)  # fmt: skip
TOLD = ("plan", "licences", "term", "renews_on")
CHANGE = (
    "kind", "from_plan", "from_licences", "from_term", "to_plan", "to_licences", "to_term", "effective_on", "renews_on",
    "currency", "credit", "charge", "commission", "commission_points",
)  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """Why a customer goes.

    Args:
        by: `customer` or `reviewers`; `new_proof` where somebody else has proven the domain.
        actor: the reviewer; None where the customer did it.
        words: the reviewer's reason.
        since: the day from which on the partner's own proof was gone.
    """

    by: str
    actor: Actor | None = None
    words: str | None = None
    since: date | None = None

    def facts(self) -> audit.Facts:
        if self.by == "new_proof":
            return {"because": self.by, "broken_on": self.since}
        facts: audit.Facts = {"consent": self.by}
        return facts | {"reason": self.words} if self.words else facts


async def leave(session: AsyncSession, desk: Desk, customer: Customer, decision: Decision) -> None:
    """Takes a locked customer off its partner's list, for nobody else's."""
    pending = await _pending(session, desk, customer)
    if pending is not None:
        await plan_changes.settle(session, pending.id, "scheduled", "undone", desk.clock.now())
    bought_until = customer.renews_on or customer.started_on
    await _let_go(session, desk, customer, decision)
    # Who has registered a domain that expired is somebody else, and has bought nothing.
    customer.paid_until = None if decision.by == "new_proof" else bought_until
    for request in await mapping.lock_open(session, customer.id):
        await close(session, desk, request, "over")


async def move(
    session: AsyncSession, desk: Desk, customer: Customer, request: MappingRequest, to: Partner, decision: Decision
) -> Customer:
    """Moves a locked customer to the partner that asked for it. Returns it as that partner has it.

    Other partners' requests about it lose their reason; what becomes of this one is the caller's to say.

    Args:
        request: open, and locked after the customer.
    """
    pending = await _pending(session, desk, customer)
    kept = {name: getattr(customer, name) for name in CARRIED}
    kept["verification_token"] = request.verification_token if request.proven_at else customer.verification_token
    customer.verification_token = new_token()
    if pending is not None:
        await plan_changes.settle(session, pending.id, "scheduled", "replaced", desk.clock.now())
    await _let_go(session, desk, customer, decision)
    arrived, before = await _take_in(session, desk, request, to, kept)
    if pending is not None:
        session.add(_carried_over(desk, request, arrived, pending))
    after = _told(arrived, today(desk.clock, to.time_zone)) | decision.facts()
    subject = ("customer", arrived.id)
    audit.record(session, desk.clock.now(), decision.actor, "mapped", subject, to.id, before, after)
    say_who_looks_after(session, desk, arrived, to)
    for other in await mapping.lock_open(session, customer.id):
        if other.id != request.id:
            await close(session, desk, other, "over")
    return arrived


async def close(session: AsyncSession, desk: Desk, request: MappingRequest, status: str) -> None:
    """Ends an open, locked request; who asked is told, and the reviewers' card shows it where there is one."""
    request.status, request.answered_at = status, desk.clock.now()
    asker = await partnerships.partner(session, request.partner_id)
    if asker is not None:
        key = f"mapping:{request.id}:{status}"
        await tell_partner(session, desk, asker, key, "mapping_answer", request_id=request.id)
    if request.escalated_at is not None:
        reviewers = outbox.to_reviewers(request.asked_by_workspace)
        key = f"mapping:{request.id}:card:{status}"
        outbox.owe_message(session, desk, key, "conflict_repaint", reviewers, request_id=request.id)


async def _pending(session: AsyncSession, desk: Desk, customer: Customer) -> PlanChange | None:
    """The change that waits for the renewal; one whose day has come takes effect before the customer goes."""
    pending = await plan_changes.scheduled(session, customer.partner_id, customer.id)
    partner = await partnerships.partner(session, customer.partner_id)
    if pending is None or partner is None or pending.effective_on > today(desk.clock, partner.time_zone):
        return pending
    await let_take_effect(session, desk, [customer.id])
    await session.refresh(customer)
    return None


async def _let_go(session: AsyncSession, desk: Desk, customer: Customer, decision: Decision) -> None:
    partner = await partnerships.partner(session, customer.partner_id)
    if partner is None:
        raise ValueError("Every customer has a partner")
    day = today(desk.clock, partner.time_zone)
    before = _told(customer, day)
    await take_off(session, customer, day)
    subject, after = ("customer", customer.id), {"status": "left"} | decision.facts()
    audit.record(session, desk.clock.now(), decision.actor, "left", subject, partner.id, before, after)
    key = f"customer:{customer.id}:left"
    await tell_partner(
        session, desk, partner, key, "customer_left", customer_id=customer.id, by=decision.by, reason=decision.words,
        since=decision.since and decision.since.isoformat(),
    )  # fmt: skip


def _told(customer: Customer, day: date) -> audit.Facts:
    """What the history says of a customer that goes or comes, as it is on a day."""
    return {"status": status_on(customer, day)} | {name: getattr(customer, name) for name in TOLD}


async def take_off(session: AsyncSession, customer: Customer, day: date) -> None:
    """From now on a locked customer is on no list, and nothing more is said of it.

    Args:
        day: today, where its partner is.
    """
    for name, value in taken_off(day).items():
        setattr(customer, name, value)
    await session.flush()
    await mapping.forget_alerts(session, customer.partner_id, [customer.id])


def taken_off(day: date) -> dict[str, Any]:
    """The columns of who has left on a day."""
    return NOTHING_SAID | dict.fromkeys(PARTNERS_OWN) | {"status": "left", "left_on": day}


async def _take_in(
    session: AsyncSession, desk: Desk, request: MappingRequest, to: Partner, kept: dict[str, Any]
) -> tuple[Customer, audit.Facts | None]:
    """A new customer of a partner's; or the one of the same domain that it could not prove, with what was kept.

    Returns: the customer, and what that one had: a trial, but for those who once could subscribe without a proof.
    """
    values = kept | NOTHING_SAID | {"added_on": today(desk.clock, to.time_zone), "proof_due_at": None}
    own = await mapping.locked_customer_of_domain(session, to.id, request.domain)
    before = _told(own, today(desk.clock, to.time_zone)) if own else None
    if own is None:
        own = Customer(partner_id=to.id, created_at=desk.clock.now(), **values)
        session.add(own)
    else:
        if pending := await plan_changes.scheduled(session, to.id, own.id):
            await plan_changes.settle(session, pending.id, "scheduled", "replaced", desk.clock.now())
        for name, value in values.items():
            setattr(own, name, value)
    await session.flush()
    return own, before


def _carried_over(desk: Desk, request: MappingRequest, customer: Customer, pending: PlanChange) -> PlanChange:
    """What the customer had agreed to for its renewal holds with the next partner too, who can undo it."""
    return PlanChange(
        partner_id=customer.partner_id, customer_id=customer.id, status="scheduled", settled_at=None,
        made_by_workspace=request.asked_by_workspace, made_by=request.asked_by, made_at=desk.clock.now(),
        **{name: getattr(pending, name) for name in CHANGE},
    )  # fmt: skip
