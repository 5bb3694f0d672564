"""The list of customers as a table, in the direct messages of whoever asked: a modal takes no table."""

from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, RawTextObject, TableBlock
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import name_of_plan, shown_domain, state, term_name
from handlers.customer_list_view import cursor_of, nothing, query_in
from handlers.customer_words import COLUMNS, how_many, looked_for, on_its_way, order_name
from handlers.customers import tell_in_list
from handlers.paging import Place, ends_of, is_beginning, place_of, turning
from handlers.reader import Mrkdwn
from programme.customer_filters import Query, from_kept, kept
from programme.customer_list import Listing, list_customers
from programme.file_turns import Turn, turn
from storage.models import Customer

# Slack takes 100 rows, but of 10,000 characters altogether: so many rows fit whatever is in them, cut like this.
ROWS = 40
LONGEST = {"domain": 40, "organisation": 40, "email": 40, "plan": 30, "renewal": 36, "status": 40}
SHOWN = ("domain", "organisation", "email", "plan", "licences", "term", "renewal", "status")


async def show_table(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """Posts one table at a time for each person: who clicks eight times gets one."""
    await ack()
    caller = caller_of(context)
    async with turn(caller.desk, caller.actor, "table") as mine:
        if mine is not None:
            query = query_in(body["view"], caller.desk)
            text, blocks = await _message(caller, query, kept(query))
            await client.chat_postMessage(channel=caller.actor.user_id, text=text, blocks=b.drawn(blocks))
        await tell_in_list(caller, client, body, _note(caller, mine))


def _note(caller: Caller, mine: Turn | None) -> Mrkdwn:
    if mine is None:
        return on_its_way(caller.reader)
    return caller.reader.mrkdwn(":white_check_mark: The table is in your direct messages with me.")


async def turn_table(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, place = caller_of(context), place_of(b.pressed(body))
    text, blocks = await _message(caller, from_kept(place, caller.desk.catalogue.plan), place)
    channel, message = body["channel"]["id"], body["message"]["ts"]
    await client.chat_update(channel=channel, ts=message, text=text, blocks=b.drawn(blocks))


async def _message(caller: Caller, query: Query, place: Place) -> tuple[Mrkdwn, list[Block]]:
    """The table at a place. Raises Refused where the caller has none."""
    after, before = ends_of(place, partial(cursor_of, query))
    listing = await list_customers(caller.desk, caller.actor, query, after, before, ROWS)
    reader = caller.reader
    heading = _heading(caller, listing, query)
    cards = b.button(reader.text("As cards"), "customers.open", kept(query))
    blocks = [
        b.section(heading, cards),
        _table(caller, listing) if listing.page.rows else b.section(_nothing(caller, query, place)),
        *turning(reader, listing.page, place, "customers.table"),
    ]
    return heading, blocks


def _heading(caller: Caller, listing: Listing, query: Query) -> Mrkdwn:
    reader = caller.reader
    total = how_many(reader, listing, query)
    facts = {"partner": listing.partner.name, "total": total, "order": order_name(reader, query)}
    if not query.is_narrowed:
        return reader.mrkdwn("*{partner}* · {total}, ordered by {order}", **facts)
    what = looked_for(reader, caller.desk.catalogue, query)
    return reader.mrkdwn("*{partner}* · {total}, ordered by {order}. Only: {what}", what=what, **facts)


def _nothing(caller: Caller, query: Query, place: Place) -> Mrkdwn:
    if not is_beginning(place) or not query.is_narrowed:
        return caller.reader.mrkdwn("There is nothing more in this list.")
    return nothing(caller.reader, query)


def _table(caller: Caller, listing: Listing) -> TableBlock:
    rows = [[caller.reader.text(COLUMNS[name]) for name in SHOWN]]
    rows += [_row(caller, listing, customer) for customer in listing.page.rows]
    texts = [[RawTextObject(text=text).to_dict() for text in row] for row in rows]
    settings: list[dict[str, Any]] = [{"is_wrapped": True} if name in LONGEST else {} for name in SHOWN]
    settings[SHOWN.index("licences")] = {"align": "right"}
    return TableBlock(rows=texts, column_settings=settings)


def _row(caller: Caller, listing: Listing, customer: Customer) -> list[str]:
    reader = caller.reader
    texts = {
        "domain": shown_domain(customer),
        "organisation": customer.organisation,
        "email": customer.super_admin_email,
        "plan": name_of_plan(caller.desk.catalogue, customer.plan),
        "licences": reader.number(customer.licences),
        "term": term_name(reader, customer.term),
        "renewal": reader.short_day(customer.renews_on) if customer.renews_on else "–",
        "status": state(reader, customer, listing.today),
    }
    return [b.cut(texts[name], LONGEST.get(name, 10)) for name in SHOWN]


def register(app: AsyncApp) -> None:
    app.action("customers.table")(show_table)
    for way in ("previous", "next", "first"):
        app.action(f"customers.table.{way}")(turn_table)
