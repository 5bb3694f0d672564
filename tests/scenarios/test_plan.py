"""Plan, licences and term on the customer's page, in three languages (mission rows 14 and 20)."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from handlers import errors
from handlers.reader import Reader
from programme import subscriptions
from sandbox import Person
from sandbox.seen import SeenModal
from storage.models import Customer, PlanChange
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_languages import is_all_in

PAGE = "/partner-manage mueller.example"
LANGUAGES = {"Emma": "en", "Camille": "fr", "Jonas": "de", "Olivia": "en"}
WALKERS = pytest.mark.parametrize("name", ["Emma", "Camille", "Jonas"])
PLAN, LICENCES = "Workplace Professional", "12"


@pytest.fixture(autouse=True)
def _no_click_is_taken_for_a_double_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests click faster than people, who are shown one notice for all that they click within a second."""
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)


def reader_of(person: Person) -> Reader:
    return Reader(LANGUAGES[person.name.split()[0]])


async def subscriber(world: World, name: str = "Emma") -> Person:
    """An admin whose customer subscribed today: 12 licences of Standard by the month."""
    person = await given.partner(world, name)
    customer_id = await given.verified(world, name, term="monthly", super_admin_email="chef@mueller.example")
    await subscriptions.subscribe(world.bot.desk, given.actor(world, name), customer_id)
    return person


async def the_customer(world: World) -> Customer:
    (customer,) = await given.rows(world, Customer)
    return customer


async def opens(person: Person) -> None:
    """The customer's page, and on it the subscription."""
    await person.command(PAGE)
    await person.click(reader_of(person).text("Subscription"))


async def asks(
    person: Person, plan: str = "Workplace Standard", licences: str = LICENCES, term: str = "monthly"
) -> None:
    """Opens the page and the form on it, and wants to see the price."""
    reader = reader_of(person)
    await opens(person)
    await person.click(reader.text("Change plan"))
    in_place = next(one for one in plans(person) if one.startswith(plan))
    await person.fill(reader.text("Plan"), in_place)
    await person.fill(reader.text("Number of licences"), licences)
    await person.fill(reader.text("Term"), reader.text(term))
    await person.submit()


def plans(person: Person) -> list[str]:
    (select,) = [block["element"] for block in person.modal.blocks if block.get("block_id") == "plan"]
    return [option["text"]["text"] for option in select["options"]]


def reads(person: Person, *words: str) -> SeenModal:
    """What is before somebody, wholly in their language."""
    assert [word for word in words if word not in person.modal.text] == [], person.modal.text
    if (language := LANGUAGES[person.name.split()[0]]) != "en":
        is_all_in(language, person.modal)
    return person.modal


@WALKERS
async def test_an_upgrade_is_previewed_confirmed_and_undone(world: World, name: str) -> None:
    person = await subscriber(world, name)
    reader = reader_of(person)
    world.sandbox.move_day(days=15)
    await asks(person, PLAN)
    money = {cents: reader.money(cents, "EUR") for cents in (1800, 3600, 7200, 540, 1080, 270)}
    preview = reads(person, *money.values(), reader.percent(Decimal(15)), reader.text("monthly"))
    assert preview.submit == reader.text("Confirm")
    assert (await the_customer(world)).plan == "standard"
    await person.submit()
    reads(person, PLAN, "Müller GmbH")
    assert (await the_customer(world)).plan == "professional"
    await person.close()
    page = reads(person, PLAN)
    assert {reader.text("Undo"), reader.text("Cancel subscription")} <= set(page.buttons)
    question = await person.click(reader.text("Undo"))
    assert question is not None
    assert reader.money(1800, "EUR") in question
    assert (await the_customer(world)).plan == "standard"
    assert reader.text("Undo") not in person.modal.buttons
    await person.close()
    reads(person, "Workplace Standard")
    await person.click(reader.text("History"))
    reads(person, "Workplace Standard → Workplace Professional", reader.money(3600, "EUR"))


@WALKERS
async def test_a_downgrade_waits_and_takes_effect_in_a_tick(world: World, name: str) -> None:
    person = await subscriber(world, name)
    reader, renews_on = reader_of(person), (await the_customer(world)).renews_on
    assert renews_on is not None
    await asks(person, licences="8")
    reads(person, reader.text("*To pay now: nothing*").strip("*"), reader.day(renews_on), reader.money(2400, "EUR"))
    await person.submit()
    reads(person, reader.day(renews_on))
    await person.close()
    page = reads(person, reader.day(renews_on), reader.count("{number} licence", "{number} licences", 8))
    assert reader.text("Undo") in page.buttons
    assert (await the_customer(world)).licences == 12
    world.sandbox.move_day(days=30)
    await world.tick()
    assert (await the_customer(world)).licences == 8
    await person.close()
    await person.close()
    await opens(person)
    assert reader.text("Undo") not in reads(person).buttons


@WALKERS
async def test_a_subscription_is_cancelled_after_a_plain_question(world: World, name: str) -> None:
    person = await subscriber(world, name)
    reader, renews_on = reader_of(person), (await the_customer(world)).renews_on
    assert renews_on is not None
    await opens(person)
    question = await person.click(reader.text("Cancel subscription"), confirm=False)
    assert question is not None
    assert reader.day(renews_on) in question
    assert await given.rows(world, PlanChange) == []
    await person.click(reader.text("Cancel subscription"))
    page = reads(person, reader.day(renews_on))
    assert reader.text("Cancel subscription") not in page.buttons
    await person.click(reader.text("Undo"))
    assert reader.text("Cancel subscription") in reads(person).buttons
    await person.click(reader.text("Cancel subscription"))
    world.sandbox.move_day(days=30)
    await world.tick()
    await person.close()
    await person.close()
    await person.command(PAGE)
    page = reads(person, reader.text("Free plan, the subscription has ended"))
    assert reader.text("Start subscription") in page.buttons


@WALKERS
async def test_buying_from_the_form_ends_the_trial(world: World, name: str) -> None:
    person = await given.partner(world, name)
    await given.verified(world, name, super_admin_email="chef@mueller.example")
    reader = reader_of(person)
    await asks(person, PLAN, "5", "yearly")
    reads(person, reader.money(30_000, "EUR"), reader.text("The trial ends with it."))
    await person.submit()
    reads(person, PLAN, "Müller GmbH")
    await person.close()
    assert reader.text("Extend trial") not in reads(person).buttons
    assert ((await the_customer(world)).status, (await the_customer(world)).licences) == ("active", 5)


@WALKERS
async def test_a_reason_is_asked_for_and_shown_and_sixty_days_lead_to_a_plan(world: World, name: str) -> None:
    person = await given.partner(world, name)
    await given.verified(world, name, super_admin_email="chef@mueller.example")
    reader = reader_of(person)
    for reason in ("Budget <b>2027</b> & Ünal", "", ""):
        await person.command("/partner-extend-trial mueller.example")
        if reason:
            await person.fill(reader.text("Reason"), reason)
        await person.submit()
        await person.close()
    await opens(person)
    page = reads(person, "Budget <b>2027</b> & Ünal")
    assert reader.text("Extend trial") not in page.buttons
    await person.close()
    await person.close()
    await person.command("/partner-extend-trial mueller.example", channel="#general")
    assert "partners@nordlicht.example" in person.last_message("#general").text
    await person.click(reader.text("Choose a plan"), where="#general")
    assert reads(person).title == reader.text("Change plan")


async def test_a_price_that_has_changed_meanwhile_is_shown_again(world: World) -> None:
    emma = await subscriber(world)
    await asks(emma, PLAN)
    world.sandbox.move_day(days=1)
    await emma.submit()
    assert "Something has changed meanwhile" in emma.modal.text
    assert (await the_customer(world)).plan == "standard"
    await emma.submit()
    assert "has Workplace Professional" in emma.modal.text


async def test_two_confirms_at_once_change_once(world: World) -> None:
    emma = await subscriber(world)
    await asks(emma, PLAN)
    answers = await given.submit_at_once(world, emma, 3)
    assert answers.count("update") >= 1
    assert len(await given.rows(world, PlanChange)) == 1


async def test_what_was_typed_is_checked_at_its_field(world: World) -> None:
    emma = await subscriber(world)
    customer = await the_customer(world)
    await given.change(world, Customer, customer.id, licences_in_use=9)
    await asks(emma, licences="8")
    assert emma.modal.errors == {"Number of licences": "Please type 9 or more: so many are in use."}
    await emma.fill("Number of licences", "12")
    await emma.submit()
    assert "has exactly this already" in emma.modal.text


async def test_a_member_reads_and_changes_nothing(world: World) -> None:
    """Neither on the page as members see it, nor on one that was opened by somebody who was an admin then."""
    await subscriber(world)
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.member(world, "Olivia")
    await given.change_role(world, "Olivia", "admin")
    await asks(olivia, licences="8")
    below = ("Change plan", "Cancel subscription")
    await given.change_role(world, "Olivia", "member")
    await olivia.submit()
    assert "Only an admin of your company can do this" in olivia.modal.text
    while olivia.modal.title != "Subscription":
        await olivia.close()
    for button in below:
        await olivia.click(button)
        assert "Only an admin of your company can do this" in olivia.modal.text
        await olivia.close()
    await olivia.close()
    await olivia.close()
    await opens(olivia)
    assert not {*below, "Undo"} & set(olivia.modal.buttons)
    await olivia.close()
    await olivia.click("History")
    assert "has started the subscription of mueller.example" in olivia.modal.text
    assert await given.rows(world, PlanChange) == []


async def test_another_partners_customer_is_as_one_that_is_not_there(world: World) -> None:
    await subscriber(world)
    other = (await the_customer(world)).id
    jonas = await given.partner(world, "Jonas", company="Weber IT GmbH", contact_email="jonas@weber.example")
    own = await given.verified(world, "Jonas", "weber.example", term="monthly")
    await subscriptions.subscribe(world.bot.desk, given.actor(world, "Jonas"), own)
    told = set()
    for button in ("Tarif ändern", "Abonnement kündigen", "Verlauf"):
        for which in (other, 9999):
            await jonas.command("/partner-manage weber.example")
            if button != "Verlauf":
                await jonas.click("Abonnement")
            value = {"customer": which, "renewal": "2026-12-17"} if button == "Abonnement kündigen" else which
            await given.press(world, jonas, jonas.modal, button, value=json.dumps(value))
            told.add(jonas.modal.text)
            while jonas.has_modal:
                await jonas.close()
    (only,) = told
    assert "Diesen Kunden haben Sie nicht" in only
    assert await given.rows(world, PlanChange) == []


async def test_a_scheduled_change_is_applied_on_the_partners_own_day(world: World) -> None:
    emma = await subscriber(world)
    await asks(emma, licences="8")
    await emma.submit()
    renews_on = (await the_customer(world)).renews_on
    assert renews_on is not None
    begins = world.bot.desk.clock.now().date()
    world.sandbox.move_day(days=(renews_on - begins - timedelta(days=1)).days)
    await world.tick()
    assert (await the_customer(world)).licences == 12
