"""The reviewers' week as their channel sees it: reminders, escalations, the digest, claims, letters in trouble."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from programme import outbox, review
from programme.catalogue import DEFAULT_FILE
from sandbox.seen import SeenMessage
from storage.models import Application, OutgoingMail, OutgoingMessage
from tests.desk import World, running_desk
from tests.scenarios import given
from tests.scenarios.warned import HURRY
from tests.storage.rows import row

REVIEWS = "#partner-reviews"
MONDAY = 0

# What the channel reads, by its language: reminder, who, due today, a day late, the digest's beginning, its button.
WORDS = {
    "en": {
        "reminder": "Reminder: Clarke & Sons expects an answer by Monday,",
        "nobody": "Nobody is on it yet.",
        "today": "@Anna Richter @Ben Okafor: the answer to Clarke & Sons is due today.",
        "late": "@Anna Richter @Ben Okafor: the answer to Clarke & Sons is 1 day overdue.",
        "digest": "1 application waits for a decision",
        "digest_today": "Answer due today. Nobody is on it yet.",
        "digest_late": "The answer is 1 day overdue. Nobody is on it yet.",
        "overdue": "1 overdue",
        "review": "Review",
    },
    "fr": {
        "reminder": "Rappel\u202f: Clarke & Sons attend une réponse d’ici le lundi ",
        "nobody": "Personne ne s’en occupe encore.",
        "today": "@Anna Richter @Ben Okafor\u202f: Clarke & Sons attend une réponse aujourd’hui.",
        "late": "@Anna Richter @Ben Okafor\u202f: la réponse à Clarke & Sons a 1 jour de retard.",
        "digest": "1 demande attend une décision",
        "digest_today": "Réponse attendue aujourd’hui. Personne ne s’en occupe encore.",
        "digest_late": "La réponse a 1 jour de retard. Personne ne s’en occupe encore.",
        "overdue": "1 en retard",
        "review": "Examiner",
    },
    "de": {
        "reminder": "Erinnerung: Clarke & Sons erwartet bis Montag, ",
        "nobody": "Noch kümmert sich niemand darum.",
        "today": "@Anna Richter @Ben Okafor: Clarke & Sons erwartet heute eine Antwort.",
        "late": "@Anna Richter @Ben Okafor: die Antwort an Clarke & Sons ist seit 1 Tag überfällig.",
        "digest": "1 Antrag wartet auf eine Entscheidung",
        "digest_today": "Antwort heute fällig. Noch kümmert sich niemand darum.",
        "digest_late": "Die Antwort ist seit 1 Tag überfällig. Noch kümmert sich niemand darum.",
        "overdue": "1 überfällig",
        "review": "Prüfen",
    },
}


@asynccontextmanager
async def reviewing(database: str, **settings: Any) -> AsyncIterator[World]:
    """The desk on a Monday, with a Slack that takes many messages a second."""
    settings |= {"messages_per_second": 1000, "messages_per_minute": 60_000}
    async with running_desk(database, limits=HURRY, **settings) as world:
        today = world.sandbox.core.day.now().date()
        world.sandbox.move_day(to=today + timedelta(days=7 - today.weekday()))
        yield world
        assert world.sandbox.refusals == []


@pytest.fixture
async def desk(sqlite_address: str) -> AsyncIterator[World]:
    async with reviewing(sqlite_address) as world:
        yield world


def catalogue(folder: Path, language: str) -> Path:
    """The catalogue of a vendor whose reviewers speak a language."""
    file = folder / "catalogue.toml"
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    file.write_text(text.replace('review_language = "en"', f'review_language = "{language}"'), encoding="utf-8")
    return file


async def next_day(world: World, days: int = 1) -> list[SeenMessage]:
    """Another morning. Returns what is new in the review channel, what stands in threads last."""
    known = {one.message.ts for one in world.person("Ben").messages(REVIEWS)}
    world.sandbox.move_day(days=days)
    for _ in range(2):
        await world.tick()
        await world.quiet()
    new = [one for one in world.person("Ben").messages(REVIEWS) if one.message.ts not in known]
    return sorted(new, key=lambda one: one.in_thread)


def card(world: World) -> SeenMessage:
    return next(one for one in world.person("Ben").messages(REVIEWS) if not one.in_thread)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
async def test_a_week_in_which_nobody_does_anything(sqlite_address: str, tmp_path: Path, language: str) -> None:
    words = WORDS[language]
    async with reviewing(sqlite_address, catalogue=catalogue(tmp_path, language)) as world:
        await given.applicant(world)
        for _ in ("Tuesday", "Wednesday", "Thursday"):
            (digest,) = await next_day(world)
            assert words["digest"] in digest.text
            assert words["digest"] in digest.notification
            assert not digest.in_thread
        digest, reminder = await next_day(world)
        assert words["reminder"] in reminder.text
        assert words["nobody"] in reminder.text
        assert reminder.message.thread_ts == card(world).message.ts
        assert reminder.buttons == [words["review"]]
        assert reminder.pings == []
        assert await next_day(world) == []
        assert await next_day(world) == []
        digest, escalation = await next_day(world)
        assert words["digest_today"] in digest.text
        assert words["today"] in escalation.text
        assert escalation.message.thread_ts == card(world).message.ts
        assert sorted(escalation.pings) == ["@Anna Richter", "@Ben Okafor"]
        digest, escalation = await next_day(world)
        assert words["digest_late"] in digest.text
        assert words["overdue"] in digest.text
        assert words["late"] in escalation.text
        assert digest.pings == []


@pytest.mark.parametrize(("name", "street"), [("Ben", "1 Park Row"), ("Anna", "1 Park Row")])
async def test_the_buttons_open_what_they_speak_of(desk: World, name: str, street: str) -> None:
    """Whatever language the channel has, what opens has the reader's."""
    await given.applicant(desk)
    digest, escalation = await next_day(desk, 7)
    reader = desk.person(name)
    await given.press(desk, reader, digest, "Review")
    assert street in reader.modal.text
    await reader.close()
    await given.press(desk, reader, digest, "All applications")
    assert "Clarke & Sons" in reader.modal.text
    await reader.close()
    assert escalation.in_thread
    await given.press(desk, reader, escalation, "Review")
    assert street in reader.modal.text


async def test_who_is_on_it_is_named_alone(desk: World) -> None:
    application_id = await given.applicant(desk)
    await given.known(desk, "Ben")
    await next_day(desk, 4)
    desk.sandbox.move_day(days=2)
    given.later(desk, timedelta(hours=6))  # on Sunday evening
    await review.claim(desk.bot.desk, given.actor(desk, "Ben"), application_id)
    found = [one for one in await next_day(desk) if "is due today" in one.text or "waits for a decision" in one.text]
    assert "@Ben Okafor: the answer to Clarke & Sons is due today." in found[-1].text
    assert found[-1].pings == ["@Ben Okafor"]


async def test_a_claim_that_nobody_uses_falls_back_on_the_card_and_in_the_thread(desk: World) -> None:
    application_id = await given.applicant(desk)
    await given.known(desk, "Ben")
    await review.claim(desk.bot.desk, given.actor(desk, "Ben"), application_id)
    an_hour_on = desk.sandbox.core.day.now() + timedelta(hours=1)  # the days of the sandbox begin at ten
    await given.change(desk, Application, application_id, claimed_at=an_hour_on)
    await desk.tick()
    assert "@Ben Okafor is on it" in card(desk).text
    new = await next_day(desk)
    assert "@Ben Okafor is on it" in card(desk).text  # not a whole day yet
    new = await next_day(desk)
    (note,) = [one for one in new if one.in_thread]
    assert "@Ben Okafor is not on it any more" in note.text
    assert "@Ben Okafor" not in card(desk).text
    (application,) = await given.rows(desk, Application)
    assert (application.claimed_by, application.status) == (None, "open")


async def test_nothing_comes_while_the_applicant_thinks(desk: World) -> None:
    application_id = await given.applicant(desk)
    await given.known(desk, "Ben")
    await review.ask(desk.bot.desk, given.actor(desk, "Ben"), application_id, "Which customers do you have?")
    await desk.tick()
    for days in (4, 3, 1, 1):
        assert await next_day(desk, days) == []


async def test_nothing_comes_after_the_decision_though_it_was_written_before(desk: World) -> None:
    application_id = await given.applicant(desk)
    await given.known(desk, "Ben")
    desk.sandbox.faults.fail("chat.postMessage", times=2)
    assert await next_day(desk, 7) == []
    await review.approve(desk.bot.desk, given.actor(desk, "Ben"), application_id)
    desk.sandbox.faults.clear()
    new = await next_day(desk)
    assert [one.text for one in new if "overdue" in one.text or "due today" in one.text or "waits" in one.text] == []
    left = {one.key: one.status for one in await given.rows(desk, OutgoingMessage)}
    day = desk.sandbox.core.day.now().date() - timedelta(days=1)
    assert left[f"application:{application_id}:escalation:{day}"] == "moot"
    assert left[f"digest:review:{day}"] == "moot"


async def test_what_may_have_arrived_is_not_posted_twice(desk: World) -> None:
    await given.applicant(desk)
    desk.sandbox.faults.lose("chat.postMessage", times=2)
    new = await next_day(desk, 7)
    given.later(desk, timedelta(minutes=1))  # the pause before the next try
    await desk.tick()
    again = desk.person("Ben").messages(REVIEWS)
    assert {one.message.ts for one in new} == {one.message.ts for one in again[-2:]}
    kinds = {"review_digest", "review_escalation"}
    assert {one.status for one in await given.rows(desk, OutgoingMessage) if one.kind in kinds} == {"sent"}


async def test_after_days_without_anybody_running_today_s_comes_alone(desk: World) -> None:
    await given.applicant(desk)
    digest, escalation = await next_day(desk, 11)
    assert "is 4 days overdue" in escalation.text
    assert "The answer is 4 days overdue" in digest.text


async def test_a_user_group_is_called_by_its_name(sqlite_address: str) -> None:
    async with reviewing(sqlite_address, reviewers=["Camille"]) as world:
        await given.applicant(world)
        _, escalation = await next_day(world, 7)
        assert escalation.text.startswith(":rotating_light: @reviewers: the answer")
        assert escalation.pings == ["@reviewers"]


async def test_more_reviewers_than_one_calls_by_name(desk: World) -> None:
    for number in range(1, 23):
        await given.newcomer(desk, f"Olivia Stone-{number}")
        desk.sandbox.workplace.invite("partner-reviews", f"Olivia Stone-{number}")
    await desk.bot.house.reviewers.refresh()
    await given.applicant(desk)
    _, escalation = await next_day(desk, 7)
    assert len(escalation.pings) == 20
    assert "and 4 more: the answer" in escalation.text


async def test_five_thousand_applications_fit_into_one_digest(desk: World) -> None:
    now = desk.bot.desk.clock.now()
    like = {name: value for name, value in vars(row(Application)).items() if not name.startswith("_")}
    about = {"workspace_id": "T0", "status": "open", "decided_at": None, "company": "Ü" * 150 + "&" * 50}
    applications = [
        like | about | {"id": n, "user_id": f"U{n}", "submitted_at": now, "due_at": now + timedelta(days=9 + n % 20)}
        for n in range(1, 5001)
    ]
    async with desk.bot.desk.store.write() as session:
        await session.execute(insert(Application), applications)
    (digest,) = await next_day(desk)
    assert "5,000 applications wait for a decision" in digest.text
    assert digest.buttons.count("Review") == 10
    assert "These are the 10 most urgent ones." in digest.text
    assert len(digest.blocks) <= 50


# Letters in trouble


async def approved(world: World) -> None:
    application_id = await given.applicant(world)
    await given.known(world, "Ben")
    await review.approve(world.bot.desk, given.actor(world, "Ben"), application_id)


async def told(world: World) -> list[SeenMessage]:
    """What the reviewers hear of letters."""
    for _ in range(2):
        await world.tick()
        await world.quiet()
    heard = world.person("Ben").messages(REVIEWS)
    return [one for one in heard if "could not be delivered" in one.text]


async def test_a_letter_that_is_refused_for_good_is_reported_at_once_and_once(desk: World) -> None:
    desk.sandbox.mail.refuse(times=1, code=550)
    await approved(desk)
    (trouble,) = await told(desk)
    (mail,) = await given.rows(desk, OutgoingMail)
    assert mail.status == "failed"
    assert f"An e-mail to {mail.recipient} could not be delivered" in trouble.text
    for words in ("Welcome to the partner programme", "Clarke & Sons", "550 The sandbox", "ask for the right address"):
        assert words in trouble.text
    assert "Open the partner portal" in trouble.text
    assert not trouble.in_thread
    assert desk.sandbox.mail.letters() == []


async def test_a_letter_is_tried_for_two_days_before_it_is_reported(desk: World) -> None:
    desk.sandbox.mail.refuse(times=1000, code=451)
    await approved(desk)
    began = desk.bot.desk.clock.now()
    tries, heard = 0, await told(desk)
    while not heard:
        (mail,) = await given.rows(desk, OutgoingMail)
        assert mail.status == "waiting"
        tries, waits = tries + 1, mail.not_before - desk.bot.desk.clock.now()
        given.later(desk, max(waits, timedelta(0)) + timedelta(seconds=1))
        heard = await told(desk)
    lasted = desk.bot.desk.clock.now() - began
    assert timedelta(hours=46) < lasted < timedelta(hours=54)
    assert "tried again and again for two days" in heard[0].text
    assert "python -m bot doctor" in heard[0].text
    assert len(await told(desk)) == 1
    assert tries == outbox.GIVE_UP_AFTER - 1


async def test_a_letter_that_leaves_after_a_while_is_not_reported(desk: World) -> None:
    desk.sandbox.mail.refuse(times=1, code=451)
    await approved(desk)
    assert await told(desk) == []
    desk.sandbox.move_day(days=1)
    assert await told(desk) == []
    assert len(desk.sandbox.mail.letters()) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Un e-mail adressé à", "demander la bonne adresse", "Ce qui s’est passé"]),
        ("de", ["Eine E-Mail an", "Bitte erfragen Sie die richtige Adresse", "Was schiefgegangen ist"]),
    ],
)
async def test_a_letter_in_trouble_in_the_channel_s_language(
    sqlite_address: str, tmp_path: Path, language: str, words: list[str]
) -> None:
    async with reviewing(sqlite_address, catalogue=catalogue(tmp_path, language)) as world:
        world.sandbox.mail.refuse(times=1, code=554)
        await approved(world)
        for _ in range(2):
            await world.tick()
        await world.person("Ben").sees(*words, "554 The sandbox", where=REVIEWS)
