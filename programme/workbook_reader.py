"""Run as a program by programme.workbooks: a workbook in, JSON out, and dead before it harms anybody.

It imports nothing of the desk: the less there is, the sooner it begins.
"""

import contextlib
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES = 1_000_000_000
CPU_SECONDS = 15
MOST_CHARACTERS = 5_000_000


def limit_itself() -> None:
    """Where the system knows such limits; elsewhere there is the caller's timeout."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def read(content: bytes, most_rows: int, most_columns: int, longest_cell: int) -> dict[str, Any]:
    """The number of the first row and the rows; None for the rows where there are too many."""
    for sheet in _sheets(CalamineWorkbook.from_filelike(BytesIO(content))):
        if sheet.start is None:
            continue
        if sheet.total_height > most_rows:
            return {"first": 1, "rows": None}
        rows = [[_text(cell)[:longest_cell] for cell in row[:most_columns]] for row in sheet.to_python()]
        if sum(len(cell) for row in rows for cell in row) > MOST_CHARACTERS:
            raise SystemExit("too many characters")
        return {"first": sheet.start[0] + 1, "rows": rows}
    return {"first": 1, "rows": []}


def _sheets(book: CalamineWorkbook) -> Iterator[CalamineSheet]:
    for about in book.sheets_metadata:
        if about.visible is SheetVisibleEnum.Visible and about.typ is SheetTypeEnum.WorkSheet:
            yield book.get_sheet_by_name(about.name)


def _text(cell: object) -> str:
    """As it is read by people: a number without the fraction that spreadsheets add to all of them."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    limit_itself()
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), *map(int, sys.argv[1:4]))))
