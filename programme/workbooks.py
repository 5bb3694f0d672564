"""Workbooks (XLSX), read in a process of their own that may take so much memory and time, and no more.

A workbook of one kilobyte may say that its last cell is the sixteen-thousandth of the millionth row: no library
survives that, and neither would the desk.
"""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path

from programme.refusals import Refused

READER = Path(__file__).with_name("workbook_reader.py")
SECONDS = 20
# 5,000 rows unpack to about 3 MB. A bomb is a thousand times what it weighs.
MOST_UNPACKED = 60_000_000


def read(content: bytes, most_rows: int, most_columns: int, longest_cell: int) -> tuple[int, list[list[str]] | None]:
    """The first sheet with something in it, its cells as texts: of formulas what they came to when it was saved.

    It may take seconds, and as much memory as workbook_reader allows itself: only so many at once.

    Returns: the number of its first row, from 1, and its rows; None where they are more than may be.
    Raises: Refused with "file_too_heavy" or "file_unreadable".
    """
    _refuse_bomb(content)
    limits = [str(limit) for limit in (most_rows, most_columns, longest_cell)]
    command = [sys.executable, "-I", str(READER), *limits]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        raise Refused("file_unreadable") from None
    return answer["first"], answer["rows"]


def _refuse_bomb(content: bytes) -> None:
    """By what it says of itself: a kind word before the process's limits are reached."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise Refused("file_unreadable") from None
    if unpacked > MOST_UNPACKED:
        raise Refused("file_too_heavy")
