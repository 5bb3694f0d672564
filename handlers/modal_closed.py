"""Somebody has closed a modal: what lies beneath is drawn anew, with whatever was done in it (mission row 10)."""

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.beneath import beneath_of
from handlers.caller import caller_of
from handlers.customers import view_at
from handlers.home import draw_home


async def draw_beneath(
    ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    """The list that is seen again now; the Home tab once no modal is left. A list that is gone needs nothing."""
    await ack()
    caller, beneath, is_cleared = caller_of(context), beneath_of(view), bool(body.get("is_cleared"))
    if beneath.list_id is not None and view.get("previous_view_id") == beneath.list_id and not is_cleared:
        await client.views_update(view_id=beneath.list_id, view=await view_at(caller, beneath.place))
    if beneath.home and (is_cleared or view["id"] == view.get("root_view_id")):
        await draw_home(caller, client)


def register(app: AsyncApp) -> None:
    app.view_closed(re.compile(""))(draw_beneath)
