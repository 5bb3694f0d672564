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
from handlers.paging import Place, ends_of, last_id, place_of, turning
from handlers.partner_trail import details, sentence, whole_words
from handlers.steps import Step, opened_step, this_step
from handlers.views import show_modal
from programme.customer_history import history


async def open_history(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    view = await _view_at(caller_of(context), opened_step(body), {})
    await show_modal(client, body, view)


async def turn_history(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    view = await _view_at(caller_of(context), this_step(body), place_of(b.pressed(body)))
    await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)


async def _view_at(caller: Caller, step: Step, place: Place) -> View:
    seen = await history(caller.desk, caller.actor, step.customer, *ends_of(place, last_id))
    reader, customer = caller.reader, seen.found.customer
    blocks: list[Block] = [b.header(customer.organisation)]
    for row in seen.page.rows:
        told = sentence(reader, row, {customer.id: shown_domain(customer)})
        blocks += [b.section(told), b.context(details(reader, caller.desk.catalogue, row, is_own=True))]
        blocks += whole_words(reader, row, is_own=True)
    if not seen.page.rows:
        blocks.append(b.section(reader.mrkdwn("There is nothing more in this list.")))
    blocks += turning(reader, seen.page, place, "history") + step.way_back(reader)
    return b.modal(reader, reader.text("What was done"), blocks, callback="history", remember=step.kept())


def register(app: AsyncApp) -> None:
    app.action("history.open")(open_history)
    for turn in ("previous", "next", "first"):
        app.action(f"history.{turn}")(turn_history)
