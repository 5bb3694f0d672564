"""How long a link and a question are good: to the end of the day that is named, where the partner is at home."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from programme.lasting import day_after, is_over, same_hour_on

ZONES = ("UTC", "America/Los_Angeles", "Pacific/Auckland", "Europe/Berlin", "America/Havana", "Asia/Kathmandu")
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 366 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("zone", "asked", "last_moment", "named"),
    [
        ("UTC", "2026-11-18T17:00Z", "2026-12-02T23:59:59Z", "2026-12-02"),
        # where it is still the 17th, 17:00
        ("America/Los_Angeles", "2026-11-18T01:00Z", "2026-12-02T07:59:59Z", "2026-12-01"),
        # where it is the 18th already, 09:00
        ("Pacific/Auckland", "2026-11-17T20:00Z", "2026-12-02T10:59:59Z", "2026-12-02"),
    ],
)
def test_it_is_good_to_the_end_of_the_day_that_is_named(zone: str, asked: str, last_moment: str, named: str) -> None:
    last, day = datetime.fromisoformat(last_moment), day_after(datetime.fromisoformat(asked), 14, zone)
    assert day == date.fromisoformat(named)
    assert not is_over(day, last, zone)
    assert is_over(day, last + timedelta(seconds=1), zone)


@given(made=MOMENTS, days=st.integers(1, 365), zone=st.sampled_from(ZONES))
def test_whoever_has_so_many_days_has_them_whole(made: datetime, days: int, zone: str) -> None:
    """Up to an hour less where clocks are put forward meanwhile, and never more than to the end of the day."""
    day = day_after(made, days, zone)
    assert not is_over(day, made + timedelta(days=days, hours=-1), zone)
    assert is_over(day, made + timedelta(days=days + 1, hours=1), zone)


# Half past midnight, and clocks are put back five days later: so many times 24 hours end on the day before.
@example(made=datetime(2026, 10, 19, 22, 30, tzinfo=UTC), days=10, zone="Europe/Berlin")
@given(made=MOMENTS, days=st.integers(0, 365), zone=st.sampled_from(ZONES))
def test_what_is_said_after_some_days_is_said_on_the_day_that_was_named(made: datetime, days: int, zone: str) -> None:
    """A reminder comes at the same hour by the clock; not on the day before, on which it would be too early."""
    said = same_hour_on(made, days, zone)
    assert said.tzinfo is UTC
    assert said.astimezone(ZoneInfo(zone)).date() == day_after(made, days, zone)
    assert abs(said - made - timedelta(days=days)) <= timedelta(hours=1)
