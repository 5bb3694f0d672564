"""Changing a subscription: the price before confirming, confirming, undoing, cancelling (mission row 14).

An upgrade takes effect at once and is paid for the days that are left of the term; a downgrade, another term and the
end of a subscription wait for the renewal (programme.pricing.at_once). What waits can be undone until its day. What
took effect at once can be undone until the renewal, unless something else has changed since: the days of the upgrade
stay paid, and the rest is credited; on the same day, all of it.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console, require_console_change
from programme.catalogue import Catalogue
from programme.clock import today
from programme.customers import Found, found, record_change, theirs, theirs_locked
from programme.desk import Actor, Desk
from programme.plan_preview import (
    Preview,
    amounts_of,
    money_facts,
    pending_change,
    percent_on,
    reckoned,
    state_after,
    state_before,
    state_facts,
    state_of,
)
from programme.pricing import NOTHING, Amounts, State, commission
from programme.refusals import Refused
from programme.subscriptions import is_ending, renewal_price
from programme.taking_effect import let_take_effect
from storage.models import Customer, PlanChange
from storage.queries import alerts, customers, plan_changes

RENEWALS = ("renewal", "overdue")  # the kinds of alerts that are about one


@dataclass(frozen=True)
class Confirmed:
    """What came of confirming.

    Args:
        done: whether it was done; if not, something has changed since it was shown, and this is what it is now.
    """

    preview: Preview
    done: bool


@dataclass(frozen=True)
class Plans:
    """How a customer's subscription stands.

    Args:
        pending: the change that waits for its day.
        undoable: the change that can be undone; the one that waits, or the last one that took effect at once.
        undoing: what undoing costs.
        renewal_price: of the next term; None without a subscription, and for a plan that is not sold any more.
    """

    pending: PlanChange | None
    undoable: PlanChange | None
    undoing: Amounts
    renewal_price: int | None


async def may_change(desk: Desk, actor: Actor, which: str | int) -> Found:
    """A customer whose plan the actor may change. Raises Refused with "suspended", "admins_only" or so on."""
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        return await found(session, desk, actor, await theirs(session, partner, which))


async def standing(desk: Desk, actor: Actor, customer_id: int) -> Plans:
    """How it stands, for the customer's page. Raises Refused as programme.customers.find."""
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        seen = await found(session, desk, actor, await theirs(session, partner, customer_id))
        latest = await plan_changes.latest(session, partner.id, customer_id)
        pending = latest if latest and latest.status == "scheduled" else None
        undoable = latest if latest and is_undoable(latest, seen.customer, seen.today) else None
        undoing = _undoing(desk.catalogue, seen, undoable) if undoable else NOTHING
        return Plans(pending, undoable, undoing, renewal_price(desk.catalogue, seen.customer, pending))


async def preview(desk: Desk, actor: Actor, which: str | int, typed: dict[str, str]) -> Preview:
    """What a change would do and cost today. Nothing is changed by it.

    Args:
        typed: `plan`, `licences`, `term`.
    Raises: BadInput; Refused with "suspended", "admins_only", "unknown_customer", "unknown_plan", "nothing_changes",
        "already_planned", "undo_instead" or "change_paid".
    """
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        customer = await theirs(session, partner, which)
        return await reckoned(session, desk, await found(session, desk, actor, customer), typed)


async def carry_out(desk: Desk, actor: Actor, which: str | int, typed: dict[str, str], seen: object) -> Confirmed:
    """Does what was previewed, if it still is what was shown. Doing it twice changes it once.

    Args:
        seen: the figures of the preview that the person saw.
    Raises: as `preview`.
    """
    async with desk.store.write() as session:
        customer = await _theirs_to_change(session, desk, actor, which)
        what = await reckoned(session, desk, await found(session, desk, actor, customer), typed)
        if seen != what.figures():
            return Confirmed(what, done=False)
        if what.buys:
            await _buy(session, desk, actor, what)
        else:
            await _change(session, desk, actor, what)
        return Confirmed(replace(what, found=await found(session, desk, actor, customer)), done=True)


async def cancel(desk: Desk, actor: Actor, which: str | int, ends_on: date) -> Found:
    """Lets a subscription end with its term, in the place of any other change that waits.

    Args:
        ends_on: the end of the term that the person saw.
    Raises: Refused with "suspended", "admins_only", "unknown_customer", "not_subscribed", "cancellation_planned",
        "already_renewed" or "change_paid".
    """
    async with desk.store.write() as session:
        customer = await _theirs_to_change(session, desk, actor, which)
        seen = await found(session, desk, actor, customer)
        if customer.renews_on is None:
            raise Refused("not_subscribed", customer_id=customer.id, organisation=customer.organisation)
        if customer.renews_on != ends_on:
            raise Refused("already_renewed", organisation=customer.organisation, renews_on=customer.renews_on)
        pending = await pending_change(session, customer)
        if pending and pending.kind == "cancel":
            raise Refused("cancellation_planned", organisation=customer.organisation, ends_on=ends_on)
        await _drop(session, desk, customer, pending, "replaced")
        _keep(session, desk, actor, seen, "cancel", state_of(customer))
        record_change(session, desk, actor, customer, "cancellation_planned", None, {"effective_on": ends_on})
        await _take_effect_if_due(session, desk, actor, seen, ends_on)
        return await found(session, desk, actor, customer)


async def undo(desk: Desk, actor: Actor, which: str | int, change_id: int, cost: int) -> Found:
    """Takes back the last change: see the top of this module.

    Args:
        cost: what the person was told that undoing costs; below zero, what is credited.
    Raises: Refused with "suspended", "admins_only", "unknown_customer", "nothing_to_undo", "change_paid",
        "still_in_use" or "cost_changed".
    """
    async with desk.store.write() as session:
        customer = await _theirs_to_change(session, desk, actor, which)
        seen = await found(session, desk, actor, customer)
        latest = await plan_changes.latest(session, customer.partner_id, customer.id)
        pending = await pending_change(session, customer)
        if latest is None or latest.id != change_id or not is_undoable(latest, customer, seen.today):
            raise Refused("nothing_to_undo", organisation=customer.organisation)
        costs: dict[str, Any] = {}
        if pending:
            await _drop(session, desk, customer, pending, "undone")
        else:
            costs = await _take_back(session, desk, actor, seen, latest, cost)
        before = {"effective_on": latest.effective_on} | state_facts(state_after(latest))
        action = f"{latest.kind}_undone"
        record_change(session, desk, actor, customer, action, before, state_facts(state_before(latest)) | costs)
        return await found(session, desk, actor, customer)


def is_undoable(change: PlanChange, customer: Customer, day: date) -> bool:
    """Whether a customer's latest change can be taken back on a day."""
    if change.status == "scheduled":
        return change.effective_on > day and customer.renews_on == change.effective_on
    is_as_made = customer.renews_on == change.renews_on and state_of(customer) == state_after(change)
    return change.status == "applied" and change.kind == "change" and is_as_made and day < change.renews_on


def _undoing(catalogue: Catalogue, seen: Found, change: PlanChange) -> Amounts:
    if change.status == "scheduled":
        return NOTHING
    return amounts_of(catalogue, seen, state_after(change), state_before(change))


async def _take_back(
    session: AsyncSession, desk: Desk, actor: Actor, seen: Found, change: PlanChange, cost: int
) -> dict[str, Any]:
    """Returns what it cost, for the audit trail."""
    customer, before = seen.customer, state_before(change)
    amounts = _undoing(desk.catalogue, seen, change)
    if amounts.now != cost:
        raise Refused("cost_changed", organisation=customer.organisation)
    if before.licences < min(customer.licences_in_use, customer.licences):
        raise Refused("still_in_use", organisation=customer.organisation, in_use=customer.licences_in_use)
    await plan_changes.settle(session, change.id, "applied", "undone", desk.clock.now())
    percent = await percent_on(session, desk, seen.partner, seen.today)
    _keep(session, desk, actor, seen, "undo", before, amounts, percent)
    await plan_changes.write_customer(session, customer, plan=before.plan, licences=before.licences)
    return money_facts(amounts, percent)


async def _theirs_to_change(session: AsyncSession, desk: Desk, actor: Actor, which: str | int) -> Customer:
    """The customer, locked; a change whose day has come has taken effect."""
    partner = await require_console_change(session, desk, actor, admin=True)
    customer = await theirs_locked(session, partner, which)
    pending = await plan_changes.scheduled(session, partner.id, customer.id)
    if pending and pending.effective_on <= today(desk.clock, partner.time_zone):
        await let_take_effect(session, desk, [customer.id])
        return await theirs_locked(session, partner, customer.id)
    return customer


async def _buy(session: AsyncSession, desk: Desk, actor: Actor, what: Preview) -> None:
    customer, wish = what.found.customer, what.wish
    before = {"status": customer.status} | state_facts(what.old)
    await plan_changes.write_customer(session, customer, plan=wish.plan, licences=wish.licences, term=wish.term)
    await customers.start_subscription(session, customer, what.found.today, what.renews_on)
    after = {"status": "active", "renews_on": what.renews_on} | state_facts(wish)
    after |= money_facts(what.amounts, what.percent)
    record_change(session, desk, actor, customer, "subscribed", before, after)


async def _change(session: AsyncSession, desk: Desk, actor: Actor, what: Preview) -> None:
    seen, customer = what.found, what.found.customer
    await _drop(session, desk, customer, what.replaces, "replaced")
    if what.lifts_cancellation:
        was, will = {"effective_on": what.renews_on}, {"renews_on": what.renews_on}
        record_change(session, desk, actor, customer, "cancel_undone", was, will)
    if what.now != what.old:
        _keep(session, desk, actor, seen, "change", what.now, what.amounts, what.percent)
        await plan_changes.write_customer(session, customer, plan=what.now.plan, licences=what.now.licences)
        after = state_facts(what.now) | money_facts(what.amounts, what.percent)
        record_change(session, desk, actor, customer, "plan_changed", state_facts(what.old), after)
    if what.coming:
        await session.flush()  # so that what waits is the latest
        _keep(session, desk, actor, seen, "change", what.coming, before=what.now)
        after = state_facts(what.coming) | {"effective_on": what.renews_on}
        record_change(session, desk, actor, customer, "plan_change_planned", state_facts(what.now), after)
        await _take_effect_if_due(session, desk, actor, seen, what.renews_on)


async def _drop(session: AsyncSession, desk: Desk, customer: Customer, pending: PlanChange | None, status: str) -> None:
    """Ends the wait of a change that will not happen. If it was the end, the renewal is to be warned of again."""
    if pending:
        await plan_changes.settle(session, pending.id, "scheduled", status, desk.clock.now())
    if pending and is_ending(pending):
        await alerts.revive(session, customer, RENEWALS, pending.effective_on)


async def _take_effect_if_due(session: AsyncSession, desk: Desk, actor: Actor, seen: Found, day: date) -> None:
    if day <= seen.today:
        await session.flush()
        await let_take_effect(session, desk, [seen.customer.id], actor)


def _keep(
    session: AsyncSession,
    desk: Desk,
    actor: Actor,
    seen: Found,
    kind: str,
    to: State,
    amounts: Amounts | None = None,
    percent: Decimal = Decimal(0),
    before: State | None = None,
) -> None:
    """Writes a change down: with amounts it is in effect, without it waits for the renewal."""
    customer, now = seen.customer, desk.clock.now()
    old, cost = before or state_of(customer), amounts or NOTHING
    session.add(
        PlanChange(
            partner_id=customer.partner_id, customer_id=customer.id, kind=kind,
            status="applied" if amounts else "scheduled", settled_at=now if amounts else None,
            from_plan=old.plan, from_licences=old.licences, from_term=old.term,
            to_plan=to.plan, to_licences=to.licences, to_term=to.term,
            effective_on=seen.today if amounts else customer.renews_on, renews_on=customer.renews_on,
            currency=desk.catalogue.currency, credit=cost.credit, charge=cost.charge,
            commission=commission(cost.charge, percent) - commission(cost.credit, percent),
            made_by_workspace=actor.workspace_id, made_by=actor.user_id, made_at=now,
        )
    )  # fmt: skip
