"""The subscription as a step of the customer's page: starting it, recording its renewals (mission row 14)."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.alert_actions import renewed as write_renewed
from handlers.caller import Caller, caller_of
from handlers.customer_page import customer_view, refresh_page
from handlers.steps import opened_step, this_step
from handlers.subscription_buttons import offer_in
from handlers.subscription_view import subscription_view
from handlers.typed import which_customer
from handlers.views import show_modal
from programme.customers import Found, find
from programme.refusals import Refused
from programme.renewals import renew
from programme.subscriptions import subscribe


async def open_subscription(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    await ack()
    caller, step = caller_of(context), opened_step(body)
    seen = await find(caller.desk, caller.actor, step.customer)
    await show_modal(client, body, await subscription_view(caller, seen, step))


async def start_subscription(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    await ack()
    caller = caller_of(context)
    customer_id, agreed = which_customer(body), offer_in(b.pressed(body))
    subscribed = await subscribe(caller.desk, caller.actor, customer_id, agreed)
    await show_changed(caller, client, body["view"], subscribed)


async def record_renewal(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    await ack()
    caller, customer_id = caller_of(context), which_customer(body)
    try:
        from_date = date.fromisoformat(str(b.pressed(body)["renewal"]))
    except (TypeError, KeyError, ValueError):
        raise Refused("unknown_customer") from None
    renewed = await renew(caller.desk, caller.actor, customer_id, from_date, offer_in(b.pressed(body)))
    view = body.get("view")
    if view is None or view["callback_id"] == "alerts":
        await write_renewed(client, body, respond, renewed, caller)
        await caller.house.courier.deliver_now()
    else:
        await show_changed(caller, client, view, renewed)


async def show_changed(caller: Caller, client: AsyncWebClient, view: dict[str, Any], seen: Found) -> None:
    """Draws anew where somebody has changed a subscription: its step with the page below, or the page; and alerts."""
    if view["callback_id"] != "subscription":
        await client.views_update(view_id=view["id"], view=await customer_view(caller, seen))
    else:
        step = this_step({"view": view})
        await client.views_update(view_id=view["id"], view=await subscription_view(caller, seen, step))
        await refresh_page(caller, client, view, step, on_top=False)
    await caller.house.courier.deliver_now()


def register(app: AsyncApp) -> None:
    app.action("subscription.open")(open_subscription)
    app.action("manage.subscribe")(start_subscription)
    app.action("manage.renew")(record_renewal)
