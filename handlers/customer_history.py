"""What was done for a customer, a step on top of its page (mission row 20)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import shown_domain
from handlers.paging import Place, an_id, last_id, place_of, turning
from handlers.partner_trail import details, sentence
from handlers.typed import which_customer
from handlers.views import show_modal
from programme.customer_history import history


async def open_history(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    view = await _view_at(caller_of(context), {"customer": which_customer(body)})
    await show_modal(client, body, view)


async def turn_history(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    view = await _view_at(caller_of(context), place_of(b.pressed(body)))
    await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)


async def _view_at(caller: Caller, place: Place) -> View:
    after, before = last_id(place.get("after")), last_id(place.get("before"))
    seen = await history(caller.desk, caller.actor, an_id(place.get("customer")), after, None if after else before)
    reader, customer = caller.reader, seen.found.customer
    blocks: list[Block] = [b.header(customer.organisation)]
    for row in seen.page.rows:
        told = sentence(reader, row, {customer.id: shown_domain(customer)})
        blocks += [b.section(told), b.context(details(reader, caller.desk.catalogue, row))]
    if not seen.page.rows:
        blocks.append(b.section(reader.mrkdwn("There is nothing more in this list.")))
    blocks += turning(reader, seen.page, place | {"customer": customer.id}, "history")
    return b.modal(reader, reader.text("What was done"), blocks, callback="history", remember=customer.id)


def register(app: AsyncApp) -> None:
    app.action("history.open")(open_history)
    for turn in ("previous", "next", "first"):
        app.action(f"history.{turn}")(turn_history)
