"""The driver: a person acts and looks by what is on the screen."""

import asyncio
from datetime import date
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from tests.sandbox.api import channel, user
from tests.sandbox.small_bot import actions, button, field, modal, plain, words

Json = dict[str, Any]

CONFIRM = {"title": plain("Sure?"), "text": plain("This ends it."), "confirm": plain("Yes"), "deny": plain("No")}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


EVERY_FIELD = [
    field("Words", "plain_text_input", "words", initial_value="before"),
    field("Plan", "static_select", "plan", options=[option("Small", "s"), option("Large plan", "l")]),
    field("Services", "checkboxes", "services", options=[option("Mail", "m"), option("Sheet", "h")]),
    field("Term", "radio_buttons", "term", options=[option("Monthly", "1"), option("Yearly", "12")]),
    field("Start", "datepicker", "start"),
    field("Colleague", "users_select", "colleague"),
    field("Alerts", "conversations_select", "alerts"),
    field("Licences", "number_input", "licences", is_decimal_allowed=False, min_value="1"),
    field("Customer", "external_select", "customer", min_query_length=1),
    field("Remark", "plain_text_input", "remark", optional=True),
]


class Desk:
    """An app that shows what it is told to, and writes down what it hears."""

    def __init__(self, app: AsyncApp) -> None:
        self.view: Json = modal("Empty")
        self.heard: list[Json] = []
        app.command("/open")(self.open)
        app.view("form")(self.submitted)
        app.action("act")(self.acted)
        app.options("customer")(self.suggest)

    async def open(self, ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=self.view)

    async def submitted(self, ack: Any, view: Json) -> None:
        self.heard.append(view["state"]["values"])
        await ack()

    async def acted(self, ack: Any, body: Json, client: AsyncWebClient) -> None:
        self.heard.append(body)
        await ack()
        await client.auth_test()

    async def suggest(self, ack: Any, payload: Json) -> None:
        names = [name for name in ("Dupont", "Durand", "Weber") if payload["value"].lower() in name.lower()]
        await ack(options=[option(name, name.lower()) for name in names])


@pytest.fixture
def desk(app: AsyncApp) -> Desk:
    return Desk(app)


async def test_every_kind_of_field_is_filled_by_what_is_seen(sandbox: Sandbox, desk: Desk) -> None:
    desk.view = modal("Form", *EVERY_FIELD, callback_id="form")
    jonas = sandbox.person("Jonas")
    await jonas.command("/open", channel="#general")
    assert jonas.modal.fields["Words"] == "before"
    await jonas.fill_many(
        {
            "Words": "after",
            "Plan": "Large plan",
            "Services": ["Mail", "Sheet"],
            "Term": "Yearly",
            "Start": date(2026, 12, 1),
            "Colleague": "Emma",
            "Alerts": "#general",
            "Licences": 5,
        }
    )
    await jonas.fill("Customer", "Durand", typing="du")
    await jonas.fill("Remark", "")
    assert jonas.modal.fields == {
        "Words": "after",
        "Plan": "Large plan",
        "Services": "Mail, Sheet",
        "Term": "Yearly",
        "Start": "2026-12-01",
        "Colleague": "Emma Clarke",
        "Alerts": "general",
        "Licences": "5",
        "Customer": "Durand",
        "Remark": "",
    }
    await jonas.submit()
    (state,) = desk.heard
    assert state["plan"]["plan"]["selected_option"]["value"] == "l"
    assert state["services"]["services"]["selected_options"] == [option("Mail", "m"), option("Sheet", "h")]
    assert state["start"]["start"] == {"type": "datepicker", "selected_date": "2026-12-01"}
    assert state["colleague"]["colleague"]["selected_user"] == user(sandbox, "Emma")
    assert state["alerts"]["alerts"]["selected_conversation"] == channel(sandbox, "general")
    assert state["customer"]["customer"]["selected_option"]["value"] == "durand"
    assert state["remark"]["remark"] == {"type": "plain_text_input", "value": None}


@pytest.mark.parametrize(
    ("filled", "error"),
    [
        (None, "Please complete this required field."),
        ("0", "Please enter a number that is at least 1."),
        ("1.5", "Please enter a whole number."),
        ("some", "Please enter a valid number."),
    ],
)
async def test_slack_itself_checks_fields(sandbox: Sandbox, desk: Desk, filled: str | None, error: str) -> None:
    licences = field("Licences", "number_input", "licences", is_decimal_allowed=False, min_value="1")
    desk.view = modal("Form", licences, callback_id="form")
    jonas = sandbox.person("Jonas")
    await jonas.command("/open")
    await jonas.fill("Licences", filled)
    await jonas.submit()
    assert jonas.modal.errors == {"Licences": error}
    assert desk.heard == []


async def test_what_is_not_there_is_said_with_what_is(sandbox: Sandbox, desk: Desk, app: AsyncApp) -> None:
    plan = field("Plan", "static_select", "p", options=[option("Small", "s")])
    desk.view = modal("Form", words("Hello *there*"), plan)
    jonas = sandbox.person("Jonas")
    with pytest.raises(AssertionError, match="Jonas Weber has no modal open"):
        _ = jonas.modal
    await jonas.command("/open")
    with pytest.raises(AssertionError, match=r"'Plan' offers not one 'Huge', but \['Small'\]"):
        await jonas.fill("Plan", "Huge")
    with pytest.raises(AssertionError, match=r"does not see .*Goodbye[^«]*modal «Form»:\nForm\nHello there"):
        await jonas.sees("Goodbye", within=0.01)
    with pytest.raises(AssertionError, match="sees no #secret"):
        jonas.messages("#secret")
    with pytest.raises(AssertionError, match="There is no 'Zoe' here"):
        sandbox.person("Zoe")


async def test_confirm_dialogs_are_read_and_answered(sandbox: Sandbox, desk: Desk, client: AsyncWebClient) -> None:
    blocks = [actions(button("End", "act", confirm=CONFIRM))]
    await client.chat_postMessage(channel=channel(sandbox, "general"), text="x", blocks=blocks)
    jonas = sandbox.person("Jonas")
    assert await jonas.click("End", confirm=False) == "Sure?\nThis ends it."
    assert desk.heard == []
    await jonas.click("End")
    assert desk.heard[0]["actions"][0]["text"]["text"] == "End"
    assert desk.heard[0]["message"]["text"] == "x"


async def test_of_equal_buttons_the_nearest_is_pressed(sandbox: Sandbox, desk: Desk, client: AsyncWebClient) -> None:
    def row(name: str) -> list[Json]:
        return [words(name), actions(button("Open", "act", value=name))]

    blocks = [*row("Dupont"), *row("Durand"), *row("Weber")]
    await client.chat_postMessage(channel=channel(sandbox, "general"), text="List", blocks=blocks)
    jonas = sandbox.person("Jonas")
    await jonas.click("Open", near="Durand")
    await jonas.click("Open", nth=2)
    await jonas.click("Open")
    assert [heard["actions"][0]["value"] for heard in desk.heard] == ["Durand", "Weber", "Dupont"]


async def test_menus_outside_of_inputs(sandbox: Sandbox, desk: Desk, client: AsyncWebClient) -> None:
    more = {"type": "overflow", "action_id": "act", "options": [option("Extend trial", "x"), option("Remove", "r")]}
    sort = {
        "type": "static_select",
        "action_id": "act",
        "placeholder": plain("Sort by"),
        "options": [option("Name", "n"), option("Renewal", "d")],
    }
    blocks = [{**words("Dupont"), "accessory": more}, {"type": "actions", "block_id": "b", "elements": [sort]}]
    await client.chat_postMessage(channel=channel(sandbox, "general"), text="x", blocks=blocks)
    jonas = sandbox.person("Jonas")
    jonas.go("#general")
    assert jonas.last_message().menus == {"More": ["Extend trial", "Remove"], "Sort by": ["Name", "Renewal"]}
    await jonas.choose("More", "Remove", near="Dupont")
    await jonas.choose("Sort by", "Renewal")
    assert [heard["actions"][0]["selected_option"]["value"] for heard in desk.heard] == ["r", "d"]
    assert desk.heard[1]["state"]["values"]["b"]["act"]["selected_option"]["value"] == "d"


async def test_waiting_ends_when_it_is_seen(sandbox: Sandbox, client: AsyncWebClient) -> None:
    waiting = asyncio.create_task(sandbox.person("Camille").sees("Trial ends", where="#laurent-alerts"))
    await asyncio.sleep(0)
    assert not waiting.done()
    await client.chat_postMessage(channel=channel(sandbox, "laurent-alerts"), text="Trial ends soon")
    found = await waiting
    assert (found.text, found.buttons) == ("Trial ends soon", [])


async def test_a_message_reads_as_on_the_screen(sandbox: Sandbox, client: AsyncWebClient) -> None:
    jonas = user(sandbox, "Jonas")
    blocks: list[Json] = [
        {"type": "header", "text": plain("Application")},
        words(
            f"*Weber &amp; Co* by <@{jonas}> in <#{channel(sandbox, 'general')}>, `a*b*c`, see <https://a.example|terms>"
        ),
        {"type": "section", "fields": [words("*Due*\n_today_")["text"], plain("*plain*")]},
        {"type": "context", "elements": [words("<!date^1798761600^{date_num}|some day>")["text"]]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]},
    ]
    await client.chat_postMessage(channel=channel(sandbox, "general"), text="Fallback", blocks=blocks)
    seen = sandbox.person("Jonas").last_message("#general")
    assert seen.text.splitlines() == [
        "Application",
        "Weber & Co by @Jonas Weber in #general, a*b*c, see terms",
        "Due",
        "today *plain*",
        "2027-01-01",
        "a | b",
    ]
    assert seen.screen.links == {"terms": "https://a.example"}
    assert seen.notification == "Fallback"


async def test_markup_in_user_text_that_was_not_escaped_shows(sandbox: Sandbox, client: AsyncWebClient) -> None:
    general = channel(sandbox, "general")
    await client.chat_postMessage(channel=general, text="<!channel> <http://evil.example|click>")
    await client.chat_postMessage(channel=general, text="&lt;!channel&gt; &lt;http://evil.example|click&gt;")
    texts = [one.text for one in sandbox.person("Jonas").messages("#general")]
    assert texts == ["@channel click", "<!channel> <http://evil.example|click>"]


async def test_people_write_with_mentions_that_slack_knows(sandbox: Sandbox) -> None:
    await sandbox.person("Jonas").says("Hello @Emma Clarke, <b>1 & 2</b>", "#general")
    message = sandbox.person("Emma").last_message("#general")
    assert message.text == "Hello @Emma Clarke, <b>1 & 2</b>"
    assert message.pings == ["@Emma Clarke"]
