"""What the subscription and the payments say once the trial is over, and of what came from elsewhere (rows 13, 14)."""

from datetime import date

import pytest

from handlers import errors
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_plan import PAGE, WALKERS, asks, opens, reader_of, reads


@pytest.fixture(autouse=True)
def _no_click_is_taken_for_a_double_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests click faster than people, who are shown one notice for all that they click within a second."""
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)


@WALKERS
async def test_what_is_over_is_told_as_over(world: World, name: str) -> None:
    person = await given.partner(world, name)
    await given.verified(world, name, term="monthly", super_admin_email="chef@mueller.example")
    reader = reader_of(person)
    trial_goes = reader.text("The trial ends with it.")
    await opens(person)
    question = await person.click(reader.text("Start subscription"), confirm=False)
    assert question is not None
    assert trial_goes in question
    while person.has_modal:
        await person.close()
    world.sandbox.move_day(days=80)
    await asks(person)
    assert trial_goes not in reads(person, reader.text("The subscription starts today.")).text
    while person.has_modal:
        await person.close()
    await opens(person)
    page = reads(person, reader.text("The trial ended on {day}.", day=reader.day(date(2026, 12, 2))))
    assert "█" not in page.text
    question = await person.click(reader.text("Start subscription"))
    assert question is not None
    assert trial_goes not in question
    world.sandbox.move_day(days=60)
    await person.click(reader.text("Cancel subscription"))
    while person.has_modal:
        await person.close()
    await opens(person)
    await person.click(reader.text("Cancel subscription"))
    page = reads(person, reader.text("*Last subscribed to*\n{state}", state="").strip("*\n "))
    assert reader.text("*Wanted, not bought yet*\n{state}", state="").strip("*\n ") not in page.text


@WALKERS
async def test_a_customer_that_came_with_its_subscription_has_bought_it(world: World, name: str) -> None:
    person = await given.partner(world, name)
    customer_id = await given.verified(world, name, super_admin_email="chef@mueller.example")
    days = {"started_on": date(2026, 10, 1), "renews_on": date(2027, 10, 1)}
    await given.change(world, Customer, customer_id, status="active", **days)
    reader = reader_of(person)
    await person.command(PAGE)
    await person.click(reader.text("Payments"))
    before = (
        "The subscription was bought before the customer came to you, or came back. What was agreed until then is not "
        "shown here."
    )
    page = reads(person, reader.money(36_000, "EUR"), reader.text(before))
    assert reader.text("Nothing has been bought yet.") not in page.text
