"""Reviewing applications: reading one, taking it, asking for more, deciding (mission rows 6 to 8)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, ask_who_reviews, caller_of
from handlers.paging import Place, place_of
from handlers.review_card import card_view
from handlers.review_forms import approval_view, question_view, rejection_view
from handlers.review_queue import view_at
from handlers.views import show_modal
from programme import review
from programme.desk import Actor
from programme.partner_terms import read_terms
from programme.refusals import Refused
from programme.review_card import card_for
from storage.base import is_id


async def open_one(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    card = await card_for(caller.desk, caller.actor, _number(b.pressed(body)))
    await show_modal(client, body, card_view(caller.reader, caller.desk.catalogue, card, _queue_under(body)))


async def claim(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    number = _number(b.pressed(body))
    await review.claim(caller.desk, caller.actor, number)
    await _show_change(caller, client, body, number)


async def take_over(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    number, holder = _claim_of_somebody(b.pressed(body))
    await review.claim(caller.desk, caller.actor, number, from_whom=holder)
    await caller.house.courier.deliver_now()
    card, queue = await card_for(caller.desk, caller.actor, number), _queue_under(body)
    await show_modal(client, body, card_view(caller.reader, caller.desk.catalogue, card, queue))
    await _renew_queue(caller, client, body.get("view") or {}, queue)


async def release(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await ask_who_reviews(caller, client)
    number = _number(b.pressed(body))
    await review.release(caller.desk, caller.actor, number)
    await _show_change(caller, client, body, number)


async def open_question(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    application = await review.may_ask(caller.desk, caller.actor, _number(b.pressed(body)))
    await show_modal(client, body, question_view(caller.reader, application, _queue_under(body)))


async def open_approval(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    application = await review.may_decide(caller.desk, caller.actor, _number(b.pressed(body)))
    form = approval_view(caller.reader, caller.desk.catalogue, application, _queue_under(body))
    await show_modal(client, body, form)


async def open_rejection(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    await ack()
    caller = caller_of(context)
    application = await review.may_decide(caller.desk, caller.actor, _number(b.pressed(body)))
    form = rejection_view(caller.reader, caller.desk.catalogue, application, _queue_under(body))
    await show_modal(client, body, form)


async def ask(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, (number, queue) = caller_of(context), _remembered(view)
    await ask_who_reviews(caller, client)
    await review.ask(caller.desk, caller.actor, number, b.typed(view)["question"])
    await ack()
    await _show_change_below(caller, client, view, number, queue)


async def approve(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, (number, queue) = caller_of(context), _remembered(view)
    terms = read_terms(caller.desk.catalogue, b.typed(view))
    await ask_who_reviews(caller, client)
    await review.approve(caller.desk, caller.actor, number, terms)
    await ack()
    await _show_change_below(caller, client, view, number, queue)


async def reject(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, (number, queue) = caller_of(context), _remembered(view)
    typed = b.typed(view)
    await ask_who_reviews(caller, client)
    await review.reject(caller.desk, caller.actor, number, typed["note"], typed["reason"], typed["reapply"])
    await ack()
    await _show_change_below(caller, client, view, number, queue)


async def _show_change(caller: Caller, client: AsyncWebClient, body: dict[str, Any], number: int) -> None:
    """In the channel the courier repaints the card; in a modal it is repainted here."""
    await caller.house.courier.deliver_now()
    if view := body.get("view"):
        queue = _queue_under(body)
        await _repaint(caller, client, view["id"], number, queue)
        await _renew_queue(caller, client, view, queue)


async def _show_change_below(
    caller: Caller, client: AsyncWebClient, form: dict[str, Any], number: int, queue: Place | None
) -> None:
    """The form is closed now; where it lay on a card, that card is read again, and so is the list under that."""
    await caller.house.courier.deliver_now()
    if below := form.get("previous_view_id"):
        await _repaint(caller, client, below, number, queue)
    await _renew_queue(caller, client, form, queue)


async def _repaint(caller: Caller, client: AsyncWebClient, view_id: str, number: int, queue: Place | None) -> None:
    card = await card_for(caller.desk, caller.actor, number)
    await client.views_update(view_id=view_id, view=card_view(caller.reader, caller.desk.catalogue, card, queue))


async def _renew_queue(caller: Caller, client: AsyncWebClient, view: dict[str, Any], queue: Place | None) -> None:
    """Whoever goes back to the list sees what has changed. It lies under everything that is opened from it."""
    if queue is not None:
        await client.views_update(view_id=view["root_view_id"], view=await view_at(caller, queue))


def _queue_under(body: dict[str, Any]) -> Place | None:
    """Where the list stands that a modal was opened from; None where it was opened from something else."""
    view = body.get("view") or {}
    match view.get("callback_id"), b.remembered(view):
        case ("review_queue", dict(place)) | (_, [int(_), dict(place)]):
            return place
    return None


def _remembered(view: dict[str, Any]) -> tuple[int, Place | None]:
    """The application that a form is about, and where the list stands under it."""
    match b.remembered(view):
        case [number, place]:
            return _number(number), place_of(place) if place is not None else None
    raise Refused("unknown_application")


def _number(value: Any) -> int:
    """An application's number. Raises Refused for a value that is not one of ours."""
    if not is_id(value):
        raise Refused("unknown_application")
    return value


def _claim_of_somebody(value: Any) -> tuple[int, Actor]:
    """The application, and whose claim the person saw. Raises Refused for a value that is not one of ours."""
    match value:
        case [number, str(workspace), str(user)] if is_id(number):
            return number, Actor(workspace, user)
    raise Refused("unknown_application")


def register(app: AsyncApp) -> None:
    app.action("review.open")(open_one)
    app.action("review.claim")(claim)
    app.action("review.take_over")(take_over)
    app.action("review.release")(release)
    app.action("review.ask")(open_question)
    app.action("review.approve")(open_approval)
    app.action("review.reject")(open_rejection)
    app.view("question")(ask)
    app.view("approval")(approve)
    app.view("rejection")(reject)
