"""Partners in the reviewers' hands: the list, each one's page, suspending, its commission, its admins, its history."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, ask_who_reviews, caller_of, met
from handlers.paging import Place, an_id, ends_of, last_id, place_of, word
from handlers.partner_trail import trail_view
from handlers.partner_view import admin_view, list_view, page_view, rate_view, suspension_view
from handlers.views import show_here, show_modal
from programme import members, partnerships
from programme.refusals import BadInput


async def show_list(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """The first page, or the one that was asked for."""
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    await show_here(client, body, await _list_at(caller, place_of(b.pressed(body))))


async def search(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, typed = caller_of(context), b.typed(view)
    await ask_who_reviews(caller, client)
    found = await _list_at(caller, {"words": typed.get("words", ""), "person": typed.get("person", "")})
    await ack(response_action="update", view=found)


async def _list_at(caller: Caller, place: Place) -> View:
    """Raises Refused("reviewers_only")."""
    words, person = word(place, "words"), word(place, "person", 32)
    page = await partnerships.find(caller.desk, caller.actor, words, person, *ends_of(place, last_id))
    return list_view(caller, page, place)


async def open_page(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    await show_modal(client, body, await _page(caller, an_id(b.pressed(body))))


async def _page(caller: Caller, partner_id: int) -> View:
    return page_view(caller, await partnerships.overview(caller.desk, caller.actor, partner_id))


async def open_suspension(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    partner = await partnerships.may_change(caller.desk, caller.actor, an_id(b.pressed(body)))
    await show_modal(client, body, suspension_view(caller.reader, partner))


async def suspend(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, number = caller_of(context), an_id(b.remembered(view))
    await ask_who_reviews(caller, client)
    await partnerships.suspend(caller.desk, caller.actor, number, b.typed(view).get("reason", ""))
    await ack()
    await _show_below(caller, client, view, number)


async def reinstate(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, number = caller_of(context), an_id(b.pressed(body))
    await ask_who_reviews(caller, client)
    await partnerships.reinstate(caller.desk, caller.actor, number)
    await caller.house.courier.deliver_now()
    await client.views_update(view_id=body["view"]["id"], view=await _page(caller, number))


async def open_rate(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, number = caller_of(context), an_id(b.pressed(body))
    await ask_who_reviews(caller, client)
    partner = await partnerships.may_change(caller.desk, caller.actor, number)
    seen = await partnerships.overview(caller.desk, caller.actor, number)
    holds = next((rate for rate in seen.rates if rate.valid_from <= seen.today), None)
    most = caller.desk.catalogue.commission.most_percent
    await show_modal(client, body, rate_view(caller.reader, partner, holds, seen.today, most))


async def change_rate(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, number = caller_of(context), an_id(b.remembered(view))
    await ask_who_reviews(caller, client)
    await partnerships.change_rate(caller.desk, caller.actor, number, b.typed(view))
    await ack()
    await _show_below(caller, client, view, number)


async def open_admin(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    partner = await partnerships.may_change(caller.desk, caller.actor, an_id(b.pressed(body)))
    await show_modal(client, body, admin_view(caller.reader, partner))


async def name_admin(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, number, chosen = caller_of(context), an_id(b.remembered(view)), b.typed(view).get("person", "")
    await asyncio.gather(ask_who_reviews(caller, client), *([met(caller, client, chosen)] if chosen else []))
    await partnerships.may_change(caller.desk, caller.actor, number)
    if not chosen:
        raise BadInput({"person": "missing"})
    await members.name_admin(caller.desk, caller.actor, number, caller.actor.workspace_id, chosen)
    await ack()
    await _show_below(caller, client, view, number)


async def open_trail(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    await show_modal(client, body, await _trail_at(caller, {"partner": b.pressed(body)}))


async def turn_trail(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    await show_here(client, body, await _trail_at(caller, place_of(b.pressed(body))))


async def _trail_at(caller: Caller, place: Place) -> View:
    partner_id = an_id(place.get("partner"))
    seen = await partnerships.trail(caller.desk, caller.actor, partner_id, *ends_of(place, last_id))
    return trail_view(caller, seen, place)


async def _show_below(caller: Caller, client: AsyncWebClient, form: dict[str, Any], number: int) -> None:
    """The form is closed now; the page that it lay on is read again."""
    await caller.house.courier.deliver_now()
    if below := form.get("previous_view_id"):
        await client.views_update(view_id=below, view=await _page(caller, number))


def register(app: AsyncApp) -> None:
    for turn in ("list", "page.previous", "page.next", "page.first"):
        app.action(f"partners.{turn}")(show_list)
    app.view("partners")(search)
    app.action("partners.open")(open_page)
    app.action("partners.suspend")(open_suspension)
    app.view("suspension")(suspend)
    app.action("partners.reinstate")(reinstate)
    app.action("partners.rate")(open_rate)
    app.view("rate")(change_rate)
    app.action("partners.admin")(open_admin)
    app.view("named_admin")(name_admin)
    app.action("partners.trail")(open_trail)
    for turn in ("previous", "next", "first"):
        app.action(f"partners.trail.{turn}")(turn_trail)
