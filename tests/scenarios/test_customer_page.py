"""A customer's page and all its steps, in three languages; what each keeps to itself (mission rows 12 to 14, 20)."""

import json

import pytest

from handlers import errors
from handlers.reader import Reader
from programme import subscriptions
from sandbox import Person
from sandbox.seen import SeenModal
from storage.models import Customer, CustomerContact, CustomerNote
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_hostile_text import HOSTILE, is_literal
from tests.scenarios.test_languages import is_all_in

PAGE = "/partner-manage mueller.example"
LANGUAGES = {"Emma": "en", "Camille": "fr", "Jonas": "de"}
WALKERS = pytest.mark.parametrize("name", ["Emma", "Camille", "Jonas"])


@pytest.fixture(autouse=True)
def _no_click_is_taken_for_a_double_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests click faster than people, who are shown one notice for all that they click within a second."""
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)


def reader_of(person: Person) -> Reader:
    return Reader(LANGUAGES[person.name.split()[0]])


def reads(person: Person, *words: str) -> SeenModal:
    """What is before somebody, wholly in their language."""
    assert [word for word in words if word not in person.modal.text] == [], person.modal.text
    if (language := reader_of(person).language) != "en":
        is_all_in(language, person.modal)
    return person.modal


async def subscriber(world: World, name: str = "Emma") -> Person:
    """An admin with a colleague, and a customer who subscribed today."""
    person = await given.partner(world, name)
    customer_id = await given.verified(world, name, term="monthly", super_admin_email="chef@mueller.example")
    await subscriptions.subscribe(world.bot.desk, given.actor(world, name), customer_id)
    await given.newcomer(world, "Olivia Stone")
    await given.member(world, "Olivia", name)
    return person


@WALKERS
async def test_the_page_leads_through_its_steps_and_back(world: World, name: str) -> None:
    """From the list, so that each step is the third modal, and its forms stand in its place."""
    person = await subscriber(world, name)
    text = reader_of(person).text
    await person.command("/partner-customers")
    await person.click(text("Manage"))
    reads(person, "Müller GmbH", "mueller.example")
    for title, words in (
        ("Subscription", reader_of(person).money(3600, "EUR")),
        ("Domain", "TXT"),
        ("Payments", reader_of(person).money(540, "EUR")),
        ("Notes", text("Nothing has been noted yet.")),
    ):
        await person.click(text(title))
        assert reads(person, "Müller GmbH", words).title == text(title)
        assert text("Back to the customer") not in person.modal.buttons
        await person.close()
    assert reads(person).title == text("Customer")
    await self_check_of_people(world, person)
    await self_check_of_notes(world, person)
    await person.click(text("History"))
    reads(person, "Budget & Ünal", "Anna Müller", "@Olivia Stone")


async def self_check_of_people(world: World, person: Person) -> None:
    """Whoever is there is given the customer, somebody is written down, licences in use are recorded."""
    text = reader_of(person).text
    await person.click(text("People of the customer"))
    reads(person, "chef@mueller.example", "partners@nordlicht.example")
    await person.choose(text("Assign to …"), "Olivia")
    reads(person, "@Olivia Stone")
    assert any("Müller GmbH" in one.text for one in world.person("Olivia").messages("DM"))
    await person.click(text("Add a contact"))
    await person.click(text("Back"))
    await person.click(text("Add a contact"))
    await person.fill(text("Name"), "Anna Müller")
    await person.fill(text("What for"), text("Billing"))
    await person.submit()
    assert list(person.modal.errors.values()) == [
        text("Please fill in an e-mail address or a telephone number, or both.")
    ]
    await person.fill(text("Telephone"), "+49 221 4710999")
    await person.submit()
    reads(person, "Anna Müller", "+49 221 4710999")
    await person.click(text("Record"))
    reads(person)
    await person.fill(text("Licences in use"), "14")
    await person.submit()
    reads(person, ":warning:")
    (customer,) = await given.rows(world, Customer)
    assert (customer.licences_in_use, customer.assigned_to) == (14, world.person("Olivia").user.id)
    await person.choose("More", text("Change …"))
    await person.fill(text("E-mail"), "anna@mueller.example")
    await person.submit()
    reads(person, "anna@mueller.example")
    await person.close()
    assert reads(person, "@Olivia Stone").title == text("Customer")


async def self_check_of_notes(world: World, person: Person) -> None:
    text = reader_of(person).text
    await person.click(text("Notes"))
    await person.click(text("Write a note"))
    await person.fill(text("Note"), "Budget & Ünal")
    await person.submit()
    reads(person, "Budget & Ünal")
    await person.choose("More", text("Change …"))
    await person.fill(text("Note"), "Budget & Ünal, 2027")
    await person.submit()
    reads(person, "Budget & Ünal, 2027")
    await person.choose("More", text("Remove …"))
    reads(person, "Budget & Ünal, 2027")
    await person.submit()
    reads(person, text("Nothing has been noted yet."))
    assert await given.rows(world, CustomerNote) == []
    await person.close()


async def test_where_the_page_is_the_third_modal_each_step_leads_back(world: World) -> None:
    """Slack stacks three: the step takes the page's place, and a form the step's."""
    emma = await subscriber(world)
    await given.customer(world, domain="next.example", organisation="Next Ltd")
    (customer,) = [one for one in await given.rows(world, Customer) if one.verified_at is None]
    world.sandbox.dns.add_zone("next.example")
    token = f"nordlicht-verification={customer.verification_token}.verify.nordlicht.example"
    world.sandbox.dns.add("next.example", "TXT", token)
    await emma.command("/partner-customers")
    await emma.click("Verify")
    await emma.sees("next.example is verified.")
    await emma.click("Manage")
    for step in ("Subscription", "Services", "Domain", "People of the customer", "Payments", "Notes", "History"):
        await emma.click(step)
        assert "Next Ltd" in emma.modal.text, step
        await emma.click("Back to the customer")
        assert emma.modal.title == "Customer", step
    await emma.click("Notes")
    for number in ("one", "two"):
        await emma.click("Write a note")
        await emma.fill("Note", f"Note {number}")
        await emma.submit()
    assert {"Note one", "Note two"} <= set(emma.modal.text.split("\n"))
    await emma.click("Back to the customer")
    await emma.click("Subscription")
    await emma.click("Change plan")
    await emma.fill("Number of licences", "5")
    await emma.submit()
    await emma.submit()
    await emma.click("Back")
    assert emma.modal.title == "Subscription"
    await emma.click("Back to the customer")
    await emma.sees("Next Ltd", "Subscription · domain verified")


async def test_hostile_text_is_shown_as_it_was_typed(world: World) -> None:
    emma = await subscriber(world)
    await emma.command(PAGE)
    await emma.click("Notes")
    await emma.click("Write a note")
    whole = f"{HOSTILE} {'It goes on. ' * 200}And here it ends."
    await emma.fill("Note", whole)
    await emma.submit()
    assert is_literal(emma.modal)
    await emma.close()
    await emma.click("People of the customer")
    await emma.click("Add a contact")
    await emma.fill("Name", HOSTILE)
    await emma.fill("What for", "Technical")
    await emma.fill("E-mail", "anna@mueller.example")
    await emma.submit()
    assert is_literal(emma.modal)
    await emma.choose("More", "Remove …")
    assert is_literal(emma.modal)
    await emma.close()
    await emma.close()
    await emma.click("Notes")
    await emma.choose("More", "Remove …")
    await emma.submit()
    await emma.close()
    await emma.click("History")
    assert is_literal(emma.modal)
    assert whole in given.plain(emma.modal.text)
    assert set(world.sandbox.pings) == set()


async def test_a_member_writes_and_leaves_others_notes_alone(world: World) -> None:
    emma = await subscriber(world)
    await emma.command(PAGE)
    await emma.click("Notes")
    await emma.click("Write a note")
    await emma.fill("Note", "An admin's")
    await emma.submit()
    olivia = world.person("Olivia")
    await olivia.command(PAGE)
    await olivia.click("Notes")
    assert "An admin's" in olivia.modal.text
    assert "More" not in olivia.modal.menus
    await olivia.click("Write a note")
    await olivia.fill("Note", "A member's")
    assert await given.submit_at_once(world, olivia, 3) == ["close"] * 3
    await olivia.close()
    assert olivia.modal.text.count("A member's") == 1
    await given.suspend(world)
    await olivia.choose("More", "Change …")
    assert "Your partnership is suspended" in olivia.modal.text
    assert len(await given.rows(world, CustomerNote)) == 2


async def test_strangers_are_answered_alike_whether_or_not_it_is_there(world: World) -> None:
    """Another partner, somebody who has none, and a reviewer, by every step and its forms."""
    await subscriber(world)
    (theirs,) = await given.rows(world, Customer)
    jonas = await given.partner(world, "Jonas", company="Weber IT GmbH", contact_email="jonas@weber.example")
    await given.verified(world, "Jonas", "weber.example")
    told = set()
    steps = ("Abonnement", "Dienste", "Domäne", "Personen", "Zahlungen", "Notizen", "Verlauf")
    await jonas.command("/partner-manage weber.example")
    for step in steps:
        for value in (str(theirs.id), "9999", "null", json.dumps({"customer": theirs.id, "in_place": True})):
            await given.press(world, jonas, jonas.modal, step, value=value)
            told.add(jonas.modal.text)
            await jonas.close()
    (only,) = told
    assert "Diesen Kunden haben Sie nicht" in only
    for name, why in (("Ben", "You review applications here"), ("Greta", "You do not belong to a partner yet")):
        person = await given.known(world, name)
        await person.command(PAGE, channel="#general")
        assert why in person.last_message("#general").text
    assert await given.rows(world, CustomerContact) == []
