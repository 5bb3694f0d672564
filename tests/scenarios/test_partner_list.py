"""The reviewers' list of partners, leafed through in three languages while new ones come: none is lost, none twice."""

import re
from collections.abc import Sequence

import pytest
from sqlalchemy import insert

from programme.comparing import beginning
from sandbox import Person
from storage.models import Application, Partner
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_review_queue import READERS, reader_of, reviewer
from tests.storage.rows import VALUES

EVERY_SECOND = [f"Company {number:03}" for number in range(2, 52, 2)]


async def come(world: World, names: Sequence[str], first_id: int = 1) -> None:
    """Partners of these names, in one go."""
    ids = range(first_id, first_id + len(names))
    async with world.bot.desk.store.write() as session:
        await session.execute(
            insert(Application), [VALUES[Application] | {"id": number, "user_id": f"A{number}"} for number in ids]
        )
        rows = [
            {"id": number, "application_id": number, "name": name, "name_key": beginning(name)}
            for number, name in zip(ids, names, strict=True)
        ]
        await session.execute(insert(Partner), [VALUES[Partner] | row for row in rows])


async def opened(world: World, name: str) -> tuple[Person, list[str]]:
    """A reviewer with the list before them, and the words for Previous and Next."""
    person = await reviewer(world, name)
    reader = reader_of(person)
    await person.command("/partner-review", channel="#general")
    await person.click(reader.text("Partners"))
    return person, [reader.text("Previous"), reader.text("Next")]


def page(person: Person) -> list[str]:
    return re.findall(r"(?:Company|Other) \d{3}", person.modal.text)


def opened_by(person: Person) -> list[int]:
    """The partners whose pages the buttons on the screen open."""
    return [int(control.element["value"]) for control in person.modal.screen.controls if control.name == "Open"]


def turns(person: Person, words: list[str]) -> list[str]:
    """Which ways the page can be turned."""
    return [button for button in person.modal.buttons if button in words]


@pytest.mark.parametrize("name", READERS)
async def test_forwards_and_backwards(world: World, name: str) -> None:
    await come(world, EVERY_SECOND[::-1])
    person, (back, on) = await opened(world, name)
    pages = [page(person)]
    assert turns(person, [back, on]) == [on]
    while on in person.modal.buttons:
        await person.click(on)
        pages.append(page(person))
        assert len(pages) <= 3
        assert person.modal.buttons.count(reader_of(person).text("Open")) == len(pages[-1])
    assert pages == [EVERY_SECOND[:10], EVERY_SECOND[10:20], EVERY_SECOND[20:]]
    assert turns(person, [back, on]) == [back]
    await person.click(back)
    assert page(person) == pages[1]
    assert turns(person, [back, on]) == [back, on]
    await person.click(back)
    assert page(person) == pages[0]
    assert turns(person, [back, on]) == [on]


@pytest.mark.parametrize("name", READERS)
async def test_of_what_was_looked_for_alone(world: World, name: str) -> None:
    await come(world, EVERY_SECOND)
    await come(world, [f"Other {number:03}" for number in range(30)], first_id=100)
    person, (back, on) = await opened(world, name)
    reader = reader_of(person)
    words = reader.text("Company, or a customer's domain")
    await person.fill(words, "company")
    await person.submit()
    pages = [page(person)]
    for way in (on, on):
        await person.click(way)
        assert person.modal.fields[words] == "company"
        pages.append(page(person))
    assert pages == [EVERY_SECOND[:10], EVERY_SECOND[10:20], EVERY_SECOND[20:]]
    assert turns(person, [back, on]) == [back]
    await person.click(back)
    await person.click(back)
    assert page(person) == pages[0]

    # A new search begins at the beginning, wherever the last one stood.
    await person.click(on)
    await person.fill(words, "other 00")
    await person.submit()
    assert page(person) == [f"Other {number:03}" for number in range(10)]
    assert turns(person, [back, on]) == []


@pytest.mark.parametrize("searches", [False, True])
@pytest.mark.parametrize("name", READERS)
async def test_while_partners_are_added(world: World, name: str, searches: bool) -> None:
    """Before, within and after what is on the screen: who was there is seen once, and who came further on too."""
    await come(world, EVERY_SECOND)
    person, (back, on) = await opened(world, name)
    if searches:
        await person.fill(reader_of(person).text("Company, or a customer's domain"), "company")
        await person.submit()
    seen = page(person)
    # Behind us (001), on the page before us (011), and on the next one (025).
    await come(world, ["Company 001", "Company 011", "Company 025"], first_id=100)
    await person.click(on)
    seen += page(person)
    await come(world, ["Company 003", "Company 051"], first_id=200)
    await person.click(on)
    seen += page(person)
    assert seen == sorted([*EVERY_SECOND, "Company 025", "Company 051"])

    backwards = page(person)
    await person.click(back)
    backwards = page(person) + backwards
    await come(world, ["Company 005", "Company 049"], first_id=300)  # before us, and behind us
    while back in person.modal.buttons:
        await person.click(back)
        backwards = page(person) + backwards
    came = ["Company 001", "Company 003", "Company 005", "Company 011", "Company 025", "Company 051"]
    assert backwards == sorted([*EVERY_SECOND, *came])


async def test_of_namesakes_none_is_lost(world: World) -> None:
    await come(world, ["Company 007"] * 25)
    ben, (back, on) = await opened(world, "Ben")
    opens = opened_by(ben)
    for way in (on, on):
        await ben.click(way)
        opens += opened_by(ben)
    assert opens == list(range(1, 26))
    await ben.click(back)
    assert opened_by(ben) == opens[10:20]


async def test_a_place_that_is_none_is_the_beginning(world: World) -> None:
    await come(world, EVERY_SECOND)
    ben, (_, on) = await opened(world, "Ben")
    for forged in ('{"after": "x"}', '{"after": [1, 987654]}', '{"before": [-1]}', "7", "{}", '{"words": ["a"]}'):
        await given.press(world, ben, ben.modal, on, value=forged)
        assert page(ben) == EVERY_SECOND[:10], forged
