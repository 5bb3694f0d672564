"""The routes: what watches over the bot, and who may speak to it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import select, text

from bot.web import web_app
from sandbox.delivery import sign
from storage.models import Person
from tests.databases import PostgresTemplate
from tests.desk import World, running_desk

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def web(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=world.sandbox.bot_url, trust_env=False) as client:
        yield client


def command(world: World) -> str:
    """The body of a command by somebody whom the bot has never met."""
    user = world.person("Emma").user
    typed = {"command": "/partner", "text": "", "team_id": user.workspace, "user_id": user.id, "trigger_id": "1.2.3"}
    return urlencode(typed)


async def sent(
    web: httpx.AsyncClient, body: str, secret: str, seconds_ago: int = 0, signed: str | None = None, **headers: str
) -> httpx.Response:
    """A request as Slack sends it, but for what the test breaks; a header that is empty is left out."""
    timestamp = str(int(time.time()) - seconds_ago)
    signature = sign(secret, timestamp, body if signed is None else signed)
    shown = {"timestamp": timestamp, "signature": signature} | headers
    names = {"timestamp": "X-Slack-Request-Timestamp", "signature": "X-Slack-Signature"}
    kept = {names[name].encode(): value.encode() for name, value in shown.items() if value}
    return await web.post("/slack/events", content=body, headers={b"Content-Type": FORM.encode(), **kept})


async def met(world: World) -> list[str]:
    """Whom the bot knows: it gets to know whoever asks, before anything else is done for them."""
    async with world.bot.desk.store.read() as session:
        return list(await session.scalars(select(Person.user_id)))


async def test_what_slack_signed_is_answered(world: World, web: httpx.AsyncClient) -> None:
    response = await sent(web, command(world), world.sandbox.keys.signing_secret)
    assert response.status_code == 200
    assert response.json()["response_type"] == "ephemeral"
    assert await met(world) == [world.person("Emma").user.id]


@pytest.mark.parametrize(
    "broken",
    [
        {"secret": "another secret"},
        {"secret": ""},
        {"seconds_ago": 301},
        {"seconds_ago": -301},
        {"signed": "command=%2Fpartner-review"},
        {"signature": ""},
        {"signature": "v0=" + "0" * 64},
        {"signature": "v0=ü"},
        {"timestamp": ""},
        {"timestamp": "yesterday"},
        {"timestamp": "1"},
    ],
)
async def test_what_slack_did_not_sign_gets_nowhere(
    world: World, web: httpx.AsyncClient, broken: dict[str, Any]
) -> None:
    before = len(world.sandbox.core.calls)
    body = command(world)
    response = await sent(web, body, **{"secret": world.sandbox.keys.signing_secret} | broken)
    assert response.status_code == 401
    assert await met(world) == []
    assert len(world.sandbox.core.calls) == before


async def test_a_request_a_little_late_still_counts(world: World, web: httpx.AsyncClient) -> None:
    """Slack's own limit is five minutes."""
    response = await sent(web, command(world), world.sandbox.keys.signing_secret, seconds_ago=290)
    assert response.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        '{"type": "url_verification", "challenge": "c"}',
        "ssl_check=1&command=%2Fpartner",
        "payload=%7B",
        "payload=[]",
        "{",
        "",
        b"\xff",
    ],
)
async def test_nor_does_what_can_hardly_be_read(world: World, web: httpx.AsyncClient, body: str | bytes) -> None:
    """Nothing is read, and nothing called, before the signature was found right."""
    for headers in ({}, {"X-Slack-Request-Timestamp": "yesterday", "X-Slack-Signature": "v0=1"}):
        response = await web.post("/slack/events", content=body, headers=headers | {"Content-Type": FORM})
        assert (response.status_code, response.text) == (401, "")
    assert await met(world) == []


async def test_of_what_is_too_long_for_slack_only_the_beginning_is_read(world: World) -> None:
    app, parts, answers = web_app(world.bot, nothing, takes_events=True), [b"x" * 300_000] * 100, list[Any]()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(), "more_body": True}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": [], "query_string": b""}
    await app(scope, receive, send)
    assert answers[0]["status"] == 401
    assert len(parts) > 90


@asynccontextmanager
async def nothing() -> AsyncIterator[None]:
    yield


async def test_the_address_is_only_for_posting(web: httpx.AsyncClient) -> None:
    assert (await web.get("/slack/events")).status_code == 405
    assert (await web.get("/nowhere")).status_code == 404


async def test_healthy_and_ready(world: World, web: httpx.AsyncClient) -> None:
    assert ((await web.get("/healthz")).status_code, (await web.get("/readyz")).text) == (200, "ready")
    async with world.bot.desk.store.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    response = await web.get("/readyz")
    assert response.status_code == 503
    assert "python -m bot migrate" in response.text
    assert (await web.get("/healthz")).status_code == 200


async def test_not_ready_while_the_database_is_away(postgres: PostgresTemplate) -> None:
    address = postgres.copy()
    async with running_desk(address) as world, httpx.AsyncClient(trust_env=False) as web:
        assert (await web.get(f"{world.sandbox.bot_url}/readyz")).text == "ready"
        postgres.drop(address)
        response = await web.get(f"{world.sandbox.bot_url}/readyz")
        assert (response.status_code, response.text) == (503, "The database does not answer.")
        assert (await web.get(f"{world.sandbox.bot_url}/healthz")).status_code == 200


async def test_metrics_count_requests_by_what_they_were(world: World, web: httpx.AsyncClient) -> None:
    secret = world.sandbox.keys.signing_secret
    name = 'partner_desk_request_seconds_count{outcome="ok",what="/partner"}'
    before = (await _metrics(web)).get(name, 0)
    await sent(web, command(world), secret)
    after = await _metrics(web)
    assert after[name] == before + 1
    assert secret not in str(after)


async def _metrics(web: httpx.AsyncClient) -> dict[str, float]:
    response = await web.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = [line.rsplit(" ", 1) for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


async def test_over_socket_mode_nothing_is_taken_over_http(sqlite_address: str) -> None:
    async with running_desk(sqlite_address, "socket") as world, httpx.AsyncClient(trust_env=False) as web:
        url = f"{world.sandbox.bot_url}/slack/events"
        assert (await web.post(url)).status_code == 404
        assert (await web.get(f"{world.sandbox.bot_url}/readyz")).text == "ready"
