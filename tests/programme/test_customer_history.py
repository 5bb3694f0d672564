"""What was done for a customer: who, when, what, before and after (mission row 20)."""

import pytest
from sqlalchemy import update

from programme import subscriptions, trials
from programme.customer_history import history
from programme.refusals import Refused
from storage.models import Partner
from storage.store import Store
from tests.programme import house
from tests.programme.plans import confirmed, undone, wish


async def test_it_is_leafed_through_and_nothing_is_lost_or_told_twice(store: Store) -> None:
    desk = house.make_desk(store)
    admin = await house.partner(desk)
    customer, other = await house.verified(desk, admin), await house.customer(desk, admin, domain="dupont.example")
    await trials.extend_trial(desk, admin, other.id, other.trial_ends_on, "Another customer's reason")
    await trials.extend_trial(desk, admin, customer.id, customer.trial_ends_on, "  The budget is  late ")
    await subscriptions.subscribe(desk, admin, customer.id)
    for licences in range(13, 24):
        await confirmed(desk, admin, customer.id, wish(licences=licences, term="yearly"))
    first = (await history(desk, admin, customer.id)).page
    assert (len(first.rows), first.before) == (10, None)
    assert first.after is not None
    # What happens meanwhile moves nothing.
    await undone(desk, admin, customer.id)
    second = (await history(desk, admin, customer.id, after=first.after[0])).page
    assert second.after is None
    told = [row.action for row in reversed([*first.rows, *second.rows])]
    assert told == ["added", "trial_extended", "subscribed", *["plan_changed"] * 11]
    assert {row.subject_id for row in [*first.rows, *second.rows]} == {customer.id}
    assert second.rows[-2].after == {"ends_on": "2026-10-31", "reason": "The budget is late"}
    assert (await history(desk, admin, customer.id)).page.rows[0].action == "change_undone"
    assert second.before is not None
    back = (await history(desk, admin, customer.id, before=second.before[0])).page
    assert [row.id for row in back.rows] == [row.id for row in first.rows]


async def test_it_is_the_partners_own_a_suspended_one_included(store: Store) -> None:
    desk = house.make_desk(store)
    admin, stranger = await house.partner(desk), await house.partner(desk, "U2")
    customer = await house.customer(desk, admin)
    for which in (customer.id, 99):
        with pytest.raises(Refused, match="unknown_customer"):
            await history(desk, stranger, which)
        with pytest.raises(Refused, match="no_partner"):
            await history(desk, await house.person(desk, "U3"), which)
    async with desk.store.write() as session:
        await session.execute(update(Partner).values(status="suspended", suspended_at=desk.clock.now()))
    assert [row.action for row in (await history(desk, admin, customer.id)).page.rows] == ["added"]
