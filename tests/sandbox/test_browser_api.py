"""The page's own JSON API, spoken to as a browser does."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import websockets
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.sandbox.api import channel, error_of, user
from tests.sandbox.small_bot import actions, add_desk, button, words

Json = dict[str, Any]


@pytest.fixture
async def page(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.address) as client:
        yield client


async def read(page: httpx.AsyncClient, path: str, **query: str) -> Json:
    response = await page.get(f"/page/{path}", params=query)
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


async def act(page: httpx.AsyncClient, path: str, body: Json, status: int = 200) -> Json:
    response = await page.post(f"/page/{path}", json=body)
    assert response.status_code == status, response.text
    answer: Json = response.json()
    return answer


async def test_the_state_has_what_the_person_sees(sandbox: Sandbox, page: httpx.AsyncClient) -> None:
    await sandbox.person("Emma").says("Hello", "#general")
    state = await read(page, "state", **{"as": user(sandbox, "Jonas")})
    assert state["workspace"]["name"] == "Nordlicht Software"
    assert (state["me"]["real_name"], state["me"]["initials"]) == ("Jonas Weber", "JW")
    listed = {one["name"]: one for one in state["conversations"]}
    assert sorted(listed) == ["Partner Desk", "general", "weber-partner"]
    assert (listed["Partner Desk"]["kind"], listed["general"]["unread"]) == ("app", 1)
    assert {"Jonas Weber", "Greta Lind"} <= {one["real_name"] for one in state["people"]}
    first = await read(page, "state")
    assert first["me"]["real_name"] == "Emma Clarke"


async def test_reading_messages_marks_them_as_read(sandbox: Sandbox, page: httpx.AsyncClient) -> None:
    await sandbox.person("Emma").says("Hello", "#general")
    who = {"as": user(sandbox, "Jonas")}
    messages = (await read(page, "messages", conversation=channel(sandbox, "general"), **who))["messages"]
    assert [(one["name"], one["text"], one["ephemeral"]) for one in messages] == [("Emma Clarke", "Hello", False)]
    state = await read(page, "state", **who)
    assert [one["unread"] for one in state["conversations"] if one["name"] == "general"] == [0]


async def test_a_walk_over_the_page(sandbox: Sandbox, page: httpx.AsyncClient, app: AsyncApp) -> None:
    add_desk(app)
    me = user(sandbox, "Jonas")
    await act(page, "command", {"as": me, "conversation": channel(sandbox, "general"), "text": "/apply"})
    await sandbox.person("Jonas").sees("Apply")
    (view,) = (await read(page, "views", **{"as": me}))["stack"]
    assert view["title"]["text"] == "Apply"
    answer = await act(page, "submit", {"as": me, "view_id": view["id"], "state": {}})
    assert set(answer["errors"]) == {"company", "email"}
    state = {
        "company": {"company": {"type": "plain_text_input", "value": "Weber"}},
        "email": {"email": {"type": "email_text_input", "value": "j@weber.example"}},
    }
    answer = await act(page, "submit", {"as": me, "view_id": view["id"], "state": state})
    assert answer == {"ok": True, "errors": None}
    assert (await read(page, "views", **{"as": me}))["stack"] == []
    anna, reviews = user(sandbox, "Anna"), channel(sandbox, "partner-reviews")
    await sandbox.person("Anna").sees("Weber", where="#partner-reviews")
    (card,) = (await read(page, "messages", **{"as": anna, "conversation": reviews}))["messages"]
    press = {"block_id": card["blocks"][1]["block_id"], "action_id": "approve", "type": "button", "value": "Weber"}
    place = {"type": "message", "conversation": reviews, "ts": card["ts"], "ephemeral": False}
    await act(page, "action", {"as": anna, "container": place, "action": press, "state": {}})
    await sandbox.person("Anna").sees("was approved", where="#partner-reviews")


async def test_threads_stand_apart(sandbox: Sandbox, page: httpx.AsyncClient, client: AsyncWebClient) -> None:
    general, who = channel(sandbox, "general"), {"as": user(sandbox, "Jonas")}
    parent = await client.chat_postMessage(channel=general, text="Parent")
    await act(page, "message", {**who, "conversation": general, "text": "Child", "thread_ts": parent["ts"]})
    messages = (await read(page, "messages", conversation=general, **who))["messages"]
    thread = (await read(page, "thread", conversation=general, ts=parent["ts"], **who))["messages"]
    assert [(one["text"], one["reply_count"]) for one in messages] == [("Parent", 1)]
    assert [one["text"] for one in thread] == ["Parent", "Child"]


async def test_a_button_that_is_gone_is_a_sentence(
    sandbox: Sandbox, page: httpx.AsyncClient, client: AsyncWebClient
) -> None:
    general, who = channel(sandbox, "general"), {"as": user(sandbox, "Jonas")}
    posted = await client.chat_postMessage(channel=general, text="x", blocks=[actions(button("Go", "go"))])
    place = {"type": "message", "conversation": general, "ts": posted["ts"]}
    press = {"block_id": posted["message"]["blocks"][0]["block_id"], "action_id": "go", "type": "button"}
    await client.chat_update(channel=general, ts=posted["ts"], text="x", blocks=[words("gone")])
    answer = await act(page, "action", {**who, "container": place, "action": press}, 400)
    assert answer == {"error": "That is not there any more. Look again."}


async def test_nobody_reads_where_they_are_not(sandbox: Sandbox, page: httpx.AsyncClient) -> None:
    reviews = channel(sandbox, "partner-reviews")
    response = await page.get("/page/messages", params={"as": user(sandbox, "Jonas"), "conversation": reviews})
    assert (response.status_code, response.json()) == (400, {"error": "Jonas Weber is not in this conversation."})


async def test_channels_are_made_and_changed(sandbox: Sandbox, page: httpx.AsyncClient, client: AsyncWebClient) -> None:
    me, emma = user(sandbox, "Jonas"), user(sandbox, "Emma")
    wanted = {"as": me, "name": "New Place", "private": True, "members": [emma], "with_bot": True}
    made = await act(page, "channels", wanted)
    await client.chat_postMessage(channel=made["id"], text="Here")
    assert sandbox.person("Emma").last_message("#new-place").text == "Here"
    await act(page, f"channels/{made['id']}/archive", {"as": me})
    assert await error_of(client.chat_postMessage(channel=made["id"], text="x")) == "is_archived"
    await act(page, f"channels/{made['id']}/unarchive", {"as": me})
    await act(page, f"channels/{made['id']}/kick-bot", {"as": me})
    assert await error_of(client.chat_postMessage(channel=made["id"], text="x")) == "channel_not_found"
    await act(page, f"channels/{made['id']}/invite-bot", {"as": me})
    await client.chat_postMessage(channel=made["id"], text="Back")
    again = await act(page, "channels", {"as": me, "name": "new place", "members": []}, 400)
    assert again == {"error": "There is a channel #new-place already."}


async def test_the_day_and_the_faults(sandbox: Sandbox, page: httpx.AsyncClient, client: AsyncWebClient) -> None:
    fault = {"method": "auth.test", "kind": "fail", "error": "internal_error", "seconds": None, "times": 1}
    moved = await act(page, "day", {"days": 2})
    assert moved["day"]["moved_days"] == 2
    assert await act(page, "day", {"to": "2020-01-01"}, 400) == {
        "error": "The day moves forward only: choose a later date."
    }
    assert (await act(page, "day", {"reset": True}))["day"]["moved_days"] == 0
    await act(page, "faults", fault)
    assert [one["method"] for one in (await read(page, "faults"))["faults"]] == ["auth.test"]
    assert await error_of(client.auth_test()) == "internal_error"


async def test_pages_hear_of_what_concerns_them(sandbox: Sandbox, client: AsyncWebClient) -> None:
    address = sandbox.address.replace("http", "ws") + "/page/live?as=" + user(sandbox, "Jonas")
    async with websockets.connect(address) as socket:
        await socket.ping()
        await client.chat_postMessage(channel=channel(sandbox, "partner-reviews"), text="Not for Jonas")
        posted = await client.chat_postMessage(channel=channel(sandbox, "general"), text="For all")
        heard = json.loads(await socket.recv())
        sandbox.move_day(days=1)
        sandbox.dns.add("a.example", "A", "192.0.2.1")
        kinds = [json.loads(await socket.recv())["kind"] for _ in range(2)]
    assert heard == {"kind": "message", "conversation": channel(sandbox, "general"), "ts": posted["ts"]}
    assert kinds == ["day", "dns"]


async def test_the_page_itself_is_served(page: httpx.AsyncClient) -> None:
    response = await page.get("/")
    assert response.headers["content-type"].startswith("text/html")
    style = await page.get("/static/js/app.js")
    assert (style.status_code, style.headers["cache-control"]) == (200, "no-cache")
