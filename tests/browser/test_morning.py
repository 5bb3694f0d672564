"""A reviewer's morning in a browser: the digest, a claim, a question and its answer, the decision, the welcome.

Pictures are taken at each station; `make pictures` keeps them for the documentation.
"""

import os
import re
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.chromium import needs_chromium
from tests.browser.test_walk import Takes, camera, everything, go, window
from tests.desk import World
from tests.scenarios import given

pytestmark = needs_chromium

APPLICATION = {
    "company": "Lemoine Conseil",
    "contact_name": "Camille Lemoine",
    "contact_email": "camille@lemoine.example",
    "contact_phone": "03 20 00 00 00",
    "website": "https://lemoine.example",
    "street": "12 rue Nationale",
    "postal_code": "59000",
    "city": "Lille",
    "country": "FR",
    "mail_account": "camille@gmail.com",
    "experience": "Dix ans de migrations de messagerie pour des PME.",
    "partnership_plan": "Cinq clients au premier trimestre.",
}
QUESTION = "Which mail systems have you moved customers away from?"
ANSWER = "Surtout Exchange, et deux fois un serveur Postfix."
NOTE = "Welcome! Anna is there for your first customers."


async def test_a_reviewers_morning(sqlite_address: str, tmp_path: Path) -> None:
    takes = camera(Path(os.environ.get("SCREENSHOTS") or tmp_path))
    async with everything(sqlite_address) as (world, opens):
        await given.applicant(world, "Camille", **APPLICATION)
        await to_a_working_morning(world)
        ben, camille = await opens("Ben", "partner-reviews"), await opens("Camille")
        await read_the_digest(ben, takes)
        await claim(ben, takes)
        await ask(ben, takes)
        await answer(camille, takes)
        await read_the_answer(ben, takes)
        await approve(ben, takes)
        await be_welcomed(camille, takes)
        await look_at_the_lists(ben, takes)
        assert world.sandbox.refusals == []


async def to_a_working_morning(world: World) -> None:
    """Two days on at least, so that there is something that has waited."""
    day = world.sandbox.core.day
    world.sandbox.move_day(days=2)
    while day.now().weekday() > 4:
        world.sandbox.move_day(days=1)


async def read_the_digest(ben: Page, takes: Takes) -> None:
    digest = ben.get_by_role("article").filter(has_text="waits for a decision")
    await expect(digest).to_contain_text("Lemoine Conseil")
    await takes(ben, "morning-digest")
    await digest.get_by_role("button", name="Review").first.click()
    await expect(window(ben, "Application")).to_contain_text("Lemoine Conseil")


async def claim(ben: Page, takes: Takes) -> None:
    card = window(ben, "Application")
    await card.get_by_role("button", name="Claim").click()
    await expect(card).to_contain_text("@Ben Okafor is on it")
    await takes(ben, "morning-claim")


async def ask(ben: Page, takes: Takes) -> None:
    await window(ben, "Application").get_by_role("button", name="Ask for more").click()
    form = window(ben, "Ask for more")
    await form.get_by_label("Your question").fill(QUESTION)
    await takes(ben, "morning-question")
    await form.get_by_role("button", name="Ask for more").click()
    await expect(window(ben, "Application")).to_contain_text("Waiting for the applicant's answer")
    await window(ben, "Application").get_by_role("button", name="Dismiss").click()


async def answer(camille: Page, takes: Takes) -> None:
    await go(camille, "Partner Desk")
    await camille.get_by_role("link", name="Messages").click()
    asked = camille.get_by_role("article").filter(has_text=QUESTION)
    await takes(camille, "morning-asked")
    await asked.get_by_role("button", name="Répondre").click()
    form = window(camille, "Notre question")
    await form.get_by_label("Votre réponse").fill(ANSWER)
    await form.get_by_role("button", name="Envoyer").click()
    await expect(camille.get_by_role("dialog")).to_contain_text("Merci")
    await camille.get_by_role("dialog").get_by_role("button", name="Dismiss").click()


async def read_the_answer(ben: Page, takes: Takes) -> None:
    card = ben.get_by_role("article").filter(has=ben.get_by_role("heading", name="Lemoine Conseil"))
    await expect(card).to_contain_text(ANSWER)
    await takes(ben, "morning-answer")
    await card.get_by_role("button", name=re.compile("repl")).click()
    thread = ben.get_by_role("complementary")
    await expect(thread).to_contain_text("has asked the applicant")
    await expect(thread).to_contain_text(ANSWER)
    await takes(ben, "morning-thread")


async def approve(ben: Page, takes: Takes) -> None:
    card = ben.get_by_role("article").filter(has=ben.get_by_role("heading", name="Lemoine Conseil")).first
    await card.get_by_role("button", name="Approve").click()
    form = window(ben, "Approve")
    await form.get_by_label(re.compile("Note of welcome")).fill(NOTE)
    await takes(ben, "morning-approve")
    await form.get_by_role("button", name="Approve").click()
    await expect(ben.get_by_text("Approved by @Ben Okafor on").first).to_be_visible()
    await takes(ben, "morning-approved")


async def be_welcomed(camille: Page, takes: Takes) -> None:
    welcome = camille.get_by_role("article").filter(has_text="Bienvenue")
    await expect(welcome.first).to_contain_text(NOTE)
    await takes(camille, "morning-welcome")


async def look_at_the_lists(ben: Page, takes: Takes) -> None:
    await ben.get_by_role("textbox", name="Message ").first.fill("/partner-review")
    await ben.keyboard.press("Enter")
    await expect(ben.get_by_role("dialog")).to_be_visible()
    await takes(ben, "morning-queue")
