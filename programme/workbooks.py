"""Workbooks (XLSX), read in a process of their own that may take so much memory and time, and no more.

A workbook of one kilobyte may say that its last cell is the sixteen-thousandth of the millionth row: no library
survives that, and neither would the desk.
"""

import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from programme.refusals import Refused

READER = Path(__file__).with_name("workbook_reader.py")
SECONDS = 20
# Who has more has more than a list of customers in it.
MOST_SHEETS = 10
# 5,000 rows unpack to about 3 MB. A bomb is a thousand times what it weighs.
MOST_UNPACKED = 60_000_000


@dataclass(frozen=True)
class Sheet:
    """A sheet with something in it.

    Args:
        of: how many sheets the workbook shows.
        first: the number of its first row, from 1.
        rows: its cells as texts: of formulas what they came to when it was saved.
        whole: whether these are all its rows; of more than may be there is but the beginning.
    """

    name: str
    of: int
    first: int
    rows: list[list[str]]
    whole: bool


def sheets(content: bytes, most_rows: int, most_columns: int, longest_cell: int) -> Iterator[Sheet]:
    """The sheets with something in them, each read when it is asked for.

    It may take seconds, and as much memory as workbook_reader allows itself: only so many at once.

    Raises: Refused with "file_too_heavy" or "file_unreadable".
    """
    _refuse_bomb(content)
    place, deadline = 0, time.monotonic() + SECONDS
    for _ in range(MOST_SHEETS):
        found = _read(content, deadline - time.monotonic(), place, most_rows, most_columns, longest_cell)
        if found is None:
            return
        place = found.pop("place") + 1
        yield Sheet(**found)
        if place == found["of"]:
            return


def _read(content: bytes, seconds: float, *numbers: int) -> dict[str, Any] | None:
    """A sheet, as workbook_reader finds it in its own process.

    Args:
        numbers: as it takes them.
    """
    command = [sys.executable, "-I", str(READER), *map(str, numbers)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, check=True)  # noqa: S603
        found: dict[str, Any] | None = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        raise Refused("file_unreadable") from None
    return found


def _refuse_bomb(content: bytes) -> None:
    """By what it says of itself: a kind word before the process's limits are reached."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused("file_unreadable") from None
    if unpacked > MOST_UNPACKED:
        raise Refused("file_too_heavy")
