"""The sandbox told to break."""

import asyncio
import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.sandbox.api import channel, error_of


async def test_a_method_fails_as_often_as_told(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.fail("chat.postMessage", error="internal_error", times=2)
    general = channel(sandbox, "general")
    for _ in range(2):
        assert await error_of(client.chat_postMessage(channel=general, text="x")) == "internal_error"
    await client.chat_postMessage(channel=general, text="At last")
    assert [one.text for one in sandbox.person("Jonas").messages("#general")] == ["At last"]
    assert sandbox.refusals == []


async def test_a_method_fails_with_a_status(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.fail("chat.postMessage", status=503)
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=channel(sandbox, "general"), text="x")
    assert refused.value.response.status_code == 503


async def test_a_rate_limit_on_demand_says_when_to_come_again(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.fail("chat.postMessage", error="ratelimited")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=channel(sandbox, "general"), text="x")
    assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (429, "1")


async def test_a_lost_answer_was_performed(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.lose("chat.postMessage")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.chat_postMessage(channel=channel(sandbox, "general"), text="Said all the same")
    assert sandbox.person("Jonas").last_message("#general").text == "Said all the same"


async def test_a_late_answer_was_performed_at_once(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.late("chat.postMessage", seconds=0.3)
    before = time.monotonic()
    await client.chat_postMessage(channel=channel(sandbox, "general"), text="x")
    assert time.monotonic() - before >= 0.3


async def test_slow_work_is_done_when_nobody_waits_for_it_any_more(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.slow("chat.postMessage", seconds=0.3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await client.chat_postMessage(channel=channel(sandbox, "general"), text="Said to nobody")
    jonas = sandbox.person("Jonas")
    assert jonas.messages("#general") == []
    assert (await jonas.sees("Said to nobody", where="#general")).text == "Said to nobody"


async def test_faults_are_taken_back(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.faults.fail("*", error="internal_error", times=5)
    sandbox.faults.clear()
    assert (await client.auth_test())["ok"]
