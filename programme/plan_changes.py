"""Changing a subscription: the price before confirming, confirming, cancelling (mission row 14).

An upgrade takes effect at once and is paid for the days that are left of the term; a downgrade, another term and the
end of a subscription wait for the renewal (programme.pricing.at_once). What can be undone, until when, and what that
does: see programme.undoing.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console, require_console_change
from programme.alert_repaints import owe_repaints
from programme.customers import Found, found, record_change, require_verified, theirs
from programme.desk import Actor, Desk
from programme.plan_keeping import drop, keep, take_effect_if_due, theirs_to_change
from programme.plan_preview import Preview, pending_change, reckoned
from programme.pricing import Subscription
from programme.refusals import Refused
from programme.subscriptions import renewal_price
from programme.undoing import Undoing, undoings
from storage.models import PlanChange
from storage.queries import customers, plan_changes


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
        undoings: what can be undone, the latest first.
        renewal_price: of the next term; None without a subscription, and for a plan that is not sold any more.
    """

    pending: PlanChange | None
    undoings: list[Undoing]
    renewal_price: int | None


async def may_change(desk: Desk, actor: Actor, which: str | int) -> Found:
    """A customer whose plan the actor may change. Raises Refused as `preview`."""
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        customer = await theirs(session, partner, which)
        require_verified(customer)
        await pending_change(session, customer)
        return await found(session, desk, actor, customer)


async def standing(desk: Desk, actor: Actor, customer_id: int) -> Plans:
    """How it stands, for the customer's page. Raises Refused as programme.customers.find."""
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        seen = await found(session, desk, actor, await theirs(session, partner, customer_id))
        pending = await plan_changes.scheduled(session, partner.id, customer_id)
        last = await plan_changes.last_in_effect(session, partner.id, customer_id)
        possible = undoings(seen, pending, last)
        return Plans(pending, possible, renewal_price(desk.catalogue, seen.customer, pending))


async def preview(desk: Desk, actor: Actor, which: str | int, typed: dict[str, str]) -> Preview:
    """What a change would do and cost today. Nothing is changed by it, but what waited for today takes effect.

    Args:
        typed: `plan`, `licences`, `term`.
    Raises: BadInput; Refused with "suspended", "admins_only", "unknown_customer", "not_verified", "unknown_plan",
        "nothing_changes", "already_planned", "undo_instead" or "change_paid".
    """
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        customer = await theirs(session, partner, which)
        require_verified(customer)
        seen = await found(session, desk, actor, customer)
        pending = await plan_changes.scheduled(session, partner.id, customer.id)
        if pending is None or pending.effective_on > seen.today:
            return await reckoned(session, desk, seen, typed)
    async with desk.store.write() as session:
        customer = await theirs_to_change(session, desk, actor, which)
        return await reckoned(session, desk, await found(session, desk, actor, customer), typed)


async def carry_out(desk: Desk, actor: Actor, which: str | int, typed: dict[str, str], seen: object) -> Confirmed:
    """Does what was previewed, if it still is what was shown. Doing it twice changes it once.

    Args:
        seen: the figures of the preview that the person saw.
    Raises: as `preview`.
    """
    async with desk.store.write() as session:
        customer = await theirs_to_change(session, desk, actor, which)
        what = await reckoned(session, desk, await found(session, desk, actor, customer), typed)
        if seen != what.figures():
            return Confirmed(what, done=False)
        if what.buys:
            await _buy(session, desk, actor, what)
        else:
            await _change(session, desk, actor, what)
        return Confirmed(replace(what, found=await found(session, desk, actor, customer)), done=True)


async def cancel(desk: Desk, actor: Actor, which: str | int, ends_on: date, at_once: bool = False) -> Found:
    """Lets a subscription end with its term, in the place of any other change that waits.

    One whose renewal is due and was not recorded ends at once, which cannot be undone.

    Args:
        ends_on: the end of the term that the person saw.
        at_once: whether the person was told that it ends at once.
    Raises: Refused with "suspended", "admins_only", "unknown_customer", "not_verified", "not_subscribed",
        "cancellation_planned", "already_renewed", "ends_at_once" or "change_paid".
    """
    async with desk.store.write() as session:
        customer = await theirs_to_change(session, desk, actor, which)
        seen = await found(session, desk, actor, customer)
        if customer.renews_on is None:
            raise Refused("not_subscribed", customer_id=customer.id, organisation=customer.organisation)
        if customer.renews_on != ends_on:
            raise Refused("already_renewed", organisation=customer.organisation, renews_on=customer.renews_on)
        pending = await pending_change(session, customer)
        if pending and pending.kind == "cancel":
            raise Refused("cancellation_planned", organisation=customer.organisation, ends_on=ends_on)
        if ends_on <= seen.today and not at_once:
            raise Refused("ends_at_once", organisation=customer.organisation, renews_on=ends_on)
        if pending:
            await drop(session, desk, actor, customer, pending, "replaced")
        keep(session, desk, actor, seen, "cancel", Subscription.of(customer))
        row = record_change(session, desk, actor, customer, "cancellation_planned", None, {"effective_on": ends_on})
        await owe_repaints(session, desk, seen.partner, customer, ends_on, row)
        await take_effect_if_due(session, desk, actor, seen, ends_on)
        return await found(session, desk, actor, customer)


async def _buy(session: AsyncSession, desk: Desk, actor: Actor, what: Preview) -> None:
    customer, wish = what.found.customer, what.wish
    before = {"status": customer.status} | what.old.facts()
    await plan_changes.write_customer(session, customer, plan=wish.plan, licences=wish.licences, term=wish.term)
    await customers.start_subscription(session, customer, what.found.today, what.renews_on)
    after = {"status": "active", "renews_on": what.renews_on} | wish.facts()
    after |= what.amounts.facts(what.percent)
    row = record_change(session, desk, actor, customer, "subscribed", before, after)
    await owe_repaints(session, desk, what.found.partner, customer, customer.trial_ends_on, row)


async def _change(session: AsyncSession, desk: Desk, actor: Actor, what: Preview) -> None:
    seen, customer = what.found, what.found.customer
    if what.replaces:
        await drop(session, desk, actor, customer, what.replaces, "replaced")
    if what.now != what.old:
        keep(session, desk, actor, seen, "change", what.now, what.amounts, what.percent)
        await plan_changes.write_customer(session, customer, plan=what.now.plan, licences=what.now.licences)
        after = what.now.facts() | what.amounts.facts(what.percent)
        row = record_change(session, desk, actor, customer, "plan_changed", what.old.facts(), after)
        await owe_repaints(session, desk, seen.partner, customer, customer.renews_on, row)
    if what.coming:
        await session.flush()  # so that what waits is the latest
        keep(session, desk, actor, seen, "change", what.coming, before=what.now)
        after = what.coming.facts() | {"effective_on": what.renews_on}
        row = record_change(session, desk, actor, customer, "plan_change_planned", what.now.facts(), after)
        await owe_repaints(session, desk, seen.partner, customer, what.renews_on, row)
        await take_effect_if_due(session, desk, actor, seen, what.renews_on)
