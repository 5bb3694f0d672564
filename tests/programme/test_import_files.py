"""Files of customers: whatever dialect they are written in is read back, and whatever else they are is said."""

import contextlib
import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from handlers.customer_files import FORMULA_SIGNS, defused
from handlers.customer_words import COLUMNS
from handlers.reader import Reader
from programme.import_columns import FIELDS, columns_of, term_of
from programme.import_rows import CheckedFile, check_file
from programme.refusals import Refused
from programme.tables import read_table
from tests.programme.house import CATALOGUE

HEADINGS = ["Domain", "Organisation", "Super administrator", "Plan", "Licences", "Term"]
ROW = ["dupont.example", "Dupont & Fils", "admin@dupont.example", "Workplace Standard", "12", "yearly"]
DIALECTS = [
    (encoding, separator)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
    for separator in ",;\t"
]
# What every encoding has, with what separates, quotes and breaks lines.
CELL = st.text(st.sampled_from("aZ9 éßœ€,;\t\"'|=@\n"), max_size=12)


def written(rows: list[list[str]], separator: str = ",", end: str = "\r\n") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    return text.getvalue()


def workbook(*sheets: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    for rows in sheets:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


def check(content: bytes | str) -> CheckedFile:
    return check_file(CATALOGUE, content.encode() if isinstance(content, str) else content)


def is_ascii_or_no_utf_8(content: bytes) -> bool:
    with contextlib.suppress(UnicodeDecodeError):
        return content.decode("utf-8").isascii()
    return True


def refusal(call: Callable[[], object]) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.reason, dict(refused.value.facts)


@settings(max_examples=60)
@given(
    rows=st.lists(st.lists(CELL, min_size=6, max_size=6), max_size=5),
    dialect=st.sampled_from(DIALECTS),
    end=st.sampled_from(["\r\n", "\n"]),
)
def test_rows_are_read_back_from_every_dialect(rows: list[list[str]], dialect: tuple[str, str], end: str) -> None:
    encoding, separator = dialect
    content = written([HEADINGS, *rows], separator, end).encode(encoding)
    # Some letters of Windows after each other are the bytes of one letter of UTF-8: nobody could tell them apart.
    assume(encoding != "cp1252" or is_ascii_or_no_utf_8(content))
    table = read_table(content, lambda cells: len(columns_of(cells).places), len(FIELDS))
    expected = [[cell.strip() for cell in row] for row in rows]
    assert (table.kind, table.sheet) == ("csv", None)
    assert [line.cells for line in table.lines] == [HEADINGS, *(row for row in expected if any(row))]


@settings(max_examples=80)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=100).map(lambda text: text.encode("utf-8", "ignore"))))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for given_ in (content, written([HEADINGS]).encode() + content):
        with contextlib.suppress(Refused):
            check(given_)


WHOLE = workbook([HEADINGS, ROW])  # once: it has the second in it at which it was made


@settings(max_examples=12)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused(damage: list[tuple[float, int]]) -> None:
    content = bytearray(WHOLE)
    for place, byte in damage:
        content[4 + int(place * (len(content) - 5))] = byte
    with contextlib.suppress(Refused):
        check(bytes(content))


def test_a_workbook_says_what_the_csv_says() -> None:
    told = check(workbook([[], ["Our customers"], [], [*HEADINGS, "Remark"], [*ROW[:4], 12.0, "yearly", 1.5]]))
    (row,) = told.rows
    assert (told.kind, told.ignored, row.number) == ("xlsx", ["Remark"], 5)
    assert row.values == check(written([HEADINGS, ROW])).rows[0].values
    assert row.cells == [*ROW, "1.5"]


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_the_headings_of_our_own_files_are_known(language: str) -> None:
    reader = Reader(language)
    headings = [reader.text(name) for name in COLUMNS.values()]
    columns = columns_of(headings)
    assert columns.missing == []
    assert [headings[columns.places[field]] for field in FIELDS] == headings[:6]
    assert columns.ignored == headings[6:]
    assert [term_of(reader.text(term)) for term in ("monthly", "yearly")] == ["monthly", "yearly"]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (
            "Laufzeit;LIZENZEN;tarif;E-Mail;Firma;Domäne",
            "jährlich;1 200;workplace  PROFESSIONAL;a@b.example;B;https://b.example/",
        ),
        (
            "Durée;Nb. de licences;Forfait;Courriel;Société;Domaine",
            "Annuel;1200,00;professional;a@b.example;B;B.example",
        ),
        ("Website;Company;Admin e-mail;Edition;Seats;Billing", "b.example;B;a@b.example;Professional;1200.0;Annually"),
    ],
)
def test_columns_come_in_any_order_and_language(headings: str, row: str) -> None:
    (read,) = check(f"{headings}\n{row}\n").rows
    assert (read.values or read.wrong) == {
        "domain": "b.example", "organisation": "B", "super_admin_email": "a@b.example", "plan": "professional",
        "licences": 1200, "term": "yearly",
    }  # fmt: skip


def test_each_row_is_told_what_is_wrong_with_it() -> None:
    wrong = [
        ["dupont,example", *ROW[1:]],
        ["ok.example", "", "nobody", "Gold", "1.000", "weekly"],
        [*ROW[:4], "0", "yearly"],
        ROW,
        ["DUPONT.example.", *ROW[1:]],
        ["short.example"],
    ]
    told = check(written([HEADINGS, *wrong]))
    missing = dict.fromkeys(FIELDS[1:], "missing")
    assert [row.wrong for row in told.rows] == [
        {"domain": "bad_characters"},
        {
            "organisation": "missing", "super_admin_email": "not_an_email", "plan": "no_such_plan",
            "licences": "not_a_number_of_licences", "term": "no_such_term",
        },
        {"licences": "not_a_number_of_licences"},
        {},
        {"domain": "twice_in_file"},
        missing,
    ]  # fmt: skip
    assert [row.values is None for row in told.rows] == [bool(row.wrong) for row in told.rows]


def test_what_we_have_defused_is_what_it_was() -> None:
    for sign in FORMULA_SIGNS[:8]:
        (row,) = check(
            written([[*HEADINGS, "Remark"], [ROW[0], defused(f"{sign}Dupont"), *ROW[2:], "'til Friday"]])
        ).rows
        assert row.values is not None
        assert (row.values["organisation"], row.cells[-1]) == (f"{sign}Dupont", "'til Friday")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "file_empty"),
        (b" \n \n", "file_empty"),
        (b"\xef\xbb\xbf", "file_empty"),
        (b"a\0b,c", "file_unreadable"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "file_unreadable"),
        (b'"never ends', "columns_missing"),
        (b'"' + b"x" * 200_000, "file_unreadable"),
        (b"PK\x03\x04 and no more", "file_unreadable"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "file_old_workbook"),
        (b"\n <!DOCTYPE html><html><table>", "file_web_page"),
        (b"x" * 5_000_001, "file_too_large"),
        (b"\n" * 100_001, "file_too_many_rows"),
        ((",".join(HEADINGS) + "\n" + "x\n" * 5_001).encode(), "file_too_many_rows"),
        ((",".join(HEADINGS) + "\n" + "x\n" * 6_000).encode(), "file_too_many_rows"),
        ((",".join(HEADINGS) + "\n").encode(), "no_rows"),
        (b"," * 1_000_000, "file_empty"),
    ],
)
def test_what_is_no_list_is_refused_by_name(content: bytes, reason: str) -> None:
    assert refusal(lambda: check(content))[0] == reason


def test_missing_columns_are_named() -> None:
    assert refusal(lambda: check("Domain,Company\nb.example,B\n")) == (
        "columns_missing", {"missing": ["super_admin_email", "plan", "licences", "term"], "sheet": None},
    )  # fmt: skip


NOTES = [["How to use this list"], ["Domain", "The customer's"], ["Plan", "Standard or Professional"]]
LIST = [HEADINGS, ROW]


@pytest.mark.parametrize(
    ("sheets", "read"),
    [
        ([LIST], None),
        ([NOTES, LIST], "Sheet2"),
        ([[], NOTES, LIST, [HEADINGS, ["other.example", *ROW[1:]]]], "Sheet3"),
        ([LIST, [["x"]] * 5_100], "Sheet1"),
        ([[["a long log"]] * 5_100, LIST], "Sheet2"),
        ([[["a log without an end"], *[[]] * 100_001, ["x"]], LIST], "Sheet2"),
    ],
    ids=["one", "below a read-me", "the first of two lists", "before a log", "after a log", "after one that is longer"],
)
def test_of_several_sheets_the_first_with_the_headings_is_read(sheets: list[list[list[Any]]], read: str | None) -> None:
    told = check(workbook(*sheets))
    assert (told.sheet, [row.domain for row in told.rows]) == (read, ["dupont.example"])


def test_of_several_sheets_the_likeliest_is_told_what_it_lacks() -> None:
    lacking = [HEADINGS[:5], ROW[:5]]
    facts = {"missing": ["term"], "sheet": "Sheet2"}
    assert refusal(lambda: check(workbook(NOTES, lacking))) == ("columns_missing", facts)
    assert refusal(lambda: check(workbook([HEADINGS, *[ROW] * 5_001], LIST)))[0] == "file_too_many_rows"


def test_a_column_that_comes_again_is_not_one_that_means_nothing() -> None:
    told = check(written([[*HEADINGS, "Domain name", "Remark"], [*ROW, "other.example", "x"]]))
    assert (told.repeated, told.ignored, told.rows[0].domain) == (["Domain name"], ["Remark"], "dupont.example")


def test_excel_may_say_how_it_separates() -> None:
    (row,) = check("sep=|\n" + written([HEADINGS, ROW], "|")).rows
    assert (row.number, row.wrong) == (3, {})


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
NUMBER = '<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>'


def forged(sheet: str) -> bytes:
    """A workbook whose sheet says what no spreadsheet would."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["x"]]))) as honest,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as parts,
    ):
        for name in honest.namelist():
            is_sheet = name.startswith("xl/worksheets/")
            parts.writestr(name, SHEET.format(sheet) if is_sheet else honest.read(name))
    return content.getvalue()


@pytest.mark.parametrize(
    ("sheet", "reason"),
    [
        # One kilobyte, for which a library would take half a terabyte of memory, and the process with it.
        (NUMBER.format(row=1, column="A") + NUMBER.format(row=1_048_576, column="XFD"), "file_unreadable"),
        ("".join(NUMBER.format(row=row, column="A") for row in range(1, 5_100)), "file_too_many_rows"),
        (NUMBER.format(row=1, column="A") + NUMBER.format(row=200_000, column="A"), "file_too_many_rows"),
        (" " * 60_000_001, "file_too_heavy"),
        ('<row r="1"><c', "file_unreadable"),
        ("", "file_empty"),
    ],
)
def test_a_hostile_workbook_harms_nobody(sheet: str, reason: str) -> None:
    assert refusal(lambda: check(forged(sheet)))[0] == reason


def test_a_formula_is_what_it_came_to() -> None:
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS)
    sheet.write_row(1, 0, ROW)
    sheet.write_formula(1, 4, "=3*4", None, 12)
    sheet.write_formula(1, 1, '=HYPERLINK("https://evil.example")', None, "Dupont")
    book.close()
    (row,) = check(content.getvalue()).rows
    assert row.values is not None
    assert (row.values["licences"], row.values["organisation"]) == (12, "Dupont")


OPENED = written([HEADINGS, ROW]) + '"weber.example,Weber,admin@weber.example,standard,5,yearly'


@pytest.mark.parametrize("below", ["", "\n", written([ROW])], ids=["the last", "the last line", "rows below"])
def test_a_quotation_mark_that_is_not_closed_is_named(below: str) -> None:
    good, opened = check(OPENED + below).rows
    assert good.values is not None
    assert opened.wrong["domain"] == "runs_on"


def test_a_line_break_within_a_cell_is_named_where_it_is() -> None:
    (row,) = check(written([HEADINGS, [*ROW[:2], "admin@dupont.example\nstandard", *ROW[3:]]])).rows
    assert row.wrong == {"super_admin_email": "runs_on"}
