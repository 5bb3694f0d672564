"""response_url and the answer within an acknowledgement."""

from datetime import timedelta
from typing import Any

import httpx
from slack_bolt.async_app import AsyncApp

from sandbox import Sandbox
from tests.sandbox.small_bot import actions, button, words

Json = dict[str, Any]


def url_for(sandbox: Sandbox) -> str:
    jonas = sandbox.person("Jonas").user
    return sandbox.acts.payloads.response_url(jonas, sandbox.workplace.channel("general").id)


async def post(url: str, body: Json) -> tuple[int, str]:
    async with httpx.AsyncClient() as client:
        response = await client.post(url, json=body)
    return response.status_code, response.text


async def test_a_response_is_for_the_one_who_asked_unless_it_says_otherwise(sandbox: Sandbox) -> None:
    url = url_for(sandbox)
    await post(url, {"text": "For you"})
    await post(url, {"text": "For all", "response_type": "in_channel"})
    assert [one.text for one in sandbox.person("Jonas").messages("#general")] == ["For you", "For all"]
    assert [one.text for one in sandbox.person("Emma").messages("#general")] == ["For all"]


async def test_a_response_url_works_five_times(sandbox: Sandbox) -> None:
    url = url_for(sandbox)
    answers = [await post(url, {"text": str(number)}) for number in range(6)]
    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]


async def test_a_response_url_works_half_an_hour(sandbox: Sandbox) -> None:
    url = url_for(sandbox)
    sandbox.core.day.offset_seconds += timedelta(minutes=31).total_seconds()
    assert await post(url, {"text": "late"}) == (404, "expired_url")


async def test_a_response_is_checked_like_a_message(sandbox: Sandbox) -> None:
    assert await post(url_for(sandbox), {"text": "x", "blocks": [words("x" * 3001)]}) == (400, "invalid_blocks")
    assert [refused.method for refused in sandbox.refusals] == ["response_url"]


async def test_an_ephemeral_message_is_replaced_and_deleted_through_its_url(sandbox: Sandbox, app: AsyncApp) -> None:
    @app.command("/ask")
    async def ask(ack: Any) -> None:
        await ack(text="Sure?", blocks=[words("Sure?"), actions(button("Yes", "yes"), button("Drop", "drop"))])

    @app.action("yes")
    async def yes(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="Done", blocks=[words("Done"), actions(button("Drop", "drop"))], replace_original=True)

    @app.action("drop")
    async def drop(ack: Any, respond: Any) -> None:
        await ack()
        await respond(delete_original=True)

    jonas = sandbox.person("Jonas")
    await jonas.command("/ask", channel="#general")
    asked = jonas.last_message()
    assert (asked.text, asked.ephemeral, asked.message.response_to) == ("Sure?", True, "/ask")
    await jonas.click("Yes")
    assert [one.text for one in jonas.messages()] == ["Done"]
    await jonas.click("Drop")
    assert jonas.messages() == []
    assert sandbox.refusals == []


async def test_a_command_answered_with_bad_blocks_fails_visibly(sandbox: Sandbox, app: AsyncApp) -> None:
    @app.command("/bad")
    async def bad(ack: Any) -> None:
        await ack(text="x", blocks=[words("x" * 3001)])

    jonas = sandbox.person("Jonas")
    await jonas.command("/bad")
    assert jonas.last_message().text == '/bad failed with the error "invalid_blocks"'
    assert [(one.method, one.error) for one in sandbox.refusals] == [("command response", "invalid_blocks")]
