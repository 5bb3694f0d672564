"""Socket Mode beside one connection that works: several, a refresh, and what is refused."""

import contextlib
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Limits, Sandbox
from sandbox.manifest import Manifest
from tests.sandbox.api import error_of
from tests.sandbox.small_bot import new_app, over_socket


def add_ping(app: AsyncApp, number: int, heard: list[int]) -> None:
    @app.command("/ping")
    async def ping(ack: Any) -> None:
        heard.append(number)
        await ack(text=f"pong {number}")


def socket_sandbox() -> Sandbox:
    return Sandbox(manifest=Manifest(), delivery="socket", limits=Limits(ack_seconds=1.0))


async def test_each_payload_goes_to_one_of_the_connections() -> None:
    async with socket_sandbox() as sandbox, contextlib.AsyncExitStack() as stack:
        heard: list[int] = []
        for number in range(2):
            app = new_app(sandbox)
            add_ping(app, number, heard)
            await stack.enter_async_context(over_socket(sandbox, app))
        jonas = sandbox.person("Jonas")
        for _ in range(4):
            await jonas.command("/ping", channel="#general")
        assert sorted(heard) == [0, 0, 1, 1]
        assert sorted(one.text for one in jonas.messages()) == ["pong 0", "pong 0", "pong 1", "pong 1"]


async def test_after_a_refresh_the_bot_comes_again() -> None:
    async with socket_sandbox() as sandbox:
        app = new_app(sandbox)
        add_ping(app, 1, [])
        async with over_socket(sandbox, app):
            first = list(sandbox.sockets.connections)
            await sandbox.sockets.refresh()
            renewed = await sandbox.core.changes.wait_for(
                lambda: [one for one in sandbox.sockets.connections if one not in first] or None, 15
            )
            assert renewed
            await sandbox.person("Jonas").command("/ping", channel="#general")
            assert sandbox.person("Jonas").last_message().text == "pong 1"


async def test_without_a_connection_the_person_sees_it() -> None:
    async with socket_sandbox() as sandbox:
        jonas = sandbox.person("Jonas")
        await jonas.command("/ping", channel="#general")
        assert jonas.last_message().text == '/ping failed with the error "dispatch_failed"'


async def test_connections_need_the_app_token_and_a_fresh_ticket() -> None:
    async with socket_sandbox() as sandbox:
        client = AsyncWebClient(token=sandbox.installation.token, base_url=sandbox.environment["SLACK_API_URL"])
        wrong = client.apps_connections_open(app_token=sandbox.installation.token)
        assert await error_of(wrong) == "not_allowed_token_type"
        url = (await client.apps_connections_open(app_token=sandbox.environment["SLACK_APP_TOKEN"]))["url"]
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(url) as socket:
                assert (await socket.receive_json())["type"] == "hello"
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
