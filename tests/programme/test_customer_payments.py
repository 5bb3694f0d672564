"""What a subscription has cost so far, and what is due next, with what is planned for it (mission row 13)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from handlers import blocks as b
from handlers.customer_payments import payments_view
from handlers.reader import Reader
from handlers.steps import Step
from programme import customer_payments, partnerships, plan_changes, renewals
from programme.customer_payments import Due
from programme.refusals import Refused
from storage.models import AuditRow
from storage.store import Store
from tests.programme import house, plans
from tests.programme.house import Clock
from tests.programme.plans import RENEWAL


def costs(row: AuditRow) -> tuple[object, ...]:
    facts = row.after or {}
    return (row.action, *(facts.get(name) for name in ("charge", "credit", "commission", "percent")))


async def test_what_was_agreed_is_told_with_the_rate_that_held_then(store: Store) -> None:
    clock = Clock(plans.JUNE)
    desk = house.make_desk(store, clock)
    admin, customer = await plans.subscriber(desk, clock)
    await plans.confirmed(desk, admin, customer, plans.wish("professional"))
    assert await plans.undone(desk, admin, customer) == -1800
    today = clock.moment.date()
    rate = {"percent": "20", "valid_from": today.isoformat()}
    await partnerships.change_rate(desk, house.BEN, 1, rate)
    await plans.confirmed(desk, admin, customer, plans.wish(licences=8))
    await plans.confirmed(desk, admin, customer, plans.wish(licences=9))  # in the place of that
    clock.moment += timedelta(days=5)
    await renewals.renew(desk, admin, customer, RENEWAL)
    seen = await customer_payments.payments(desk, admin, customer)
    assert [costs(row) for row in reversed(seen.page.rows)] == [
        ("subscribed", 3600, None, 540, "15"),
        ("plan_changed", 3600, 1800, 270, "15"),
        ("change_undone", 1800, 3600, -270, "15"),
        ("renewed", 2700, None, 540, "20"),
    ]


async def test_what_is_due_is_what_will_be_renewed(store: Store) -> None:
    clock = Clock(plans.JUNE)
    desk = house.make_desk(store, clock)
    admin, customer = await plans.subscriber(desk, clock)
    seen = await customer_payments.payments(desk, admin, customer)
    assert (seen.due, seen.ends_on) == (Due(RENEWAL, 3600, Decimal(15)), None)
    await plans.confirmed(desk, admin, customer, plans.wish(licences=8))
    due = (await customer_payments.payments(desk, admin, customer)).due
    assert due is not None
    assert (due.amount, due.commission) == (2400, 360)
    await plan_changes.cancel(desk, admin, customer, RENEWAL)
    seen = await customer_payments.payments(desk, admin, customer)
    assert (seen.due, seen.ends_on) == (None, RENEWAL)


async def test_two_terms_that_are_due_are_two(store: Store) -> None:
    clock = Clock(plans.JUNE)
    desk = house.make_desk(store, clock)
    admin, customer = await plans.subscriber(desk, clock, days=75)
    seen = await customer_payments.payments(desk, admin, customer)
    assert (seen.due, seen.due and seen.due.commission) == (Due(RENEWAL, 3600, Decimal(15), 2), 540)
    shown = str(b.drawn(payments_view(Reader(), desk.catalogue, seen, Step(customer), {}).blocks or []))
    assert "2 renewals overdue: €72.00" in shown
    assert "since 1 July 2026; €36.00 each" in shown


async def test_before_anything_is_bought_and_to_strangers(store: Store) -> None:
    desk = house.make_desk(store)
    admin, stranger = await house.partner(desk), await house.partner(desk, "U2")
    customer = await house.customer(desk, admin)
    seen = await customer_payments.payments(desk, admin, customer.id)
    assert (seen.due, seen.ends_on, seen.page.rows) == (None, None, [])
    for which in (customer.id, 99):
        with pytest.raises(Refused, match="unknown_customer"):
            await customer_payments.payments(desk, stranger, which)
