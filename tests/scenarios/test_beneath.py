"""What lies beneath a modal is true again once that closes: the list at its place, and the Home tab (row 10)."""

import pytest

from handlers.reader import Reader
from sandbox import Person
from sandbox.delivery import Envelope
from sandbox.eyes import HOME
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.listed import shown

NEW = {"Domain": "new.example", "Organisation": "New", "Super administrator's e-mail": "a@new.example"}


async def seven_verified(world: World, whose: str = "Emma") -> list[int]:
    """Two pages of the list, all on trial."""
    return [await given.verified(world, whose, f"c{number}.example", organisation="Weber") for number in range(7)]


async def close_all(person: Person) -> None:
    while person.has_modal:
        await person.close()


@pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
async def test_what_was_changed_on_the_page_is_seen_in_the_list_at_its_place(
    world: World, name: str, language: str
) -> None:
    text = Reader(language).text
    person = await given.partner(world, name)
    await seven_verified(world, name)
    await person.command("/partner-customers weber sort:-domain")
    await person.click(text("Next"))
    assert shown(person) == ["c1.example", "c0.example"]
    await person.click(text("Manage"), nth=1)
    await person.click(text("Subscription"))
    await person.click(text("Start subscription"))
    await person.close()
    await person.close()
    assert shown(person) == ["c1.example", "c0.example"]
    assert person.modal.buttons.count(text("Extend trial")) == 1
    assert person.modal.fields[text("Search")] == "weber"
    await person.click(text("Previous"))
    assert shown(person)[0] == "c6.example"


async def test_a_form_upon_the_page_and_the_page_after_it_lead_back_to_the_list(world: World) -> None:
    emma = await given.partner(world)
    customer = await given.verified(world, "Emma", "c.example")
    await emma.command("/partner-customers")
    await emma.click("Manage")
    await emma.click("Subscription")
    await emma.click("Change plan")
    await emma.fill("Number of licences", "77")
    await emma.submit()
    await emma.submit()
    await close_all_but_the_list(emma)
    (row,) = await given.rows(world, Customer)
    assert (row.id, row.licences) == (customer, 77)
    assert "77" in emma.modal.text


async def close_all_but_the_list(person: Person) -> None:
    while person.modal.title != "My customers":
        await person.close()


async def test_who_adds_a_customer_from_the_list_finds_it_there(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner-customers")
    await emma.click("Add a customer")
    await emma.fill_many(
        {"Domain": "new.example", "Organisation": "New", "Super administrator's e-mail": "a@b.example"}
    )
    await emma.submit()
    assert emma.modal.title == "Customer added"
    await emma.close()
    assert shown(emma) == ["new.example"]


async def test_the_home_tab_counts_what_was_added_from_it(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world, domain="old.example")
    assert "1 customer" in (await emma.home()).text
    await emma.click("Add a customer")
    await emma.fill_many(
        {"Domain": "new.example", "Organisation": "New", "Super administrator's e-mail": "a@b.example"}
    )
    await emma.submit()
    await emma.close()
    await emma.sees("2 customers", where=HOME)


async def close_all_at_once(world: World, person: Person) -> None:
    top = world.sandbox.core.world.stack(person.user.id)[-1]
    await world.sandbox.acts.close(person.user, top, all_of_them=True)
    await world.quiet()
    assert not person.has_modal


@pytest.mark.parametrize("at_once", [False, True], ids=["one by one", "at once"])
async def test_the_home_tab_shows_what_was_changed_three_modals_above_it(world: World, at_once: bool) -> None:
    emma = await given.partner(world)
    await given.verified(world, "Emma", "c.example")
    await emma.home()
    await emma.click("My customers")
    await emma.click("Manage")
    await emma.click("Subscription")
    await emma.click("Start subscription")
    await (close_all_at_once(world, emma) if at_once else close_all(emma))
    await emma.sees("Subscription · domain verified", where=HOME)
    assert world.sandbox.refusals == []


async def test_a_modal_that_stands_on_neither_is_closed_without_a_word_to_us(world: World) -> None:
    emma = await given.partner(world)
    await given.verified(world, "Emma", "c.example")
    await emma.command("/partner-manage c.example")
    assert "notify_on_close" not in emma.modal.view.payload
    await emma.command("/partner-customers")
    assert "notify_on_close" not in emma.modal.view.payload
    await emma.click("Manage")
    assert emma.modal.view.payload["notify_on_close"]


async def test_a_list_that_is_gone_meanwhile_is_missed_by_nobody(world: World) -> None:
    emma = await given.partner(world)
    await given.verified(world, "Emma", "c.example")
    await emma.command("/partner-customers")
    await emma.click("Manage")
    acts, page = world.sandbox.acts, emma.modal.view
    told = acts.payloads.closed(emma.user, page, is_cleared=False)
    await close_all(emma)
    await acts.send(Envelope("interactive", told))
    await world.quiet()
    assert [one.error for one in world.sandbox.refusals] == ["not_found"]
    world.sandbox.refusals.clear()
    assert not emma.has_modal
    assert emma.messages("DM") == []
