"""Showing a modal from wherever the person is: typed a command, pressed a button in a message, or in another modal."""

from typing import Any

from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient


async def show_modal(client: AsyncWebClient, body: dict[str, Any], view: View) -> dict[str, Any]:
    """Opens the modal, on top of the one the person is in. Slack stacks three at most: a fourth takes the top's place.

    Args:
        body: the command's or the action's payload.
    Returns: the view as Slack keeps it, with its id.
    """
    under = body.get("view") or {}
    if under.get("type") != "modal":
        answer = await client.views_open(trigger_id=body["trigger_id"], view=view)
    elif is_full(under):
        answer = await client.views_update(view_id=under["id"], view=view)
    else:
        answer = await client.views_push(trigger_id=body["trigger_id"], view=view)
    shown: dict[str, Any] = answer["view"]
    return shown


MOST_STACKED = 3


def is_full(view: dict[str, Any]) -> bool:
    """Whether nothing more can be put on top of this modal."""
    return _depth(view) >= MOST_STACKED


def _depth(view: dict[str, Any]) -> int:
    """1 for the first modal; Slack tells a view's root and the one right under it, which is enough up to three."""
    if view["id"] == view.get("root_view_id"):
        return 1
    return 2 if view.get("previous_view_id") == view.get("root_view_id") else 3
