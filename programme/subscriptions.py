"""Terms of a subscription: when one starts, what it costs, and when the next one is due (mission row 14)."""

from dataclasses import dataclass, replace
from datetime import date

from programme.access import require_console_change
from programme.alert_repaints import owe_repaints
from programme.catalogue import Catalogue
from programme.clock import today
from programme.customers import Found, found, record_change, require_verified, theirs_locked
from programme.desk import Actor, Desk
from programme.plan_preview import percent_on
from programme.pricing import Amounts, Subscription, price
from programme.refusals import Refused
from programme.renewal_dates import renewal_after
from storage.models import Customer, PlanChange
from storage.queries import customers


def next_term(customer: Customer, pending: PlanChange | None) -> tuple[Subscription, date]:
    """What the next term is of, and the day from which its renewals are counted.

    Args:
        customer: with a subscription.
        pending: the change that waits for the renewal.
    """
    if customer.started_on is None:
        raise ValueError("Only a subscription is renewed")
    if pending is None:
        return Subscription.of(customer), customer.started_on
    counted_from = customer.started_on if pending.to_term == customer.term else pending.effective_on
    wanted = Subscription.after(pending)
    return replace(wanted, licences=_kept(customer, wanted.licences)), counted_from


def _kept(customer: Customer, wanted: int) -> int:
    """How many licences a planned change would leave today: those in use stay (storage.queries.plan_changes.apply)."""
    return max(wanted, min(customer.licences_in_use, customer.licences))


def is_ending(pending: PlanChange | None) -> bool:
    """Whether a subscription is cancelled to its renewal."""
    return pending is not None and pending.kind == "cancel"


def renewal_price(catalogue: Catalogue, customer: Customer, pending: PlanChange | None) -> int | None:
    """What the next term costs, in minor units; None where there is none, and for a plan that is not sold any more.

    Args:
        pending: the change that waits for the renewal.
    """
    if customer.renews_on is None or is_ending(pending):
        return None
    state, _ = next_term(customer, pending)
    return price(catalogue, state) if catalogue.sells(state.plan) else None


@dataclass(frozen=True)
class Offer:
    """What the question before a term says of it. Whoever says yes gets that, or nothing.

    Args:
        cost: in minor units; None for a plan that is not sold any more.
        until: the renewal after it.
    """

    cost: int | None
    until: date

    def require(self, agreed: "Offer | None", customer: Customer) -> None:
        """Raises Refused("offer_changed") where somebody has agreed to something else."""
        if agreed not in (None, self):
            raise Refused("offer_changed", organisation=customer.organisation)


def first_term(catalogue: Catalogue, customer: Customer, day: date) -> Offer:
    """What a subscription costs that starts on a day."""
    wanted = Subscription.of(customer)
    cost = price(catalogue, wanted) if catalogue.sells(wanted.plan) else None
    return Offer(cost, renewal_after(day, day, wanted.term))


def another_term(catalogue: Catalogue, customer: Customer, pending: PlanChange | None) -> Offer:
    """What the next renewal costs, with the change that waits for it.

    Args:
        customer: with a subscription that goes on.
    """
    if customer.renews_on is None:
        raise ValueError("Only a subscription is renewed")
    coming, counted_from = next_term(customer, pending)
    until = renewal_after(counted_from, customer.renews_on, coming.term)
    return Offer(renewal_price(catalogue, customer, pending), until)


async def subscribe(desk: Desk, actor: Actor, which: str | int, agreed: Offer | None = None) -> Found:
    """Starts the subscription of a customer on trial or on the free plan, today.

    Args:
        agreed: what the person was asked about; None for whatever it is.
    Raises: Refused with "admins_only", "unknown_customer", "not_verified", "already_subscribed", "unknown_plan" or
        "offer_changed".
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor, admin=True)
        customer = await theirs_locked(session, partner, which)
        require_verified(customer)
        before = {"status": customer.status}
        day = today(desk.clock, partner.time_zone)
        offer = first_term(desk.catalogue, customer, day)
        if not await customers.start_subscription(session, customer, day, offer.until):
            raise Refused("already_subscribed", organisation=customer.organisation, renews_on=customer.renews_on)
        if offer.cost is None:
            raise Refused("unknown_plan", customer_id=customer.id)
        offer.require(agreed, customer)
        percent = await percent_on(session, desk, partner, day)
        after = {"status": "active", "renews_on": offer.until} | Subscription.of(customer).facts()
        after |= Amounts(0, offer.cost).facts(percent)
        row = record_change(session, desk, actor, customer, "subscribed", before, after)
        await owe_repaints(session, desk, partner, customer, customer.trial_ends_on, row)
        return await found(session, desk, actor, customer)
