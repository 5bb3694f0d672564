"""What whoever imports a file hears in their direct messages: how far it is, and what came of it."""

from slack_sdk.models.blocks import Block

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
        blocks.append(b.actions(b.button(reader.text("Show my customers"), "customers.open")))
    return Post(text, blocks)


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


MESSAGES = {"import_progress": draw_progress, "import_done": draw_done}
