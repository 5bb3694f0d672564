"""Applying to become a partner: the form, its receipt, and the message that keeps it (mission rows 1 to 5, 7 and 8)."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    EmailInputElement,
    ExternalDataSelectElement,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.posting import Post
from handlers.reader import Mrkdwn, Reader, link, mail_link
from handlers.views import show_modal
from programme.applications import may_apply, submit, with_applicant
from programme.catalogue import Catalogue
from programme.desk import Desk
from programme.forms import COUNTRIES, LONGEST_TEXT
from storage.models import Application, OutgoingMessage


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    await may_apply(caller.desk, caller.actor)
    await ack()
    form = form_view(caller.reader, caller.desk.catalogue)
    await show_modal(client, body, form)


async def take_form(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    typed = b.typed(view)
    received = await submit(caller.desk, caller.actor, typed, terms_accepted=typed.get("terms") == "accepted")
    await ack(response_action="update", view=receipt_view(caller.reader, caller.desk.catalogue, received))
    await caller.house.courier.deliver_now()


async def suggest_countries(ack: AsyncAck, payload: dict[str, Any], context: AsyncBoltContext) -> None:
    reader = caller_of(context).reader
    begun = payload.get("value", "").casefold()
    named = sorted((reader.country(code), code) for code in COUNTRIES)
    fitting = [pair for pair in named if begun in pair[0].casefold()]
    fitting.sort(key=lambda pair: not pair[0].casefold().startswith(begun))
    await ack(options=[b.option(name, code).to_dict() for name, code in fitting[:100]])


def form_view(reader: Reader, catalogue: Catalogue) -> View:
    return b.modal(
        reader,
        reader.text("Become a partner"),
        [*_introduction(reader, catalogue), *_company(reader), *_partnership(reader, catalogue)],
        callback="application",
        submit=reader.text("Submit"),
        close=reader.text("Cancel"),
    )


def _introduction(reader: Reader, catalogue: Catalogue) -> list[Block]:
    programme = catalogue.programme
    sign_up = link(catalogue.links.sign_up, reader.text("Sign up here"))
    return [
        b.section(reader.mrkdwn("Tell us who you are and what you plan with {product}.", product=programme.product)),
        b.context(
            reader.mrkdwn(
                "You need a mail account with {vendor}. None yet? {sign_up}, then come back.",
                vendor=programme.vendor,
                sign_up=sign_up,
            )
        ),
    ]


def _company(reader: Reader) -> list[Block]:
    return [
        b.header(reader.text("Company details")),
        b.field("company", reader.text("Company"), PlainTextInputElement(action_id="typed", max_length=200)),
        b.field(
            "website",
            reader.text("Website"),
            PlainTextInputElement(action_id="typed", placeholder="https://dupont.example", max_length=300),
            optional=True,
        ),
        b.header(reader.text("Business address")),
        b.field("street", reader.text("Street and number"), PlainTextInputElement(action_id="typed", max_length=200)),
        b.field("postal_code", reader.text("Postal code"), PlainTextInputElement(action_id="typed", max_length=20)),
        b.field("city", reader.text("City"), PlainTextInputElement(action_id="typed", max_length=100)),
        b.field(
            "country",
            reader.text("Country"),
            ExternalDataSelectElement(
                action_id="country", placeholder=reader.text("Type the first letters"), min_query_length=1
            ),
        ),
    ]


def _partnership(reader: Reader, catalogue: Catalogue) -> list[Block]:
    expertise = [b.option(offered.name[reader.language], offered.id) for offered in catalogue.expertise]
    preselected = next((o for o, e in zip(expertise, catalogue.expertise, strict=True) if e.console), expertise[0])
    terms = link(catalogue.links.terms, reader.text("terms and conditions"))
    return [
        b.header(reader.text("Your partnership")),
        b.field(
            "mail_account",
            reader.text("Your mail account with {vendor}", vendor=catalogue.programme.vendor),
            EmailInputElement(action_id="typed"),
            hint=reader.text("We will write to this address."),
        ),
        b.field(
            "expertise",
            reader.text("Primary expertise or interest"),
            StaticSelectElement(action_id="chosen", options=expertise, initial_option=preselected),
        ),
        b.field("experience", reader.text("Your experience"), _long_text(), hint=_experience_hint(reader)),
        b.field("partnership_plan", reader.text("Your plan for the partnership"), _long_text()),
        b.section(reader.mrkdwn("Please read the {terms} (version {version}).",
                                terms=terms, version=catalogue.application.terms_version)),
        b.field(
            "terms",
            reader.text("Terms and conditions"),
            CheckboxesElement(
                action_id="chosen", options=[b.option(reader.text("I accept the terms and conditions"), "accepted")]
            ),
        ),
        b.context(_no_guarantee(reader, catalogue)),
    ]  # fmt: skip


def _long_text() -> PlainTextInputElement:
    return PlainTextInputElement(action_id="typed", multiline=True, max_length=LONGEST_TEXT)


def _experience_hint(reader: Reader) -> str:
    return reader.text("What you sell today, to whom, and for how long.")


def _no_guarantee(reader: Reader, catalogue: Catalogue) -> Mrkdwn:
    days = catalogue.application.answer_days
    answer = reader.count(
        "You will have an answer within {number} day.", "You will have an answer within {number} days.", days
    )
    return reader.mrkdwn("{answer} Submitting does not guarantee that you will be accepted.", answer=answer)


def receipt_view(reader: Reader, catalogue: Catalogue, received: Application) -> View:
    return b.modal(
        reader, reader.text("Application received"), receipt_blocks(reader, catalogue, received), callback="receipt"
    )


def receipt_blocks(reader: Reader, catalogue: Catalogue, received: Application) -> list[Block]:
    return [
        b.section(
            reader.mrkdwn(
                ":white_check_mark: *Thank you! We have your application for {company}.*", company=received.company
            )
        ),
        b.section(
            reader.mrkdwn(
                "*What happens next:* our team reads it, and you will hear from us here by *{due}*.",
                due=reader.weekday(received.due_at),
            )
        ),
        b.context(
            reader.mrkdwn(
                "Submitting does not guarantee that you will be accepted. Questions? Write to {support}.",
                support=mail_link(catalogue.support_address),
            )
        ),
    ]


async def draw_receipt(desk: Desk, message: OutgoingMessage) -> Post | None:
    found = await with_reader(desk, message.about)
    if found is None:
        return None
    received, reader = found
    text = reader.text("We have your application for {company}.", company=received.company)
    return Post(text, receipt_blocks(reader, desk.catalogue, received))


async def with_reader(desk: Desk, about: Mapping[str, object]) -> tuple[Application, Reader] | None:
    """The application that something outgoing is about, and its applicant as a reader."""
    found = await with_applicant(desk, int(str(about["application_id"])))
    if found is None:
        return None
    received, applicant = found
    return received, Reader(applicant.language, applicant.time_zone) if applicant else Reader()


MESSAGES = {"receipt": draw_receipt}


def register(app: AsyncApp) -> None:
    app.command("/partner-apply")(open_form)
    app.action("apply.open")(open_form)
    app.view("application")(take_form)
    app.options("country")(suggest_countries)
