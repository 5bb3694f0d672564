"""Writing down whom one speaks to at a customer's."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, EmailInputElement, PlainTextInputElement, StaticSelectElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.customer_people import view_of
from handlers.customer_people_view import ROLES, shown_contact
from handlers.meanwhile import changed_meanwhile, removed_meanwhile
from handlers.paging import an_id
from handlers.reader import Reader
from handlers.step_rows import chosen_row, new_row
from handlers.steps import Form, opened_form, removal_view, show_step_again, this_form
from handlers.views import show_modal
from programme import customer_contacts
from programme.customers import Found
from programme.meanwhile import Saved
from programme.phones import LONGEST_TYPED, readable_phone
from storage.models import CustomerContact


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, form = caller_of(context), opened_form(body)
    seen, _ = await customer_contacts.contact_to_change(caller.desk, caller.actor, form.step.customer, None)
    await show_modal(client, body, form_view(caller.reader, seen, form, {}, new_row()))


async def choose(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """What was chosen from the menu beside a contact."""
    await ack()
    caller, form = caller_of(context), opened_form(body)
    what, contact_id = chosen_row(body, "unknown_contact")
    seen, contact = await customer_contacts.contact_to_change(caller.desk, caller.actor, form.step.customer, contact_id)
    if what == "remove" and contact is not None:
        await show_modal(client, body, _question(caller.reader, form, contact))
    else:
        filled, kept = (_filled(contact), _kept(contact)) if contact else ({}, new_row())
        await show_modal(client, body, form_view(caller.reader, seen, form, filled, kept))


def _question(reader: Reader, form: Form, contact: CustomerContact) -> View:
    text = reader.mrkdwn("*Remove {name} from the contacts?*", name=contact.name)
    kept = {"contact": contact.id}
    return removal_view(reader, form, [b.section(text)], callback="contact_removal", action="contacts.open", kept=kept)


async def remove(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), this_form(view)
    contact_id = an_id(b.remembered(view).get("contact"))
    await customer_contacts.remove_contact(caller.desk, caller.actor, form.step.customer, contact_id)
    await show_step_again(ack, client, form, await view_of(caller, form.step))


async def take_form(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """A new contact, or one that is changed."""
    caller, form, kept, typed = caller_of(context), this_form(view), b.remembered(view), b.typed(view)
    if "contact" not in kept:
        key = str(kept.get("key"))
        await customer_contacts.add_contact(caller.desk, caller.actor, form.step.customer, typed, key)
    else:
        contact_id, seen = an_id(kept["contact"]), str(kept.get("seen"))
        saved = await customer_contacts.change_contact(
            caller.desk, caller.actor, form.step.customer, contact_id, typed, seen
        )
        if not saved.done:
            await ack(response_action="update", view=_form_again(caller.reader, form, saved, typed))
            return
    await show_step_again(ack, client, form, await view_of(caller, form.step))


def _form_again(reader: Reader, form: Form, saved: Saved[CustomerContact], typed: dict[str, str]) -> View:
    """The form as it was sent, with what somebody else has made of the contact meanwhile."""
    now = saved.now
    if now is None:
        return form_view(reader, saved.found, form, typed, new_row(), removed_meanwhile(reader))
    notice = changed_meanwhile(reader, now.edited_by, now.edited_at, [b.section(shown_contact(reader, now))])
    return form_view(reader, saved.found, form, typed, _kept(now), notice)


def _kept(contact: CustomerContact) -> dict[str, Any]:
    return {"contact": contact.id, "seen": customer_contacts.stamp_of_contact(contact)}


def _filled(contact: CustomerContact) -> dict[str, str]:
    phone = readable_phone(contact.phone) if contact.phone else ""
    return {"name": contact.name, "role": contact.role, "email": contact.email or "", "phone": phone}


def form_view(
    reader: Reader,
    seen: Found,
    form: Form,
    filled: dict[str, str],
    kept: dict[str, Any],
    notice: Sequence[Block] = (),
) -> View:
    """A new contact, or one that is changed.

    Args:
        filled: what stands in the fields, by their names.
        kept: what tells the form, or the contact and what it was.
    """
    roles = [b.option(reader.text(name), role) for role, name in ROLES.items()]
    role = next((option for option in roles if option.value == filled.get("role")), None)
    email = EmailInputElement(action_id="typed", initial_value=filled.get("email") or None)
    blocks: list[Block] = [
        b.section(reader.mrkdwn("*{organisation}*", organisation=seen.customer.organisation)),
        *notice,
        b.field("name", reader.text("Name"), _line(200, filled.get("name"))),
        b.field("role", reader.text("What for"), StaticSelectElement(
            action_id="chosen", options=roles, initial_option=role
        )),
        b.field("email", reader.text("E-mail"), email, optional=True),
        b.field("phone", reader.text("Telephone"), _line(LONGEST_TYPED, filled.get("phone")), optional=True),
        b.context(reader.mrkdwn("Only your company's people see contacts. Nothing is sent to them.")),
        *form.way_back(reader, "contacts.open"),
    ]  # fmt: skip
    return b.modal(
        reader,
        reader.text("Change a contact") if "contact" in kept else reader.text("Add a contact"),
        blocks,
        callback="contact",
        submit=reader.text("Save"),
        close=reader.text("Cancel"),
        remember=form.kept() | kept,
    )


def _line(longest: int, text: str | None) -> PlainTextInputElement:
    return PlainTextInputElement(action_id="typed", max_length=longest, initial_value=text or None)


def register(app: AsyncApp) -> None:
    app.action("contacts.add")(open_form)
    app.action("contacts.choose")(choose)
    app.view("contact")(take_form)
    app.view("contact_removal")(remove)
