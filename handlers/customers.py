"""The customer list (mission row 18)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import customer_row
from handlers.typed import command_text
from handlers.views import show_modal
from programme.customers import Listing, list_customers

# Where a list stands: the words searched for, and the domain to go on after or before.
Place = dict[str, str | None]


async def open_list(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    place: Place = {"words": command_text(body)[:200]}
    view = await list_view(caller, place)
    await ack()
    await show_modal(client, body, view)


async def turn_page(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    view = await list_view(caller_of(context), b.pressed(body))
    await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)


async def search(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    found = await list_view(caller_of(context), {"words": b.typed(view)["search"]})
    await ack(response_action="update", view=found)


async def list_view(caller: Caller, place: Place) -> View:
    """The list at a place. Raises Refused where the caller has none."""
    words = place.get("words") or ""
    listing = await list_customers(caller.desk, caller.actor, words, place.get("after"), place.get("before"))
    reader = caller.reader
    blocks = [*_heading(caller, listing, words), *_rows(caller, listing, words), *_paging(caller, listing, words)]
    return b.modal(
        reader, reader.text("My customers"), blocks, callback="customers", submit=reader.text("Search"), remember=place
    )


def _heading(caller: Caller, listing: Listing, words: str) -> list[Block]:
    reader = caller.reader
    box = PlainTextInputElement(
        action_id="typed", initial_value=words or None, placeholder=reader.text("Domain, organisation or e-mail")
    )
    total = reader.count("{number} customer", "{number} customers", listing.total)
    return [
        b.field("search", reader.text("Search"), box, optional=True),
        b.section(
            reader.mrkdwn("*{partner}* · {total}", partner=listing.partner.name, total=total),
            b.button(reader.text("Add a customer"), "add.open"),
        ),
        b.divider(),
    ]


def _rows(caller: Caller, listing: Listing, words: str) -> list[Block]:
    reader = caller.reader
    if listing.page.customers:
        is_admin = listing.member.role == "admin"
        return [
            block
            for customer in listing.page.customers
            for block in customer_row(reader, caller.desk.catalogue, customer, listing.today, is_admin)
        ]
    if words:
        return [b.section(reader.mrkdwn("Nothing found for *{words}*. Try fewer or shorter words.", words=words))]
    return [b.section(reader.mrkdwn("You have no customers yet. Add the first one: its trial starts at once."))]


def _paging(caller: Caller, listing: Listing, words: str) -> list[Block]:
    reader, page = caller.reader, listing.page
    pages = []
    if page.before is not None:
        pages.append(b.button(reader.text("Previous"), "customers.previous", {"words": words, "before": page.before}))
    if page.after is not None:
        pages.append(b.button(reader.text("Next"), "customers.next", {"words": words, "after": page.after}))
    return [b.actions(*pages)] if pages else []


def register(app: AsyncApp) -> None:
    app.command("/partner-customers")(open_list)
    app.action("customers.open")(open_list)
    app.action("customers.previous")(turn_page)
    app.action("customers.next")(turn_page)
    app.view("customers")(search)
