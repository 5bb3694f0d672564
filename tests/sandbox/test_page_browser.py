"""The page in a browser, on the real server, with a small app behind it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Page, Route, expect
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from sandbox.manifest import Command, Manifest
from tests.browser.chromium import Opens, chromium, needs_chromium, windows
from tests.sandbox.small_bot import actions, button, field, modal, new_app, over_http, plain, words

Json = dict[str, Any]

pytestmark = [
    needs_chromium,
    pytest.mark.asyncio(loop_scope="module"),
]

EVIL = "<!channel> *x* <http://evil|click>"
ESCAPED = "&lt;!channel&gt; *x* &lt;http://evil|click&gt;"
COMMANDS = (
    Command("/apply", "", "Fill in a form"),
    Command("/announce", "NAME", "Post a card"),
    Command("/announce-all", "", "Post several cards"),
    Command("/import", "", "Send a file"),
    Command("/whisper", "", "Say something to you alone"),
)


def form(*, more: bool = False) -> Json:
    """A form whose second shape has one more field, put before the others."""
    extra = [field("Reference", "plain_text_input", "reference", optional=True)] if more else []
    more_button = actions(button("Add a reference", "more"))
    company = field("Company", "plain_text_input", "company")
    plans = [{"text": plain(name), "value": name} for name in ("Standard", "Professional")]
    plan = field("Plan", "static_select", "plan", options=plans)
    return modal("Apply", *extra, company, plan, more_button, callback_id="apply")


def card(name: str) -> list[Json]:
    """A card on which a name stands in every kind of text; it is escaped where mrkdwn is read."""
    question = {
        "title": plain("Approve?"),
        "text": {"type": "mrkdwn", "text": f"Approve `{name}`"},
        "confirm": plain("Yes, approve"),
        "deny": plain("Not yet"),
    }
    row = [{"type": "raw_text", "text": text} for text in ("Organisation", EVIL)]
    return [
        {"type": "header", "text": plain(EVIL)},
        words(f"Marked up: {name}"),
        {"type": "table", "rows": [row[:1], row[1:]]},
        actions(button("Approve", "approve", style="primary", value="x", confirm=question)),
    ]


def add_listeners(app: AsyncApp) -> None:
    """What the app does in these tests."""

    @app.command("/apply")
    async def apply(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=form())

    @app.action("more")
    async def more(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=form(more=True))

    @app.view("apply")
    async def applied(ack: Any, view: Json, body: Json, client: AsyncWebClient) -> None:
        values = view["state"]["values"]
        if values["company"]["company"]["value"] == "Nobody":
            await ack(response_action="errors", errors={"company": "Somebody, please."})
            return
        await ack()
        plan = values["plan"]["plan"]["selected_option"]["value"]
        await client.chat_postMessage(channel=body["user"]["id"], text=f"Thank you for choosing {plan}")

    @app.command("/announce")
    async def announce(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postMessage(channel=command["channel_id"], text="A card", blocks=card(ESCAPED))

    @app.action("approve")
    async def approve(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        place = body["container"]
        said = f"Approved by <@{body['user']['id']}>"
        await client.chat_update(channel=place["channel_id"], ts=place["message_ts"], text=said, blocks=[words(said)])

    @app.command("/whisper")
    async def whisper(ack: Any) -> None:
        await ack(text="Between *us* only")


def add_file_listeners(app: AsyncApp) -> None:
    """A form that takes a file."""

    @app.command("/import")
    async def open_import(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        files = field("List", "file_input", "list", filetypes=["csv"], max_files=1)
        await client.views_open(trigger_id=command["trigger_id"], view=modal("Import", files, callback_id="import"))

    @app.view("import")
    async def imported(ack: Any, view: Json, body: Json, client: AsyncWebClient) -> None:
        await ack()
        (file,) = view["state"]["values"]["list"]["list"]["files"]
        got = f"Got {file['name']}, {file['size']} bytes"
        await client.chat_postMessage(channel=body["user"]["id"], text=got)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def place() -> AsyncIterator[Sandbox]:
    async with Sandbox(manifest=Manifest(commands=COMMANDS)) as sandbox:
        app = new_app(sandbox)
        add_listeners(app)
        add_file_listeners(app)
        async with over_http(sandbox, app):
            yield sandbox


@pytest_asyncio.fixture(loop_scope="module")
async def opened(browser: Browser, place: Sandbox) -> AsyncIterator[Opens]:
    async with windows(browser, place) as opens:
        yield opens


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Message #general").fill(text)
    await page.keyboard.press("Enter")


async def test_a_message_reaches_the_other_persons_page_at_once(opened: Opens) -> None:
    jonas, emma = await opened("Jonas"), await opened("Emma", "Mailbox")
    await say(jonas, "Good *morning* <Emma> & all")
    await expect(jonas.get_by_text("Good *morning* <Emma> & all")).to_have_count(0)
    await expect(jonas.get_by_text("Good morning <Emma> & all")).to_be_visible()
    await emma.get_by_role("link", name="general 1").click()
    await expect(emma.get_by_role("article", name="Jonas Weber")).to_contain_text("Good morning <Emma> & all")
    await expect(emma.get_by_role("link", name="general", exact=True)).to_be_visible()


async def test_one_page_can_act_as_several_people(opened: Opens) -> None:
    page = await opened("Jonas")
    await say(page, "Written by Jonas")
    await page.get_by_role("button", name="Acting as Jonas Weber").click()
    await page.get_by_role("menuitemradio", name="Camille Laurent").click()
    await expect(page.get_by_role("button", name="Acting as Camille Laurent")).to_be_visible()
    await page.get_by_role("link", name="general").click()
    await say(page, "Written by Camille")
    await expect(page.get_by_role("article", name="Jonas Weber")).to_contain_text("Written by Jonas")
    await expect(page.get_by_role("article", name="Camille Laurent")).to_contain_text("Written by Camille")


async def test_the_later_of_two_quick_changes_counts(opened: Opens, place: Sandbox) -> None:
    page, answered = await opened("Jonas"), asyncio.Event()
    camille = place.person("Camille").user.id

    async def late(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await page.route(f"**/page/state?as={camille}", late)
    await page.get_by_role("button", name="Acting as Jonas Weber").click()
    await page.get_by_role("menuitemradio", name="Camille Laurent").click()
    await page.get_by_role("link", name="weber-partner").click()
    async with page.expect_event("requestfinished", lambda request: request.url.endswith(camille)):
        answered.set()
    await page.get_by_label("Message #weber-partner").fill("Written by Jonas")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("article", name="Jonas Weber")).to_contain_text("Written by Jonas")


async def test_a_command_is_completed_and_its_form_answers_at_the_field(opened: Opens) -> None:
    page = await opened("Emma")
    composer = page.get_by_label("Message #general")
    await composer.press_sequentially("/a")
    await expect(page.get_by_role("option")).to_have_text(
        ["/applyFill in a form", "/announce NAMEPost a card", "/announce-allPost several cards"]
    )
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await expect(composer).to_have_value("/announce ")
    await composer.fill("/apply")
    await page.keyboard.press("Enter")

    window = page.get_by_role("dialog", name="Apply")
    await window.get_by_label("Company").fill("Nobody")
    await window.get_by_role("button", name="Send").click()
    await expect(window.get_by_label("Plan")).to_have_accessible_description("Please complete this required field.")
    await window.get_by_label("Plan").click()
    await window.get_by_role("option", name="Professional").click()
    await window.get_by_label("Company").press("Enter")
    await expect(window.get_by_label("Company")).to_have_accessible_description("Somebody, please.")
    await expect(window.get_by_label("Company")).to_be_focused()

    await window.get_by_role("button", name="Add a reference").click()
    await expect(window.get_by_label("Reference (optional)")).to_be_visible()
    await expect(window.get_by_label("Company")).to_have_value("Nobody")
    await window.get_by_label("Company").fill("Clarke & Sons")
    await window.get_by_role("button", name="Send").click()
    await expect(window).to_have_count(0)
    await expect(composer).to_be_focused()
    await page.get_by_role("link", name="Partner Desk 1").click()
    await page.get_by_role("link", name="Messages").click()
    await expect(page.get_by_text("Thank you for choosing Professional")).to_be_visible()


async def test_escape_closes_the_form_and_nothing_is_sent(opened: Opens, place: Sandbox) -> None:
    page = await opened("Emma")
    await say(page, "/apply")
    await expect(page.get_by_role("dialog", name="Apply")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert not place.person("Emma").has_modal


async def test_only_one_person_sees_an_ephemeral_message(opened: Opens) -> None:
    emma, anna = await opened("Emma"), await opened("Anna")
    await say(emma, "/whisper")
    whispered = emma.get_by_role("article", name="Partner Desk")
    await expect(whispered).to_contain_text("Only visible to you")
    await expect(whispered).to_contain_text("Between us only")
    await say(emma, "After it")
    await expect(anna.get_by_text("After it")).to_be_visible()
    await expect(anna.get_by_text("Between us only")).to_have_count(0)


async def test_a_confirmed_click_changes_the_card_for_everybody(opened: Opens) -> None:
    emma, anna = await opened("Emma"), await opened("Anna")
    await say(emma, "/announce")
    await anna.get_by_role("button", name="Approve").click()
    question = anna.get_by_role("alertdialog", name="Approve?")
    await question.get_by_role("button", name="Not yet").click()
    await expect(question).to_have_count(0)
    await expect(anna.get_by_role("button", name="Approve")).to_be_focused()
    await anna.get_by_role("button", name="Approve").click()
    await question.get_by_role("button", name="Yes, approve").click()
    for page in (anna, emma):
        await expect(page.get_by_text("Approved by @Anna Richter")).to_be_visible()
        await expect(page.get_by_role("button", name="Approve")).to_have_count(0)


async def test_a_hostile_name_is_shown_as_it_is_written(opened: Opens) -> None:
    page = await opened("Emma")
    await say(page, "/announce")
    shown = page.get_by_role("article", name="Partner Desk")
    await expect(shown.get_by_role("heading", name=EVIL, exact=True)).to_be_visible()
    await expect(shown.get_by_role("cell", name=EVIL, exact=True)).to_be_visible()
    await expect(shown).to_contain_text("Marked up: <!channel> x <http://evil|click>")
    await shown.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("alertdialog")).to_contain_text(f"Approve {EVIL}")
    await expect(shown.locator("a, .mention")).to_have_count(0)


async def test_a_link_that_is_pressed_while_news_arrives_is_followed(opened: Opens, place: Sandbox) -> None:
    page = await opened("Emma")
    await page.get_by_role("link", name="Name server").hover()
    await page.mouse.down()
    async with page.expect_response("**/state?*") as drawn:
        await place.person("Ben").says("news", "#general")
    await (await drawn.value).finished()
    await page.evaluate("new Promise(requestAnimationFrame)")
    await page.mouse.up()
    await expect(page.get_by_role("heading", name="Name server")).to_be_visible()
    await expect(page.get_by_role("link", name="Name server")).to_have_attribute("aria-current", "page")


async def test_records_are_published_and_the_day_moves(opened: Opens, place: Sandbox) -> None:
    page = await opened("Emma", "Name server")
    await page.get_by_label("Name", exact=True).fill("shop.example")
    await page.get_by_label("Value").fill("hello")
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("row", name="shop.example TXT hello")).to_be_visible()
    await page.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("No records")).to_be_visible()

    before = place.core.day.now()
    await page.get_by_role("link", name="The day").click()
    await page.get_by_role("button", name="In 3 days").click()
    await expect(page.get_by_text("3 days ahead of the real date")).to_be_visible()
    assert (place.core.day.now().date() - before.date()).days == 3


# In one go, since the page draws its side bar anew whenever something comes.
HOW_FAR_A_WARNING_MOVES_A_LINK = """link => {
    const banner = document.querySelector(".banner");
    const height = hidden => { banner.hidden = hidden; return link.getBoundingClientRect().top; };
    return height(false) - height(true);
}"""


async def test_a_warning_that_appears_moves_nothing_under_the_pointer(opened: Opens) -> None:
    page = await opened("Emma")
    link = page.get_by_role("link", name="Name server")
    assert await link.evaluate(HOW_FAR_A_WARNING_MOVES_A_LINK) == 0


async def test_a_file_is_put_into_a_form_and_taken_out_again(opened: Opens) -> None:
    page = await opened("Emma")
    await say(page, "/import")
    window = page.get_by_role("dialog", name="Import")
    old, new = (FilePayload(name=name, mimeType="text/csv", buffer=b"a;b") for name in ("old.csv", "new.csv"))
    await window.get_by_label("List").set_input_files(old)
    await expect(window.get_by_role("listitem")).to_have_text(["old.csv"])
    await expect(window.get_by_role("button", name="Add files")).to_be_hidden()
    await window.get_by_role("button", name="Remove").click()
    await window.get_by_role("button", name="Send").click()
    await expect(window.get_by_text("Please complete this required field.")).to_be_visible()
    await window.get_by_label("List").set_input_files(new)
    await expect(window.get_by_role("listitem")).to_have_text(["new.csv"])
    await window.get_by_role("button", name="Send").click()
    await expect(window).to_be_hidden()
    await page.get_by_role("link", name="Partner Desk 1").click()
    await page.get_by_role("link", name="Messages").click()
    await expect(page.get_by_text("Got new.csv, 3 bytes")).to_be_visible()


async def test_what_is_pressed_while_the_page_is_still_at_something_is_not_lost(opened: Opens) -> None:
    page = await opened("Emma")
    await say(page, "/import")
    window = page.get_by_role("dialog", name="Import")
    await expect(window).to_be_visible()
    held = asyncio.Event()

    async def later(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await page.route("**/page/views?*", later)
    await window.get_by_role("button", name="Send").click()
    await expect(window.get_by_text("Please complete this required field.")).to_be_visible()
    await page.route("**/page/files?*", later)
    await window.get_by_label("List").set_input_files(FilePayload(name="new.csv", mimeType="text/csv", buffer=b"a;b"))
    await window.get_by_role("button", name="Send").click()
    held.set()
    await expect(window).to_be_hidden()
