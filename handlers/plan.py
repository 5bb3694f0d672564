"""Changing a customer's plan, licences or term; undoing it; cancelling (mission row 14)."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_page import refresh_page
from handlers.plan_view import done_view, form_view, preview_view
from handlers.steps import Form, form_on_step, opened_on
from handlers.subscription import show_changed
from handlers.subscription_view import subscription_view
from handlers.typed import which_customer
from handlers.views import show_modal
from programme import plan_changes, undoing
from programme.customers import Found
from programme.refusals import Refused
from storage.base import is_id


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await plan_changes.may_change(caller.desk, caller.actor, which_customer(body))
    await ack()
    form = opened_on("subscription", body)
    await show_modal(client, body, form_view(caller.reader, caller.desk.catalogue, seen.customer, form))


async def show_price(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller, form = caller_of(context), _kept(b.remembered(view))
    what = await plan_changes.preview(caller.desk, caller.actor, form["customer"], b.typed(view))
    shown = preview_view(caller.reader, caller.desk.catalogue, what, form_on_step(view))
    await ack(response_action="update", view=shown)


async def confirm(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, kept, form = caller_of(context), _kept(b.remembered(view)), form_on_step(view)
    reader, catalogue = caller.reader, caller.desk.catalogue
    wish, seen = kept.get("wish") or {}, kept.get("seen")
    outcome = await plan_changes.carry_out(caller.desk, caller.actor, kept["customer"], wish, seen)
    if not outcome.done:
        await ack(response_action="update", view=preview_view(reader, catalogue, outcome.preview, form, again=True))
        return
    await ack(response_action="update", view=done_view(reader, catalogue, outcome.preview, form))
    await _show_below(caller, client, view, form, outcome.preview.found)
    await caller.house.courier.deliver_now()


async def _show_below(
    caller: Caller, client: AsyncWebClient, view: dict[str, Any], form: Form | None, seen: Found
) -> None:
    if form is None:
        return
    if form.under is not None:
        await client.views_update(view_id=form.under, view=await subscription_view(caller, seen, form.step))
    await refresh_page(caller, client, view, form.step, on_top=form.under is not None)


async def undo(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, value = caller_of(context), _kept(b.pressed(body))
    change, cost, drops = value.get("change"), value.get("cost"), value.get("drops")
    if not is_id(change) or not isinstance(cost, int):
        raise Refused("unknown_customer")
    undone = await undoing.undo(caller.desk, caller.actor, value["customer"], change, cost, drops)
    await show_changed(caller, client, body["view"], undone)


async def cancel(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller, value = caller_of(context), _kept(b.pressed(body))
    try:
        ends_on, at_once = date.fromisoformat(str(value.get("renewal"))), value.get("at_once") is True
    except ValueError:
        raise Refused("unknown_customer") from None
    cancelled = await plan_changes.cancel(caller.desk, caller.actor, value["customer"], ends_on, at_once)
    await show_changed(caller, client, body["view"], cancelled)


def _kept(value: Any) -> dict[str, Any]:
    """What a button or a form was made with. Raises Refused("unknown_customer") for what is none of ours."""
    if isinstance(value, dict) and is_id(value.get("customer")):
        return value
    raise Refused("unknown_customer")


def register(app: AsyncApp) -> None:
    app.action("plan.open")(open_form)
    app.view("plan_form")(show_price)
    app.view("plan_preview")(confirm)
    app.action("plan.undo")(undo)
    app.action("plan.cancel")(cancel)
