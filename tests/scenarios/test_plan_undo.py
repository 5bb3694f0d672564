"""What is undone of a subscription, and what a change does to one that was cancelled, in three languages (row 14)."""

from datetime import timedelta

import pytest

from handlers import errors
from handlers.refusal_sentences import SENTENCES
from storage.models import PlanChange
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_plan import PLAN, WALKERS, asks, opens, reader_of, reads, subscriber, the_customer


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


async def test_an_upgrade_can_be_undone_after_a_cancellation_that_was_undone(world: World) -> None:
    emma = await subscriber(world)
    await asks(emma, licences="20")
    await emma.submit()
    await emma.close()
    await emma.click("Cancel subscription")
    await emma.click("Undo", nth=0)
    assert "Undo" in emma.modal.buttons
    await emma.click("Undo")
    assert (await the_customer(world)).licences == 12
    assert "Undo" not in emma.modal.buttons


@WALKERS
async def test_of_a_wish_of_two_parts_each_is_undone_as_it_was_promised(world: World, name: str) -> None:
    """Professional and 20 licences at once, by the year from the renewal on; and all of it is taken back."""
    person = await subscriber(world, name)
    reader, renews_on = reader_of(person), (await the_customer(world)).renews_on
    assert renews_on is not None
    last = reader.day(renews_on - timedelta(days=1))
    await asks(person, PLAN, "20", "yearly")
    reads(person, reader.text("You can undo what waits, or all of it, up to and including {day}.", day=last))
    await person.submit()
    await person.close()
    assert person.modal.buttons.count(reader.text("Undo")) == 2
    question = await person.click(reader.text("Undo"), nth=1)
    assert question is not None
    assert [piece for piece in (reader.money(8400, "EUR"), reader.day(renews_on)) if piece not in question] == []
    customer = await the_customer(world)
    assert (customer.plan, customer.licences) == ("standard", 12)
    waits, begun, undone = [row.status for row in await given.rows(world, PlanChange)]
    assert (waits, begun, undone) == ("undone", "undone", "applied")
    assert reader.text("Undo") not in reads(person).buttons


@WALKERS
async def test_a_subscription_that_is_overdue_ends_at_once_and_the_question_says_so(world: World, name: str) -> None:
    person = await subscriber(world, name)
    reader, renews_on = reader_of(person), (await the_customer(world)).renews_on
    assert renews_on is not None
    await opens(person)
    world.sandbox.move_day(days=40)
    await person.click(reader.text("Cancel subscription"))  # as it was asked forty days ago
    organisation = "Müller GmbH"
    too_late = reader.text(SENTENCES["ends_at_once"], organisation=organisation, renews_on=reader.day(renews_on))
    reads(person, given.plain(too_late).replace("*", ""))
    assert (await the_customer(world)).status == "active"
    while person.has_modal:
        await person.close()
    await opens(person)
    question = await person.click(reader.text("Cancel subscription"))
    assert question is not None
    told = reader.text(
        "The renewal of {organisation} has been due since {day}. So the subscription ends at once, and this cannot be "
        "undone. The free plan is left, and nothing is deleted.",
        organisation=organisation,
        day=reader.day(renews_on),
    )
    assert told in question
    assert (await the_customer(world)).status == "cancelled"
    assert reader.text("Undo") not in reads(person).buttons
