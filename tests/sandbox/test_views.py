"""Modals and Home tabs: triggers, the stack, hashes, and what an acknowledgement may ask for."""

import asyncio
import json
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Limits, Sandbox
from sandbox.manifest import Manifest
from tests.sandbox.api import error_of, refusal, user
from tests.sandbox.small_bot import actions, button, field, modal, new_app, over_http, plain, words

Json = dict[str, Any]


def trigger(sandbox: Sandbox, name: str = "Jonas", view: str | None = None) -> str:
    person = sandbox.person(name).user
    return sandbox.core.tickets.new_trigger(person.id, person.workspace, view)


async def test_a_trigger_opens_one_modal(sandbox: Sandbox, client: AsyncWebClient) -> None:
    trigger_id = trigger(sandbox)
    opened = await client.views_open(trigger_id=trigger_id, view=modal("First"))
    assert sandbox.person("Jonas").modal.title == "First"
    assert opened["view"]["root_view_id"] == opened["view"]["id"]
    again = client.views_open(trigger_id=trigger_id, view=modal("Second"))
    assert await error_of(again) == "exchanged_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.x", view=modal("x"))) == "invalid_trigger_id"


async def test_a_trigger_expires() -> None:
    async with Sandbox(manifest=Manifest(), limits=Limits(trigger_seconds=0)) as sandbox:
        client = AsyncWebClient(token=sandbox.installation.token, base_url=sandbox.environment["SLACK_API_URL"])
        late = client.views_open(trigger_id=trigger(sandbox), view=modal("Late"))
        assert await error_of(late) == "expired_trigger_id"


async def test_a_fourth_view_is_one_too_many(sandbox: Sandbox, client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=trigger(sandbox), view=modal("1")))["view"]
    for title in ("2", "3"):
        view = (await client.views_push(trigger_id=trigger(sandbox, view=view["id"]), view=modal(title)))["view"]
    fourth = client.views_push(trigger_id=trigger(sandbox, view=view["id"]), view=modal("4"))
    assert await error_of(fourth) == "push_limit_reached"
    jonas = sandbox.person("Jonas")
    assert jonas.modal.title == "3"
    await jonas.close()
    assert jonas.modal.title == "2"


async def test_a_stale_hash_loses(sandbox: Sandbox, client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=trigger(sandbox), view=modal("1")))["view"]
    updated = await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("2"))
    stale = client.views_update(view_id=view["id"], hash=view["hash"], view=modal("3"))
    assert await error_of(stale) == "hash_conflict"
    await client.views_update(view_id=view["id"], hash=updated["view"]["hash"], view=modal("4"))
    assert sandbox.person("Jonas").modal.title == "4"


async def test_a_closed_view_is_not_found(sandbox: Sandbox, client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=trigger(sandbox), view=modal("1")))["view"]
    await sandbox.person("Jonas").close()
    assert await error_of(client.views_update(view_id=view["id"], view=modal("2"))) == "not_found"


async def test_views_that_are_refused(sandbox: Sandbox, client: AsyncWebClient) -> None:
    long = [words("x" * 2900) for _ in range(90)]
    assert await error_of(client.views_open(trigger_id=trigger(sandbox), view=modal("x", *long))) == "view_too_large"
    body = await refusal(client.views_open(trigger_id=trigger(sandbox), view=modal("x" * 25)))
    assert body["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title]" in body["response_metadata"]["messages"][0]
    await client.views_open(trigger_id=trigger(sandbox), view=modal("x", external_id="one"))
    twice = client.views_open(trigger_id=trigger(sandbox), view=modal("x", external_id="one"))
    assert await error_of(twice) == "duplicate_external_id"


async def test_home_tabs_are_published_for_people(sandbox: Sandbox, client: AsyncWebClient, app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def publish(event: Json) -> None:
        blocks = [words(f"Hello <@{event['user']}>"), actions(button("Add", "add"))]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    home = await sandbox.person("Camille").home()
    assert (home.text, home.buttons) == ("Hello @Camille Laurent", ["Add"])
    stale = client.views_publish(user_id=user(sandbox, "Camille"), hash="old", view={"type": "home", "blocks": []})
    assert await error_of(stale) == "hash_conflict"
    nobody = client.views_publish(user_id="U0NOBODY", view={"type": "home", "blocks": []})
    assert await error_of(nobody) == "user_not_found"


ANSWERS: list[tuple[Json, str]] = [
    ({"response_action": "update", "view": modal("Updated")}, "Updated"),
    ({"response_action": "push", "view": modal("Pushed")}, "Pushed"),
    ({"response_action": "errors", "errors": {"name": "Not this one"}}, "Form"),
]


@pytest.mark.parametrize(("answer", "title"), ANSWERS, ids=["update", "push", "errors"])
async def test_acknowledging_a_submission(
    sandbox: Sandbox, client: AsyncWebClient, app: AsyncApp, answer: Json, title: str
) -> None:
    @app.view("form")
    async def submitted(ack: Any) -> None:
        await ack(**answer)

    form = modal("Form", field("Name", "plain_text_input", "name"), callback_id="form")
    await client.views_open(trigger_id=trigger(sandbox), view=form)
    jonas = sandbox.person("Jonas")
    await jonas.fill("Name", "Weber")
    await jonas.submit()
    assert jonas.modal.title == title
    assert jonas.modal.errors == ({"Name": "Not this one"} if title == "Form" else {})
    assert sandbox.refusals == []


async def test_clear_closes_the_whole_stack(sandbox: Sandbox, client: AsyncWebClient, app: AsyncApp) -> None:
    @app.view("form")
    async def submitted(ack: Any) -> None:
        await ack(response_action="clear")

    view = (await client.views_open(trigger_id=trigger(sandbox), view=modal("Below")))["view"]
    await client.views_push(trigger_id=trigger(sandbox, view=view["id"]), view=modal("Form", callback_id="form"))
    await sandbox.person("Jonas").submit()
    assert not sandbox.person("Jonas").has_modal


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": modal("x" * 25)},
        {"response_action": "shout"},
    ],
    ids=["unknown block", "bad view", "unknown action"],
)
async def test_a_bad_acknowledgement_is_trouble(
    sandbox: Sandbox, client: AsyncWebClient, app: AsyncApp, answer: Json
) -> None:
    @app.middleware
    async def any_answer() -> Any:
        return BoltResponse(status=200, body=json.dumps(answer), headers={"content-type": ["application/json"]})

    await client.views_open(trigger_id=trigger(sandbox), view=modal("Form", callback_id="form"))
    jonas = sandbox.person("Jonas")
    await jonas.submit()
    assert jonas.modal.banner == "We had some trouble connecting. Try again?"
    assert [refused.method for refused in sandbox.refusals] == ["view_submission response"]


async def test_closing_is_told_when_asked_for(sandbox: Sandbox, client: AsyncWebClient, app: AsyncApp) -> None:
    closed: list[bool] = []

    @app.view_closed("form")
    async def was_closed(ack: Any, body: Json) -> None:
        await ack()
        closed.append(body["is_cleared"])

    form = modal("Form", callback_id="form", notify_on_close=True)
    await client.views_open(trigger_id=trigger(sandbox), view=form)
    await sandbox.person("Jonas").close()
    assert closed == [False]


async def test_what_is_typed_survives_an_update_when_ids_stay(sandbox: Sandbox, client: AsyncWebClient) -> None:
    name = field("Name", "plain_text_input", "name")
    nameless = {"type": "input", "label": plain("Other"), "element": {"type": "plain_text_input"}}
    view = (await client.views_open(trigger_id=trigger(sandbox), view=modal("1", name, nameless)))["view"]
    jonas = sandbox.person("Jonas")
    await jonas.fill_many({"Name": "Weber", "Other": "lost"})
    await client.views_update(view_id=view["id"], view=modal("2", name, nameless))
    assert jonas.modal.fields == {"Name": "Weber", "Other": ""}


async def test_without_an_answer_in_time_the_person_sees_it() -> None:
    async with Sandbox(manifest=Manifest(), limits=Limits(ack_seconds=0.2)) as sandbox:
        app = new_app(sandbox)
        answered = asyncio.Event()

        @app.command("/slow")
        async def slow(ack: Any) -> None:
            await asyncio.sleep(0.5)
            await ack()
            answered.set()

        async with over_http(sandbox, app):
            await sandbox.person("Jonas").command("/slow")
            await answered.wait()
        last = sandbox.person("Jonas").last_message()
        assert (last.author, last.ephemeral) == ("Slackbot", True)
        assert last.text == '/slow failed with the error "operation_timeout"'
