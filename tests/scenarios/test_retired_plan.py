"""Customers on a plan that is not sold any more: nothing is a dead end, in three languages (mission row 14)."""

import pytest

from handlers import errors
from programme import subscriptions
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_plan import PAGE, PLAN, WALKERS, asks, opens, reader_of, reads, the_customer


@pytest.fixture(autouse=True)
def _no_click_is_taken_for_a_double_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests click faster than people, who are shown one notice for all that they click within a second."""
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)


@WALKERS
async def test_on_trial_another_plan_is_chosen(world: World, name: str) -> None:
    person = await given.partner(world, name)
    customer_id = await given.verified(world, name, super_admin_email="chef@mueller.example")
    reader = reader_of(person)
    start, change = reader.text("Start subscription"), reader.text("Change plan")
    await opens(person)
    await given.change(world, Customer, customer_id, plan="legacy")
    await person.click(start)  # as it was shown while the plan was sold
    reads(person, reader.text("This plan is not offered any more. Please choose another one."))
    assert (await the_customer(world)).status == "trial"
    await person.click(reader.text("Choose a plan"))
    assert reads(person).title == change
    while person.has_modal:
        await person.close()
    await opens(person)
    not_sold = "The plan {plan} is not sold any more. Please choose another one with *Change plan*."
    page = reads(person, reader.text(not_sold, plan="legacy").replace("*", ""))
    assert (start in page.buttons, change in page.buttons) == (False, True)
    while person.has_modal:
        await person.close()
    await asks(person, PLAN, "5", "yearly")
    await person.submit()
    assert ((await the_customer(world)).status, (await the_customer(world)).plan) == ("active", "professional")


async def test_of_a_subscription_the_next_term_is_of_another_plan(world: World) -> None:
    """What it cost nobody knows any more, so what is paid for runs to its end."""
    emma = await given.partner(world)
    customer_id = await given.verified(world, term="monthly", super_admin_email="chef@mueller.example")
    await subscriptions.subscribe(world.bot.desk, given.actor(world, "Emma"), customer_id)
    await given.change(world, Customer, customer_id, plan="legacy")
    await emma.command(PAGE)
    assert "*Next: " not in emma.modal.text
    while emma.has_modal:
        await emma.close()
    await asks(emma, PLAN, "20")
    reads(emma, "From 17 December 2026", "To pay now: nothing", "– a term so far", "Next renewal: €120.00")
    await emma.submit()
    assert (await the_customer(world)).plan == "legacy"
    world.sandbox.move_day(days=30)
    await world.tick()
    assert ((await the_customer(world)).plan, (await the_customer(world)).licences) == ("professional", 20)
