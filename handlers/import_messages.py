"""What whoever imports a file hears in their direct messages: how far it is, and what came of it."""

from slack_sdk.models.blocks import Block, ButtonElement

from handlers import blocks as b
from handlers.import_view import progress_text
from handlers.posting import Post
from handlers.reader import Mrkdwn, Reader, mail_link
from programme.channels import addressee
from programme.customer_import import file_of, is_given_back
from programme.desk import Desk
from storage.models import CustomerImport, OutgoingMessage


def progress_post(reader: Reader, file: CustomerImport) -> Post:
    text = progress_text(reader, file)
    return Post(text, [b.section(text)])


async def draw_progress(desk: Desk, message: OutgoingMessage) -> Post | None:
    found = await _about(desk, message)
    return progress_post(*found) if found else None


async def draw_done(desk: Desk, message: OutgoingMessage) -> Post | None:
    found = await _about(desk, message)
    if found is None:
        return None
    reader, file = found
    text = _stopped(desk, reader, file) if file.stopped_by else _done(reader, file)
    blocks: list[Block] = [b.section(text)]
    if file.added:
        shown = b.button(reader.text("Show my customers"), "customers.open")
        blocks.append(b.actions(*([shown] if file.undo_asked_at else [shown, _undo_button(reader, file)])))
    return Post(text, blocks)


def _undo_button(reader: Reader, file: CustomerImport) -> ButtonElement:
    question = b.confirm(
        reader,
        reader.text("Undo this import?"),
        reader.text(
            "All customers of this file leave your list, but for those whose domains are proven by now. Your company's "
            "history keeps them, and you can add them again."
        ),
        go=reader.text("Take them off the list"),
        danger=True,
    )
    return b.button(reader.text("Undo this import (within a day)"), "import.undo", file.id, "danger", question)


def undoing_post(reader: Reader, file: CustomerImport) -> Post:
    """In place of the button, once it is pressed."""
    name = b.cut(file.file_name, 100)
    text = reader.mrkdwn(
        ":hourglass_flowing_sand: The import of {file} is being undone. I will tell you when that is done.", file=name
    )
    return Post(text, [b.section(text)])


def _kept(reader: Reader, file: CustomerImport) -> str:
    kept = file.added - file.removed
    if kept == 0:
        return ""
    return reader.count(
        "{number} customer of that file had been proven or taken off before.",
        "{number} customers of that file had been proven or taken off before.",
        kept,
    )


async def draw_undone(desk: Desk, message: OutgoingMessage) -> Post | None:
    found = await _about(desk, message)
    if found is None:
        return None
    reader, file = found
    removed = reader.count(
        "*{number} customer is off your list again.*", "*{number} customers are off your list again.*", file.removed
    )
    text = reader.mrkdwn(
        ":leftwards_arrow_with_hook: {removed} The file was {file}.",
        removed=Mrkdwn(removed), file=b.cut(file.file_name, 100),
    )  # fmt: skip
    text = Mrkdwn(f"{text} {_kept(reader, file)}".strip())
    return Post(text, [b.section(text)])


async def _about(desk: Desk, message: OutgoingMessage) -> tuple[Reader, CustomerImport] | None:
    about = message.about
    file = await file_of(desk, int(str(about["partner_id"])), int(str(about["import_id"])))
    person = await addressee(desk, message)
    if file is None or person is None:
        return None
    return Reader(person.language, person.time_zone), file


def _done(reader: Reader, file: CustomerImport) -> Mrkdwn:
    added = reader.count("*{number} customer is added.*", "*{number} customers are added.*", file.added)
    text = reader.mrkdwn(
        ":tada: {added} The file was {file}. Next, prove their domains: when you export your list, the file has the "
        "TXT record of each.",
        added=Mrkdwn(added), file=b.cut(file.file_name, 100),
    )  # fmt: skip
    return Mrkdwn(f"{text} {_refused(reader, file)}".strip())


def _stopped(desk: Desk, reader: Reader, file: CustomerImport) -> Mrkdwn:
    why = {
        "suspended": reader.text("Your partnership has been suspended meanwhile."),
        "failed": reader.text("Something went wrong on our side, again and again."),
    }.get(str(file.stopped_by), reader.text("You may not add customers for this company any more."))
    text = reader.mrkdwn(
        ":warning: *The import of {file} has stopped.* {why} {added} Questions? Write to {support}.",
        file=b.cut(file.file_name, 100),
        why=why,
        added=reader.count("{number} customer was added before.", "{number} customers were added before.", file.added),
        support=mail_link(desk.catalogue.support_address),
    )
    return Mrkdwn(f"{text} {_refused(reader, file)}".strip())


def _refused(reader: Reader, file: CustomerImport) -> str:
    if not is_given_back(file):
        return ""
    return reader.count(
        "{number} row was refused; it follows as a file, with the reason.",
        "{number} rows were refused; they follow as a file, each with the reason.",
        file.total - file.added,
    )


MESSAGES = {"import_progress": draw_progress, "import_done": draw_done, "import_undone": draw_undone}
