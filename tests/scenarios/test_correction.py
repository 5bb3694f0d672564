"""A customer that was mistyped is corrected from where its domain is to be proven, and then proven (mission row 10)."""

from storage.models import Customer
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_customer_page import WALKERS, reader_of, reads
from tests.scenarios.test_verify import txt


@WALKERS
async def test_a_typing_error_is_put_right_and_the_right_domain_is_proven(world: World, name: str) -> None:
    person = await given.partner(world, name)
    text = reader_of(person).text
    await given.customer(world, name, "muller.example", organisation="Muller", super_admin_email="chef@muller.example")
    await given.customer(world, name, "own.example", organisation="Own")
    await person.command("/partner-verify muller.example")
    await person.click(text("Correct the details"))
    reads(person)
    await person.fill(text("Domain"), "own.example")
    await person.fill(text("Organisation"), "Müller <!here> *GmbH*")
    await person.submit()
    assert list(person.modal.errors) == [text("Domain")]
    await person.fill(text("Domain"), "https://Mueller.example/")
    await person.submit()
    reads(person, ":white_check_mark:", "mueller.example")
    (customer, _) = await given.rows(world, Customer)
    world.sandbox.dns.add_zone("mueller.example")
    world.sandbox.dns.add("mueller.example", "TXT", txt(customer))
    await person.click(text("Check now"))
    await person.sees("Müller <!here>", "mueller.example")
    await person.click(text("Manage"))
    await person.click(text("History"))
    reads(person, "muller.example → mueller.example")
    assert world.sandbox.pings == []


async def test_from_the_list_the_form_takes_the_records_place_where_no_more_modals_fit(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world, domain="muller.example")
    await emma.command("/partner-customers")
    await emma.click("Verify")
    await emma.click("Correct the details")
    await emma.fill("Organisation", "Miller & Co")
    await emma.submit()
    assert emma.modal.title == "Verify a domain"
    await emma.close()
    await emma.fill("Search", "miller")
    await emma.submit()
    assert "Miller & Co" in emma.modal.text


async def test_who_has_proven_its_domain_meanwhile_is_corrected_no_more(world: World) -> None:
    jonas = await given.partner(world, "Jonas")
    number = await given.customer(world, "Jonas", "muller.example")
    await jonas.command("/partner-verify muller.example")
    await jonas.click("Angaben berichtigen")
    await given.change(world, Customer, number, verified_at=world.bot.desk.clock.now(), verified_by_method="txt")
    await jonas.submit()
    assert "muller.example ist inzwischen verifiziert" in jonas.modal.text
