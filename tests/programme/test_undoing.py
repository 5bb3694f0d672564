"""What can be undone, until when, and what undoing does to money and to what waits (mission row 14)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from programme import partnerships, plan_changes, undoing
from programme.desk import Desk
from programme.pricing import Amounts
from programme.refusals import Refused
from programme.taking_effect import take_effect
from storage.models import AuditRow, PlanChange
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.plans import JUNE, MIDDLE, RENEWAL, confirmed, now, state, subscriber, undoable, undone, wish


@pytest.fixture
def clock() -> Clock:
    return Clock(JUNE)


async def test_a_change_lifts_a_cancellation_and_the_history_says_so(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await plan_changes.cancel(desk, admin, customer, RENEWAL)
    seen = await confirmed(desk, admin, customer, wish(licences=20))
    assert seen.lifts_cancellation
    (lifted,) = await house.audited(desk, "cancel_undone")
    assert (lifted.user_id, lifted.before) == (admin.user_id, {"effective_on": "2026-07-01"})
    assert lifted.after == {"renews_on": "2026-07-01"}
    seen = await confirmed(desk, admin, customer, wish(licences=8))
    assert not seen.lifts_cancellation
    await confirmed(desk, admin, customer, wish(licences=9))
    assert len(await house.audited(desk, "cancel_undone")) == 1


async def test_an_upgrade_can_be_undone_whatever_was_planned_after_it(desk: Desk, clock: Clock) -> None:
    """A cancellation above it holds; it comes back to the cent on its day, and so does the commission."""
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish(licences=20))
    await plan_changes.cancel(desk, admin, customer, RENEWAL)
    assert [what.change.kind for what in await undoable(desk, admin, customer)] == ["cancel", "change"]
    await undone(desk, admin, customer, nth=0)
    await plan_changes.cancel(desk, admin, customer, RENEWAL)
    assert await undone(desk, admin, customer, nth=1) == -1200
    assert await state(desk) == ("standard", 12, "monthly")
    (cancelled,) = await undoable(desk, admin, customer)
    assert (cancelled.change.kind, cancelled.change.status) == ("cancel", "scheduled")
    assert await accounts(desk) == {"rows": (0, 0), "told": (0, 0)}


async def test_of_a_wish_of_two_parts_what_waits_or_all_of_it_is_undone(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    for _ in range(2):
        await confirmed(desk, admin, customer, wish("professional", 20, "yearly"))
        waits, begun = await undoable(desk, admin, customer)
        assert (waits.drops, begun.drops) == (None, waits.change)
        with pytest.raises(Refused, match="undoing_changed"):  # of which nobody was told that it goes too
            await undoing.undo(desk, admin, customer, begun.change.id, begun.amounts.now)
        await undone(desk, admin, customer, nth=1)
        assert (await state(desk), await undoable(desk, admin, customer)) == (("standard", 12, "monthly"), [])
    await confirmed(desk, admin, customer, wish("professional", 20, "yearly"))
    await undone(desk, admin, customer, nth=0)
    assert await state(desk) == ("professional", 20, "monthly")
    await undone(desk, admin, customer)
    assert await state(desk) == ("standard", 12, "monthly")
    assert (await accounts(desk))["rows"] == (0, 0)
    clock.moment += timedelta(days=MIDDLE)
    assert await take_effect(desk) == 0


async def test_one_upgrade_after_the_other_is_undone_and_no_click_undoes_two(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    for licences in (13, 14, 15):
        await confirmed(desk, admin, customer, wish(licences=licences))
    for licences in (14, 13, 12):
        (what,) = await undoable(desk, admin, customer)
        await undone(desk, admin, customer)
        assert (await state(desk))[1] == licences
        with pytest.raises(Refused, match="nothing_to_undo"):
            await undoing.undo(desk, admin, customer, what.change.id, what.amounts.now)
    assert await accounts(desk) == {"rows": (0, 0), "told": (0, 0)}


async def test_undoing_gives_back_what_was_charged_whatever_prices_and_rates_are_by_then(
    desk: Desk, clock: Clock
) -> None:
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish("professional"))
    rate = {"percent": "20", "valid_from": clock.moment.date().isoformat()}
    await partnerships.change_rate(desk, house.BEN, 1, rate)
    dearer = [plan.model_copy(update={"monthly": plan.monthly * 3}) for plan in desk.catalogue.plan[1:]]
    later = replace(desk, catalogue=desk.catalogue.model_copy(update={"plan": dearer}))  # and Standard is gone
    assert await undone(later, admin, customer) == -1800
    assert await accounts(desk) == {"rows": (0, 0), "told": (0, 0)}


async def test_until_the_day_before_the_renewal(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish("professional", 20, "yearly"))
    clock.moment += timedelta(days=MIDDLE - 1)
    waits, begun = await undoable(desk, admin, customer)
    assert begun.amounts == Amounts(credit=400, charge=120)
    clock.moment += timedelta(days=1)
    assert await undoable(desk, admin, customer) == []
    for what in (waits, begun):
        drops = what.drops.id if what.drops else None
        with pytest.raises(Refused, match="nothing_to_undo"):
            await undoing.undo(desk, admin, customer, what.change.id, what.amounts.now, drops)


async def test_what_is_overdue_ends_at_once_if_one_was_told_so_and_stays_ended(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock, days=30)
    refused = await house.refusal(plan_changes.cancel(desk, admin, customer, RENEWAL))
    assert (refused.reason, refused.facts["renews_on"]) == ("ends_at_once", RENEWAL)
    assert ((await now(desk)).status, await house.rows(desk, PlanChange)) == ("active", [])
    await plan_changes.cancel(desk, admin, customer, RENEWAL, at_once=True)
    assert ((await now(desk)).status, await undoable(desk, admin, customer)) == ("cancelled", [])


async def accounts(desk: Desk) -> dict[str, tuple[int, int]]:
    """What all changes have cost, and the commission of it: by the rows that keep them, and by the audit trail."""
    rows = await house.rows(desk, PlanChange)
    trail = [row for row in await house.rows(desk, AuditRow) if row.action in ("plan_changed", "change_undone")]
    told: list[dict[str, Any]] = [row.after or {} for row in trail]
    return {
        "rows": (sum(row.charge - row.credit for row in rows), sum(row.commission for row in rows)),
        "told": (
            sum(after.get("charge", 0) - after.get("credit", 0) for after in told),
            sum(after.get("commission", 0) for after in told),
        ),
    }
