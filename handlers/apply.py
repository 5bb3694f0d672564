"""Applying to become a partner: opening the form, taking it, and the receipt (mission rows 1 to 8)."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.application_status import status_of, status_view
from handlers.apply_form import form_view
from handlers.caller import Caller, caller_of
from handlers.posting import Post
from handlers.reader import Reader, mail_link
from handlers.views import show_modal
from programme.applications import may_apply, submit, with_applicant
from programme.catalogue import Catalogue
from programme.desk import Desk
from programme.forms import COUNTRIES
from programme.people import person
from programme.refusals import Refused
from storage.models import Application, OutgoingMessage


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """Who has an application open is led to it."""
    caller = caller_of(context)
    try:
        await may_apply(caller.desk, caller.actor)
    except Refused as refused:
        if refused.reason != "application_open":
            raise
        view = status_view(caller.reader, caller.desk, await status_of(caller))
    else:
        view = form_view(caller.reader, caller.desk.catalogue, await _name(caller))
    await ack()
    await show_modal(client, body, view)


async def _name(caller: Caller) -> str:
    described = await person(caller.desk, caller.actor)
    return described.name if described else ""


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
                "*What happens next:* our team reads it, and you will hear from us here by *{due}*. "
                "Type `/partner` at any time to see where it stands, or to withdraw it.",
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
    show = b.button(reader.text("Show my application"), "application.open")
    return Post(text, [*receipt_blocks(reader, desk.catalogue, received), b.actions(show)])


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
