"""Recording that a subscription goes on for another term: from which day on, and what it costs (mission row 14).

Nobody records a renewal before there is something to be warned of, nor ever two terms ahead: who did so by a slip would
have paid for what is years away, and every change until then would cost all of that time.
"""

from datetime import date, timedelta

from programme.alert_repaints import owe_repaints
from programme.catalogue import Catalogue
from programme.customers import Found, found, record_change
from programme.desk import Actor, Desk
from programme.plan_keeping import keep, theirs_to_change
from programme.plan_preview import percent_on
from programme.pricing import NOTHING, Amounts
from programme.refusals import Refused
from programme.renewal_dates import renewal_after, renewal_before
from programme.subscriptions import Offer, another_term, is_ending, next_term
from storage.models import Customer, PlanChange
from storage.queries import customers, plan_changes
from storage.queries.alerts import SHORTEST_MONTH


def recorded_from(catalogue: Catalogue, customer: Customer, pending: PlanChange | None) -> date:
    """The first day on which the next renewal can be recorded; an overdue one can be for as long as it is.

    That is the day of the first warning of it (the catalogue's alert days), but not before the term has begun that it
    ends: a renewal that was recorded ahead comes first.

    Args:
        customer: with a subscription.
        pending: the change that waits.
    """
    if customer.started_on is None or customer.renews_on is None:
        raise ValueError("Only a subscription is renewed")
    counted_from, term = customer.started_on, customer.term
    if pending and pending.effective_on < customer.renews_on:  # its renewal is recorded already
        coming, counted_from = next_term(customer, pending)
        term = coming.term
    begins = renewal_before(counted_from, customer.renews_on - timedelta(days=1), term)
    # As for the warnings: one that comes as early as a month begins is none.
    ahead = [days for days in catalogue.alerts.renewal if term == "yearly" or days < SHORTEST_MONTH]
    return max(begins, customer.renews_on - timedelta(days=max(ahead, default=0)))


def terms_due(customer: Customer, pending: PlanChange | None, day: date) -> int:
    """How many renewals of a subscription have come by a day and are still to be recorded.

    Args:
        pending: the change that waits for the first of them.
    """
    if customer.renews_on is None:
        return 0
    coming, counted_from = next_term(customer, pending)
    number, renewal = 0, customer.renews_on
    while renewal <= day:
        number, renewal = number + 1, renewal_after(counted_from, renewal, coming.term)
    return number


async def renew(desk: Desk, actor: Actor, which: str | int, from_date: date, agreed: Offer | None = None) -> Found:
    """Writes down that a subscription goes on for another term.

    Args:
        from_date: the renewal date that the person saw; asking twice for the same date renews once.
        agreed: what the person was asked about; None for whatever it is.
    Raises: Refused with "suspended", "admins_only", "unknown_customer", "not_verified", "not_subscribed",
        "cancellation_planned", "already_renewed", "renewal_too_early" or "offer_changed".
    """
    async with desk.store.write() as session:
        customer = await theirs_to_change(session, desk, actor, which)
        seen = await found(session, desk, actor, customer)
        if customer.renews_on is None:
            raise Refused("not_subscribed", customer_id=customer.id, organisation=customer.organisation)
        pending = await plan_changes.scheduled(session, customer.partner_id, customer.id)
        if pending and is_ending(pending):
            raise Refused("cancellation_planned", organisation=customer.organisation, ends_on=pending.effective_on)
        if customer.renews_on != from_date:
            raise Refused("already_renewed", organisation=customer.organisation, renews_on=customer.renews_on)
        first_day = recorded_from(desk.catalogue, customer, pending)
        if seen.today < first_day:
            raise Refused("renewal_too_early", organisation=customer.organisation, first_day=first_day)
        coming, _ = next_term(customer, pending)
        offer = another_term(desk.catalogue, customer, pending)
        offer.require(agreed, customer)
        await customers.renew(session, customer, offer.until)
        await session.refresh(customer)
        percent = await percent_on(session, desk, seen.partner, seen.today)
        cost = NOTHING if offer.cost is None else Amounts(0, offer.cost)
        keep(session, desk, actor, seen, "renewal", coming, cost, percent, begins=from_date)
        # What a plan costs that is not sold any more, nobody here knows.
        told = {} if cost == NOTHING else cost.facts(percent)
        after = {"renews_on": offer.until} | coming.facts() | told
        row = record_change(session, desk, actor, customer, "renewed", {"renews_on": from_date}, after)
        await owe_repaints(session, desk, seen.partner, customer, from_date, row)
        return await found(session, desk, actor, customer)
