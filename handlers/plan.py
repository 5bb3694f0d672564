"""Changing a customer's plan, licences or term; undoing it; cancelling (mission row 14)."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.manage import customer_view
from handlers.plan_view import done_view, form_view, preview_view
from handlers.typed import which_customer
from handlers.views import is_full, show_modal
from programme import plan_changes
from programme.customers import Found
from programme.refusals import Refused


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await plan_changes.may_change(caller.desk, caller.actor, which_customer(body))
    await ack()
    form = form_view(caller.reader, caller.desk.catalogue, seen.customer, _page_under(body))
    await show_modal(client, body, form)


def _page_under(body: dict[str, Any]) -> str | None:
    """The customer's page, where the form is going to lie on it."""
    view = body.get("view") or {}
    return str(view["id"]) if view.get("callback_id") == "managed" and not is_full(view) else None


async def show_price(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), _kept(b.remembered(view))
    what = await plan_changes.preview(caller.desk, caller.actor, form["customer"], b.typed(view))
    shown = preview_view(caller.reader, caller.desk.catalogue, what, form.get("page"))
    await ack(response_action="update", view=shown)


async def confirm(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), _kept(b.remembered(view))
    reader, catalogue, page = caller.reader, caller.desk.catalogue, form.get("page")
    wish, seen = form.get("wish") or {}, form.get("seen")
    outcome = await plan_changes.carry_out(caller.desk, caller.actor, form["customer"], wish, seen)
    if not outcome.done:
        await ack(response_action="update", view=preview_view(reader, catalogue, outcome.preview, page, again=True))
        return
    await ack(response_action="update", view=done_view(reader, catalogue, outcome.preview))
    if page:
        await _show_page(caller, client, page, outcome.preview.found)


async def undo(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, value = caller_of(context), _kept(b.pressed(body))
    change, cost = value.get("change"), value.get("cost")
    if not isinstance(change, int) or not isinstance(cost, int):
        raise Refused("unknown_customer")
    undone = await plan_changes.undo(caller.desk, caller.actor, value["customer"], change, cost)
    await _show_page(caller, client, body["view"]["id"], undone)


async def cancel(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, value = caller_of(context), _kept(b.pressed(body))
    try:
        ends_on = date.fromisoformat(str(value.get("renewal")))
    except ValueError:
        raise Refused("unknown_customer") from None
    cancelled = await plan_changes.cancel(caller.desk, caller.actor, value["customer"], ends_on)
    await _show_page(caller, client, body["view"]["id"], cancelled)


async def _show_page(caller: Caller, client: AsyncWebClient, page: str, seen: Found) -> None:
    await client.views_update(view_id=page, view=await customer_view(caller, seen))


def _kept(value: Any) -> dict[str, Any]:
    """What a button or a form was made with. Raises Refused("unknown_customer") for what is none of ours."""
    if isinstance(value, dict) and isinstance(value.get("customer"), int):
        return value
    raise Refused("unknown_customer")


def register(app: AsyncApp) -> None:
    app.action("plan.open")(open_form)
    app.view("plan_form")(show_price)
    app.view("plan_preview")(confirm)
    app.action("plan.undo")(undo)
    app.action("plan.cancel")(cancel)
