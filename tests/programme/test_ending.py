"""A subscription that is cancelled looks so wherever its customer is shown, while it runs and afterwards (row 14)."""

from datetime import timedelta

import pytest

from handlers import blocks as b
from handlers.customer_blocks import customer_row
from handlers.customer_files import cells, headings
from handlers.reader import Reader
from programme import plan_changes
from programme.customer_list import list_customers, overview
from programme.desk import Actor, Desk
from programme.taking_effect import take_effect
from tests.programme import house, plans
from tests.programme.house import Clock
from tests.programme.plans import JUNE, RENEWAL


@pytest.fixture
def clock() -> Clock:
    return Clock(JUNE)


async def row_of(desk: Desk, admin: Actor) -> str:
    listing = await list_customers(desk, admin)
    (listed,), (first,) = listing.page.rows, (await overview(desk, admin)).first
    assert listed.is_ending == first.is_ending
    return str(b.drawn(customer_row(Reader(), house.CATALOGUE, listed, listing.today, listing.rights)))


async def file_of(desk: Desk, admin: Actor) -> dict[str, object]:
    listing = await list_customers(desk, admin)
    (customer,) = listing.page.rows
    return dict(zip(headings(Reader()), cells(Reader(), house.CATALOGUE, customer, listing.today), strict=True))


async def test_it_is_said_from_the_cancellation_on_until_it_is_undone(desk: Desk, clock: Clock) -> None:
    admin, customer_id = await plans.subscriber(desk, clock)
    assert "cancelled" not in await row_of(desk, admin)
    await plan_changes.cancel(desk, admin, customer_id, RENEWAL)
    shown = await row_of(desk, admin)
    assert "Subscription, cancelled" in shown
    assert "(ends on 1 Jul 2026)" in shown
    assert (await file_of(desk, admin))["Status"] == "Subscription, cancelled"
    await plans.undone(desk, admin, customer_id)
    assert "cancelled" not in await row_of(desk, admin)


async def test_another_change_that_waits_is_no_end(desk: Desk, clock: Clock) -> None:
    admin, customer_id = await plans.subscriber(desk, clock)
    await plans.confirmed(desk, admin, customer_id, plans.wish(licences=8))
    assert "cancelled" not in await row_of(desk, admin)


async def test_afterwards_nobody_is_told_of_the_trial_of_long_ago(desk: Desk, clock: Clock) -> None:
    admin, customer_id = await plans.subscriber(desk, clock)
    assert (await file_of(desk, admin))["End of trial"] is None
    await plan_changes.cancel(desk, admin, customer_id, RENEWAL)
    clock.moment += timedelta(days=30)
    await take_effect(desk)
    shown = await row_of(desk, admin)
    assert "the subscription has ended" in shown
    assert "trial ends on" not in shown
    assert "(ends on" not in shown
