"""`/partner-review`: what waits for a decision, and what was decided (mission rows 6 to 8)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, ask_who_reviews, caller_of
from handlers.paging import Place, ends_of, moment_and_id, place_of, word
from handlers.review_queue_view import list_of, queue_view
from handlers.views import show_here, show_modal
from programme import review_queue


async def open_queue(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    await show_modal(client, body, await view_at(caller, {}))


async def show_queue(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """From a message or the Home tab as a modal of its own; from the partners in their place."""
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    await show_here(client, body, await view_at(caller, {}))


async def change_list(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    chosen = (body["actions"][0].get("selected_option") or {}).get("value")
    words = b.typed(body["view"]).get("company", "")
    await show_here(client, body, await view_at(caller, {"list": chosen, "words": words}))


async def turn_page(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    await show_here(client, body, await view_at(caller, place_of(b.pressed(body))))


async def search(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    place = {"list": place_of(b.remembered(view)).get("list"), "words": b.typed(view).get("company", "")}
    await ack(response_action="update", view=await view_at(caller, place))


async def view_at(caller: Caller, place: Place) -> View:
    """A list at a place. Raises Refused("reviewers_only")."""
    ends = ends_of(place, moment_and_id)
    queue = await review_queue.look(caller.desk, caller.actor, list_of(place), word(place, "words"), *ends)
    return queue_view(caller, queue, place)


def register(app: AsyncApp) -> None:
    app.command("/partner-review")(open_queue)
    app.action("review.queue")(show_queue)
    app.action("review.list")(change_list)
    for turn in ("previous", "next", "first"):
        app.action(f"review.page.{turn}")(turn_page)
    app.view("review_queue")(search)
