"""/partner-review: the lists of applications, leafed through by those who review, in three languages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from handlers.reader import Reader
from programme import applications, review
from programme.desk import Actor
from sandbox import Person
from sandbox.seen import SeenMessage
from storage.models import Application
from tests.desk import World
from tests.scenarios import given
from tests.storage.rows import VALUES

REVIEWS = "#partner-reviews"
NO = "Only the programme's reviewers can do this"
READERS = ["Ben", "Anna", "Odile"]


async def reviewer(world: World, name: str) -> Person:
    """Ben reads English, Anna German, Odile French."""
    if name == "Odile":
        odile = await given.newcomer(world, "Odile Moreau")
        odile.user.locale, odile.user.tz = "fr-FR", "Europe/Paris"
        world.sandbox.workplace.invite("partner-reviews", "Odile")
        await world.quiet()
    return await given.known(world, name)


def reader_of(person: Person) -> Reader:
    return Reader(person.user.locale[:2], person.user.tz)


async def waiting(world: World, *rows: dict[str, Any]) -> datetime:
    """Open applications, due in so many hours from now as their number says. Returns now."""
    now = world.bot.desk.clock.now()
    async with world.bot.desk.store.write() as session:
        for number, columns in enumerate(rows, 1):
            own = {
                "id": number, "user_id": f"A{number}", "company": f"Company {number}",
                "company_key": f"company {number}", "status": "open", "decided_at": None, "submitted_at": now,
                "due_at": now + timedelta(days=number),
            }  # fmt: skip
            await session.execute(insert(Application), VALUES[Application] | own | columns)
    return now


@pytest.mark.parametrize("name", READERS)
async def test_every_button_and_list_of_the_queue(world: World, name: str) -> None:
    person = await reviewer(world, name)
    reader = reader_of(person)
    now = world.bot.desk.clock.now()
    mine = {"claimed_by_workspace": person.user.workspace, "claimed_by": person.user.id, "claimed_at": now}
    await waiting(
        world,
        {"company": "Müller GmbH", "company_key": "muller", "due_at": now - timedelta(days=2, hours=1)},
        mine | {"company": "Dupont SARL", "company_key": "dupont"},
        {"company": "Clarke Ltd", "company_key": "clarke", "asked_at": now},
        *({} for _ in range(10)),
    )
    await person.command("/partner-review")
    assert person.modal.title == reader.text("Applications")
    shown = person.modal.text
    assert shown.index("Müller GmbH") < shown.index("Dupont SARL")
    for words in ("Müller GmbH · Köln", reader.country("DE"), reader.distance(now - timedelta(days=2), now)):
        assert words in shown
    assert "Clarke" not in shown
    assert reader.text("You are on it.") in shown
    assert reader.text("Nobody is on it yet.") in shown

    await person.click(reader.text("Next"))
    assert "Company 13" in person.modal.text
    assert "Müller" not in person.modal.text
    await person.click(reader.text("Previous"))
    assert "Müller" in person.modal.text

    for which, company in [("I am on it", "Dupont"), ("Waiting for the applicant", "Clarke"), ("Overdue", "Müller")]:
        await person.choose(reader.text("List"), f"{reader.text(which)} (1)")
        assert company in person.modal.text
        assert len([one for one in person.modal.buttons if one == reader.text("Review")]) == 1
    await person.choose(reader.text("List"), reader.text("Decided"))
    assert reader.text("Nothing has been decided yet.") in person.modal.text

    await person.choose(reader.text("List"), f"{reader.text('All that wait')} ({reader.number(12)})")
    await person.fill(reader.text("Company"), "mull")
    await person.submit()
    assert "Müller" in person.modal.text
    assert "Dupont" not in person.modal.text
    await person.fill(reader.text("Company"), "nobody")
    await person.submit()
    assert "nobody" in person.modal.text

    await person.fill(reader.text("Company"), None)
    await person.submit()
    await person.click(reader.text("Review"), near="Müller")
    assert person.modal.title == reader.text("Application")
    assert "Müller" in person.modal.text
    assert world.sandbox.refusals == []


@pytest.mark.parametrize("name", READERS)
async def test_what_was_decided_says_who_when_and_how(world: World, name: str) -> None:
    person = await reviewer(world, name)
    reader, ben = reader_of(person), await given.known(world, "Ben")
    await given.known(world, "Jonas")
    done = {"decided_by_workspace": ben.user.workspace, "decided_by": ben.user.id}
    now = world.bot.desk.clock.now()
    rejected = {"status": "rejected", "reapply": "now", "decision_reason": "no_fit", "decided_at": now}
    await waiting(
        world,
        done | {"status": "approved", "decided_at": now - timedelta(days=1), "submitted_at": now - timedelta(days=4)},
        done | rejected | {"submitted_at": now - timedelta(days=5)},
        {"status": "withdrawn", "decided_at": now - timedelta(days=40)},
    )
    await person.command("/partner-review")
    assert reader.text(":tada: *Nothing waits for a decision.*").strip("*:").split("*")[1] in person.modal.text
    assert reader.duration(timedelta(days=4)) in person.modal.text
    await person.choose(reader.text("List"), reader.text("Decided"))
    shown = person.modal.text
    assert shown.index("Company 2") < shown.index("Company 1") < shown.index("Company 3")
    reason = next(one for one in world.bot.desk.catalogue.application.reason if one.id == "no_fit")
    for words in (reason.name[reader.language], "@Ben Okafor", reader.moment(now), reader.moment(now - timedelta(40))):
        assert words in shown
    await person.click(reader.text("Show"), near="Company 2")
    assert "Company 2" in person.modal.text
    assert world.sandbox.refusals == []


async def test_whoever_is_on_it_is_named(world: World) -> None:
    number = await given.applicant(world)
    anna, ben = await given.known(world, "Anna"), await given.known(world, "Ben")
    await review.claim(world.bot.desk, Actor(anna.user.workspace, anna.user.id), number)
    await ben.command("/partner-review")
    assert "@Anna Richter is on it." in ben.modal.text
    assert ben.modal.menus["List"][1] == "Nobody is on it (0)"
    await ben.close()
    world.sandbox.move_day(days=2)
    await ben.command("/partner-review")
    assert "Nobody is on it yet." in ben.modal.text


def named(person: Person) -> list[str]:
    """The companies of the list in the modal."""
    return [line.split(" · ")[0] for line in person.modal.text.split("\n") if line.startswith("Company ")]


@pytest.mark.parametrize("name", READERS)
async def test_whoever_goes_back_to_the_list_sees_what_they_have_done(world: World, name: str) -> None:
    person = await reviewer(world, name)
    text = reader_of(person).text
    await waiting(world, *({} for _ in range(13)))
    await person.command("/partner-review")
    await person.click(text("Next"))
    assert named(person) == ["Company 11", "Company 12", "Company 13"]

    await person.click(text("Review"), near="Company 11")
    await person.click(text("Claim"))
    await person.close()
    assert person.modal.text.count(text("You are on it.")) == 1
    await person.click(text("Review"), near="Company 11")
    await person.click(text("Ask for more"))
    await person.fill(text("Your question"), "How many?")
    await person.submit()
    await person.close()
    assert named(person) == ["Company 12", "Company 13"]
    assert f"{text('Waiting for the applicant')} (1)" in person.modal.menus[text("List")]

    await person.click(text("Review"), near="Company 12")
    await person.click(text("Reject"))
    await person.fill(text("Note to the applicant"), "Too early.")
    await person.submit()
    await person.close()
    assert named(person) == ["Company 13"]
    await person.click(text("Review"), near="Company 13")
    await person.click(text("Approve"))
    await person.submit()
    await person.close()
    assert named(person) == []
    await person.click(text("Back to the beginning"))
    assert named(person) == [f"Company {number}" for number in range(1, 11)]


async def test_a_take_over_from_the_list_shows_in_it(world: World) -> None:
    number = await given.applicant(world)
    anna, ben = await given.known(world, "Anna"), await given.known(world, "Ben")
    await ben.command("/partner-review")
    await ben.click("Review")
    await review.claim(world.bot.desk, given.actor(world, "Anna"), number)
    await ben.click("Approve")
    assert anna.user.real_name in ben.modal.text
    await ben.click("Take over")
    assert f"@{ben.user.real_name} is on it" in ben.modal.text
    while ben.modal.title != "Applications":
        await ben.close()
    assert "You are on it." in ben.modal.text


async def test_a_decision_meanwhile_neither_hides_nor_repeats_anything(world: World) -> None:
    ben = await given.known(world, "Ben")
    await waiting(world, *({} for _ in range(25)))
    await ben.command("/partner-review")
    async with world.bot.desk.store.write() as session:
        gone = Application.id.in_([1, 4, 10, 11])
        await session.execute(
            update(Application).where(gone).values(status="withdrawn", decided_at=world.bot.desk.clock.now())
        )
    await ben.click("Next")
    assert [line.split(" · ")[0] for line in ben.modal.text.split("\n") if "Company " in line] == [
        f"Company {number}" for number in range(12, 22)
    ]


async def test_a_page_that_became_empty_leads_back(world: World) -> None:
    ben = await given.known(world, "Ben")
    await waiting(world, *({} for _ in range(12)))
    await ben.command("/partner-review")
    async with world.bot.desk.store.write() as session:
        now = world.bot.desk.clock.now()
        await session.execute(update(Application).where(Application.id > 10).values(status="withdrawn", decided_at=now))
    await ben.click("Next")
    assert "There is nothing more in this list." in ben.modal.text
    await ben.click("Back to the beginning")
    assert "Company 1" in ben.modal.text


FORGED = [
    "", "{}", "nonsense", "[1]", '{"list": 7}', '{"before": [1]}', '{"after": ["x", -1]}',
    '{"list": "mine; DROP", "words": {"a": 1}, "after": ["2026-01-01", 99999999999999999999]}',
]  # fmt: skip


@pytest.mark.parametrize("value", FORGED)
async def test_a_forged_place_is_the_beginning(world: World, value: str) -> None:
    ben = await given.known(world, "Ben")
    await waiting(world, *({} for _ in range(12)))
    await ben.command("/partner-review")
    await given.press(world, ben, ben.modal, "Next", value=value)
    assert "Company 1 ·" in ben.modal.text
    assert "Please note" not in ben.modal.title


class TestNobodyElse:
    async def outsider(self, world: World, name: str) -> Person:
        """A guest in the review channel; or a reviewer, who has opened the list and then leaves without a notice."""
        if name == "Greta":
            greta = await given.known(world, "Greta")
            world.sandbox.workplace.invite("partner-reviews", "Greta")
            await world.quiet()
            return greta
        return await given.known(world, name)

    @pytest.mark.parametrize("name", ["Greta", "Priya"])
    async def test_opens_it(self, world: World, name: str) -> None:
        await given.applicant(world)
        person = await self.outsider(world, name)
        await person.command("/partner-review", channel="#general")
        told = await person.sees(NO, where="#general")
        assert isinstance(told, SeenMessage)
        assert told.ephemeral
        assert not person.has_modal

    @pytest.mark.parametrize("act", ["Next", "Partners", "List", "search"])
    async def test_goes_on_after_leaving(self, world: World, act: str) -> None:
        ben = await given.known(world, "Ben")
        await waiting(world, *({} for _ in range(12)))
        await ben.command("/partner-review", channel="#general")
        # The channel has him no longer, and no event has told us yet.
        world.sandbox.workplace.channel("partner-reviews").members.remove(ben.user.id)
        if act == "List":
            await ben.choose("List", "Decided")
        elif act == "search":
            await ben.fill("Company", "Company")
            await ben.submit()
        else:
            await ben.click(act)
        assert NO in ben.modal.text


async def test_an_answer_puts_an_application_back_into_the_queue(world: World) -> None:
    number = await given.applicant(world)
    ben = await given.known(world, "Ben")
    await review.ask(world.bot.desk, given.actor(world, "Ben"), number, "How many?")
    await ben.command("/partner-review")
    assert "Nothing waits for a decision." in ben.modal.text
    await ben.choose("List", "Waiting for the applicant (1)")
    assert "the clock stands still" in ben.modal.text
    standing = await applications.own_application(world.bot.desk, given.actor(world, "Emma"))
    assert standing is not None
    assert standing.question is not None
    await applications.answer(world.bot.desk, given.actor(world, "Emma"), standing.question.id, "Five.")
    await ben.close()
    await ben.command("/partner-review")
    assert "Clarke & Sons" in ben.modal.text
