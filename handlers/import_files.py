"""The files that an import gives back: an example of what it takes, and the rows that it has refused."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from slack_sdk.web.async_client import AsyncWebClient

from handlers.customer_blocks import term_name
from handlers.customer_files import KINDS, Cell
from handlers.import_words import REASON, column_name, row_errors
from handlers.reader import Reader
from handlers.temporary_files import own_folder
from programme.catalogue import Catalogue
from programme.import_columns import FIELDS
from storage.models import CustomerImport, ImportRow

EXAMPLES = (("dupont.example", "Dupont & Fils", 12, "yearly"), ("mueller.example", "Müller GmbH", 5, "monthly"))
LONGEST_NUMBER = 7


def example_name(reader: Reader) -> str:
    return reader.text("customers-example") + ".xlsx"


def refused_name(reader: Reader, file: CustomerImport) -> str:
    """Each file's own, so that it is found again where it stands already."""
    name = reader.text("refused-customers")
    return f"{name}-{file.id}.{file.kind}"


async def post_example(client: AsyncWebClient, channel: str, reader: Reader, catalogue: Catalogue) -> None:
    rows: list[list[Cell]] = [
        [domain, organisation, f"admin@{domain}", plan.name, licences, term_name(reader, term)]
        for (domain, organisation, licences, term), plan in zip(EXAMPLES, catalogue.plan * 2, strict=False)
    ]
    headings = [column_name(reader, field) for field in FIELDS]
    comment = reader.text("Put your customers in place of these. The order of the columns does not matter.")
    await _post(client, channel, reader, example_name(reader), headings, rows, comment)


async def post_refused(
    client: AsyncWebClient, channel: str, reader: Reader, catalogue: Catalogue, file: CustomerImport,
    rows: Sequence[ImportRow],
) -> None:  # fmt: skip
    """The refused rows as they were, with the reason in a column more; it can be mended and imported again."""
    listed = [[*map(_cell, row.cells), row_errors(reader, catalogue, row.wrong or {})] for row in rows]
    headings = [*file.headings, reader.text(REASON)]
    comment = reader.text("The refused rows; the last column says why. Mend them, and import this file.")
    await _post(client, channel, reader, refused_name(reader, file), headings, listed, comment)


def _cell(text: str) -> Cell:
    """A number as a number, so that no spreadsheet complains of it."""
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and str(int(text)) == text
    return int(text) if is_number else text


async def _post(
    client: AsyncWebClient, channel: str, reader: Reader, name: str, headings: list[str],
    rows: Sequence[Sequence[Cell]], comment: str,
) -> None:  # fmt: skip
    with own_folder() as folder:
        path = folder / name
        await asyncio.to_thread(_write, path, reader, headings, rows)
        await client.files_upload_v2(
            channel=channel, file=str(path), filename=name, title=name, initial_comment=comment
        )


def _write(path: Path, reader: Reader, headings: list[str], rows: Sequence[Sequence[Cell]]) -> None:
    file = KINDS[path.suffix.removeprefix(".")](path, reader, headings)
    for row in rows:
        file.add(row)
    file.close()
