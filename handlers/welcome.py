"""What the applicant hears of the decision: a direct message, and on approval a letter (mission rows 8 and 9)."""

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.application_status import again_button, again_text, rejection
from handlers.apply import with_reader
from handlers.mail import Letter
from handlers.posting import Post
from handlers.reader import Mrkdwn, Reader, mail_link
from programme.applications import may_reapply
from programme.catalogue import Catalogue
from programme.desk import Desk
from storage.models import Application, OutgoingMail, OutgoingMessage


async def draw_decision(desk: Desk, message: OutgoingMessage) -> Post | None:
    found = await with_reader(desk, message.about)
    if found is None:
        return None
    application, reader = found
    if application.status == "approved":
        text = reader.text("Welcome! {company} is now a partner.", company=application.company)
        return Post(text, welcome_blocks(reader, desk.catalogue, application))
    text = reader.text("Your application for {company} was not accepted.", company=application.company)
    return Post(text, rejection_blocks(reader, desk, application))


def welcome_blocks(reader: Reader, catalogue: Catalogue, application: Application) -> list[Block]:
    heading = reader.mrkdwn(
        ":tada: *Welcome, {company}! You are now a partner of {vendor}.*",
        company=application.company,
        vendor=catalogue.programme.vendor,
    )
    portal = b.link_button(reader.text("Open the partner portal"), catalogue.links.portal, "portal.open")
    note = _note(reader, application)
    if not catalogue.has_console(application.expertise):
        return [b.section(heading), *note, b.section(_store_only(reader, catalogue)), b.actions(portal)]
    return [
        b.section(heading),
        *note,
        b.section(
            reader.mrkdwn(
                "*Two first steps:* choose the channel in which you want to be warned before a trial or a subscription "
                "ends, and add your first customer. You will find everything else under `/partner`."
            )
        ),
        b.actions(
            b.button(reader.text("Choose the alert channel"), "settings.open", style="primary"),
            b.button(reader.text("Add a customer"), "add.open"),
            portal,
        ),
    ]


def _note(reader: Reader, application: Application) -> list[Block]:
    """What the reviewer wrote for the welcome, where there is something."""
    if not application.decision_note:
        return []
    return [b.section(reader.mrkdwn("*What your reviewer wrote*")), b.words(application.decision_note)]


def _store_only(reader: Reader, catalogue: Catalogue) -> Mrkdwn:
    return reader.mrkdwn(
        "The partner portal is open to you. The customer console here is for Workplace partners; "
        "if you would like to offer Workplace too, write to {support}.",
        support=mail_link(catalogue.support_address),
    )


def rejection_blocks(reader: Reader, desk: Desk, application: Application) -> list[Block]:
    support = reader.mrkdwn("Questions? Write to {support}.", support=mail_link(desk.catalogue.support_address))
    may_now = may_reapply(desk, application) == "now"
    return [
        b.section(reader.mrkdwn("Thank you for your interest in being a partner of {vendor}.",
                                vendor=desk.catalogue.programme.vendor)),
        *rejection(reader, desk.catalogue, application),
        b.context(again_text(reader, desk, application), support),
        *([b.actions(again_button(reader))] if may_now else []),
    ]  # fmt: skip


async def draw_welcome_letter(desk: Desk, mail: OutgoingMail) -> Letter | None:
    found = await with_reader(desk, mail.about)
    if found is None:
        return None
    application, _ = found
    note = application.decision_note
    reader, catalogue = Reader(mail.language), desk.catalogue
    facts = {
        "company": application.company,
        "vendor": catalogue.programme.vendor,
        "product": catalogue.programme.product,
    }
    return Letter(
        subject=reader.text("Welcome to the partner programme of {vendor}", **facts),
        greeting=reader.text("Welcome!"),
        paragraphs=[
            reader.text("We have accepted the application of {company}: you are now a reseller of {product}.", **facts),
            *([reader.text("What your reviewer wrote: {note}", note=note)] if note else []),
            reader.text("The partner portal is the one place for all your customers. Sign in with your usual account."),
            reader.text("You can do the same in Slack: type /partner to see how."),
        ],
        link=(catalogue.links.portal, reader.text("Open the partner portal")),
        closing=reader.text("Questions? Write to {support}.", support=catalogue.support_address),
    )


MESSAGES = {"decision": draw_decision}
LETTERS = {"welcome": draw_welcome_letter}
