"""The day of the sandbox: the real time plus an offset that only moves forward, shared with the bot as a small file."""

import os
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

MORNING = time(10, 0, tzinfo=UTC)


class DayError(ValueError):
    """The day was asked to move somewhere it cannot go; the text says why."""


def write_atomically(path: Path, content: str) -> None:
    """Replace the file in one step, so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
    Path(name).replace(path)


class Day:
    """The sandbox's clock.

    Arguments: the file that tells the bot the offset (seconds to add to the real time), or None; the offset to begin
    with, in seconds.
    """

    def __init__(self, clock_file: Path | None = None, offset_seconds: float = 0.0) -> None:
        self.clock_file = clock_file
        self.offset_seconds = offset_seconds
        self._last_micros = 0
        self._tell()

    def now(self) -> datetime:
        """The sandbox's present as an aware UTC instant."""
        return datetime.now(UTC) + timedelta(seconds=self.offset_seconds)

    @property
    def moved_days(self) -> int:
        """How many dates (UTC) the sandbox is ahead of the real one."""
        return (self.now().date() - datetime.now(UTC).date()).days

    def move(self, *, days: int | None = None, to: date | None = None) -> None:
        """Move to 10:00 UTC of a later date: `days` ahead of the sandbox's date, or the date `to`.

        Raises DayError when the date is not later than the sandbox's own.
        """
        if (days is None) == (to is None):
            raise DayError("Say either how many days to move, or the date to move to.")
        target = to if to is not None else self.now().date() + timedelta(days=days or 0)
        if target <= self.now().date():
            raise DayError("The day moves forward only: choose a later date.")
        self._set((datetime.combine(target, MORNING) - datetime.now(UTC)).total_seconds())

    def begin(self, *, days_ago: int) -> None:
        """Set the day back to 10:00 UTC of an earlier date. Only before anything has happened: time runs forward."""
        self._last_micros = 0
        began = datetime.combine(datetime.now(UTC).date() - timedelta(days=days_ago), MORNING)
        self._set((began - datetime.now(UTC)).total_seconds())

    def reset(self) -> None:
        """Return to the real time."""
        self._set(0.0)

    def next_ts(self) -> str:
        """A message time as Slack writes it (seconds.microseconds); unique and increasing, also after a reset."""
        micros = max(int(self.now().timestamp() * 1_000_000), self._last_micros + 1)
        self.remember(micros)
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def remember(self, micros: int) -> None:
        """Later times are to be later than this one (in microseconds); called with what was loaded from disk."""
        self._last_micros = max(self._last_micros, micros)

    def _set(self, offset_seconds: float) -> None:
        self.offset_seconds = offset_seconds
        self._tell()

    def _tell(self) -> None:
        if self.clock_file is not None:
            write_atomically(self.clock_file, f"{self.offset_seconds:.3f}\n")
