"""What was bought for a domain goes on when it comes again: nobody pays twice for the same days (mission row 14).

As with its trial (programme.one_trial), it is once the domain is proven that this turns out. The customer then has the
plan, the licences and the term that it had, until the day to which they were bought, whatever was typed when it was
added. What has run out meanwhile is a subscription that has ended, so there is no second trial either.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.clock import today
from programme.desk import Actor, Desk
from storage.models import Customer, Partner
from storage.queries import customers, plan_changes
from storage.queries.customers import NOTHING_SAID

TAKEN_UP = ("plan", "licences", "licences_in_use", "term", "started_on")
TOLD = ("status", "plan", "licences", "term", "renews_on")


async def resume_subscription(
    session: AsyncSession, desk: Desk, actor: Actor | None, partner: Partner, seen: Customer
) -> bool:
    """Gives a customer the subscription that its domain had before, where there was one.

    Args:
        actor: who has proven the domain; None for the programme itself.
        partner: whose customer it is.
        seen: just marked as verified in this transaction.
    Returns: whether it had one.
    """
    before = await customers.lock_bought(session, seen.domain)
    customer = await plan_changes.locked(session, seen)
    if before is None or before.paid_until is None or customer is None or customer.status != "trial":
        return False
    was = _told(customer)
    had_ended = before.paid_until == before.started_on
    renews_on = None if had_ended or before.paid_until < today(desk.clock, partner.time_zone) else before.paid_until
    values = {name: getattr(before, name) for name in TAKEN_UP} | NOTHING_SAID
    values |= {"status": "active" if renews_on else "cancelled", "renews_on": renews_on}
    for name, value in values.items():
        setattr(customer, name, value)
    before.paid_until = None
    await session.flush()
    subject = ("customer", customer.id)
    audit.record(session, desk.clock.now(), actor, "subscription_resumed", subject, partner.id, was, _told(customer))
    return True


def _told(customer: Customer) -> audit.Facts:
    return {name: getattr(customer, name) for name in TOLD}
