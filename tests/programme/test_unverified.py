"""Only who has been verified is managed on its behalf: nobody buys anything for a domain without a proof (row 20)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from programme import consent, plan_changes, renewals, subscriptions, trials, undoing
from programme.desk import Desk
from storage.models import Customer
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.plans import confirmed, undoable, wish
from tests.programme.two_partners import Two, asked, of_partner, prove

RENEWAL = date(2027, 10, 1)


@pytest.fixture
async def desk(sqlite_address: str, clock: Clock) -> AsyncIterator[Desk]:
    store = Store(sqlite_address)
    yield house.make_desk(store, clock)
    await store.close()


async def change(desk: Desk, customer_id: int, **values: object) -> None:
    async with desk.store.write() as session:
        row = await session.get_one(Customer, customer_id)
        for name, value in values.items():
            setattr(row, name, value)


async def test_nothing_is_bought_for_a_domain_without_a_proof(desk: Desk) -> None:
    admin = await house.partner(desk)
    customer = await house.customer(desk, admin)
    for which in (customer.id, customer.domain):
        for refused in (
            await house.refusal(subscriptions.subscribe(desk, admin, which)),
            await house.refusal(plan_changes.may_change(desk, admin, which)),
            await house.refusal(plan_changes.preview(desk, admin, which, wish())),
            await house.refusal(plan_changes.carry_out(desk, admin, which, wish(), [])),
        ):
            assert refused.reason == "not_verified"
            assert refused.facts["customer_id"] == customer.id
    (now,) = await house.rows(desk, Customer)
    assert (now.status, now.started_on) == ("trial", None)
    assert await house.audited(desk, "subscribed") == []
    extended = await trials.extend_trial(desk, admin, customer.id, customer.trial_ends_on)
    assert extended.customer.trial_ends_on == customer.trial_ends_on + timedelta(days=15)


async def test_nor_anything_changed_of_what_somebody_once_bought_so(desk: Desk, clock: Clock) -> None:
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin)
    await subscriptions.subscribe(desk, admin, customer.id)
    await confirmed(desk, admin, customer.id, wish("professional", 12, "yearly"))
    (bought,) = await undoable(desk, admin, customer.id)
    await change(desk, customer.id, verified_at=None, verified_by_method=None)
    clock.moment += timedelta(days=365)
    for call in (
        renewals.renew(desk, admin, customer.id, RENEWAL),
        plan_changes.cancel(desk, admin, customer.id, RENEWAL, at_once=True),
        undoing.undo(desk, admin, customer.id, bought.change.id, 0),
    ):
        assert await house.reason(call) == "not_verified"


async def test_whose_proof_is_gone_stays_in_good_hands(desk: Desk) -> None:
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin)
    await change(desk, customer.id, broken_part="proof", broken_on=date(2026, 10, 1))
    assert (await subscriptions.subscribe(desk, admin, customer.id)).customer.status == "active"
    await plan_changes.cancel(desk, admin, customer.id, RENEWAL)


async def test_a_row_that_a_customer_comes_into_tells_what_it_had_before(desk: Desk) -> None:
    """Of a trial without a proof; and of a subscription from before nobody could have one."""
    holder, asker = await house.partner(desk, "U1"), await house.partner(desk, "U2")
    theirs, own = await house.customer(desk, holder), await house.customer(desk, asker, licences="3")
    await prove(desk, theirs.id)
    await change(desk, own.id, status="active", started_on=date(2026, 9, 1), renews_on=date(2027, 9, 1))
    await consent.answer(desk, await asked(desk, Two(holder, asker, theirs.id)), "accept")
    (now,) = await of_partner(desk, 2)
    assert (now.id, now.status, now.licences) == (own.id, "trial", 12)
    (mapped,) = await house.audited(desk, "mapped")
    assert mapped.before == {
        "status": "active", "plan": "standard", "licences": 3, "term": "yearly", "renews_on": "2027-09-01",
    }  # fmt: skip
