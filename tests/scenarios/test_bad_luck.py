"""Slack, the mail server or the database fail: a kind word, nothing half done, everything once (and not twice)."""

import asyncio
import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from sandbox import Person
from sandbox.eyes import HOME
from sandbox.faults import Faults
from storage.models import Application, OutgoingMail, OutgoingMessage, Partner, TrialExtension
from tests.desk import APPLICATION, World, running_desk
from tests.scenarios import given

SUPPORT = "partners@nordlicht.example"
REVIEWS = "#partner-reviews"


async def apologised(person: Person, caplog: pytest.LogCaptureFixture, where: str | None = None) -> str:
    """What somebody reads when something went wrong; its reference is in the log."""
    told = await person.sees(SUPPORT, "quote", where=where)
    (reference,) = re.findall(r"quote ([0-9a-f]{8})\.", told.text)
    assert reference in "\n".join(record.getMessage() for record in caplog.records)
    return told.text


async def test_a_form_that_slack_does_not_open_is_apologised_for(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    emma = await given.known(world, "Emma")
    world.sandbox.faults.fail("views.open")
    await emma.command("/partner-apply", channel="#general")
    assert "Slack did not do its part" in await apologised(emma, caplog, "#general")
    assert emma.last_message("#general").ephemeral
    await emma.command("/partner-apply")
    assert emma.modal.title == "Become a partner"


async def test_a_form_whose_opening_slack_does_not_confirm_is_open_all_the_same(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    emma = await given.known(world, "Emma")
    world.sandbox.faults.lose("views.open")
    await emma.command("/partner-apply", channel="#general")
    await apologised(emma, caplog, "#general")
    assert emma.modal.title == "Become a partner"
    await emma.fill_many(APPLICATION)
    await emma.submit()
    assert "We have your application" in emma.modal.text


@pytest.mark.parametrize(("failures", "title"), [(1, "Please note"), (2, "My customers")])
async def test_what_fails_in_a_modal_is_said_on_top_of_it_or_in_it(
    world: World, caplog: pytest.LogCaptureFixture, failures: int, title: str
) -> None:
    emma = await given.partner(world)
    await given.verified(world)
    await emma.command("/partner-customers")
    world.sandbox.faults.fail("views.push", times=failures)
    await emma.click("Manage")
    assert "Slack did not do its part" in await apologised(emma, caplog)
    assert emma.modal.title == title


async def test_what_fails_in_the_home_tab_is_said(world: World, caplog: pytest.LogCaptureFixture) -> None:
    emma = await given.partner(world)
    await emma.home()
    world.sandbox.faults.fail("views.open", times=2)
    await emma.click("My customers")
    await apologised(emma, caplog, "DM")


def failing(faults: Faults) -> None:
    faults.fail("chat.postMessage", times=2)


def refusing(faults: Faults) -> None:
    faults.fail("chat.postMessage", status=503, times=2)


def throttling(faults: Faults) -> None:
    faults.fail("chat.postMessage", error="ratelimited", times=2)


def losing(faults: Faults) -> None:
    faults.lose("chat.postMessage", times=2)


async def is_read_once(person: Person, words: str, where: str) -> bool:
    return len([one for one in person.messages(where) if words in one.text]) == 1


@pytest.mark.parametrize("breaks", [failing, refusing, throttling, losing])
async def test_card_receipt_and_welcome_arrive_once_however_slack_fails(
    world: World, breaks: Callable[[Faults], None]
) -> None:
    emma, ben = world.person("Emma"), world.person("Ben")
    breaks(world.sandbox.faults)
    await given.applicant(world)
    world.sandbox.move_day(days=1)
    await world.tick()
    assert await is_read_once(ben, "Application by @Emma Clarke", REVIEWS)
    assert await is_read_once(emma, "We have your application", "DM")
    await ben.click("Approve", where=REVIEWS)
    breaks(world.sandbox.faults)
    await ben.submit()
    await world.quiet()
    world.sandbox.faults.clear()
    world.sandbox.move_day(days=1)
    await world.tick()
    assert await is_read_once(emma, "You are now a partner", "DM")
    assert await is_read_once(ben, "Approved by @Ben Okafor", REVIEWS)
    assert len(await world.sandbox.mail.wait_for(to="emma@clarke.example")) == 1
    assert {row.status for row in await given.rows(world, OutgoingMessage)} == {"sent"}


async def test_a_repainted_card_that_slack_loses_is_repainted_later(world: World) -> None:
    await given.applicant(world)
    ben = world.person("Ben")
    world.sandbox.faults.fail("chat.update", times=1)
    await given.approves(world, "Ben")
    assert "Approve" in ben.messages(REVIEWS)[0].buttons
    world.sandbox.move_day(days=1)
    await world.tick()
    assert "Approved by @Ben Okafor" in ben.messages(REVIEWS)[0].text


async def test_a_letter_that_is_refused_for_now_is_delivered_once(world: World) -> None:
    world.sandbox.mail.refuse(times=2, code=451)
    await given.partner(world, welcomed=True)
    for _ in range(4):
        world.sandbox.move_day(days=1)
        await world.tick()
    assert len(await world.sandbox.mail.wait_for(to="emma@clarke.example")) == 1


async def test_a_letter_that_is_refused_for_good_is_given_up(world: World) -> None:
    world.sandbox.mail.refuse(times=1, code=550)
    await given.partner(world, welcomed=True)
    for _ in range(2):
        world.sandbox.move_day(days=1)
        await world.tick()
    assert world.sandbox.mail.letters() == []
    (letter,) = await given.rows(world, OutgoingMail)
    assert (letter.status, letter.attempts) == ("failed", 1)
    assert "550" in (letter.last_error or "")


async def test_a_letter_of_which_nobody_knows_whether_it_arrived_can_be_told_for_one(world: World) -> None:
    world.sandbox.mail.drop()
    await given.partner(world, welcomed=True)
    world.sandbox.move_day(days=1)
    await world.tick()
    letters = await world.sandbox.mail.wait_for(to="emma@clarke.example", count=2)
    assert len({letter.headers["Message-ID"] for letter in letters}) == 1


async def test_a_decision_stands_although_slack_fails_in_every_way(world: World) -> None:
    await given.applicant(world)
    ben = await given.known(world, "Ben")
    await ben.click("Approve", where=REVIEWS)
    world.sandbox.faults.fail("*", times=30)
    await ben.submit()
    await world.quiet()
    world.sandbox.faults.clear()
    assert [one.status for one in await given.rows(world, Application)] == ["approved"]
    assert len(await given.rows(world, Partner)) == 1
    world.sandbox.move_day(days=1)
    await world.tick()
    assert await is_read_once(world.person("Emma"), "You are now a partner", "DM")
    assert "Approved by @Ben Okafor" in ben.messages(REVIEWS)[0].text


async def test_a_command_typed_twice_at_once_opens_one_form(world: World) -> None:
    emma = await given.known(world, "Emma")
    await asyncio.gather(emma.command("/partner-apply"), emma.command("/partner-apply"))
    await world.quiet()
    await emma.close()
    assert not emma.has_modal


@contextmanager
def locked(address: str) -> Iterator[None]:
    """A SQLite file that somebody else writes to for longer than anybody waits."""
    connection = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.execute("ROLLBACK")
    connection.close()


@pytest.fixture
def _people_wait_for_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.store.PATIENCE_SECONDS", 2)


@pytest.mark.usefixtures("_people_wait_for_two_seconds")
async def test_a_database_that_takes_nothing_is_apologised_for_and_nothing_is_lost(
    world: World, sqlite_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    emma = await given.known(world, "Emma")
    await emma.command("/partner-apply")
    await emma.fill_many(APPLICATION)
    with locked(sqlite_address):
        await emma.submit()
    assert "Something went wrong on our side" in await apologised(emma, caplog)
    assert await given.rows(world, Application) == []
    await emma.close()
    assert emma.modal.fields["Company"] == "Weber IT GmbH"
    await emma.submit()
    assert "We have your application" in emma.modal.text
    assert len(await given.rows(world, Application)) == 1


@contextmanager
def away(address: str) -> Iterator[None]:
    """A PostgreSQL database that is gone, connections and all, and comes back."""
    url = make_url(address)
    name, elsewhere = url.database, url.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        connection.execute(f"ALTER DATABASE {name} RENAME TO {name}_away".encode())
        try:
            yield
        finally:
            connection.execute(f"ALTER DATABASE {name}_away RENAME TO {name}".encode())


async def test_a_database_that_is_away_is_apologised_for_in_ones_own_language(
    postgres_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_desk(postgres_address) as world:
        emma, jonas = await given.partner(world), world.person("Jonas")
        await given.customer(world)
        await jonas.command("/partner", channel="#general")
        await emma.command("/partner-customers")
        with away(postgres_address):
            await emma.click("Extend trial")
            assert "Something went wrong on our side" in await apologised(emma, caplog)
            await jonas.command("/partner-apply", channel="#general")
            told = await jonas.sees(SUPPORT, where="#general")
            assert "Something went wrong" not in told.text
            await emma.home()
            await apologised(emma, caplog, HOME)
        assert "Clarke & Sons · 1 customer" in (await emma.home()).text
        await emma.close()
        await emma.click("Extend trial")
        await emma.sees("Trial, 30 days left")
        assert len(await given.rows(world, TrialExtension)) == 1
        assert world.sandbox.refusals == []
