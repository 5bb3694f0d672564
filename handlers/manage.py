"""Opening a customer's page, by its domain or from wherever it is shown (mission row 20)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.caller import caller_of
from handlers.customer_page import customer_view
from handlers.typed import which_customer
from handlers.views import show_modal
from programme.customers import find


async def open_customer(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await find(caller.desk, caller.actor, which_customer(body))
    view = await customer_view(caller, seen)
    await ack()
    await show_modal(client, body, view)


async def open_console(ack: AsyncAck) -> None:
    """The button leads there by itself; Slack tells us all the same."""
    await ack()


def register(app: AsyncApp) -> None:
    app.command("/partner-manage")(open_customer)
    app.action("manage.open")(open_customer)
    app.action("manage.console")(open_console)
    app.action("portal.open")(open_console)
