"""Writing down whom one speaks to at a customer's."""

import secrets
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, EmailInputElement, PlainTextInputElement, StaticSelectElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.customer_people import view_of
from handlers.customer_people_view import ROLES
from handlers.paging import an_id
from handlers.reader import Reader
from handlers.steps import Form, opened_form, removal_view, show_step_again, this_form
from handlers.views import show_modal
from programme import customer_contacts
from programme.customers import Found
from programme.phones import LONGEST_TYPED, readable_phone
from programme.refusals import Refused
from storage.models import CustomerContact


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, form = caller_of(context), opened_form(body)
    seen, _ = await customer_contacts.contact_to_change(caller.desk, caller.actor, form.step.customer, None)
    await show_modal(client, body, form_view(caller.reader, seen, form, None))


async def choose(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """What was chosen from the menu beside a contact."""
    await ack()
    caller, form = caller_of(context), opened_form(body)
    what, contact_id = _chosen(body)
    seen, contact = await customer_contacts.contact_to_change(caller.desk, caller.actor, form.step.customer, contact_id)
    if what == "remove" and contact is not None:
        await show_modal(client, body, _question(caller.reader, form, contact))
    else:
        await show_modal(client, body, form_view(caller.reader, seen, form, contact))


def _question(reader: Reader, form: Form, contact: CustomerContact) -> View:
    text = reader.mrkdwn("*Remove {name} from the contacts?*", name=contact.name)
    kept = {"contact": contact.id}
    return removal_view(reader, form, [b.section(text)], callback="contact_removal", action="contacts.open", kept=kept)


async def remove(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), this_form(view)
    contact_id = an_id(b.remembered(view).get("contact"))
    await customer_contacts.remove_contact(caller.desk, caller.actor, form.step.customer, contact_id)
    await show_step_again(ack, client, form, await view_of(caller, form.step))


def _chosen(body: dict[str, Any]) -> tuple[str, int]:
    """Raises Refused for a choice that is not one of ours."""
    what, _, number = str((body["actions"][0].get("selected_option") or {}).get("value")).partition(" ")
    if what not in ("change", "remove") or not number.isdigit():
        raise Refused("unknown_contact")
    return what, an_id(int(number))


async def take_form(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, form, kept = caller_of(context), this_form(view), b.remembered(view)
    contact_id = an_id(kept["contact"]) if "contact" in kept else None
    key, typed = str(kept.get("key")), b.typed(view)
    await customer_contacts.save_contact(caller.desk, caller.actor, form.step.customer, typed, contact_id, key)
    await show_step_again(ack, client, form, await view_of(caller, form.step))


def form_view(reader: Reader, seen: Found, form: Form, contact: CustomerContact | None) -> View:
    """A new contact, or one that is changed."""
    roles = [b.option(reader.text(name), role) for role, name in ROLES.items()]
    role = next((option for option in roles if contact and option.value == contact.role), None)
    phone = readable_phone(contact.phone) if contact and contact.phone else None
    blocks: list[Block] = [
        b.section(reader.mrkdwn("*{organisation}*", organisation=seen.customer.organisation)),
        b.field("name", reader.text("Name"), _line(200, contact.name if contact else None)),
        b.field("role", reader.text("What for"), StaticSelectElement(
            action_id="chosen", options=roles, initial_option=role
        )),
        b.field("email", reader.text("E-mail"), EmailInputElement(
            action_id="typed", initial_value=contact.email if contact else None
        ), optional=True),
        b.field("phone", reader.text("Telephone"), _line(LONGEST_TYPED, phone), optional=True),
        b.context(reader.mrkdwn("Only your company's people see contacts. Nothing is sent to them.")),
        *form.way_back(reader, "contacts.open"),
    ]  # fmt: skip
    return b.modal(
        reader,
        reader.text("Change a contact") if contact else reader.text("Add a contact"),
        blocks,
        callback="contact",
        submit=reader.text("Save"),
        close=reader.text("Cancel"),
        remember=form.kept() | ({"contact": contact.id} if contact else {"key": secrets.token_hex(16)}),
    )


def _line(longest: int, text: str | None) -> PlainTextInputElement:
    return PlainTextInputElement(action_id="typed", max_length=longest, initial_value=text)


def register(app: AsyncApp) -> None:
    app.action("contacts.add")(open_form)
    app.action("contacts.choose")(choose)
    app.view("contact")(take_form)
    app.view("contact_removal")(remove)
