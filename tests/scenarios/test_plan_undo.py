"""What is undone of a subscription, and what a change does to one that was cancelled, in three languages (row 14)."""

import pytest

from handlers import errors
from tests.desk import World
from tests.scenarios.test_plan import WALKERS, asks, opens, reader_of, reads, subscriber, the_customer


@pytest.fixture(autouse=True)
def _no_click_is_taken_for_a_double_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests click faster than people, who are shown one notice for all that they click within a second."""
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)


@WALKERS
async def test_a_change_says_that_it_lifts_the_cancellation(world: World, name: str) -> None:
    person = await subscriber(world, name)
    reader, renews_on = reader_of(person), (await the_customer(world)).renews_on
    assert renews_on is not None
    await opens(person)
    await person.click(reader.text("Cancel subscription"))
    await person.close()
    await person.close()
    lifted = reader.text("The cancellation is lifted: the subscription will renew on {day}.", day=reader.day(renews_on))
    await asks(person, licences="20")
    reads(person, lifted)
    await person.submit()
    reads(person, lifted)
    await person.close()
    await person.close()
    await person.click(reader.text("History"))
    who = f"@{person.user.real_name}"
    text = "{who} has undone the cancellation of the subscription of {domain}."
    undone = reader.text(text, who=who, domain="mueller.example")
    reads(person, undone)
