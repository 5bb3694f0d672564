"""Run as a program by programme.workbooks: a workbook in, a sheet of it out as JSON, and dead before it harms anybody.

It imports nothing of the desk: the less there is, the sooner it begins.
"""

import contextlib
import json
import sys
from datetime import date, datetime
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MEMORY_BYTES = 1_000_000_000
CPU_SECONDS = 15
MOST_CHARACTERS = 5_000_000
# Of a sheet that is too long, so much is read as tells what it has.
BEGINNING_ROWS = 100


def limit_itself() -> None:
    """Where the system knows such limits; elsewhere there is the caller's timeout."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def read(content: bytes, place: int, most_rows: int, most_columns: int, longest_cell: int) -> dict[str, Any] | None:
    """The first sheet with something in it from a place on; None where there is none.

    Args:
        place: from 0; sheets that are hidden, or no tables, have none.
    Returns: its place and `name`, `of` how many, the number of its `first` row, its `rows`, and whether these are
        the `whole` of it.
    """
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    names = _names(book)
    for number, name in list(enumerate(names))[place:]:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        is_whole = sheet.total_height <= most_rows
        found = sheet.to_python(nrows=None if is_whole else BEGINNING_ROWS)
        rows = [[_text(cell)[:longest_cell] for cell in row[:most_columns]] for row in found]
        if sum(len(cell) for row in rows for cell in row) > MOST_CHARACTERS:
            raise SystemExit("too many characters")
        about = {"place": number, "name": name, "of": len(names)}
        return about | {"first": sheet.start[0] + 1, "rows": rows, "whole": is_whole}
    return None


def _names(book: CalamineWorkbook) -> list[str]:
    return [
        about.name
        for about in book.sheets_metadata
        if about.visible is SheetVisibleEnum.Visible and about.typ is SheetTypeEnum.WorkSheet
    ]


def _text(cell: object) -> str:
    """As it is read by people: a number without the fraction that spreadsheets add to all of them."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    limit_itself()
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), *map(int, sys.argv[1:5]))))
