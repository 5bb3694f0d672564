"""Showing a modal from wherever the person is: typed a command, pressed a button in a message, or in another modal."""

from collections.abc import Iterable
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b

MOST_STACKED, MOST_BLOCKS = 3, 100
NOTICE = "notice-"
# What Slack takes of a modal; it adds more to what it sends.
DRAWN = (
    "type", "title", "submit", "close", "callback_id", "private_metadata", "clear_on_close", "notify_on_close",
)  # fmt: skip


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


async def show_here(client: AsyncWebClient, body: dict[str, Any], view: View) -> None:
    """In the place of the modal that the person is in; where they are in none, on top."""
    here = body.get("view") or {}
    if here.get("type") != "modal":
        await show_modal(client, body, view)
    else:
        await client.views_update(view_id=here["id"], hash=here["hash"], view=view)


def is_full(view: dict[str, Any]) -> bool:
    """Whether nothing more can be put on top of this modal."""
    return _depth(view) >= MOST_STACKED


def _depth(view: dict[str, Any]) -> int:
    """1 for the first modal; Slack tells a view's root and the one right under it, which is enough up to three."""
    if view["id"] == view.get("root_view_id"):
        return 1
    return 2 if view.get("previous_view_id") == view.get("root_view_id") else 3


def with_notice(view: dict[str, Any], notice: Iterable[Block]) -> dict[str, Any]:
    """The modal that somebody is in, as Slack sent it, with something to read on top. What they have typed stays in it:
    Slack keeps that where fields keep their names.
    """
    below = [block for block in view["blocks"] if not str(block.get("block_id")).startswith(NOTICE)]
    on_top = [block | {"block_id": f"{NOTICE}{place}"} for place, block in enumerate(b.drawn([*notice, b.divider()]))]
    return with_blocks(view, [*on_top, *below][:MOST_BLOCKS])


def with_blocks(view: dict[str, Any], blocks: list[dict[str, Any]]) -> dict[str, Any]:
    """The modal that somebody is in, as Slack sent it, with other blocks."""
    return {name: view[name] for name in DRAWN if view.get(name)} | {"blocks": blocks}
