"""The morning's digest stays true through the day: it says what waits now, not what has waited in the morning."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from programme import applications, review
from sandbox.seen import SeenMessage
from storage.models import OutgoingMessage
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_review_week import REVIEWS, catalogue, next_day, reviewing

WORDS = {
    "en": {
        "two": "2 applications wait for a decision",
        "taken": "@Ben Okafor is on it.",
        "one": "1 application waits for a decision",
        "asked": "1 waits for its applicant",
        "none": "Nothing waits for a decision any more",
        "all": "All applications",
    },
    "fr": {
        "two": "2 demandes attendent une décision",
        "taken": "@Ben Okafor s’en occupe.",
        "one": "1 demande attend une décision",
        "asked": "1 en attente de la personne candidate",
        "none": "Plus aucune demande n’attend de décision",
        "all": "Toutes les demandes",
    },
    "de": {
        "two": "2 Anträge warten auf eine Entscheidung",
        "taken": "@Ben Okafor kümmert sich darum.",
        "one": "1 Antrag wartet auf eine Entscheidung",
        "asked": "1 wartet auf Rückmeldung",
        "none": "Kein Antrag wartet mehr auf eine Entscheidung",
        "all": "Alle Anträge",
    },
}


def digests(world: World) -> list[SeenMessage]:
    """Every message with the button of a digest."""
    buttons = {words["all"] for words in WORDS.values()}
    return [one for one in world.person("Ben").messages(REVIEWS) if buttons & set(one.buttons)]


@pytest.mark.parametrize("language", ["en", "fr", "de"])
async def test_a_digest_says_what_waits_now(sqlite_address: str, tmp_path: Path, language: str) -> None:
    words = WORDS[language]
    async with reviewing(sqlite_address, catalogue=catalogue(tmp_path, language)) as world:
        desk, deliver = world.bot.desk, world.bot.house.courier.deliver
        first = await given.applicant(world, "Emma")
        second = await given.applicant(world, "Jonas", company="Weber IT")
        await given.known(world, "Ben")
        ben = given.actor(world, "Ben")
        (digest,) = [one for one in await next_day(world) if not one.in_thread]
        assert words["two"] in digest.text
        assert words["taken"] not in digest.text

        await review.claim(desk, ben, first)
        await deliver()
        (digest,) = digests(world)
        assert words["taken"] in digest.text
        await review.ask(desk, ben, first, "How many?")
        await deliver()
        (digest,) = digests(world)
        assert words["one"] in digest.text
        assert words["one"] in digest.notification
        assert words["asked"] in digest.text
        assert "Clarke & Sons" not in digest.text
        assert "Weber IT" in digest.text

        await review.approve(desk, ben, second)
        await deliver()
        (digest,) = digests(world)
        assert words["none"] in digest.text
        assert words["asked"] in digest.text
        assert digest.buttons == [words["all"]]

        await given.applicant(world, "Camille", company="Dupont")
        (digest,) = digests(world)
        assert words["one"] in digest.text
        assert "Dupont" in digest.text


@pytest.fixture
async def desk(sqlite_address: str) -> AsyncIterator[World]:
    async with reviewing(sqlite_address) as world:
        yield world


async def test_the_newest_one_is_kept_true_over_a_weekend_the_older_ones_are_left(desk: World) -> None:
    application_id = await given.applicant(desk)
    await given.known(desk, "Ben")
    await next_day(desk, 3)
    await next_day(desk)
    desk.sandbox.move_day(days=1)
    await review.approve(desk.bot.desk, given.actor(desk, "Ben"), application_id)
    await desk.tick()
    thursday, friday = digests(desk)
    assert "1 application waits for a decision" in thursday.text
    assert "Nothing waits for a decision any more" in friday.text


async def test_without_a_digest_there_is_nothing_to_keep_true(desk: World) -> None:
    await given.applicant(desk)
    await applications.withdraw(desk.bot.desk, given.actor(desk, "Emma"))
    await desk.tick()
    assert [one for one in await given.rows(desk, OutgoingMessage) if one.kind == "digest_repaint"] == []


async def test_a_digest_of_which_nobody_knows_whether_it_has_arrived_is_kept_true(desk: World) -> None:
    """It was drawn before the change."""
    application_id = await given.applicant(desk)
    await given.applicant(desk, "Jonas", company="Weber IT")
    await given.known(desk, "Ben")
    desk.sandbox.faults.lose("chat.postMessage", times=1)
    await next_day(desk)
    await review.approve(desk.bot.desk, given.actor(desk, "Ben"), application_id)
    await desk.tick()
    for _ in range(3):
        given.later(desk, timedelta(minutes=1))
        await desk.tick()
    (digest,) = digests(desk)
    assert "1 application waits for a decision" in digest.text
    assert "Clarke & Sons" not in digest.text
