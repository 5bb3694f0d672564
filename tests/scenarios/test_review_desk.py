"""What reviewers do with an application before they decide: take it, give it back, ask for more, read its history."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.reader import Reader
from programme import review
from sandbox import Person
from sandbox.cast import Part
from sandbox.seen import SeenMessage
from storage.models import Application, OutgoingMessage, Partner, Question
from tests.desk import World, running_desk
from tests.scenarios import given
from tests.scenarios.test_review_week import catalogue

REVIEWS = "#partner-reviews"
NAMES = {"en": "Ben", "fr": "Louise", "de": "Anna"}
LOCALES = {"en": "en-GB", "fr": "fr-FR", "de": "de-DE"}


def card(world: World) -> SeenMessage:
    """The oldest message of the channel: what comes later are replies to it."""
    return world.person("Ben").messages(REVIEWS)[0]


def thread(world: World) -> list[str]:
    return [one.text for one in world.person("Ben").messages(REVIEWS) if one.in_thread]


async def reviewer(world: World, language: str) -> Person:
    """Somebody of the review channel who reads that language."""
    name = NAMES[language]
    if language == "fr":
        world.sandbox.workplace.add_person(
            Part("Louise Faure", "", "reviewer", "fr-FR", "Europe/Paris", "336699", "example.example")
        )
        world.sandbox.workplace.invite("partner-reviews", "Louise")
        await world.quiet()
    return await given.known(world, name)


Spoken = tuple[World, str]


@pytest.fixture(params=["en", "fr", "de"])
async def spoken(request: pytest.FixtureRequest, sqlite_address: str, tmp_path: Path) -> AsyncIterator[Spoken]:
    """A desk whose reviewers speak a language, and that language."""
    language = str(request.param)
    async with running_desk(sqlite_address, catalogue=catalogue(tmp_path, language)) as world:
        yield world, language
        assert world.sandbox.refusals == []


async def test_an_application_is_taken_and_given_back(spoken: Spoken) -> None:
    world, language = spoken
    text, who = Reader(language).text, await reviewer(world, language)
    await given.applicant(world)
    assert card(world).buttons == [text(name) for name in ("Approve", "Claim", "Ask for more", "Reject")]
    await who.click(text("Claim"), where=REVIEWS)
    assert f"@{who.user.real_name}" in card(world).text
    assert text("Release") in card(world).buttons
    assert thread(world) == [text("{who} is on it.", who=f"@{who.user.real_name}")]
    await who.click(text("Release"), where=REVIEWS)
    assert text("Claim") in card(world).buttons
    assert thread(world)[1] == text("{who} has given it back: nobody is on it.", who=f"@{who.user.real_name}")


async def test_a_question_goes_to_the_applicant_and_the_answer_comes_back(spoken: Spoken) -> None:
    world, language = spoken
    text, who = Reader(language).text, await reviewer(world, language)
    await given.applicant(world)
    (before,) = await given.rows(world, Application)
    await who.click(text("Ask for more"), where=REVIEWS)
    await who.fill(text("Your question"), "Who looks after mail with you?")
    await who.submit()
    assert "Who looks after mail with you?" in card(world).text
    assert text("Ask for more") not in card(world).buttons
    world.sandbox.move_day(days=3)
    emma = world.person("Emma")
    await emma.click("Answer", where="DM")
    assert "Who looks after mail with you?" in emma.modal.text
    await emma.fill("Your answer", "Olivia does.")
    await emma.submit()
    await emma.close()
    assert "Olivia does." in card(world).text
    assert text("Ask for more") in card(world).buttons
    told = thread(world)
    assert told[0].startswith(text("{who} has asked the applicant:", who=f"@{who.user.real_name}"))
    assert told[1].startswith(text("{who} has answered:", who="@Emma Clarke"))
    (after,) = await given.rows(world, Application)
    (question,) = await given.rows(world, Question)
    assert question.answered_at is not None
    assert after.due_at - before.due_at == question.answered_at - question.asked_at > timedelta(days=2)


async def test_a_no_says_why_and_when_they_may_come_back(spoken: Spoken) -> None:
    world, language = spoken
    text, who = Reader(language).text, await reviewer(world, language)
    await given.applicant(world)
    reasons = {reason.id: reason.name for reason in world.bot.desk.catalogue.application.reason}
    await who.click(text("Reject"), where=REVIEWS)
    await who.fill(text("Reason"), reasons["requirements"][language])
    await who.fill(text("Note to the applicant"), "We look for somebody with references.")
    later = Reader(language).count("Yes, after {number} day", "Yes, after {number} days", 30)
    await who.fill(text("May they apply again?"), later)
    await who.submit()
    assert reasons["requirements"][language] in card(world).text
    assert card(world).buttons == []
    assert thread(world)[-1].endswith("We look for somebody with references.")
    told = await world.person("Emma").sees("We look for somebody with references.", where="DM")
    assert reasons["requirements"]["en"] in told.text
    await world.person("Emma").command("/partner-apply", channel="#general")
    assert not world.person("Emma").has_modal


async def test_a_yes_is_agreed_on_in_a_form(spoken: Spoken) -> None:
    world, language = spoken
    text, who = Reader(language).text, await reviewer(world, language)
    await given.applicant(world)
    await who.click(text("Approve"), where=REVIEWS)
    assert who.modal.fields[text("Commission in percent")] == "15"
    for typed in ("-1", "41", "12.345", "a lot", "NaN", "1e400", "1_5"):
        await who.fill(text("Commission in percent"), typed)
        await who.submit()
        assert text("Commission in percent") in who.modal.errors
    await who.fill(text("Commission in percent"), "12,5 %")
    await who.fill(text("Note of welcome"), "Good to have you with us.")
    await who.submit()
    assert not who.has_modal
    assert "Good to have you with us." in card(world).text
    assert Reader(language).percent(Decimal("12.5")) in thread(world)[-1]
    welcome = await world.person("Emma").sees("You are now a partner", where="DM")
    assert "Good to have you with us." in welcome.text
    (letter,) = await world.sandbox.mail.wait_for(to="emma@clarke.example")
    assert "Good to have you with us." in letter.text


async def test_what_somebody_else_is_on_is_taken_over_knowingly(world: World) -> None:
    await given.applicant(world)
    ben, anna = await given.known(world, "Ben"), await given.known(world, "Anna")
    await anna.click("Claim", where=REVIEWS)
    await ben.click("Approve", where=REVIEWS)
    told = await ben.sees("@Anna Richter has been reading the application of Clarke & Sons", where=REVIEWS)
    assert isinstance(told, SeenMessage)
    assert told.ephemeral
    await ben.click("Take over", where=REVIEWS)
    await ben.sees("@Ben Okafor is on it")
    assert thread(world)[-1] == "@Ben Okafor has taken it over from @Anna Richter."
    await ben.click("Approve")
    await ben.submit()
    await ben.sees("Approved by @Ben Okafor")
    assert len(await given.rows(world, Partner)) == 1


async def test_a_take_over_counts_for_the_claim_that_was_seen(world: World) -> None:
    """Who says «take it from Anna» does not take it from somebody who has taken it meanwhile."""
    await given.applicant(world)
    ben, anna, louise = [await reviewer(world, language) for language in ("en", "de", "fr")]
    await anna.click("Claim", where=REVIEWS)
    for other in (ben, louise):
        await other.click("Release", where=REVIEWS)
    await ben.click("Take over", where=REVIEWS)
    await louise.click(Reader("fr").text("Take over"), where=REVIEWS)
    (application,) = await given.rows(world, Application)
    assert application.claimed_by == ben.user.id


async def test_of_two_who_take_it_at_once_one_has_it(world: World) -> None:
    await given.applicant(world)
    ben, anna = await given.known(world, "Ben"), await given.known(world, "Anna")
    seen = given.kept(world, card(world))
    await asyncio.gather(*(given.press(world, one, seen, "Claim", times=2) for one in (ben, anna)))
    (application,) = await given.rows(world, Application)
    assert application.claimed_by in (ben.user.id, anna.user.id)
    assert len(thread(world)) == 1
    notes = [one for one in await given.rows(world, OutgoingMessage) if one.kind == "review_note"]
    assert len(notes) == 1


async def test_the_card_points_at_what_is_worth_a_look(world: World) -> None:
    await given.applicant(world, "Emma")
    await given.approves(world, "Ben")
    await given.applicant(world, "Priya", company="CLARKE & Sons Ltd.", contact_email="priya@gmail.com")
    look = world.person("Ben").last_message(REVIEWS).text
    assert "Worth a look" in look
    assert "A company of this name has applied before" in look
    assert "approved" in look
    assert "Anybody can have an address such as priya@gmail.com" in look


async def test_an_earlier_no_is_shown(world: World) -> None:
    await given.applicant(world, "Emma")
    ben = await given.known(world, "Ben")
    await ben.click("Reject", where=REVIEWS)
    await ben.fill("Note to the applicant", "Too early.")
    await ben.submit()
    await given.applicant(world, "Emma", company="Something else")
    look = ben.last_message(REVIEWS).text
    assert "The applicant has applied before, as Clarke & Sons" in look
    assert "rejected" in look


async def test_forged_buttons_open_nothing(world: World) -> None:
    await given.applicant(world)
    ben = await given.known(world, "Ben")
    for words in ("Claim", "Ask for more", "Approve", "Reject"):
        for value in ("99", '"x"', "[]", "{", "null"):
            await given.press(world, ben, card(world), words, value=value)
            assert not ben.has_modal
    assert thread(world) == []


async def test_history_stays_in_order_under_the_card(world: World) -> None:
    await given.applicant(world)
    ben = await given.known(world, "Ben")
    for words in ("Claim", "Release", "Claim"):
        await ben.click(words, where=REVIEWS)
    await given.approves(world, "Ben")
    told = [" ".join(line.split(" ")[2:4]) for line in thread(world)]
    assert told == ["is on", "has given", "is on", "has approved"]


async def test_a_card_says_how_long_it_has_been_waiting_whenever_it_is_read(spoken: Spoken) -> None:
    """Slack counts, so that nothing goes stale on a card that nobody touches."""
    world, language = spoken
    label = Reader(language).text
    number = await given.applicant(world)
    await given.known(world, "Ben")
    (application,) = await given.rows(world, Application)
    moment = f"<!date^{int(application.submitted_at.timestamp())}^{{ago}}|"
    assert label("Received: {ago}", ago=moment) in json.dumps(card(world).blocks, ensure_ascii=False)
    world.sandbox.move_day(days=2)
    await review.ask(world.bot.desk, given.actor(world, "Ben"), number, "How many?")
    await world.bot.house.courier.deliver()
    (application,) = await given.rows(world, Application)
    assert application.asked_at is not None
    moment = f"<!date^{int(application.asked_at.timestamp())}^{{ago}}|"
    assert label("Asked: {ago}", ago=moment) in json.dumps(card(world).blocks, ensure_ascii=False)
    await review.reject(world.bot.desk, given.actor(world, "Ben"), number, "Too early.")
    await world.bot.house.courier.deliver()
    assert "{ago}" not in json.dumps(card(world).blocks, ensure_ascii=False)
