"""What a customer's subscription has cost so far, and what is due next, as it was agreed (mission row 13).

Whether it has been paid is not known here.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from programme.access import require_console
from programme.customers import Found, found, theirs
from programme.desk import Actor, Desk
from programme.plan_preview import percent_on
from programme.pricing import commission
from programme.renewals import terms_due
from programme.subscriptions import is_ending, renewal_price
from storage.models import AuditRow
from storage.queries import customer_history, plan_changes
from storage.queries.paging import Page

# What was agreed about money, or ended it, as the audit trail calls it.
AGREED = ("subscribed", "renewed", "renewal_undone", "plan_changed", "change_undone", "cancelled")


@dataclass(frozen=True)
class Due:
    """The next renewal.

    Args:
        day: one that has passed: it is still to be recorded.
        amount: for a term, with what is planned for it, in minor units; None for a plan that is not sold any more.
        terms: how many are due by now; none before the day.
        percent: the partner's commission as it is today.
    """

    day: date
    amount: int | None
    percent: Decimal
    terms: int = 0

    @property
    def commission(self) -> int:
        """For a term."""
        return commission(self.amount or 0, self.percent)


@dataclass(frozen=True)
class Payments:
    """What is due, and a page of what was agreed so far, the newest first.

    Args:
        due: None without a subscription, and for one that is cancelled.
        ends_on: when a subscription ends that is cancelled.
    """

    found: Found
    due: Due | None
    ends_on: date | None
    page: Page[AuditRow]


async def payments(
    desk: Desk, actor: Actor, customer_id: int, after: int | None = None, before: int | None = None
) -> Payments:
    """For everybody of the partner, one that is suspended included. Raises Refused as programme.customers.find.

    Args:
        after, before: the id of the audit row to go on from.
    """
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        seen = await found(session, desk, actor, await theirs(session, partner, customer_id))
        customer, due, ends_on = seen.customer, None, None
        pending = await plan_changes.scheduled(session, partner.id, customer.id)
        if pending and is_ending(pending):
            ends_on = pending.effective_on
        elif customer.renews_on is not None:
            percent = await percent_on(session, desk, partner, seen.today)
            cost = renewal_price(desk.catalogue, customer, pending)
            due = Due(customer.renews_on, cost, percent, terms_due(customer, pending, seen.today))
        page = await customer_history.history(session, partner.id, customer.id, after, before, AGREED)
        return Payments(seen, due, ends_on, page)
