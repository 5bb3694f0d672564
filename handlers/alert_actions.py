"""The buttons of alerts: they act where they stand, and the message then says who did what."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.alert_done import assigned_line, extended_line, outlook_line, renewed_line, snoozed_line
from handlers.alerts import others_view
from handlers.caller import Caller, caller_of
from handlers.reader import Mrkdwn, Reader
from handlers.typed import which_customer
from handlers.views import show_modal, with_blocks
from programme.alerts import of_partner
from programme.customer_people import assign
from programme.customers import Found
from programme.outlook import set_outlook, snooze
from programme.refusals import Refused
from storage.base import is_id


async def take_on(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    await ack()
    caller = caller_of(context)
    found = await assign(caller.desk, caller.actor, int(which_customer(body)), caller.actor)
    await acted(client, body, respond, assigned_line(channels_reader(found), caller.actor.user_id))


async def choose_outlook(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    await ack()
    caller = caller_of(context)
    outlook, _, customer_id = chosen(body)
    found = await set_outlook(caller.desk, caller.actor, customer_id, outlook)
    await acted(client, body, respond, outlook_line(channels_reader(found), caller.actor.user_id, outlook))


async def choose_snooze(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    await ack()
    caller = caller_of(context)
    choice, alert_id, customer_id = chosen(body)
    found, until = await snooze(caller.desk, caller.actor, alert_id, customer_id, choice)
    await acted(client, body, respond, snoozed_line(channels_reader(found), caller.actor.user_id, until))


async def show_others(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    bundle = await of_partner(caller.desk, caller.actor, b.pressed(body))
    view = others_view(caller.reader, caller.desk.catalogue, bundle)
    page = body.get("view")
    if page is None:
        await show_modal(client, body, view)
    else:
        await client.views_update(view_id=page["id"], view=view)


def chosen(body: dict[str, Any]) -> tuple[str, int, int]:
    """What was chosen, of which alert and customer. Raises Refused for a value that is not one of ours."""
    try:
        choice, alert_id, customer_id = str(body["actions"][0]["selected_option"]["value"]).split(":")
        about = int(alert_id), int(customer_id)
    except (KeyError, TypeError, ValueError):
        raise Refused("unknown_customer") from None
    if not all(is_id(number) for number in about):
        raise Refused("unknown_customer")
    return choice, *about


def channels_reader(found: Found) -> Reader:
    return Reader(found.partner.language, found.partner.time_zone)


async def extended(
    client: AsyncWebClient, body: dict[str, Any], respond: AsyncRespond, found: Found, caller: Caller
) -> None:
    """Writes under an alert that its trial was extended."""
    text = extended_line(channels_reader(found), caller.actor.user_id, found.customer.trial_ends_on)
    await acted(client, body, respond, text, without="trial.extend")


async def renewed(
    client: AsyncWebClient, body: dict[str, Any], respond: AsyncRespond, found: Found, caller: Caller
) -> None:
    """Writes under an alert that its renewal was recorded."""
    if found.customer.renews_on is None:
        raise ValueError("Only a subscription is renewed")
    text = renewed_line(channels_reader(found), caller.actor.user_id, found.customer.renews_on)
    await acted(client, body, respond, text, without="manage.renew")


async def acted(
    client: AsyncWebClient, body: dict[str, Any], respond: AsyncRespond, text: Mrkdwn, without: str | None = None
) -> None:
    """Writes over the pressed buttons what was done, and by whom; where that cannot be, tells the person alone.

    Args:
        without: an action that has been done, and whose button goes.
    """
    action = body["actions"][0]
    message, view = body.get("message"), body.get("view")
    if not str(action.get("block_id", "")).startswith("alert-") or not (message or view):
        await respond(text=text, response_type="ephemeral", replace_original=False)
    elif message:
        blocks = _noted(message["blocks"], action, text, without)
        await client.chat_update(channel=body["channel"]["id"], ts=message["ts"], text=message["text"], blocks=blocks)
    elif view:
        blocks = _noted(view["blocks"], action, text, without)
        await client.views_update(view_id=view["id"], view=with_blocks(view, blocks))


def _noted(
    blocks: list[dict[str, Any]], action: dict[str, Any], text: Mrkdwn, without: str | None
) -> list[dict[str, Any]]:
    """With a line over the pressed buttons. What is done again takes the place of what was done before."""
    name = f"{action['block_id']}:{action['action_id']}"
    noted: list[dict[str, Any]] = []
    for block in blocks:
        if block.get("block_id") == action["block_id"]:
            noted.append(b.context(text).to_dict() | {"block_id": name})
            left = [element for element in block["elements"] if element["action_id"] != without]
            noted += [block | {"elements": left}] if left else []
        elif block.get("block_id") != name:
            noted.append(block)
    return noted


def register(app: AsyncApp) -> None:
    app.action("alert.assign")(take_on)
    app.action("alert.outlook")(choose_outlook)
    app.action("alert.snooze")(choose_snooze)
    app.action("alert.others")(show_others)
