"""A message that reaches its channel once, whatever happens to us or to Slack's answer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import drawn
from handlers.clients import Clients
from handlers.pace import Pace
from handlers.reader import escape
from handlers.slack_errors import SLACK_ERRORS, trouble

EVENT_TYPE = "partner_desk"
# How far back a message is looked for: a crash is found out about within minutes of the sending.
LOOK_BACK = timedelta(days=2)
PAGES_OF_HISTORY, MESSAGES_A_PAGE = 5, 200


@dataclass(frozen=True)
class Post:
    """A new message. `text` is what notifications and screen readers say: plain text, or mrkdwn that is safe."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True)
class Repaint:
    """New blocks for a message that stands already."""

    channel: str
    ts: str
    post: Post


@dataclass(frozen=True)
class Poster:
    """Posts at Slack's pace. What goes wrong is raised as one of handlers.slack_errors' types."""

    clients: Clients
    pace: Pace = field(default_factory=Pace)

    async def post(self, workspace: str, channel: str, post: Post, keys: Sequence[str]) -> str:
        """A new message. Returns its `ts`.

        Args:
            keys: the names of what it carries; kept as metadata, so that it can be found again.
        """
        client = await self.clients.of(workspace)
        await self.pace.turn(workspace, channel)
        try:
            answer = await client.chat_postMessage(
                channel=channel,
                text=escape(post.text),
                blocks=drawn(post.blocks),
                metadata={"event_type": EVENT_TYPE, "event_payload": {"keys": list(keys)}},
                unfurl_links=False,
                unfurl_media=False,
            )
        except SLACK_ERRORS as error:
            raise trouble(error) from error
        return str(answer["ts"])

    async def repaint(self, workspace: str, what: Repaint) -> None:
        """Draws a message anew; doing it twice changes nothing."""
        client = await self.clients.of(workspace)
        try:
            blocks = drawn(what.post.blocks)
            await client.chat_update(channel=what.channel, ts=what.ts, text=escape(what.post.text), blocks=blocks)
        except SLACK_ERRORS as error:
            raise trouble(error) from error

    async def direct(self, workspace: str, user: str) -> str:
        """The channel of the direct messages with somebody."""
        client = await self.clients.of(workspace)
        try:
            return str((await client.conversations_open(users=user))["channel"]["id"])
        except SLACK_ERRORS as error:
            raise trouble(error) from error

    async def find(self, workspace: str, channel: str, keys: Collection[str], since: datetime) -> dict[str, str]:
        """Which of some messages stand in a channel already. Returns key → `ts`.

        Args:
            since: when the first try may have been.
        """
        client = await self.clients.of(workspace)
        found: dict[str, str] = {}
        cursor: str | None = None
        for _ in range(PAGES_OF_HISTORY):
            page = await _history(client, channel, since - LOOK_BACK, cursor)
            for message in page["messages"]:
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                found |= {key: str(message["ts"]) for key in payload.get("keys", []) if key in keys}
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor or len(found) == len(keys):
                break
        return found


async def _history(client: AsyncWebClient, channel: str, oldest: datetime, cursor: str | None) -> Any:
    try:
        return await client.conversations_history(
            channel=channel,
            oldest=f"{oldest.timestamp():.6f}",
            limit=MESSAGES_A_PAGE,
            include_all_metadata=True,
            cursor=cursor,
        )
    except SLACK_ERRORS as error:
        raise trouble(error) from error
