"""Alerts of a renewal for which something is planned: a change of the subscription, or its end (mission row 24)."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers import blocks as b
from handlers.alerts import draw
from programme import alerts, outbox, plan_changes, undoing
from programme.alerts import DueAlert
from programme.desk import Actor, Desk
from programme.subscriptions import renewal_price
from storage.models import Alert, Customer, Partner, PlanChange
from tests.programme import house, plans
from tests.programme.house import Clock
from tests.programme.plans import RENEWAL


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 6, 1, 10, tzinfo=UTC))


@pytest.fixture
async def admin(desk: Desk, clock: Clock) -> Actor:
    """With a channel, and a proven customer whose month of 12 licences ends on the first of July; a week before it."""
    admin, customer_id = await plans.subscriber(desk, clock, days=23)
    async with desk.store.write() as session:
        (await session.get_one(Customer, customer_id)).verified_at = clock.moment
        partner = await session.get_one(Partner, 1)
        partner.alert_workspace, partner.alert_channel = admin.workspace_id, "C1"
    return admin


async def due(desk: Desk) -> list[DueAlert]:
    """What leaves now."""
    await alerts.plan(desk)
    claimed = await outbox.claim_alerts(desk, 1)
    found, moot = await alerts.read_again(desk, claimed)
    await outbox.moot(desk, moot)
    for one in found:
        await outbox.sent(desk, one.alert, channel="C1", ts="1")
    return found


async def kinds(desk: Desk) -> list[tuple[str, int]]:
    return [(one.alert.kind, one.days_left) for one in await due(desk)]


async def test_who_has_cancelled_hears_no_more_of_the_renewal_until_it_is_undone(
    desk: Desk, admin: Actor, clock: Clock
) -> None:
    await plan_changes.cancel(desk, admin, 1, RENEWAL)
    for days in (1, 3, 2):
        assert await kinds(desk) == []
        clock.moment += timedelta(days=days)
    (pending,) = [change for change in await plan_changes_of(desk) if change.status == "scheduled"]
    await undoing.undo(desk, admin, 1, pending.id, 0)
    assert await kinds(desk) == [("renewal", 1)]
    assert await kinds(desk) == []


async def test_at_the_very_end_it_is_told_that_a_cancelled_subscription_ends(
    desk: Desk, admin: Actor, clock: Clock
) -> None:
    await plan_changes.cancel(desk, admin, 1, RENEWAL)
    seen = []
    for _ in range(9):
        seen += [(one.days_left, one.is_end, draw(desk, [one]).text) for one in await due(desk)]
        clock.moment += timedelta(days=1)
    assert [(left, is_end) for left, is_end, _ in seen] == [(1, True), (0, True)]
    assert "the cancelled subscription ends in 1 day" in seen[0][2]
    assert "the cancelled subscription ends today" in seen[1][2]


async def test_what_ends_is_no_renewal_at_stake(desk: Desk, admin: Actor, clock: Clock) -> None:
    await plan_changes.cancel(desk, admin, 1, RENEWAL)
    clock.moment += timedelta(days=6)
    (one,) = await due(desk)
    told = str(b.drawn(draw(desk, [one, one]).blocks))
    assert "at stake" not in told
    assert "the free plan" in told
    assert "How it goes on" not in told


async def test_the_end_that_nobody_has_let_take_effect_yet_is_not_overdue(
    desk: Desk, admin: Actor, clock: Clock
) -> None:
    await plan_changes.cancel(desk, admin, 1, RENEWAL)
    clock.moment += timedelta(days=10)
    assert await kinds(desk) == []
    assert {alert.status for alert in await house.rows(desk, Alert)} == {"moot"}


async def test_another_plan_in_the_place_of_the_end_brings_the_alerts_back(desk: Desk, admin: Actor) -> None:
    await plan_changes.cancel(desk, admin, 1, RENEWAL)
    assert await kinds(desk) == []
    await plans.confirmed(desk, admin, 1, plans.wish(licences=8))
    assert await kinds(desk) == [("renewal", 7)]


async def test_what_was_told_before_is_not_told_again(desk: Desk, admin: Actor) -> None:
    assert await kinds(desk) == [("renewal", 7)]
    await plan_changes.cancel(desk, admin, 1, RENEWAL)
    (pending,) = await plan_changes_of(desk)
    await undoing.undo(desk, admin, 1, pending.id, 0)
    assert await kinds(desk) == []


async def test_an_alert_knows_what_will_be_renewed(desk: Desk, admin: Actor) -> None:
    await plans.confirmed(desk, admin, 1, plans.wish(licences=8))
    (one,) = await due(desk)
    assert one.pending is not None
    assert renewal_price(desk.catalogue, one.customer, one.pending) == 2400
    assert "8 licences, €24.00 for the next term" in str(b.drawn(draw(desk, [one]).blocks))
    assert "worth *€48.00*" in str(b.drawn(draw(desk, [one, one]).blocks))
    # Of what will be renewed, the licences stay that are in use by then.
    async with desk.store.write() as session:
        (await session.get_one(Customer, 1)).licences_in_use = 10
    assert renewal_price(desk.catalogue, await plans.now(desk), one.pending) == 3000


async def plan_changes_of(desk: Desk) -> list[PlanChange]:
    return await house.rows(desk, PlanChange)
