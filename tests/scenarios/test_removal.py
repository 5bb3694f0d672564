"""A customer that was added by mistake is taken off the list, where its domain is to be proven (mission row 10)."""

from storage.models import Customer
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_customer_page import WALKERS, reader_of, reads


@WALKERS
async def test_it_is_off_the_list_and_can_be_added_again(world: World, name: str) -> None:
    person = await given.partner(world, name)
    text = reader_of(person).text
    await given.customer(world, name, "muller.example", organisation="Muller <!here> *GmbH*")
    await given.customer(world, name, "dupont.example", organisation="Dupont")
    await person.command("/partner-verify muller.example")
    await person.click(text("Remove"))
    reads(person, "muller.example", "Muller <!here>")
    await person.submit()
    reads(person, ":white_check_mark:", "muller.example")
    await person.click(text("Show my customers"))
    reads(person, "dupont.example")
    assert "muller.example" not in person.modal.text
    await person.close()
    await person.click(text("Add it again"))
    assert "muller.example" in person.modal.text
    assert world.sandbox.pings == []


async def test_the_list_shows_it_once_the_records_are_closed(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world, domain="muller.example")
    await emma.command("/partner-customers")
    await emma.click("Verify")
    await emma.click("Remove")
    await emma.submit()
    await emma.close()
    await emma.sees("You have no customers yet")


async def test_what_has_happened_meanwhile_counts(world: World) -> None:
    jonas = await given.partner(world, "Jonas")
    number = await given.customer(world, "Jonas", "muller.example")
    await jonas.command("/partner-verify muller.example")
    await jonas.click("Entfernen")
    await given.change(world, Customer, number, verified_at=world.bot.desk.clock.now(), verified_by_method="txt")
    await jonas.submit()
    assert "muller.example ist inzwischen verifiziert" in jonas.modal.text


async def test_two_colleagues_at_once_take_it_off_once(world: World) -> None:
    emma, priya = await given.partner(world), await given.member(world, "Priya")
    await given.customer(world, domain="muller.example")
    for person in (emma, priya):
        await person.command("/partner-verify muller.example")
        await person.click("Remove")
    await emma.submit()
    await emma.sees("is off your list")
    await priya.submit()
    assert "is off your list" not in priya.modal.text
