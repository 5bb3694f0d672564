"""What reaches the bot: signed requests, events and their retries, acknowledgements that come late or not at all."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any
from urllib.parse import parse_qsl

import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox import Sandbox
from sandbox.serving import WebServer, free_socket

Json = dict[str, Any]


class Listener:
    """A bot that writes down what it hears, and answers with the given statuses, then with 200."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Request] = asyncio.Queue()
        self.statuses: list[int] = []

    async def __call__(self, request: Request) -> Response:
        await request.body()
        self.heard.put_nowait(request)
        return PlainTextResponse("", status_code=self.statuses.pop(0) if self.statuses else 200)

    async def next(self) -> Request:
        return await asyncio.wait_for(self.heard.get(), 5)


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Listener]:
    listener = Listener()
    server = WebServer(Starlette(routes=[Route("/slack/events", listener.__call__, methods=["POST"])]))
    sandbox.bot_url = f"http://127.0.0.1:{server.bind(0)}"
    await server.start()
    yield listener
    await server.stop()


async def test_requests_are_signed_as_slack_signs_them(sandbox: Sandbox, bot: Listener) -> None:
    await sandbox.acts.command(sandbox.person("Jonas").user, sandbox.workplace.channel("general"), "/add <b> & co")
    request = await bot.next()
    body = (await request.body()).decode()
    verifier = SignatureVerifier(sandbox.environment["SLACK_SIGNING_SECRET"])
    assert verifier.is_valid_request(body, dict(request.headers))
    assert not verifier.is_valid_request(body + "x", dict(request.headers))
    assert abs(int(request.headers["x-slack-request-timestamp"]) - time.time()) < 5


async def test_a_command_carries_what_slack_sends(sandbox: Sandbox, bot: Listener) -> None:
    jonas, general = sandbox.person("Jonas").user, sandbox.workplace.channel("general")
    await sandbox.acts.command(jonas, general, "/add <b> & co")
    request = await bot.next()
    form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    assert form["command"] == "/add"
    assert form["text"] == "&lt;b&gt; &amp; co"
    assert (form["channel_id"], form["channel_name"], form["user_id"]) == (general.id, "general", jonas.id)
    assert form["response_url"].startswith(sandbox.address)
    assert form["trigger_id"]


async def test_an_event_is_sent_again_until_it_is_taken(sandbox: Sandbox, bot: Listener) -> None:
    bot.statuses = [500, 503]
    sandbox.workplace.remove("weber-partner", "Jonas")
    requests = [await bot.next() for _ in range(3)]
    bodies = [await request.json() for request in requests]
    assert [request.headers.get("x-slack-retry-num") for request in requests] == [None, "1", "2"]
    assert requests[1].headers["x-slack-retry-reason"] == "http_error"
    assert len({body["event_id"] for body in bodies}) == 1
    assert bodies[0]["event"]["type"] == "member_left_channel"
    await sandbox.acts.events.idle()
    assert bot.heard.empty()


async def test_after_three_retries_slack_gives_up(sandbox: Sandbox, bot: Listener) -> None:
    bot.statuses = [500] * 9
    sandbox.workplace.archive("weber-partner", by="Jonas")
    for _ in range(4):
        await bot.next()
    await sandbox.acts.events.idle()
    assert bot.heard.empty()


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (lambda sandbox: sandbox.workplace.invite("laurent-alerts", "Emma"), "member_joined_channel"),
        (lambda sandbox: sandbox.workplace.remove_bot("laurent-alerts"), "member_left_channel"),
        (lambda sandbox: sandbox.workplace.archive("laurent-alerts"), "channel_archive"),
        (lambda sandbox: sandbox.workplace.archive("partner-reviews"), "group_archive"),
        (lambda sandbox: sandbox.workplace.change_person("Hugo", locale="en-GB"), "user_change"),
        (lambda sandbox: sandbox.workplace.uninstall(), "app_uninstalled"),
    ],
)
async def test_what_happens_is_told(sandbox: Sandbox, bot: Listener, what: Any, kind: str) -> None:
    what(sandbox)
    body = await (await bot.next()).json()
    assert (body["type"], body["event"]["type"]) == ("event_callback", kind)
    assert body["team_id"] == sandbox.core.world.home


async def test_direct_messages_reach_the_bot_escaped(sandbox: Sandbox, bot: Listener) -> None:
    await sandbox.person("Jonas").says("is <this> read?", "DM")
    event = (await (await bot.next()).json())["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "is &lt;this&gt; read?")


async def test_a_bot_that_is_away_is_noticed(sandbox: Sandbox) -> None:
    sandbox.bot_url = "http://127.0.0.1:9"
    jonas = sandbox.person("Jonas")
    await jonas.command("/apply", channel="#general")
    assert jonas.last_message().text == '/apply failed with the error "dispatch_failed"'
    assert not sandbox.acts.health.reachable
    assert [refused.error for refused in sandbox.refusals] == ["dispatch_failed"]


def test_small_answers_are_sent_at_once() -> None:
    """As asyncio does on sockets that name their protocol; on others each may wait 40 ms for the next."""
    with closing(free_socket(0)) as bound:
        assert bound.proto == socket.IPPROTO_TCP
