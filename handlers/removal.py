"""Taking a customer off the list that came onto it by mistake (mission row 11)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.customer_blocks import shown_domain
from handlers.reader import Reader
from handlers.steps import Form, Step, form_over, removal_view, show_step_again, this_form
from handlers.typed import which_customer
from handlers.views import show_modal
from programme.customers import unproven
from programme.removals import remove
from storage.models import Customer


async def ask(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    seen = await unproven(caller.desk, caller.actor, which_customer(body))
    form = form_over(body, Step(seen.customer.id))
    await show_modal(client, body, _question(caller.reader, seen.customer, form))


async def take_off(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), this_form(view)
    removed = await remove(caller.desk, caller.actor, form.step.customer)
    await show_step_again(ack, client, form, removed_view(caller.reader, removed))


def _question(reader: Reader, customer: Customer, form: Form) -> View:
    question = reader.mrkdwn(
        "*Take {domain} ({organisation}) off your list?*",
        domain=shown_domain(customer),
        organisation=customer.organisation,
    )
    what_follows = reader.mrkdwn(
        "Its trial ends, and I look for its DNS record no more. Nobody is told; your company's history keeps it. You "
        "can add the domain again at any time, with other records."
    )
    blocks = [b.section(question), b.section(what_follows)]
    return removal_view(reader, form, blocks, callback="removal", action="verify.open", kept={})


def removed_view(reader: Reader, customer: Customer) -> View:
    text = reader.mrkdwn(":white_check_mark: *{domain} is off your list.*", domain=shown_domain(customer))
    buttons = b.actions(
        b.button(reader.text("Show my customers"), "customers.open"),
        b.button(reader.text("Add it again"), "add.open", customer.domain),
    )
    return b.modal(reader, reader.text("Remove"), [b.section(text), buttons], callback="removed")


def register(app: AsyncApp) -> None:
    app.action("removal.open")(ask)
    app.view("removal")(take_off)
