"""Whoever says yes to a question about money gets what it said, or nothing (mission row 14)."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.subscription_buttons import offer_in
from programme import plan_changes, renewals, subscriptions
from programme.desk import Actor, Desk
from programme.refusals import Refused
from programme.renewal_dates import renewal_after
from programme.renewals import terms_due
from programme.subscriptions import Offer, another_term, first_term
from programme.taking_effect import take_effect
from storage.models import Customer
from storage.queries import plan_changes as waiting
from tests.programme import house
from tests.programme.house import CATALOGUE, Clock
from tests.programme.plans import JUNE, RENEWAL, confirmed, now, state, subscriber, wish
from tests.storage.rows import row

NEAR = 25  # days after the first of June: the renewal can be recorded


@pytest.fixture
def clock() -> Clock:
    return Clock(JUNE)


async def renewal_asked(desk: Desk) -> Offer:
    customer = await now(desk)
    async with desk.store.read() as session:
        return another_term(CATALOGUE, customer, await waiting.scheduled(session, 1, customer.id))


async def plans_yearly(desk: Desk, admin: Actor, customer_id: int) -> None:
    await confirmed(desk, admin, customer_id, wish(term="yearly"))


async def plans_less(desk: Desk, admin: Actor, customer_id: int) -> None:
    await confirmed(desk, admin, customer_id, wish(licences=5))


async def buys_more(desk: Desk, admin: Actor, customer_id: int) -> None:
    await confirmed(desk, admin, customer_id, wish(licences=500))


@pytest.mark.parametrize("meanwhile", [plans_yearly, plans_less, buys_more])
async def test_a_renewal_costs_what_was_asked_or_is_not_recorded(
    desk: Desk, clock: Clock, meanwhile: Callable[[Desk, Actor, int], Awaitable[None]]
) -> None:
    admin, customer_id = await subscriber(desk, clock, NEAR)
    agreed = await renewal_asked(desk)
    assert agreed == Offer(3600, date(2026, 8, 1))
    await meanwhile(desk, admin, customer_id)
    refused = await house.refusal(renewals.renew(desk, admin, customer_id, RENEWAL, agreed))
    assert refused.reason == "offer_changed"
    assert (await now(desk)).renews_on == RENEWAL
    assert await house.audited(desk, "renewed") == []
    agreed = await renewal_asked(desk)
    await renewals.renew(desk, admin, customer_id, RENEWAL, agreed)
    (recorded,) = await house.audited(desk, "renewed")
    assert (recorded.after or {})["charge"] == agreed.cost
    assert (await now(desk)).renews_on == agreed.until


async def test_so_does_the_start_of_a_subscription(desk: Desk, clock: Clock) -> None:
    admin, customer_id = await subscriber(desk, clock, 0)
    agreed = first_term(CATALOGUE, await now(desk), clock.moment.date())
    await buys_more(desk, admin, customer_id)
    await plan_changes.cancel(desk, admin, customer_id, RENEWAL)
    clock.moment += timedelta(days=30)
    await take_effect(desk)
    refused = await house.refusal(subscriptions.subscribe(desk, admin, customer_id, agreed))
    assert refused.reason == "offer_changed"
    assert (await now(desk)).status == "cancelled"
    agreed = first_term(CATALOGUE, await now(desk), clock.moment.date())
    await subscriptions.subscribe(desk, admin, customer_id, agreed)
    assert await state(desk) == ("standard", 500, "monthly")
    assert (await now(desk)).renews_on == agreed.until


async def test_a_question_of_yesterday_is_asked_again(desk: Desk, clock: Clock) -> None:
    """The term would end on another day than it said."""
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin)
    agreed = first_term(CATALOGUE, customer, clock.moment.date())
    clock.moment += timedelta(days=1)
    assert await house.reason(subscriptions.subscribe(desk, admin, customer.id, agreed)) == "offer_changed"


@given(cost=st.none() | st.integers(0, 10**9), until=st.dates())
def test_a_button_carries_it_unchanged(cost: int | None, until: date) -> None:
    assert offer_in({"customer": 1, "offer": [cost, until.isoformat()]}) == Offer(cost, until)


@pytest.mark.parametrize("value", [None, 7, {}, {"offer": 7}, {"offer": [1, "soon"]}, {"offer": ["1", "2026-01-01"]}])
def test_what_is_no_button_of_ours_is_refused(value: object) -> None:
    with pytest.raises(Refused, match="unknown_customer"):
        offer_in(value)


@settings(max_examples=60)
@given(
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    term=st.sampled_from(["monthly", "yearly"]),
    later=st.integers(-40, 900),
)
def test_each_renewal_that_has_come_is_due(start: date, term: str, later: int) -> None:
    renews_on = renewal_after(start, start, term)
    day = renews_on + timedelta(days=later)
    customer = row(Customer, status="active", started_on=start, renews_on=renews_on, term=term)
    due = terms_due(customer, None, day)
    assert (due == 0) == (day < renews_on)
    recorded = renews_on
    for _ in range(due):
        assert recorded <= day
        recorded = renewal_after(start, recorded, term)
    assert recorded > day or due == 0
