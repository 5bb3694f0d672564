"""A list of customers as a file: CSV for every programme, XLSX with real dates and numbers."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook

from handlers.customer_blocks import name_of_plan, shown_domain, term_name
from handlers.customer_words import COLUMNS, STATUS_NAMES
from handlers.reader import N_, Reader
from programme.catalogue import Catalogue
from programme.proof import template_of
from programme.trials import status_on
from storage.models import Customer

Cell = str | int | date | None

# What a spreadsheet takes for the beginning of a formula, in full width too (OWASP, CSV injection).
FORMULA_SIGNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
# What separates the columns of a CSV where the comma is the decimal sign.
SEPARATORS = {"en": ",", "fr": ";", "de": ";"}
# A day as spreadsheets read it in each language: in English, the one form that is the same day in every country.
DAYS = {"en": "%Y-%m-%d", "fr": "%d/%m/%Y", "de": "%d.%m.%Y"}
SHORT_DATE = 14  # Excel's own format for a day, which it shows as the reader's system writes days
WIDTHS = (28, 30, 32, 24, 10, 10, 13, 13, 22, 13, 28, 64)
OTHER_WIDTH = 26


# The record that proves a domain, in full and as the DNS writes it: whoever runs many domains can take it from here.
RECORD = (N_("TXT record: name"), N_("TXT record: value"))


def headings(reader: Reader) -> list[str]:
    return [reader.text(name) for name in (*COLUMNS.values(), *RECORD)]


def cells(reader: Reader, catalogue: Catalogue, customer: Customer, today: date) -> list[Cell]:
    """A customer as a row, in the order of the headings."""
    zone = ZoneInfo(reader.time_zone)
    return [
        shown_domain(customer),
        customer.organisation,
        customer.super_admin_email,
        name_of_plan(catalogue, customer.plan),
        customer.licences,
        term_name(reader, customer.term),
        customer.renews_on,
        customer.trial_ends_on if customer.status == "trial" else None,
        reader.text("Subscription, cancelled") if customer.is_ending else _status(reader, customer, today),
        customer.verified_at.astimezone(zone).date() if customer.verified_at and customer.is_proven else None,
        *_record(catalogue, customer),
    ]


def _record(catalogue: Catalogue, customer: Customer) -> list[Cell]:
    if customer.is_proven:
        return [None, None]
    record = template_of(catalogue).txt(customer.domain, customer.verification_token)
    return [record.name, record.value]


def _status(reader: Reader, customer: Customer, today: date) -> str:
    return reader.text(STATUS_NAMES[status_on(customer, today)])


class ListFile(Protocol):
    """A file that takes rows one after another, and holds none of them in memory."""

    def add(self, row: Sequence[Cell]) -> None: ...

    def close(self) -> None: ...


def defused(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


class CsvFile:
    """UTF-8 with the mark by which Excel knows it, columns separated as the reader's spreadsheet expects, and all
    quoted: where another separator is expected, none within a text parts it.

    Args:
        titles: the headings; those of the list of customers when there are none.
    """

    def __init__(self, path: Path, reader: Reader, titles: Sequence[str] | None = None) -> None:
        self._reader = reader
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=SEPARATORS[reader.language], quoting=csv.QUOTE_ALL)
        self.add(titles or headings(reader))

    def add(self, row: Sequence[Cell]) -> None:
        self._writer.writerow([self._written(cell) for cell in row])

    def _written(self, cell: Cell) -> str:
        if isinstance(cell, date):
            return cell.strftime(DAYS[self._reader.language])
        # Without separators of thousands a number is written alike in all three languages, and read by every programme.
        return defused(cell) if isinstance(cell, str) else "" if cell is None else str(cell)

    def close(self) -> None:
        self._file.close()


class XlsxFile:
    """One sheet, written row by row; every text is a text there, whatever it begins with.

    Args:
        titles: the headings; those of the list of customers when there are none.
    """

    def __init__(self, path: Path, reader: Reader, titles: Sequence[str] | None = None) -> None:
        # What it writes meanwhile lies beside the file, and goes with it.
        tmpdir = str(path.parent)
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": tmpdir}
        self._book = Workbook(str(path), options)
        self._sheet = self._book.add_worksheet(reader.text("Customers")[:31])
        self._day = self._book.add_format({"num_format": SHORT_DATE})
        bold = self._book.add_format({"bold": True})
        written = titles or headings(reader)
        for column in range(len(written)):
            width = WIDTHS[column] if titles is None else OTHER_WIDTH
            self._sheet.set_column(column, column, width)
        self._sheet.freeze_panes(1, 0)
        self._rows = 1
        self._last_column = len(written) - 1
        for column, heading in enumerate(written):
            self._sheet.write_string(0, column, heading, bold)

    def add(self, row: Sequence[Cell]) -> None:
        for column, cell in enumerate(row):
            match cell:
                case date():
                    self._sheet.write_datetime(self._rows, column, cell, self._day)
                case str():
                    self._sheet.write_string(self._rows, column, cell)
                case int():
                    self._sheet.write_number(self._rows, column, cell)
        self._rows += 1

    def close(self) -> None:
        self._sheet.autofilter(0, 0, self._rows - 1, self._last_column)
        self._book.close()


KINDS: dict[str, type[CsvFile] | type[XlsxFile]] = {"csv": CsvFile, "xlsx": XlsxFile}
