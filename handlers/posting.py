"""A message that reaches its channel once, whatever happens to us or to Slack's answer."""

from dataclasses import dataclass
from datetime import datetime

from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks import drawn

EVENT_TYPE = "partner_desk"
# How far back a message is looked for: a crash is found out about within minutes of the sending.
PAGES_OF_HISTORY, MESSAGES_A_PAGE = 5, 200


@dataclass(frozen=True)
class Post:
    """A new message. `text` is what notifications and screen readers say."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True)
class Repaint:
    """New blocks for a message that stands already."""

    channel: str
    ts: str
    post: Post


async def post_once(
    client: AsyncWebClient, channel: str, post: Post, key: str, tried_since: datetime | None
) -> tuple[str, str]:
    """Posts, unless an earlier try did. Raises one of SLACK_ERRORS.

    Args:
        channel: a channel's id, or a user's: then it is a direct message.
        key: the message's own name, which it carries as metadata.
        tried_since: when somebody may have posted it already and not lived to say so; None on the first try.
    Returns: the channel and the message's `ts`.
    """
    if channel.startswith(("U", "W")):
        channel = str((await client.conversations_open(users=channel))["channel"]["id"])
    if tried_since and (ts := await _posted_ts(client, channel, key, tried_since)):
        return channel, ts
    answer = await client.chat_postMessage(
        channel=channel,
        text=post.text,
        blocks=drawn(post.blocks),
        metadata={"event_type": EVENT_TYPE, "event_payload": {"key": key}},
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(answer["channel"]), str(answer["ts"])


async def _posted_ts(client: AsyncWebClient, channel: str, key: str, since: datetime) -> str | None:
    cursor = None
    for _ in range(PAGES_OF_HISTORY):
        page = await client.conversations_history(
            channel=channel,
            oldest=f"{since.timestamp():.6f}",
            limit=MESSAGES_A_PAGE,
            include_all_metadata=True,
            cursor=cursor,
        )
        for message in page["messages"]:
            if (message.get("metadata") or {}).get("event_payload", {}).get("key") == key:
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
    return None


async def repaint(client: AsyncWebClient, what: Repaint) -> tuple[str, str]:
    """Draws a message anew; doing it twice changes nothing. Raises one of SLACK_ERRORS."""
    await client.chat_update(channel=what.channel, ts=what.ts, text=what.post.text, blocks=drawn(what.post.blocks))
    return what.channel, what.ts
