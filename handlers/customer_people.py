"""The people around a customer, a step of its page: who looks after it, contacts, licences in use."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import NumberInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.addressee import partners_reader
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import shown_domain
from handlers.customer_page import refresh_page
from handlers.customer_people_view import people_view
from handlers.posting import Post
from handlers.reader import Reader, mention
from handlers.steps import Form, Step, opened_form, opened_step, show_step_again, this_form, this_step
from handlers.views import show_modal
from programme import customer_people
from programme.customers import MOST_LICENCES, Found
from programme.desk import Actor, Desk
from programme.leaving_letter import send_once_more
from programme.refusals import Refused
from storage.models import OutgoingMessage


async def open_people(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    await show_modal(client, body, await view_of(caller_of(context), opened_step(body)))


async def view_of(caller: Caller, step: Step) -> View:
    """The step as it is now. Raises Refused as programme.customer_people.people_of."""
    seen = await customer_people.people_of(caller.desk, caller.actor, step.customer)
    return people_view(caller.reader, caller.desk.catalogue, caller.actor, seen, step)


async def take_on(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await _assign(caller, client, body["view"], caller.actor)


async def assign(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """Somebody was chosen from the menu, or nobody."""
    await ack()
    chosen = str((body["actions"][0].get("selected_option") or {}).get("value")).split(" ")
    if chosen != ["nobody"] and len(chosen) != 2:
        raise Refused("unknown_member")
    caller = caller_of(context)
    await _assign(caller, client, body["view"], Actor(*chosen) if len(chosen) == 2 else None)


async def _assign(caller: Caller, client: AsyncWebClient, view: dict[str, Any], who: Actor | None) -> None:
    step = this_step({"view": view})
    await customer_people.assign(caller.desk, caller.actor, step.customer, who)
    await client.views_update(view_id=view["id"], view=await view_of(caller, step))
    await refresh_page(caller, client, view, step, on_top=False)
    await caller.house.courier.deliver_now()


async def send_letter(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """The letter to the super administrator, with the link that ends the partner's access, once more."""
    await ack()
    caller, step = caller_of(context), this_step(body)
    await send_once_more(caller.desk, caller.actor, step.customer)
    await client.views_update(view_id=body["view"]["id"], view=await view_of(caller, step))
    await caller.house.courier.deliver_now()


async def open_in_use(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, form = caller_of(context), opened_form(body)
    seen = await customer_people.customer_to_change(caller.desk, caller.actor, form.step.customer)
    await show_modal(client, body, in_use_view(caller.reader, seen, form))


async def take_in_use(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), this_form(view)
    await customer_people.record_in_use(caller.desk, caller.actor, form.step.customer, b.typed(view))
    await show_step_again(ack, client, form, await view_of(caller, form.step))
    await refresh_page(caller, client, view, form.step, on_top=form.under is not None)


def in_use_view(reader: Reader, seen: Found, form: Form) -> View:
    customer = seen.customer
    number = NumberInputElement(
        action_id="typed",
        is_decimal_allowed=False,
        initial_value=str(customer.licences_in_use),
        min_value="0",
        max_value=str(MOST_LICENCES),
    )
    blocks = [
        b.section(reader.mrkdwn("*{organisation}*", organisation=customer.organisation)),
        b.field(
            "in_use",
            reader.text("Licences in use"),
            number,
            hint=reader.text("As many as the admin console shows. A plan cannot be changed to fewer."),
        ),
        *form.way_back(reader, "contacts.open"),
    ]
    return b.modal(
        reader,
        reader.text("Licences in use"),
        blocks,
        callback="in_use",
        submit=reader.text("Save"),
        close=reader.text("Cancel"),
        remember=form.kept(),
    )


async def draw_given(desk: Desk, message: OutgoingMessage) -> Post | None:
    """Tells somebody that a customer is theirs to look after, unless that has changed since."""
    about, who = message.about, Actor(message.workspace_id, message.recipient)
    given = await customer_people.given_to(desk, who, int(str(about["partner_id"])), int(str(about["customer_id"])))
    if given is None:
        return None
    partner, customer = given
    reader = await partners_reader(desk, message, partner)
    text = reader.mrkdwn(
        ":raising_hand: {who} has asked you to look after *{organisation}* ({domain}).",
        who=mention(str(about["by"])),
        organisation=customer.organisation,
        domain=shown_domain(customer),
    )
    if customer.verified_at is None:
        button = b.button(reader.text("Verify"), "verify.open", customer.id)
    else:
        button = b.button(reader.text("Manage"), "manage.open", customer.id)
    return Post(text, [b.section(text), b.actions(button)])


MESSAGES = {"customer_given": draw_given}


def register(app: AsyncApp) -> None:
    app.action("contacts.open")(open_people)
    app.action("contacts.take_on")(take_on)
    app.action("contacts.assign")(assign)
    app.action("contacts.letter")(send_letter)
    app.action("contacts.in_use")(open_in_use)
    app.view("in_use")(take_in_use)
