"""Correcting a customer whose domain, organisation or super administrator was mistyped (mission row 11)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, EmailInputElement, PlainTextInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.customer_blocks import shown_domain
from handlers.reader import Reader
from handlers.steps import Form, Step, form_over, show_step_again, this_form
from handlers.typed import which_customer
from handlers.verify import records_view
from handlers.views import show_modal
from programme.corrections import correct
from programme.customers import unproven
from storage.models import Customer


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    seen = await unproven(caller.desk, caller.actor, which_customer(body))
    form = form_over(body, Step(seen.customer.id))
    await show_modal(client, body, form_view(caller.reader, seen.customer, form))


async def take_form(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), this_form(view)
    corrected = await correct(caller.desk, caller.actor, form.step.customer, b.typed(view))
    done = b.section(caller.reader.mrkdwn(":white_check_mark: *That is put right.* These are the records now:"))
    await show_step_again(ack, client, form, records_view(caller, corrected, [done]))


def form_view(reader: Reader, customer: Customer, form: Form) -> View:
    """The form, with what stands there now."""
    blocks: list[Block] = [
        b.field(
            "domain", reader.text("Domain"), _line(shown_domain(customer)), reader.text("Without https:// and www.")
        ),
        b.field("organisation", reader.text("Organisation"), _line(customer.organisation, 200)),
        b.field(
            "super_admin_email",
            reader.text("Super administrator's e-mail"),
            EmailInputElement(action_id="typed", initial_value=customer.super_admin_email),
        ),
        b.context(reader.mrkdwn("The trial goes on as it was. Another domain is proven by other records.")),
        *form.way_back(reader, "verify.open"),
    ]
    return b.modal(
        reader,
        reader.text("Correct a customer"),
        blocks,
        callback="correction",
        submit=reader.text("Save"),
        close=reader.text("Cancel"),
        remember=form.kept(),
    )


def _line(text: str, longest: int = 1000) -> PlainTextInputElement:
    return PlainTextInputElement(action_id="typed", initial_value=text, max_length=longest)


def register(app: AsyncApp) -> None:
    app.action("correction.open")(open_form)
    app.view("correction")(take_form)
