"""What somebody is asked before money is spent still holds when they say yes, or nothing is bought (mission row 14)."""

from datetime import timedelta

import pytest

from handlers import errors
from handlers.refusal_sentences import SENTENCES
from programme import plan_changes, renewals
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_plan import WALKERS, opens, reader_of, reads, subscriber, the_customer


@pytest.fixture(autouse=True)
def _no_click_is_taken_for_a_double_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests click faster than people, who are shown one notice for all that they click within a second."""
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)


async def wants(world: World, name: str, **typed: str) -> None:
    """Somebody else of the partner's changes the plan."""
    desk, who = world.bot.desk, given.actor(world, name)
    customer_id = (await the_customer(world)).id
    wish = {"plan": "standard", "licences": "12", "term": "monthly"} | typed
    seen = await plan_changes.preview(desk, who, customer_id, wish)
    await plan_changes.carry_out(desk, who, customer_id, wish, seen.figures())


@WALKERS
async def test_a_renewal_that_costs_something_else_by_now_is_not_recorded(world: World, name: str) -> None:
    person = await subscriber(world, name)
    reader, renews_on = reader_of(person), (await the_customer(world)).renews_on
    world.sandbox.move_day(days=20)
    await opens(person)
    await wants(world, name, term="yearly")
    question = await person.click(reader.text("Record renewal"))
    assert question is not None
    assert reader.money(3600, "EUR") in question
    reads(person, reader.mrkdwn(SENTENCES["offer_changed"], organisation="Müller GmbH").replace("*", ""))
    assert (await the_customer(world)).renews_on == renews_on


@WALKERS
async def test_a_change_that_is_paid_for_already_is_not_offered_to_be_changed(world: World, name: str) -> None:
    person = await subscriber(world, name)
    reader, customer = reader_of(person), await the_customer(world)
    assert customer.renews_on is not None
    await wants(world, name, licences="5")
    world.sandbox.move_day(days=20)
    await opens(person)
    question = await person.click(reader.text("Undo"))
    assert question is not None
    again = "The next renewal is {price} then, on {day}."
    assert reader.text(again, price=reader.money(3600, "EUR"), day=reader.day(customer.renews_on)) in question
    await wants(world, name, licences="5")
    await renewals.renew(world.bot.desk, given.actor(world, name), customer.id, customer.renews_on)
    await person.close()
    await person.click(reader.text("Subscription"))
    offered = set(reads(person, reader.day(customer.renews_on)).buttons)
    assert not offered & {reader.text("Change plan"), reader.text("Cancel subscription")}


async def test_who_buys_less_than_is_in_use_is_told(world: World) -> None:
    jonas = await given.partner(world, "Jonas")
    customer_id = await given.verified(world, "Jonas")
    await given.change(world, Customer, customer_id, licences_in_use=15)
    await opens(jonas)
    question = await jonas.click("Abonnement starten")
    assert question is not None
    assert "Es gilt für 12 Lizenzen; 15 sind in Gebrauch." in question


async def test_what_was_asked_yesterday_is_asked_again(world: World) -> None:
    """The term would end a day later than it said."""
    emma = await given.partner(world)
    await given.verified(world)
    await opens(emma)
    given.later(world, timedelta(days=1))
    await emma.click("Start subscription")
    assert "has changed meanwhile" in emma.modal.text
    assert (await the_customer(world)).status == "trial"
