"""What can be undone of a subscription, until when, and what undoing does (mission row 14).

What waits and what is in effect can be undone, each by itself:

- What waits for the renewal, a change or the end, until the day before. Undoing it costs nothing.
- The last change that took effect at once and still holds, until the day before the renewal. Undoing it gives back what
  it charged, for the days that are left: the same share of its own charge and credit, at its own rate of commission,
  whatever prices and rates have become since. So on its own day all of it comes back, to the cent; later, the days that
  it was there stay paid. A change that waits was planned on top of it, and is dropped with it; a cancellation is not,
  and holds.
- In the place of that, a renewal that was recorded later, until the day before its term begins, or on the day on which
  it was recorded late. Undoing it gives all of its price back. What waits for the end of the new term is undone first;
  what waited for its beginning waits again.

Once that is undone, what was in effect before it is the last that holds, and can be undone in turn. So nothing that is
done, planned or recorded later takes the promise away that a change can be undone until the day before the renewal.
What a change has taken the place of does not come back when that change is undone.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from programme.alert_repaints import owe_repaints
from programme.customers import Found, found, record_change
from programme.desk import Actor, Desk
from programme.plan_keeping import RENEWALS, drop, keep, theirs_to_change
from programme.plan_preview import pending_change
from programme.pricing import NOTHING, Amounts, Subscription, share_of, unused_terms
from programme.refusals import Refused
from programme.subscriptions import is_ending
from storage.models import Customer, PlanChange
from storage.queries import alerts, plan_changes


@dataclass(frozen=True)
class Undoing:
    """Something that can be undone today.

    Args:
        amounts: what undoing it costs.
        drops: what waits, and is dropped with it.
    """

    change: PlanChange
    amounts: Amounts = NOTHING
    drops: PlanChange | None = None


def undoings(seen: Found, pending: PlanChange | None, last: PlanChange | None) -> list[Undoing]:
    """What can be undone today, the latest first.

    Args:
        pending: what waits for a renewal.
        last: what is in effect, was so last, and still holds.
    """
    possible, customer = [], seen.customer
    waiting = pending if pending and pending.effective_on == customer.renews_on else None
    if waiting and waiting.effective_on > seen.today:
        possible.append(Undoing(waiting))
    if last is None or customer.renews_on != last.renews_on:
        return possible
    if last.kind == "renewal" and waiting is None and _is_early_enough(seen, last):
        possible.append(Undoing(last, Amounts(credit=last.charge, charge=last.credit)))
    if last.kind == "change" and Subscription.of(customer) == Subscription.after(last) and seen.today < last.renews_on:
        drops = None if is_ending(pending) else pending
        possible.append(Undoing(last, given_back(customer, last, seen.today), drops))
    return possible


def _is_early_enough(seen: Found, renewal: PlanChange) -> bool:
    recorded_on = renewal.made_at.astimezone(ZoneInfo(seen.partner.time_zone)).date()
    return seen.today < renewal.effective_on or seen.today == recorded_on


def given_back(customer: Customer, change: PlanChange, day: date) -> Amounts:
    """What it costs to undo on a day what took effect at once: the share of its amounts that is for the days left."""
    if customer.started_on is None:
        raise ValueError("Only a subscription is paid for")
    left, all_of_it = (
        unused_terms(customer.started_on, change.from_term, change.renews_on, begins)
        for begins in (max(day, change.effective_on), change.effective_on)
    )
    return share_of(Amounts(credit=change.charge, charge=change.credit), left / all_of_it)


async def undo(
    desk: Desk, actor: Actor, which: str | int, change_id: int, cost: int, drops: int | None = None
) -> Found:
    """Undoes one of the things that can be: see the top of this module.

    Args:
        cost: what the person was told that undoing costs; below zero, what is credited.
        drops: the change that waits of which the person was told that it is dropped with it.
    Raises: Refused with "suspended", "admins_only", "unknown_customer", "not_verified", "nothing_to_undo",
        "change_paid", "still_in_use" or "undoing_changed".
    """
    async with desk.store.write() as session:
        customer = await theirs_to_change(session, desk, actor, which)
        seen = await found(session, desk, actor, customer)
        pending = await plan_changes.scheduled(session, customer.partner_id, customer.id)
        last = await plan_changes.last_in_effect(session, customer.partner_id, customer.id)
        what = next((one for one in undoings(seen, pending, last) if one.change.id == change_id), None)
        if what is None and pending and pending.id == change_id:
            await pending_change(session, customer)
        if what is None:
            raise Refused("nothing_to_undo", organisation=customer.organisation)
        if what.amounts.now != cost or (what.drops.id if what.drops else None) != drops:
            raise Refused("undoing_changed", organisation=customer.organisation)
        if what.change.kind == "renewal":
            await _take_renewal_back(session, desk, actor, seen, what)
        elif what.change.status == "scheduled":
            row = await drop(session, desk, actor, customer, what.change, "undone")
            await owe_repaints(session, desk, seen.partner, customer, customer.renews_on, row)
        else:
            await _take_back(session, desk, actor, seen, what)
        return await found(session, desk, actor, customer)


async def _take_back(session: AsyncSession, desk: Desk, actor: Actor, seen: Found, what: Undoing) -> None:
    customer, change, before = seen.customer, what.change, Subscription.before(what.change)
    if before.licences < min(customer.licences_in_use, customer.licences):
        raise Refused("still_in_use", organisation=customer.organisation, in_use=customer.licences_in_use)
    if what.drops:
        await drop(session, desk, actor, customer, what.drops, "undone")
    percent = Decimal(change.commission_points) / 100
    await plan_changes.settle(session, change.id, "applied", "undone", desk.clock.now())
    keep(session, desk, actor, seen, "undo", before, what.amounts, percent)
    await plan_changes.write_customer(session, customer, plan=before.plan, licences=before.licences)
    was = {"effective_on": change.effective_on} | Subscription.after(change).facts()
    will = before.facts() | what.amounts.facts(percent)
    row = record_change(session, desk, actor, customer, "change_undone", was, will)
    await owe_repaints(session, desk, seen.partner, customer, customer.renews_on, row)


async def _take_renewal_back(session: AsyncSession, desk: Desk, actor: Actor, seen: Found, what: Undoing) -> None:
    customer, renewal = seen.customer, what.change
    percent = Decimal(renewal.commission_points) / 100
    await plan_changes.settle(session, renewal.id, "applied", "undone", desk.clock.now())
    await plan_changes.write_customer(session, customer, renews_on=renewal.effective_on)
    await session.refresh(customer)
    keep(session, desk, actor, seen, "undo", Subscription.of(customer), what.amounts, percent)
    await alerts.revive(session, customer, RENEWALS, renewal.effective_on)
    will = {"renews_on": renewal.effective_on} | (what.amounts.facts(percent) if what.amounts != NOTHING else {})
    row = record_change(session, desk, actor, customer, "renewal_undone", {"renews_on": renewal.renews_on}, will)
    await owe_repaints(session, desk, seen.partner, customer, renewal.effective_on, row)
