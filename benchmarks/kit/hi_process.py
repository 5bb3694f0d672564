"""The least that a Bolt app can do, served like ours: it acknowledges a command with "hi".

Of a command with "select" after it, the least that can be done with a database: it asks for a 1 before it answers. Of
one with "modal", the least that shows somebody a list: it opens a modal as large as one, always the same one, ready
made.
"""

import os
from typing import Any

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from storage.store import Store

# As `bot.run` has them; that is not imported, for what it brings along would be carried about for nothing.
SERVER_OPTIONS: dict[str, Any] = {"log_config": None, "access_log": False, "timeout_graceful_shutdown": 5}
TEXT = {"type": "mrkdwn", "text": 440 * "."}
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "hi"},
    "blocks": [{"type": "section", "text": TEXT} for _ in range(20)],
}


def hi_app() -> Starlette:
    store = Store(os.environ["DATABASE_URL"])

    async def hi(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        if body["text"] == "modal":
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=MODAL)
            return
        if body["text"] == "select":
            async with store.read() as session:
                await session.execute(text("SELECT 1"))
        await ack("hi")

    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])
    app.command("/partner-customers")(hi)
    slack = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await slack.handle(request)

    async def healthy(_request: Request) -> Response:
        return PlainTextResponse("ok")

    return Starlette(routes=[Route("/slack/events", events, methods=["POST"]), Route("/healthz", healthy)])


if __name__ == "__main__":
    uvicorn.run(hi_app(), host="127.0.0.1", port=int(os.environ["PORT"]), **SERVER_OPTIONS)
