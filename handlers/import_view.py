"""How an import looks: the form that takes a file, the preview of what will come of it, and its progress."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks.block_elements import FileInputElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.import_words import expected_columns, row_error
from handlers.reader import Mrkdwn, Reader, escape
from handlers.refusals import say
from programme.catalogue import Catalogue
from programme.customer_import import Preview
from programme.import_columns import FIELDS
from programme.import_rows import CheckedFile, CheckedRow, commonest
from programme.refusals import Refused
from programme.tables import MOST_ROWS
from storage.models import CustomerImport

FILE_TYPES = ["csv", "xlsx", "txt", "tsv"]
MOST_REASONS, MOST_ROWS_NAMED, MOST_IGNORED = 5, 3, 12
LONGEST_SHOWN = 60
UNDER_WAY = "importing"  # the callback_id of what comes after the form


def form_view(reader: Reader, note: Mrkdwn | None = None) -> View:
    """The form.

    Args:
        note: what has just been done, or why the last file would not do.
    """
    columns = reader.mrkdwn(
        "I need these columns, in any order: {columns}. Each trial starts today, and costs nothing.",
        columns=expected_columns(reader, list(FIELDS)),
    )
    file = FileInputElement(action_id="chosen", filetypes=FILE_TYPES, max_files=1)
    hint = reader.text(
        "XLSX or CSV with up to {most} rows. You see what will come of it before anything is written.",
        most=reader.number(MOST_ROWS),
    )
    blocks: list[Block] = [
        *([b.section(note)] if note else []),
        b.section(columns, b.button(reader.text("Send me an example"), "import.example")),
        b.field("file", reader.text("Your list"), file, hint=hint),
    ]
    title = reader.text("Import customers")
    return b.modal(
        reader, title, blocks, callback="import", submit=reader.text("Check the file"), close=reader.text("Cancel")
    )


def reading_view(reader: Reader, name: str) -> View:
    text = reader.mrkdwn(":hourglass_flowing_sand: Reading {file}…", file=_short(name))
    return _view(reader, [b.section(text)])


def refused_view(reader: Reader, catalogue: Catalogue, refused: Refused) -> View:
    """Why a file will not do, and the form for another one."""
    return form_view(reader, Mrkdwn(f":warning: {say(refused, reader, catalogue).text}"))


def preview_view(reader: Reader, catalogue: Catalogue, name: str, preview: Preview) -> View:
    return _view(reader, preview_blocks(reader, catalogue, name, preview))


def started_view(reader: Reader) -> View:
    return _view(reader, [b.section(started_text(reader))])


def started_text(reader: Reader) -> Mrkdwn:
    return reader.mrkdwn(
        ":white_check_mark: *The import has begun.* You see how far it is in your direct messages with me, and get the "
        "refused rows there. You may close this window."
    )


def _view(reader: Reader, blocks: list[Block]) -> View:
    return b.modal(reader, reader.text("Import customers"), blocks, callback=UNDER_WAY)


def preview_blocks(reader: Reader, catalogue: Catalogue, name: str, preview: Preview) -> list[Block]:
    refused = preview.refused
    blocks: list[Block] = [b.section(_summary(reader, name, preview)), *_buttons(reader, preview)]
    for (field, word), rows in commonest(refused)[:MOST_REASONS]:
        blocks += [b.section(_reason(reader, catalogue, field, word, rows)), b.context(_named(reader, rows))]
    return blocks + [b.context(line) for line in _left_out(reader, preview.file)]


def _summary(reader: Reader, name: str, preview: Preview) -> Mrkdwn:
    lines = [Mrkdwn(f"*{escape(_short(name))}*")]
    if preview.file.sheet is not None:
        sheet = preview.file.sheet
        lines.append(reader.mrkdwn("There are several sheets in it: only the sheet *{sheet}* was read.", sheet=sheet))
    refused = reader.count("{number} row is refused.", "{number} rows are refused.", len(preview.refused))
    if preview.good:
        good = reader.count("{number} customer will be added.", "{number} customers will be added.", preview.good)
        lines.append(Mrkdwn(f":white_check_mark: {good}"))
        lines += [Mrkdwn(f":no_entry: {refused}")] if preview.refused else []
    else:
        lines.append(reader.mrkdwn(":no_entry: *No customer will be added.* {refused}", refused=refused))
    return Mrkdwn("\n".join(lines))


def _reason(reader: Reader, catalogue: Catalogue, field: str, word: str, rows: list[CheckedRow]) -> Mrkdwn:
    return Mrkdwn(f"*{reader.number(len(rows))} ×* {escape(row_error(reader, catalogue, field, word))}")


def _named(reader: Reader, rows: list[CheckedRow]) -> Mrkdwn:
    """The first of some rows, by the number that a spreadsheet shows and by what stands there."""
    named = [
        reader.text("row {number} ({domain})", number=row.number, domain=_short(row.domain) or "–")
        for row in rows[:MOST_ROWS_NAMED]
    ]
    more = ["…"] if len(rows) > MOST_ROWS_NAMED else []
    return escape(", ".join([*named, *more]))


def _left_out(reader: Reader, file: CheckedFile) -> list[Mrkdwn]:
    lines = []
    if file.repeated:
        columns = _listed(file.repeated)
        lines.append(
            reader.mrkdwn("Each of these columns repeats one further left, which counts: {columns}", columns=columns)
        )
    if file.ignored:
        columns = _listed(file.ignored)
        lines.append(reader.mrkdwn("I do not need these columns, and leave them out: {columns}", columns=columns))
    return lines


def _listed(headings: list[str]) -> str:
    shown = [_short(heading) for heading in headings[:MOST_IGNORED]]
    return ", ".join([*shown, "…"] if len(headings) > MOST_IGNORED else shown)


def _buttons(reader: Reader, preview: Preview) -> list[Block]:
    go = reader.count("Import {number} customer", "Import {number} customers", preview.good)
    give = reader.text("Send me the refused rows")
    buttons = [b.button(go, "import.begin", preview.import_id, "primary")] if preview.good else []
    buttons += [b.button(give, "import.refused", preview.import_id)] if preview.refused else []
    return [b.actions(*buttons, b.button(reader.text("Choose another file"), "import.open"))]


def progress_text(reader: Reader, file: CustomerImport) -> Mrkdwn:
    """How far a file is, as a picture and in words."""
    facts = {
        "file": _short(file.file_name),
        "bar": b.bar(b.BAR_LENGTH * file.done // max(file.good, 1)),
        "done": reader.number(file.done),
        "good": reader.number(file.good),
    }
    if file.status == "running":
        return reader.mrkdwn(":hourglass_flowing_sand: Importing *{file}*\n{bar} {done} of {good}", **facts)
    if file.stopped_by is not None:
        return reader.mrkdwn(":warning: The import of *{file}* has stopped\n{bar} {done} of {good}", **facts)
    return reader.mrkdwn(":white_check_mark: The import of *{file}* is done\n{bar} {done} of {good}", **facts)


def _short(text: str) -> str:
    return b.cut(text, LONGEST_SHOWN)
