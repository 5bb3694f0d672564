"""Terms of a subscription: when one starts, what it costs, and when the next one is due (mission row 14)."""

from calendar import monthrange
from datetime import date

from programme.access import require_console_change
from programme.catalogue import Catalogue
from programme.clock import today
from programme.customers import Found, found, record_change, theirs
from programme.desk import Actor, Desk
from programme.refusals import Refused
from storage.models import Customer
from storage.queries import customers

MONTHS = {"monthly": 1, "yearly": 12}


def renewal_after(started_on: date, day: date, term: str) -> date:
    """The first renewal date after a day.

    Always counted from the start, so that what started on the 31st renews on each month's last day, and on the 31st
    again where there is one.

    Args:
        term: `monthly` or `yearly`.
    """
    step = MONTHS[term]
    terms = max(1, _months_between(started_on, day) // step)
    while (renewal := _months_later(started_on, terms * step)) <= day:
        terms += 1
    return renewal


def _months_between(first: date, second: date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def price_of_term(catalogue: Catalogue, customer: Customer) -> int:
    """What one term of the customer's plan and licences costs, in minor units of the catalogue's currency."""
    return catalogue.plan_of(customer.plan).price(customer.licences, customer.term)


async def subscribe(desk: Desk, actor: Actor, which: str | int) -> Found:
    """Starts the subscription of a customer on trial or on the free plan, today.

    Raises: Refused with "admins_only", "unknown_customer" or "already_subscribed".
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        customer = await theirs(session, partner, which)
        day = today(desk.clock, partner.time_zone)
        renews_on = renewal_after(day, day, customer.term)
        if not await customers.start_subscription(session, customer, day, renews_on):
            await session.refresh(customer)
            raise Refused("already_subscribed", organisation=customer.organisation, renews_on=customer.renews_on)
        after = {"status": "active", "renews_on": renews_on}
        record_change(session, desk, actor, customer, "subscribed", {"status": "trial"}, after)
        return await found(session, desk, actor, customer)


async def renew(desk: Desk, actor: Actor, which: str | int, from_date: date) -> Found:
    """Writes down that a subscription goes on for another term.

    Args:
        from_date: the renewal date that the person saw; asking twice for the same date renews once.
    Raises: Refused with "admins_only", "unknown_customer", "not_subscribed" or "already_renewed".
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        customer = await theirs(session, partner, which)
        if customer.started_on is None:
            raise Refused("not_subscribed", organisation=customer.organisation)
        renews_on = renewal_after(customer.started_on, from_date, customer.term)
        if customer.renews_on != from_date or not await customers.renew(session, customer, renews_on):
            await session.refresh(customer)
            raise Refused("already_renewed", organisation=customer.organisation, renews_on=customer.renews_on)
        record_change(session, desk, actor, customer, "renewed", {"renews_on": from_date}, {"renews_on": renews_on})
        return await found(session, desk, actor, customer)
