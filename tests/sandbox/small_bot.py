"""A small Bolt app for the sandbox's own tests, served on a free port or connected over Socket Mode."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox import Sandbox
from sandbox.serving import WebServer

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def words(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(label: str, kind: str, name: str, **more: Any) -> Json:
    outer: Json = {key: more.pop(key) for key in ("optional", "dispatch_action", "hint") if key in more}
    element = {"type": kind, "action_id": name, **more}
    return {"type": "input", "block_id": name, "label": plain(label), "element": element, **outer}


def modal(title: str, *blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": list(blocks), **more}


def new_app(sandbox: Sandbox) -> AsyncApp:
    environment = sandbox.environment
    client = AsyncWebClient(token=environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
    return AsyncApp(client=client, signing_secret=environment["SLACK_SIGNING_SECRET"])


@asynccontextmanager
async def over_http(sandbox: Sandbox, app: AsyncApp) -> AsyncIterator[None]:
    """Serve the app, and tell the sandbox where."""
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    server = WebServer(Starlette(routes=[Route("/slack/events", events, methods=["POST"])]))
    sandbox.bot_url = f"http://127.0.0.1:{server.bind(0)}"
    await server.start()
    try:
        yield
    finally:
        await server.stop()


@asynccontextmanager
async def over_socket(sandbox: Sandbox, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the app, and wait until the sandbox has its connection."""
    before = len(sandbox.sockets.connections)
    handler = AsyncSocketModeHandler(app, sandbox.environment["SLACK_APP_TOKEN"], web_client=app.client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await sandbox.core.changes.wait_for(lambda: len(sandbox.sockets.connections) > before or None, 5)
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]
        await asyncio.sleep(0)


def apply_form() -> Json:
    return modal(
        "Apply",
        field("Company", "plain_text_input", "company"),
        field("E-mail", "email_text_input", "email"),
        callback_id="apply",
    )


def add_desk(app: AsyncApp) -> None:
    """Listeners for a walk: a form, a card for reviewers, a decision."""

    @app.command("/apply")
    async def apply(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=apply_form())

    @app.view("apply")
    async def applied(ack: Any, view: Json, body: Json, client: AsyncWebClient) -> None:
        company = view["state"]["values"]["company"]["company"]["value"]
        if company == "Evil":
            await ack(response_action="errors", errors={"company": "Not you."})
            return
        await ack()
        channels = await client.conversations_list(types="private_channel")
        card = [words(f"*{company}* wants to join"), actions(button("Approve", "approve", value=company))]
        await client.chat_postMessage(channel=channels["channels"][0]["id"], text=f"{company} applied", blocks=card)
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Thank you, {company}")

    @app.action("approve")
    async def approve(ack: Any, body: Json, client: AsyncWebClient, action: Json) -> None:
        await ack()
        blocks = [words(f"{action['value']} was approved by <@{body['user']['id']}>")]
        place = body["container"]
        await client.chat_update(channel=place["channel_id"], ts=place["message_ts"], text="Approved", blocks=blocks)
