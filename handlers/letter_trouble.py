"""What the reviewers, or whoever had it sent, hear of a letter that could not be delivered."""

from collections.abc import Mapping
from functools import partial

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.addressee import reviewers_reader
from handlers.courier import DrawMessage
from handlers.mail import DrawLetter, Letter
from handlers.posting import Post
from handlers.reader import Mrkdwn, Reader, link
from programme.applications import with_applicant
from programme.channels import addressee
from programme.desk import Desk
from programme.outbox import mail_of, was_given_up
from storage.models import OutgoingMail, OutgoingMessage


async def draw_letter_failed(letters: Mapping[str, DrawLetter], desk: Desk, message: OutgoingMessage) -> Post | None:
    mail = await mail_of(desk, int(str(message.about["mail_id"])))
    if mail is None or mail.status != "failed":
        return None
    letter = await letters[mail.kind](desk, mail)
    if letter is None:
        return None
    sender = await addressee(desk, message)
    reader = Reader(sender.language, sender.time_zone) if sender else reviewers_reader(desk.catalogue)
    heading = reader.mrkdwn(":warning: *An e-mail to {recipient} could not be delivered.*", recipient=mail.recipient)
    details = await _details(reader, desk, mail, letter)
    return Post(heading, [b.section(heading), *details, b.section(_advice(reader, mail, letter))])


async def _details(reader: Reader, desk: Desk, mail: OutgoingMail, letter: Letter) -> list[Block]:
    details = [reader.mrkdwn("*Subject*\n{subject}", subject=letter.subject)]
    if "application_id" in mail.about and (found := await with_applicant(desk, int(str(mail.about["application_id"])))):
        details.append(reader.mrkdwn("*Company*\n{company}", company=found[0].company))
    return [b.fields(*details), b.section(reader.mrkdwn("*What went wrong*")), b.words(mail.last_error or "–")]


def _advice(reader: Reader, mail: OutgoingMail, letter: Letter) -> Mrkdwn:
    if letter.link is None:
        return reader.mrkdwn("Please check the address, and send it once more.")
    facts = {"link": link(*letter.link)}
    if was_given_up(mail):
        return reader.mrkdwn(
            "It was tried again and again for two days. Please send the recipient this link yourself: {link}. "
            "And let whoever runs the bot look after the mail server: `python -m bot doctor` says what is wrong.",
            **facts,
        )
    return reader.mrkdwn(
        "The mail server refuses it for good, so it is not tried again. Please ask for the right address, and send "
        "the recipient this link yourself: {link}.",
        **facts,
    )


def messages(letters: Mapping[str, DrawLetter]) -> dict[str, DrawMessage]:
    """How it is drawn.

    Args:
        letters: how each kind of letter is drawn.
    """
    return {"letter_failed": partial(draw_letter_failed, letters)}
