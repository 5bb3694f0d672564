"""What can be undone, until when, and what undoing does to money and to what waits (mission row 14)."""

import pytest

from programme import plan_changes
from programme.desk import Desk
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.plans import JUNE, RENEWAL, confirmed, subscriber, wish


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
