"""A message that reaches its channel once, whatever happens to us or to Slack's answer."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import drawn
from handlers.clients import Clients
from handlers.pace import Pace
from handlers.reader import escape
from handlers.shutdown import Shutdown
from handlers.slack_errors import SLACK_ERRORS, RateLimited, trouble

EVENT_TYPE = "partner_desk"
# How far back from its last due time a message is looked for: longer than all tries together can take.
LOOK_BACK = timedelta(days=3)
MESSAGES_A_PAGE = 200

Keep = Callable[[], Awaitable[object]]


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

    def shows_the_same_as(self, other: "Repaint") -> bool:
        return self.post.text == other.post.text and drawn(self.post.blocks) == drawn(other.post.blocks)


@dataclass(frozen=True)
class Poster:
    """Posts at Slack's pace. What goes wrong is raised as one of handlers.slack_errors' types.

    Args:
        patience: seconds after which a call is given up. No longer than a claim is good for: a call that went on after
            it might post what somebody else has posted meanwhile.
    """

    clients: Clients
    pace: Pace = field(default_factory=Pace)
    patience: float = 30.0
    shutdown: Shutdown = field(default_factory=Shutdown)

    async def turn(self, workspace: str, channel: str) -> None:
        """Waits until a message may be posted. That may take long: make sure of the claim after it, not before."""
        await self.pace.turn(workspace, channel)

    async def post(
        self, workspace: str, channel: str, post: Post, keys: Sequence[str], thread: str | None = None
    ) -> str:
        """A new message, at once. Returns its `ts`.

        Args:
            keys: the names of what it carries; kept as metadata, so that it can be found again.
            thread: the `ts` of the message that it is a reply to.
        """
        client = await self.clients.of(workspace)
        call = client.chat_postMessage(
            channel=channel,
            thread_ts=thread,
            text=escape(post.text),
            blocks=drawn(post.blocks),
            metadata={"event_type": EVENT_TYPE, "event_payload": {"keys": list(keys)}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return str((await self._answer(call))["ts"])

    async def repaint(self, workspace: str, what: Repaint) -> None:
        """Draws a message anew; doing it twice changes nothing."""
        client, blocks = await self.clients.of(workspace), drawn(what.post.blocks)
        await self._answer(
            client.chat_update(channel=what.channel, ts=what.ts, text=escape(what.post.text), blocks=blocks)
        )

    async def direct(self, workspace: str, user: str) -> str:
        """The channel of the direct messages with somebody."""
        client = await self.clients.of(workspace)
        return str((await self._answer(client.conversations_open(users=user)))["channel"]["id"])

    async def find(
        self,
        workspace: str,
        channel: str,
        keys: Collection[str],
        since: datetime,
        keep: Keep,
        thread: str | None = None,
    ) -> dict[str, str]:
        """Which of some messages stand in a channel, or in one of its threads, already. Returns key → `ts`.

        Where Slack allows one page a minute, this takes minutes. Only if it refuses the first, RateLimited is raised:
        to begin anew later would mean never to see the second. Raises Stopped, too.

        Args:
            since: when the messages were due last.
            keep: called again and again meanwhile, to keep hold of what is looked for.
        """
        client = await self.clients.of(workspace)
        page = await self._page(client, channel, thread, since, None)
        found = _found(page, keys)
        while (cursor := _next(page)) and len(found) < len(keys):
            await keep()
            try:
                page = await self._page(client, channel, thread, since, cursor)
            except RateLimited as limit:
                await self._wait(limit.seconds, keep)
                continue
            found |= _found(page, keys)
        return found

    async def _page(
        self, client: AsyncWebClient, channel: str, thread: str | None, since: datetime, cursor: str | None
    ) -> Any:
        part: dict[str, Any] = {
            "oldest": f"{(since - LOOK_BACK).timestamp():.6f}", "limit": MESSAGES_A_PAGE, "cursor": cursor,
            "include_all_metadata": True,
        }  # fmt: skip
        if thread is None:
            return await self._answer(client.conversations_history(channel=channel, **part))
        return await self._answer(client.conversations_replies(channel=channel, ts=thread, **part))

    async def _wait(self, seconds: float, keep: Keep) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (left := end - loop.time()) > 0:
            await keep()
            async with self.shutdown.waiting():
                await asyncio.sleep(min(left, self.patience / 2))

    async def _answer(self, call: Awaitable[Any]) -> Any:
        try:
            async with asyncio.timeout(self.patience):
                return await call
        except SLACK_ERRORS as error:
            raise trouble(error) from error


def _found(page: Any, keys: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for message in page["messages"]:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        found |= {key: str(message["ts"]) for key in payload.get("keys", []) if key in keys}
    return found


def _next(page: Any) -> str | None:
    return (page.get("response_metadata") or {}).get("next_cursor") or None
