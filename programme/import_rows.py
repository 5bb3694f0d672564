"""What stands in a file of customers, checked row by row by the rules of the form. Pure rules, no database."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from programme.catalogue import Catalogue
from programme.customers import read_customer
from programme.import_columns import FIELDS, Columns, columns_of, likeness, plain, term_of
from programme.refusals import BadInput, Refused
from programme.tables import HEADING_WITHIN, MOST_ROWS, Line, read_table, too_many_rows

# What is chosen in the form is written in a file.
_REASONS = {("plan", "not_offered"): "no_such_plan", ("term", "not_offered"): "no_such_term"}
# What our own files put an apostrophe before, so that no spreadsheet takes it for a formula.
_DEFUSED = re.compile("'(?=[=+\\-@\uff1d\uff0b\uff0d\uff20])")
# As spreadsheets write whole numbers: with zeros behind a point, with blanks between thousands.
_WHOLE = re.compile(r"(\d+)[.,]0{1,2}")
_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")
# What hardly a cell has in it but one with a quotation mark that was opened and never closed.
_LINE_END = re.compile(r"[\r\n]")
_RUNS_ON = {"domain": re.compile(r"[\r\n]|[\t,;].*@")}


@dataclass(frozen=True)
class CheckedRow:
    """A row of a file.

    Args:
        number: as a spreadsheet counts.
        domain: as it is written there.
        cells: what stands in it, for giving it back.
        values: the columns of the customer that it describes; None where it is refused.
        wrong: field → why it is refused, as a short word.
    """

    number: int
    domain: str
    cells: list[str]
    values: dict[str, Any] | None
    wrong: dict[str, str]


@dataclass(frozen=True)
class CheckedFile:
    """A file, each of its rows checked.

    Args:
        kind: `csv` or `xlsx`.
        ignored: headings of columns that mean nothing here.
        repeated: headings of columns that mean what one before them means.
        sheet: of a workbook with several, the one that was read.
    """

    kind: str
    headings: list[str]
    ignored: list[str]
    rows: list[CheckedRow]
    repeated: list[str] = field(default_factory=list)
    sheet: str | None = None


def check_file(catalogue: Catalogue, content: bytes) -> CheckedFile:
    """Reads and checks a file. It may take seconds: call it in a thread.

    Raises: Refused as `read_table` does, or with "no_rows" or "columns_missing" (`missing`: the fields,
        and the `sheet` as in CheckedFile).
    """
    table = read_table(content, likeness, len(FIELDS))
    above, columns = _headings(table.lines)
    headings, rows = table.lines[above].cells, table.lines[above + 1 :]
    if columns.missing:
        raise Refused("columns_missing", missing=columns.missing, sheet=table.sheet)
    if not rows:
        raise Refused("no_rows")
    if len(rows) > MOST_ROWS:
        raise too_many_rows()
    checked = _without_twins([_check(catalogue, columns, line) for line in rows])
    kept = [headings[number] for number in columns.kept]
    return CheckedFile(table.kind, kept, columns.ignored, checked, columns.repeated, table.sheet)


def _headings(lines: list[Line]) -> tuple[int, Columns]:
    """Which of the first rows has the headings, and what they mean."""
    found = [columns_of(line.cells) for line in lines[:HEADING_WITHIN]]
    above = max(range(len(found)), key=lambda number: len(found[number].places))
    return above, found[above]


def _check(catalogue: Catalogue, columns: Columns, line: Line) -> CheckedRow:
    typed = {field: _cell(line, columns.places[field]) for field in FIELDS}
    typed |= {
        "plan": _plan(catalogue, typed["plan"]),
        "licences": _licences(typed["licences"]),
        "term": term_of(typed["term"]),
    }
    cells = [_cell(line, number) for number in columns.kept]
    domain = typed["domain"]
    try:
        return CheckedRow(line.number, domain, cells, read_customer(catalogue, typed), {})
    except BadInput as bad:
        wrong = _running_on(typed) or {field: _REASONS.get((field, why), why) for field, why in bad.fields.items()}
        return CheckedRow(line.number, domain, cells, None, wrong)


def _running_on(typed: dict[str, str]) -> dict[str, str]:
    """The first cell that has others in it, if any: it is the reason for all else that is wrong."""
    found = (field for field, text in typed.items() if _RUNS_ON.get(field, _LINE_END).search(text))
    return dict.fromkeys(islice(found, 1), "runs_on")


def _cell(line: Line, number: int) -> str:
    text = line.cells[number] if number < len(line.cells) else ""
    return _DEFUSED.sub("", text, count=1) if _DEFUSED.match(text) else text


def _plan(catalogue: Catalogue, text: str) -> str:
    """A plan's id, for its id or its name however it is written; any other text as it is."""
    wanted = plain(text)
    return next((plan.id for plan in catalogue.plan if wanted in (plain(plan.id), plain(plan.name))), text)


def _licences(text: str) -> str:
    digits = _THOUSANDS.sub("", text)
    whole = _WHOLE.fullmatch(digits)
    return whole[1] if whole else digits


def _without_twins(rows: list[CheckedRow]) -> list[CheckedRow]:
    """Of several good rows with one domain the first one stays."""
    seen: set[str] = set()
    told = []
    for row in rows:
        domain = row.values["domain"] if row.values else None
        told.append(refused(row, "twice_in_file") if domain in seen else row)
        if domain:
            seen.add(domain)
    return told


def refused(row: CheckedRow, reason: str) -> CheckedRow:
    """A row whose domain will not do."""
    return replace(row, values=None, wrong={"domain": reason})


def commonest(rows: list[CheckedRow]) -> list[tuple[tuple[str, str], list[CheckedRow]]]:
    """The refused rows by (field, reason), the commonest first; a row with two reasons is there twice."""
    reasons = Counter(reason for row in rows for reason in row.wrong.items())
    return [(reason, [row for row in rows if reason in row.wrong.items()]) for reason, _ in reasons.most_common()]
