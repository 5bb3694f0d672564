"""The whole path through the programme in a browser, walked by an applicant who becomes a partner and two reviewers.

They act by what they see. The scheduler runs as it does in earnest, so that the pages follow by themselves. At each
station a picture is taken; `make pictures` keeps them for the documentation.
"""

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from playwright.async_api import Locator, Page, expect

from bot.scheduler import scheduler
from sandbox.story import ALERTS, CLARKE, MILLER
from tests.browser.chromium import Opens, chromium, needs_chromium, windows
from tests.desk import World, running_desk

pytestmark = needs_chromium

Takes = Callable[[Page, str], Awaitable[None]]

TICK_SECONDS = 0.5
LONG_TEXTS = ("Your experience", "Your plan for the partnership")
CHOSEN = ("Company size", "Country")
DAYS_BEFORE = 3


async def test_three_people_walk_the_whole_path(sqlite_address: str, tmp_path: Path) -> None:
    takes = camera(Path(os.environ.get("SCREENSHOTS") or tmp_path))
    async with everything(sqlite_address) as (world, opens):
        emma, ben, anna = await opens("Emma"), await opens("Ben", "partner-reviews"), await opens("Anna", "partner-rev")
        await apply(emma, takes)
        await approve(ben, anna, takes)
        await read_the_welcome(emma, takes)
        await choose_the_alert_channel(emma)
        await add_and_verify(emma, await opens("Greta", "Name server"), takes)
        await list_and_manage(emma, takes)
        ends_on = await extend_the_trial(emma, takes)
        await look_at_home(emma)
        await move_the_day(emma, ends_on - timedelta(days=DAYS_BEFORE))
        await act_on_the_alert(emma, takes)
        assert world.sandbox.refusals == []


@asynccontextmanager
async def everything(database: str) -> AsyncIterator[tuple[World, Opens]]:
    """The desk with its scheduler running, and a browser."""
    async with (
        running_desk(database, tick_seconds=TICK_SECONDS) as world,
        scheduler(world.bot),
        chromium() as browser,
        windows(browser, world.sandbox) as opens,
    ):
        yield world, opens


def camera(folder: Path) -> Takes:
    async def takes(page: Page, name: str) -> None:
        await page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return takes


async def say(page: Page, text: str) -> None:
    await page.get_by_role("textbox", name="Message ").fill(text)
    await page.keyboard.press("Enter")


async def go(page: Page, place: str) -> None:
    """To a place at the left, whatever stands beside its name: a number of unread messages, the date."""
    side = page.get_by_role("navigation", name="Workspace")
    await side.get_by_role("link", name=re.compile(rf"^{place}( \d.*)?$")).click()


def window(page: Page, title: str) -> Locator:
    return page.get_by_role("dialog", name=title, exact=True)


async def choose(place: Locator, field: str, words: str, typed: str = "") -> None:
    """An option of a list, after the letters that are typed to find it."""
    box = place.get_by_label(field, exact=True)
    await box.click()
    if typed:
        await box.press_sequentially(typed)
    await place.get_by_role("option", name=words).click()
    await expect(box).to_have_value(re.compile(re.escape(words)))


async def apply(emma: Page, takes: Takes) -> None:
    await say(emma, "/partner-apply")
    form = window(emma, "Become a partner")
    await expect(form.get_by_label("Primary expertise or interest")).to_have_value("Workplace")
    for label, value in CLARKE.items():
        if label not in CHOSEN:
            await form.get_by_label(label, exact=True).or_(form.get_by_label(f"{label} (optional)")).fill(value)
    await choose(form, "Company size", CLARKE["Company size"])
    await choose(form, "Country", "United Kingdom", typed="king")
    await form.get_by_label("I accept the terms and conditions").check()

    website = form.get_by_label("Website")
    await website.fill("we have none yet")
    await form.get_by_role("button", name="Submit").click()
    await expect(website).to_have_accessible_description(re.compile("Please type a web address"))
    for label in ("Company", *LONG_TEXTS):
        await expect(form.get_by_label(label, exact=True)).to_have_value(CLARKE[label])
    await expect(form.get_by_label("Country")).to_have_value("United Kingdom")
    await takes(emma, "apply")

    await website.fill(CLARKE["Website"])
    await form.get_by_role("button", name="Submit").click()
    receipt = window(emma, "Application received")
    await expect(receipt).to_contain_text("We have your application for Clarke & Sons Ltd.")
    await expect(receipt).to_contain_text(re.compile(r"you will hear from us here by \w+day, \d+ \w+ \d{4}"))
    await receipt.get_by_role("button", name="Close").click()
    await expect(emma.get_by_role("dialog")).to_have_count(0)


async def approve(ben: Page, anna: Page, takes: Takes) -> None:
    card = ben.get_by_role("article", name="Partner Desk")
    await expect(card.get_by_role("heading", name="Clarke & Sons Ltd")).to_be_visible()
    entered = [value for label, value in CLARKE.items() if label not in ("Company", "Telephone")]
    for words in ("Emma Clarke", "Answer due by", "+44 113 496 0123", *entered):
        await expect(card).to_contain_text(words)
    await expect(anna.get_by_role("button", name="Approve")).to_be_visible()
    await takes(ben, "review")
    await card.get_by_role("button", name="Approve").click()
    form = window(ben, "Approve")
    await expect(form).to_contain_text("Clarke & Sons Ltd becomes a partner")
    await expect(form.get_by_label("Commission in percent")).to_have_value("15")
    await form.get_by_role("button", name="Approve").click()
    for page in (ben, anna):
        await expect(page.get_by_text("Approved by @Ben Okafor on")).to_be_visible()
        await expect(page.get_by_role("button", name="Approve")).to_have_count(0)


async def read_the_welcome(emma: Page, takes: Takes) -> None:
    await go(emma, "Partner Desk")
    await emma.get_by_role("link", name="Messages").click()
    await expect(emma.get_by_text("Welcome, Clarke & Sons Ltd! You are now a partner of Nordlicht.")).to_be_visible()
    await expect(emma.get_by_role("button", name="Open the partner portal")).to_be_visible()
    await expect(emma.get_by_role("link", name=re.compile(r"^Mailbox \d+$"))).to_be_visible()
    await takes(emma, "welcome")

    await go(emma, "Mailbox")
    letter = emma.get_by_role("article", name="Letter")
    await expect(letter.get_by_role("heading", name="Welcome to the partner programme of Nordlicht")).to_be_visible()
    await expect(letter).to_contain_text("emma@clarke.example")
    portal = letter.frame_locator("iframe").get_by_role("link", name="Open the partner portal")
    await expect(portal).to_have_attribute("href", "https://store.nordlicht.example/partners")
    await takes(emma, "letter")


async def choose_the_alert_channel(emma: Page) -> None:
    await go(emma, "general")
    await say(emma, "/partner-settings")
    settings = window(emma, "Settings")
    await choose(settings, "Alert channel (optional)", ALERTS)
    await settings.get_by_role("button", name="Save").click()
    await expect(settings).to_have_count(0)
    await go(emma, ALERTS.removeprefix("#"))
    await expect(emma.get_by_text("The alerts of Clarke & Sons Ltd will arrive here:")).to_be_visible()


async def add_and_verify(emma: Page, registrar: Page, takes: Takes) -> None:
    await say(emma, f"/partner-add {MILLER.domain}")
    form = window(emma, "Add a customer")
    await expect(form.get_by_label("Domain", exact=True)).to_have_value(MILLER.domain)
    await form.get_by_label("Organisation").fill(MILLER.organisation)
    await form.get_by_label("Super administrator's e-mail").fill(f"admin@{MILLER.domain}")
    await form.get_by_label("Number of licences").fill(MILLER.licences)
    await form.get_by_role("button", name="Add", exact=True).click()
    added = window(emma, "Customer added")
    await expect(added).to_contain_text(f"{MILLER.organisation} is one of your customers now.")
    await added.get_by_role("button", name="Verify").click()

    records = window(emma, "Verify a domain")
    await expect(records).to_contain_text("does not exist in the DNS")
    value = await records.get_by_text(re.compile("^nordlicht-verification=")).inner_text()
    await takes(emma, "verify")
    await publish(registrar, MILLER.domain, value)
    await records.get_by_role("button", name="Check now").click()
    await expect(records).to_contain_text(f"{MILLER.domain} is verified.")
    await expect(records.get_by_role("button", name="Manage")).to_be_visible()
    await close_all(emma)


async def publish(tool: Page, name: str, value: str) -> None:
    await tool.get_by_label("Name", exact=True).fill(name)
    await tool.get_by_label("Value").fill(value)
    await tool.get_by_role("button", name="Publish").click()
    await expect(tool.get_by_role("row", name=f"{name} TXT {value}")).to_be_visible()


async def list_and_manage(emma: Page, takes: Takes) -> None:
    await say(emma, "/partner-customers")
    customers = window(emma, "My customers")
    await expect(customers).to_contain_text("1 customer")
    for column in (MILLER.domain, MILLER.organisation, f"admin@{MILLER.domain}", MILLER.plan, MILLER.licences):
        await expect(customers).to_contain_text(column)
    await expect(customers.get_by_role("button", name="Verify")).to_have_count(0)
    await customers.get_by_role("button", name="Manage").click()
    customer = window(emma, "Customer")
    await expect(customer).to_contain_text(f"You are managing {MILLER.organisation} ({MILLER.domain}) on its behalf.")
    await expect(customer.get_by_role("button", name="Open the admin console")).to_be_visible()
    await takes(emma, "manage")
    await close_all(emma)


async def extend_the_trial(emma: Page, takes: Takes) -> date:
    """By command. Returns the end that is shown afterwards."""
    await say(emma, f"/partner-extend-trial {MILLER.domain}")
    preview = window(emma, "Extend trial")
    await expect(preview).to_contain_text("A trial lasts 60 days at most.")
    await takes(emma, "extend")
    await preview.get_by_role("button", name="Extend trial").click()
    done = preview.get_by_text(f"The trial of {MILLER.organisation} now ends on")
    await expect(done).to_be_visible()
    day = (await done.inner_text()).partition("now ends on ")[2].rstrip(".")
    await close_all(emma)
    return datetime.strptime(day, "%d %B %Y").date()  # noqa: DTZ007 (a date has no time zone)


async def close_all(page: Page) -> None:
    await page.get_by_role("dialog").get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def look_at_home(emma: Page) -> None:
    await go(emma, "Partner Desk")
    await expect(emma.get_by_text("Clarke & Sons Ltd · 1 customer")).to_be_visible()
    await expect(emma.get_by_role("button", name="My customers")).to_be_visible()


async def move_the_day(emma: Page, to: date) -> None:
    await go(emma, "The day")
    await emma.get_by_label("Or to a date").fill(to.isoformat())
    await emma.get_by_role("button", name="Go to this date").click()
    await expect(emma.get_by_text(re.compile(r"\d+ days ahead of the real date"))).to_be_visible()


async def act_on_the_alert(emma: Page, takes: Takes) -> None:
    """The alert arrives by itself, and its button rewrites it."""
    await go(emma, ALERTS.removeprefix("#"))
    headline = f"{MILLER.organisation} ({MILLER.domain}): the trial ends in {DAYS_BEFORE} days"
    alert = emma.get_by_role("article").filter(has_text=headline)
    await expect(alert.get_by_role("button", name="Manage")).to_be_visible()
    await expect(emma.get_by_role("link", name=ALERTS.removeprefix("#"), exact=True)).to_be_visible()
    await takes(emma, "alert")
    await alert.get_by_role("button", name="Extend trial").click()
    question = emma.get_by_role("alertdialog", name="Extend this trial?")
    await question.get_by_role("button", name="Extend trial").click()
    await expect(alert).to_contain_text("@Emma Clarke has extended the trial to")
    await expect(alert.get_by_role("button", name="Manage")).to_be_visible()
    await expect(alert.get_by_role("button", name="Extend trial")).to_have_count(0)
