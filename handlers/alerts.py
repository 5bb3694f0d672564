"""How an alert looks in the partner's channel, and what its buttons leave behind (mission row 24)."""

from typing import Any

from slack_bolt.async_app import AsyncRespond
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller
from handlers.customer_blocks import buttons, plan_name, shown_domain
from handlers.posting import Post
from handlers.reader import Mrkdwn, Reader, mention
from programme.alerts import DueAlert
from programme.customers import Found
from programme.desk import Desk
from programme.subscriptions import price_of_term


def draw(desk: Desk, due: DueAlert) -> Post:
    """In the partner's language; its buttons are for everyone in the channel, and ask again who presses them."""
    reader = Reader(due.partner.language, due.partner.time_zone)
    facts = {"organisation": due.customer.organisation, "domain": shown_domain(due.customer)}
    when = _when(reader, due)
    text = reader.text("{organisation} ({domain}): {when}", **facts, when=when)
    return Post(
        text, [_headline(reader, due, when), b.context(_detail(reader, desk, due)), _actions(reader, desk, due)]
    )


def _when(reader: Reader, due: DueAlert) -> str:
    days = due.days_left
    if due.alert.kind == "trial":
        if days == 0:
            return reader.text("the trial ends today")
        return reader.count("the trial ends in {number} day", "the trial ends in {number} days", days)
    if days == 0:
        return reader.text("the subscription renews today")
    return reader.count("the subscription renews in {number} day", "the subscription renews in {number} days", days)


def _headline(reader: Reader, due: DueAlert, when: str) -> Block:
    text = reader.mrkdwn(
        "{sign} *{organisation}* ({domain}): *{when}*, on {day}",
        sign=Mrkdwn(":hourglass_flowing_sand:" if due.alert.kind == "trial" else ":repeat:"),
        organisation=due.customer.organisation,
        domain=shown_domain(due.customer),
        when=when,
        day=reader.day(due.alert.due_on),
    )
    return b.section(text)


def _detail(reader: Reader, desk: Desk, due: DueAlert) -> Mrkdwn:
    customer = due.customer
    licences = reader.count("{number} licence", "{number} licences", customer.licences)
    price = reader.money(price_of_term(desk.catalogue, customer), desk.catalogue.currency)
    facts = {"plan": plan_name(desk.catalogue, customer), "licences": licences, "price": price}
    if due.alert.kind == "trial":
        return reader.mrkdwn(
            "{plan}, {licences}. After the trial the organisation falls back to the free plan; nothing is deleted.",
            **facts,
        )
    return reader.mrkdwn("{plan}, {licences}, {price} for the next term.", **facts)


def _actions(reader: Reader, desk: Desk, due: DueAlert) -> Block:
    return b.actions(
        *buttons(reader, desk.catalogue, due.customer, due.today, is_admin=True), block_id=f"alert-{due.alert.id}"
    )


async def acted(
    client: AsyncWebClient, body: dict[str, Any], respond: AsyncRespond, text: Mrkdwn, found: Found, caller: Caller
) -> None:
    """Writes into the message whose button was pressed what was done, by whom, in the partner's language."""
    message = body.get("message")
    if message is None or not str(body["actions"][0].get("block_id", "")).startswith("alert-"):
        await respond(text=text, response_type="ephemeral", replace_original=False)
        return
    reader = Reader(found.partner.language, found.partner.time_zone)
    done = reader.mrkdwn(
        ":white_check_mark: {who} has extended the trial to *{end}*.",
        who=mention(caller.actor.user_id),
        end=reader.day(found.customer.trial_ends_on),
    )
    left = buttons(reader, caller.desk.catalogue, found.customer, found.today, is_admin=False)
    kept = [block for block in message["blocks"] if block["type"] != "actions"]
    blocks = [*kept, *b.drawn([b.section(done), b.actions(*left)])]
    await client.chat_update(channel=body["channel"]["id"], ts=message["ts"], text=message["text"], blocks=blocks)
