"""One trial for each domain: it goes on where it was when the domain comes again (mission row 21).

Who has left may be added anew, by the same partner or by another one. Adding tells nobody that there was somebody
before, so the trial begins like any other; it is once the domain is proven that it turns out to be one of before.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.desk import Actor, Desk
from storage.models import Customer
from storage.queries import customers, plan_changes


async def resume_trial(session: AsyncSession, desk: Desk, actor: Actor | None, seen: Customer) -> bool:
    """Gives a customer the trial that its domain had before, where there was one and that began earlier.

    What was extended since the customer was added goes with the days that it was added to; the history keeps it.

    Args:
        actor: who has proven the domain; None for the programme itself.
        seen: just marked as verified in this transaction.
    Returns: whether it had one.
    """
    before = await customers.first_trial(session, seen.domain)
    customer = await plan_changes.locked(session, seen)
    if before is None or customer is None or before.started_on >= customer.trial_started_on:
        return False
    was: audit.Facts = {"trial_started_on": customer.trial_started_on, "ends_on": customer.trial_ends_on}
    if not await customers.move_trial(session, customer, before):
        return False
    will: audit.Facts = {"trial_started_on": before.started_on, "ends_on": before.ends_on}
    subject = ("customer", customer.id)
    audit.record(session, desk.clock.now(), actor, "trial_resumed", subject, customer.partner_id, was, will)
    return True
