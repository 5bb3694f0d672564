"""What is refused where no more modals fit is said in the modal itself, and nothing that was typed is lost."""

from sandbox import Person
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_customer_page import WALKERS, reader_of, subscriber
from tests.scenarios.test_suspended import refusal, suspended

LONG = "Rufen Sie an, bevor Sie kommen.\n" * 12


async def third_modal(world: World, name: str, *clicks: str) -> Person:
    """Somebody who has come from the list, over a customer's page, to a step or a form."""
    person = await subscriber(world, name)
    await person.command("/partner-customers")
    for button in ("Manage", *clicks):
        await person.click(reader_of(person).text(button))
    return person


@WALKERS
async def test_a_note_that_may_not_be_saved_stays_in_its_form(world: World, name: str) -> None:
    person = await third_modal(world, name, "Notes", "Write a note")
    text, told = reader_of(person).text, refusal(reader_of(person))
    await person.fill(text("Note"), LONG)
    await suspended(world)
    for _ in range(2):
        await person.submit()
        assert person.modal.text.count(told) == 1
        assert person.modal.fields[text("Note")] == LONG
    await given.change_partner(world, name, status="active", suspended_at=None)
    await person.submit()
    assert "bevor Sie kommen" in person.modal.text
    assert person.modal.title == text("Notes")


async def test_a_plan_that_is_the_same_stays_in_its_form(world: World) -> None:
    camille = await third_modal(world, "Camille", "Subscription", "Change plan")
    await camille.submit()
    assert camille.modal.text.splitlines()[1] == "Müller GmbH a déjà exactement cela\u202f: il n’y a rien à changer."
    await camille.fill("Nombre de licences", "25")
    await camille.submit()
    assert "25 licences" in camille.modal.text


async def test_a_button_that_is_refused_leaves_its_step_in_sight(world: World) -> None:
    jonas = await third_modal(world, "Jonas", "People of the customer")
    told = refusal(reader_of(jonas))
    await suspended(world)
    await jonas.click(reader_of(jonas).text("Add a contact"))
    assert jonas.modal.text.splitlines()[1].startswith(told)
    assert "chef@mueller.example" in jonas.modal.text
