"""The customer list (mission row 18)."""

from functools import partial
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_list_view import FILTER, cursor_of, list_view, query_in
from handlers.paging import Place, ends_of, place_of
from handlers.reader import Mrkdwn
from handlers.typed import command_text
from handlers.views import show_modal
from programme.customer_filters import LONGEST_WORDS, STATUSES, Query, from_kept, kept, parse
from programme.customer_list import list_customers

log = structlog.get_logger()


async def open_list(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """From the command with what was typed after it; from a button with the query that it carries."""
    caller = caller_of(context)
    plans = caller.desk.catalogue.plan
    typed = parse(command_text(body)[:LONGEST_WORDS], plans)
    query = typed if "command" in body else from_kept(b.pressed(body), plans)
    view = await view_of(caller, query)
    await ack()
    await show_modal(client, body, view)


async def turn_page(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, place = caller_of(context), place_of(b.pressed(body))
    await _update(client, body, await view_of(caller, from_kept(place, caller.desk.catalogue.plan), place))


async def choose(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """A menu has been used: the list is shown anew at once, from its beginning."""
    await ack()
    caller = caller_of(context)
    await _update(client, body, await view_of(caller, query_in(body["view"], caller.desk)))


async def clear(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """All customers again, in the order that was chosen."""
    await ack()
    caller = caller_of(context)
    asked = from_kept(b.pressed(body), caller.desk.catalogue.plan)
    await _update(client, body, await view_of(caller, Query(sort=asked.sort, descending=asked.descending)))


async def search(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    await ack(response_action="update", view=await view_of(caller, query_in(view, caller.desk)))


async def view_of(caller: Caller, query: Query, place: Place | None = None, note: Mrkdwn | None = None) -> View:
    """The list at a place. Raises Refused where the caller has none."""
    place = place or {}
    listing = await list_customers(caller.desk, caller.actor, query, *ends_of(place, partial(cursor_of, query)))
    here = {name: place[name] for name in ("after", "before") if place.get(name)}
    return list_view(caller, listing, query, kept(query) | here, note)


async def same_page(caller: Caller, view: dict[str, Any], note: Mrkdwn | None = None) -> View:
    """The page of the list that somebody sees in a modal, as it is now."""
    return await view_at(caller, b.remembered(view), note)


async def view_at(caller: Caller, remembered: object, note: Mrkdwn | None = None) -> View:
    """The list at a place that a modal remembers, as it is now."""
    place = place_of(remembered)
    return await view_of(caller, from_kept(place, caller.desk.catalogue.plan), place, note)


async def tell_in_list(caller: Caller, client: AsyncWebClient, body: dict[str, Any], note: Mrkdwn) -> None:
    """A line at the top of the list that somebody is in; where they have closed it or gone on, they need none."""
    try:
        await _update(client, body, await same_page(caller, body["view"], note))
    except SlackApiError as error:
        log.info("list_closed_meanwhile", error=str(error))


async def _update(client: AsyncWebClient, body: dict[str, Any], view: View) -> None:
    await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)


def register(app: AsyncApp) -> None:
    app.command("/partner-customers")(open_list)
    app.action("customers.open")(open_list)
    for status in ("all", *STATUSES):
        app.action(f"customers.open.{status}")(open_list)
    for turn in ("previous", "next", "first"):
        app.action(f"customers.{turn}")(turn_page)
    for menu in ("status", "plan", "verified", "due", "sort"):
        app.action(FILTER + menu)(choose)
    app.action("customers.clear")(clear)
    app.view("customers")(search)
