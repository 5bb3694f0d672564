"""What a wish to change a subscription would do and cost, reckoned for a day (mission row 14)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from programme.catalogue import Catalogue
from programme.customers import LICENCES, Found
from programme.desk import Desk
from programme.forms import Rule, one_of, read_fields
from programme.partnerships import percent_of
from programme.pricing import (
    NOTHING,
    Amounts,
    Subscription,
    at_once,
    change_amounts,
    commission,
    earned,
    price,
    unused_terms,
)
from programme.refusals import BadInput, Refused
from programme.renewal_dates import renewal_after
from storage.models import TERMS, Customer, Partner, PlanChange
from storage.queries import partnerships, plan_changes


@dataclass(frozen=True)
class Preview:
    """What confirming a wish would do.

    Args:
        old: what there is; on a trial or the free plan, what was asked for when the customer was added.
        now: what there is after confirming.
        coming: what begins with the renewal, where that is something else; None otherwise.
        buys: whether it begins a subscription, and ends a trial.
        amounts: what is paid on confirming.
        renews_on: the next renewal after confirming; a day that has come: the renewal is still to be recorded.
        old_price, renewal_price: of a term, before and from the next renewal on; the former is None where nobody knows
            what it was: the plan is not sold any more.
        percent: the partner's commission today.
        replaces: a change that waits, and will not happen.
    """

    found: Found
    old: Subscription
    now: Subscription
    coming: Subscription | None
    buys: bool
    amounts: Amounts
    renews_on: date
    old_price: int | None
    renewal_price: int
    percent: Decimal
    replaces: PlanChange | None

    @property
    def wish(self) -> Subscription:
        return self.coming or self.now

    @property
    def commission_now(self) -> int:
        """What the partner earns by what is paid on confirming; below zero, what it has earned and gives back."""
        return earned(self.amounts, self.percent)

    @property
    def commission_before(self) -> int | None:
        return None if self.old_price is None else commission(self.old_price, self.percent)

    @property
    def commission_after(self) -> int:
        return commission(self.renewal_price, self.percent)

    @property
    def waits(self) -> bool:
        """Whether a part of it waits for a renewal that is still to come."""
        return self.coming is not None and self.renews_on > self.found.today

    @property
    def lifts_cancellation(self) -> bool:
        """Whether the subscription was cancelled to its end, and will renew after all."""
        return self.replaces is not None and self.replaces.kind == "cancel"

    def figures(self) -> list[object]:
        """Everything that was shown and may be something else by now, for telling whether it is, as plain values."""
        states = [self.old, self.now, self.wish]
        shown: list[object] = [part for state in states for part in (state.plan, state.licences, state.term)]
        waiting = self.replaces.id if self.replaces else 0
        prices: list[object] = [self.amounts.credit, self.amounts.charge, self.old_price, self.renewal_price]
        return [*shown, self.renews_on.isoformat(), *prices, str(self.percent), waiting]


def is_paid_for(customer: Customer, pending: PlanChange | None) -> bool:
    """Whether the renewal that a change waits for is recorded already, and with it what the change costs."""
    return pending is not None and pending.effective_on != customer.renews_on


async def pending_change(session: AsyncSession, customer: Customer) -> PlanChange | None:
    """The change that waits. Raises Refused("change_paid") when the renewal that it waits for is recorded already."""
    pending = await plan_changes.scheduled(session, customer.partner_id, customer.id)
    if pending and is_paid_for(customer, pending):
        raise Refused("change_paid", organisation=customer.organisation, effective_on=pending.effective_on)
    return pending


def _read_wish(catalogue: Catalogue, customer: Customer, typed: dict[str, str]) -> Subscription:
    rules = {
        "plan": Rule(one_of([plan.id for plan in catalogue.plan])),
        "licences": LICENCES,
        "term": Rule(one_of(TERMS)),
    }
    values = read_fields(typed, rules)
    licences = int(values["licences"] or 0)
    if licences < min(customer.licences_in_use, customer.licences):
        raise BadInput({"licences": "licences_in_use"}, in_use=customer.licences_in_use)
    return Subscription(values["plan"] or "", licences, values["term"] or "")


async def reckoned(session: AsyncSession, desk: Desk, seen: Found, typed: dict[str, str]) -> Preview:
    """What a wish would do and cost today.

    Args:
        typed: `plan`, `licences`, `term`.
    Raises: BadInput, or Refused, as programme.plan_changes.preview.
    """
    customer, catalogue = seen.customer, desk.catalogue
    wish, old = _read_wish(catalogue, customer, typed), Subscription.of(customer)
    percent = await percent_on(session, desk, seen.partner, seen.today)
    if customer.renews_on is None:
        renews_on = renewal_after(seen.today, seen.today, wish.term)
        cost = price(catalogue, wish)
        return Preview(seen, old, wish, None, True, Amounts(0, cost), renews_on, 0, cost, percent, None)
    pending = await pending_change(session, customer)
    _check_changes(customer, pending, old, wish)
    # What was not paid for yet costs nothing to change: the renewal that is due is paid at its new price. And what was
    # paid for a plan that is not sold any more runs to its end: what it is worth, nobody knows.
    is_known = catalogue.sells(old.plan)
    now = old if customer.renews_on <= seen.today or not is_known else at_once(catalogue, old, wish)
    amounts = NOTHING if now == old else amounts_of(catalogue, seen, old, now)
    coming = wish if wish != now else None
    prices = price(catalogue, old) if is_known else None, price(catalogue, wish)
    return Preview(seen, old, now, coming, False, amounts, customer.renews_on, *prices, percent, pending)


def _check_changes(customer: Customer, pending: PlanChange | None, old: Subscription, wish: Subscription) -> None:
    """Raises Refused for a wish that is so already, or will be."""
    if pending and pending.kind == "change" and wish == Subscription.after(pending):
        raise Refused("already_planned", organisation=customer.organisation, effective_on=pending.effective_on)
    if wish == old and pending:
        raise Refused("undo_instead", organisation=customer.organisation)
    if wish == old:
        raise Refused("nothing_changes", organisation=customer.organisation)


def amounts_of(catalogue: Catalogue, seen: Found, old: Subscription, new: Subscription) -> Amounts:
    """What it costs to change a subscription today, for the days that are paid for and left."""
    customer = seen.customer
    if customer.started_on is None or customer.renews_on is None:
        raise ValueError("Only a subscription is paid for")
    unused = unused_terms(customer.started_on, old.term, customer.renews_on, seen.today)
    return change_amounts(price(catalogue, old), price(catalogue, new), unused)


async def percent_on(session: AsyncSession, desk: Desk, partner: Partner, day: date) -> Decimal:
    """A partner's commission on a day."""
    rates = await partnerships.rates(session, partner.id, day)
    holds = next((rate for rate in rates if rate.valid_from <= day), None)
    return percent_of(holds) if holds else desk.catalogue.commission.default_percent
