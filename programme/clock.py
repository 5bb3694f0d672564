"""The one clock. It is passed in; nobody asks the machine."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo, available_timezones


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class MovedClock:
    """The machine's time plus the seconds written in a file, which somebody else may change at any moment.

    For trying the programme out: whole weeks pass in a second, for every process that reads the file.
    """

    offset_file: Path

    def now(self) -> datetime:
        try:
            seconds = float(self.offset_file.read_bytes() or 0)
        except FileNotFoundError:
            seconds = 0.0
        return datetime.now(UTC) + timedelta(seconds=seconds)


@dataclass(frozen=True)
class FixedClock:
    """Stands still."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


def day_of(moment: datetime, time_zone: str) -> date:
    """The date on which a moment falls in a time zone (an IANA name)."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def today(clock: Clock, time_zone: str) -> date:
    """The date it is in a time zone (an IANA name)."""
    return day_of(clock.now(), time_zone)


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones (IANA), gathered once: that means looking into hundreds of files."""
    return frozenset(available_timezones())
