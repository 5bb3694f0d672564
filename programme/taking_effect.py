"""Changes of subscriptions take effect on their day, which is each partner's own (mission row 14)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.clock import today
from programme.desk import Actor, Desk
from programme.pricing import Subscription
from storage.models import PlanChange
from storage.queries import plan_changes

AT_ONCE = 500


async def take_effect(desk: Desk) -> int:
    """Lets every change take effect whose day has come. Doing it again, or in two processes, changes nothing more.

    Returns: how many.
    """
    done = 0
    while (some := await _some(desk)) > 0:
        done += some
    return done


async def _some(desk: Desk) -> int:
    # No zone is further ahead than 14 hours.
    latest = (desk.clock.now() + timedelta(hours=14)).date()
    async with desk.store.read() as session:
        zones = await plan_changes.zones_waiting(session, latest)
    if not zones:
        return 0
    days = {zone: today(desk.clock, zone) for zone in zones}
    async with desk.store.write() as session:
        return await let_take_effect(session, desk, await plan_changes.lock_due(session, days, AT_ONCE))


async def let_take_effect(
    session: AsyncSession, desk: Desk, customer_ids: list[int], actor: Actor | None = None
) -> int:
    """Lets the changes take effect that wait for some customers, whatever the day.

    Args:
        customer_ids: customers that this transaction has locked.
        actor: who did it; None for the programme itself.
    """
    if not customer_ids:
        return 0
    now = desk.clock.now()
    applied = await plan_changes.apply(session, customer_ids, now)
    for change, licences in applied:
        action, before, after = _told(change, licences)
        subject = ("customer", change.customer_id)
        audit.record(session, now, actor, action, subject, change.partner_id, before, after)
    return len(applied)


def _told(change: PlanChange, licences: int) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The action, and what was before and after it."""
    if change.kind == "cancel":
        return "cancelled", {"status": "active", "renews_on": change.effective_on}, {"status": "cancelled"}
    after = replace(Subscription.after(change), licences=licences)
    return "plan_changed", Subscription.before(change).facts(), after.facts()
