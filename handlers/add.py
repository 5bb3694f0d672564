"""Adding a customer (mission rows 11 and 22)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import (
    Block,
    EmailInputElement,
    NumberInputElement,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.customer_blocks import plan_line, shown_domain, term_name
from handlers.mapping import standing_view
from handlers.reader import Reader
from handlers.typed import LONGEST_DOMAIN, command_text
from handlers.views import show_modal
from programme.catalogue import Catalogue
from programme.customers import MOST_LICENCES, Found, add, may_add
from programme.domains import customer_domain
from programme.mapping import asking
from programme.refusals import BadInput
from storage.models import TERMS, Customer


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    await may_add(caller.desk, caller.actor)
    await ack()
    await show_modal(client, body, form_view(caller.reader, caller.desk.catalogue, _domain_meant(body)))


def _domain_meant(body: dict[str, Any]) -> str:
    """What was typed after the command, or what the button is for."""
    domain = command_text(body) if "command" in body else b.pressed(body)
    return domain[:LONGEST_DOMAIN] if isinstance(domain, str) else ""


async def take_form(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    typed = b.typed(view)
    try:
        added = await add(caller.desk, caller.actor, typed)
    except BadInput as bad:
        if bad.fields != {"domain": "taken"}:
            raise
        seen = await asking(caller.desk, caller.actor, customer_domain(typed["domain"]).ascii)
        await ack(response_action="update", view=standing_view(caller, seen))
    else:
        await ack(response_action="update", view=added_view(caller.reader, added))


def form_view(reader: Reader, catalogue: Catalogue, domain: str = "") -> View:
    plans = [b.option(plan_line(reader, catalogue, plan), plan.id) for plan in catalogue.plan]
    terms = [b.option(term_name(reader, term), term) for term in TERMS]
    blocks: list[Block] = [
        b.field("domain", reader.text("Domain"), _domain_input(domain), hint=reader.text("Without https:// and www.")),
        b.field("organisation", reader.text("Organisation"), PlainTextInputElement(action_id="typed", max_length=200)),
        b.field("super_admin_email", reader.text("Super administrator's e-mail"), EmailInputElement(action_id="typed")),
        b.field(
            "plan", reader.text("Plan"), StaticSelectElement(action_id="chosen", options=plans, initial_option=plans[0])
        ),
        b.field("licences", reader.text("Number of licences"), _licences_input()),
        b.field(
            "term", reader.text("Term"), StaticSelectElement(action_id="chosen", options=terms, initial_option=terms[1])
        ),
        b.context(
            reader.mrkdwn("The trial starts today and costs nothing. {days}", days=_trial_days(reader, catalogue))
        ),
    ]
    title = reader.text("Add a customer")
    return b.modal(reader, title, blocks, callback="customer", submit=reader.text("Add"), close=reader.text("Cancel"))


def _domain_input(domain: str) -> PlainTextInputElement:
    return PlainTextInputElement(
        action_id="typed", initial_value=domain or None, placeholder="dupont.example", max_length=1000
    )


def _licences_input() -> NumberInputElement:
    return NumberInputElement(
        action_id="typed", is_decimal_allowed=False, initial_value="5", min_value="1", max_value=str(MOST_LICENCES)
    )


def _trial_days(reader: Reader, catalogue: Catalogue) -> str:
    return reader.count("It lasts {number} day.", "It lasts {number} days.", catalogue.trial.days)


def added_view(reader: Reader, added: Found) -> View:
    return b.modal(reader, reader.text("Customer added"), added_blocks(reader, added.customer), callback="added")


def added_blocks(reader: Reader, customer: Customer) -> list[Block]:
    heading = reader.mrkdwn(
        ":white_check_mark: *{organisation}* is one of your customers now. The trial runs until *{end}*.",
        organisation=customer.organisation,
        end=reader.day(customer.trial_ends_on),
    )
    next_step = reader.mrkdwn(
        "*Next:* prove that {domain} belongs to {organisation}. It takes one DNS record; we show you which.",
        domain=shown_domain(customer),
        organisation=customer.organisation,
    )
    return [
        b.section(heading),
        b.section(next_step),
        b.actions(
            b.button(reader.text("Verify"), "verify.open", customer.id, "primary"),
            b.button(reader.text("Show my customers"), "customers.open"),
        ),
    ]


def register(app: AsyncApp) -> None:
    app.command("/partner-add")(open_form)
    app.action("add.open")(open_form)
    app.view("customer")(take_form)
