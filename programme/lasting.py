"""How long what waits for an answer is good: whole days, where the partner that it concerns is at home.

Letters and pages name a day and no hour, and the time zone of who reads them is not known. So what is "good until 2
December" is good to the end of that day in the partner's time zone: whoever names the day takes it from here, and so
does the check.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from programme.clock import day_of


def day_after(moment: datetime, days: int, time_zone: str) -> date:
    """The day that comes so many days after the one on which a moment falls.

    Args:
        time_zone: an IANA name.
    """
    return day_of(moment, time_zone) + timedelta(days=days)


def is_over(last_day: date, now: datetime, time_zone: str) -> bool:
    """Whether the last day of something has ended."""
    return day_of(now, time_zone) > last_day


def same_hour_on(moment: datetime, days: int, time_zone: str) -> datetime:
    """So many days later by the clocks of a time zone, which may be put forward or back meanwhile; in UTC."""
    return (moment.astimezone(ZoneInfo(time_zone)) + timedelta(days=days)).astimezone(UTC)
