"""A table out of a file that somebody sent: CSV in any of its dialects, or a workbook. Bounded in every direction.

Whatever the bytes are, the answer is a table or a Refused; never another exception, and never much time or memory.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from programme import workbooks
from programme.refusals import Refused

# Slack takes 10 MB in a form. 5,000 rows of customers are about 1 MB: more than this is no list of customers.
MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
# Some have a title, a date or an empty line above their headings.
HEADING_WITHIN = 10
# Blank rows do not count, but somewhere there is an end to them.
MOST_LINES = 100_000
# Longer cells hold no domain, no name and no address; of them so much is kept for telling which it was.
LONGEST_CELL = 1_000
SEPARATORS = (",", ";", "\t")

_ZIP, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # how Excel is told
_WEB_PAGE = re.compile(r"\s*<(!doctype html|html|head|body|table|meta)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A row of a table that is not blank.

    Args:
        number: as a spreadsheet counts, from 1.
    """

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """What was read of a file.

    Args:
        kind: `csv` or `xlsx`.
        sheet: of a workbook with several, the one that was read.
    """

    kind: str
    lines: list[Line]
    sheet: str | None = None


Score = Callable[[list[str]], int]


def read_table(content: bytes, score: Score, full: int) -> Table:
    """Reads a file. It may take a second: call it in a thread.

    Args:
        score: how much a row looks like the headings; the separator is the one with which some row does most, and of
            several sheets the one that is read.
        full: the score of headings that lack nothing; no sheet is looked for after those.
    Raises: Refused with "file_empty", "file_too_large", "file_too_heavy", "file_too_many_rows", "file_old_workbook",
        "file_web_page" or "file_unreadable".
    """
    if len(content) > MOST_BYTES:
        raise Refused("file_too_large", megabytes=MOST_BYTES // 1_000_000)
    if content.startswith(_OLD_WORKBOOK):  # a password makes such a file of a new workbook, too
        raise Refused("file_old_workbook")
    if content.startswith(_ZIP):
        table = _workbook(content, score, full)
    else:
        table = Table("csv", list(_lines(_rows_of_text(_decoded(content), score))))
    if not table.lines:
        raise Refused("file_empty")
    return table


def _lines(rows: Iterable[Line]) -> Iterator[Line]:
    number = 0
    for row in rows:
        cells = [cell.replace("\0", "").strip()[:LONGEST_CELL] for cell in row.cells[:MOST_COLUMNS]]
        if row.number > MOST_LINES:
            raise too_many_rows()
        if any(cells):
            number += 1
            if number > MOST_ROWS + HEADING_WITHIN:
                raise too_many_rows()
            yield Line(row.number, cells)


def too_many_rows() -> Refused:
    return Refused("file_too_many_rows", most=MOST_ROWS)


def _workbook(content: bytes, score: Score, full: int) -> Table:
    """Its likeliest sheet; of several that are, the first."""
    best, likeness = None, -1
    for sheet in workbooks.sheets(content, MOST_LINES, MOST_COLUMNS, LONGEST_CELL):
        above = islice(_lines(_rows_of(sheet)), HEADING_WITHIN)
        like = max((score(line.cells) for line in above), default=-1)
        if like > likeness:
            best, likeness = sheet, like
        if likeness == full:
            break
    if best is None:
        return Table("xlsx", [])
    if not best.whole:
        raise too_many_rows()
    return Table("xlsx", list(_lines(_rows_of(best))), best.name if best.of > 1 else None)


def _rows_of(sheet: workbooks.Sheet) -> Iterator[Line]:
    return (Line(number, cells) for number, cells in enumerate(sheet.rows, sheet.first))


def _decoded(content: bytes) -> str:
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), None) or _unmarked(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = _of_windows(content)
    if "\0" in text:
        raise Refused("file_unreadable")
    if _WEB_PAGE.match(text):
        raise Refused("file_web_page")
    return text


def _unmarked(content: bytes) -> str:
    """What begins with a letter of Latin and a zero is UTF-16 without its mark."""
    if content[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" else "utf-8"


def _of_windows(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise Refused("file_unreadable") from None


def _rows_of_text(text: str, score: Score) -> Iterator[Line]:
    told = _SEPARATOR_LINE.match(text)
    separators: Iterable[str] = (told[1],) if told and told[1] not in '"\r\n' else SEPARATORS
    body = text[told.end() :] if told else text
    first = 2 if told else 1
    try:
        best = max(separators, key=lambda separator: _likeness(body, separator, score))
        for number, cells in enumerate(_records(body, best), first):
            yield Line(number, cells)
    except csv.Error:
        raise Refused("file_unreadable") from None


def _likeness(text: str, separator: str, score: Score) -> int:
    try:
        return max(
            (score(cells[:MOST_COLUMNS]) for cells in islice(_records(text, separator), HEADING_WITHIN)), default=0
        )
    except csv.Error:  # a cell without an end
        return -1


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)
