"""How changes of a subscription are written down, and those that wait are dropped (mission row 14)."""

from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console_change
from programme.clock import today
from programme.customers import Found, record_change, require_verified, theirs_locked
from programme.desk import Actor, Desk
from programme.pricing import NOTHING, Amounts, Subscription, earned
from programme.subscriptions import is_ending
from programme.taking_effect import let_take_effect
from storage.models import AuditRow, Customer, PlanChange
from storage.queries import alerts, plan_changes

RENEWALS = ("renewal", "overdue")  # the kinds of alerts that are about one


async def theirs_to_change(session: AsyncSession, desk: Desk, actor: Actor, which: str | int) -> Customer:
    """The customer, locked; a change whose day has come has taken effect.

    Raises: Refused as require_console_change for admins, or with "unknown_customer" or "not_verified".
    """
    partner = await require_console_change(session, desk, actor, admin=True)
    customer = await theirs_locked(session, partner, which)
    require_verified(customer)
    pending = await plan_changes.scheduled(session, partner.id, customer.id)
    if pending and pending.effective_on <= today(desk.clock, partner.time_zone):
        await let_take_effect(session, desk, [customer.id])
        return await theirs_locked(session, partner, customer.id)
    return customer


def keep(
    session: AsyncSession,
    desk: Desk,
    actor: Actor,
    seen: Found,
    kind: str,
    to: Subscription,
    amounts: Amounts | None = None,
    percent: Decimal = Decimal(0),
    before: Subscription | None = None,
    begins: date | None = None,
) -> None:
    """Writes a change down: with amounts it is in effect, without it waits for the renewal.

    Args:
        percent: the partner's commission of the amounts.
        before: what there was; None for what the customer has.
        begins: the day on which it is in effect; None for today.
    """
    customer, now = seen.customer, desk.clock.now()
    old, cost = before or Subscription.of(customer), amounts or NOTHING
    session.add(
        PlanChange(
            partner_id=customer.partner_id, customer_id=customer.id, kind=kind,
            status="applied" if amounts else "scheduled", settled_at=now if amounts else None,
            from_plan=old.plan, from_licences=old.licences, from_term=old.term,
            to_plan=to.plan, to_licences=to.licences, to_term=to.term,
            effective_on=begins or seen.today if amounts else customer.renews_on, renews_on=customer.renews_on,
            currency=desk.catalogue.currency, credit=cost.credit, charge=cost.charge,
            commission=earned(cost, percent), commission_points=int(percent * 100),
            made_by_workspace=actor.workspace_id, made_by=actor.user_id, made_at=now,
        )
    )  # fmt: skip


async def drop(
    session: AsyncSession, desk: Desk, actor: Actor, customer: Customer, pending: PlanChange, status: str
) -> AuditRow:
    """Ends the wait of a change that will not happen. If it was the end, the renewal is to be warned of again.

    Args:
        status: `undone`, or `replaced` by another wish.
    """
    await plan_changes.settle(session, pending.id, "scheduled", status, desk.clock.now())
    was: dict[str, object] = {"effective_on": pending.effective_on}
    if is_ending(pending):
        await alerts.revive(session, customer, RENEWALS, pending.effective_on)
        return record_change(session, desk, actor, customer, "cancel_undone", was, {"renews_on": customer.renews_on})
    was |= Subscription.after(pending).facts()
    return record_change(session, desk, actor, customer, "plan_change_dropped", was, Subscription.of(customer).facts())


async def take_effect_if_due(session: AsyncSession, desk: Desk, actor: Actor, seen: Found, day: date) -> None:
    """Lets what was just written down take effect at once, where its day has come already."""
    if day <= seen.today:
        await session.flush()
        await let_take_effect(session, desk, [seen.customer.id], actor)
