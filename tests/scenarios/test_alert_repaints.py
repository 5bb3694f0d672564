"""An alert in the channel follows what is done about it elsewhere (mission row 24)."""

import pytest

from sandbox import Person
from storage.models import OutgoingMessage
from tests.desk import World
from tests.scenarios import given, warned
from tests.scenarios.test_review_queue import reader_of
from tests.scenarios.warned import CHANNEL, told


@pytest.mark.parametrize("name", ["Emma", "Camille", "Jonas"])
async def test_a_trial_that_is_extended_by_the_command(world: World, name: str) -> None:
    person = await given.partner(world, name)
    text = reader_of(person).text
    await given.alerts_in(world, "general", name, alert_hour=0, language=reader_of(person).language)
    await warned.on_trial(world, await given.verified(world, name), 3)
    assert await world.tick() == 1
    await person.command("/partner-extend-trial mueller.example")
    await person.submit()
    (alert,) = [one for one in person.messages("#general") if "Müller GmbH" in one.text]
    assert alert.buttons == [text("Manage"), text("Assign to me")]
    assert f"@{person.name}" in alert.text
    assert ":white_check_mark:" in alert.text
    (repaint,) = [one for one in await given.rows(world, OutgoingMessage) if one.kind == "alert_repaint"]
    assert repaint.status == "sent"


async def in_a_digest(world: World, emma: Person) -> None:
    for number in range(4):
        await warned.trial(world, 3, f"Customer {number}", f"c{number}.example")
    assert await world.tick() == 4
    (digest,) = told(emma)
    assert digest.buttons.count("Extend trial") == 3


async def test_a_digest_keeps_its_others_and_counts_what_is_pressed_in_it(world: World) -> None:
    """The button that stands in the message writes what it did at once; the drawing from the database says the same."""
    emma = await warned.partner(world)
    await in_a_digest(world, emma)
    await emma.click("Extend trial", where=CHANNEL)
    await world.quiet()
    (digest,) = told(emma)
    assert digest.buttons.count("Extend trial") == 2
    assert digest.text.count("@Emma Clarke has extended the trial to") == 1
    assert digest.text.count("✓ the trial ends in 3 days") == 1
    await emma.click("Show the other 1", where=CHANNEL)
    assert "Customer 3" in emma.modal.text
