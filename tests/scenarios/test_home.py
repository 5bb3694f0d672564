"""The Home tab and `/partner`: the one place, with one clear next step for everybody (mission row 10)."""

import pytest

from tests.desk import World
from tests.scenarios import given


async def test_a_newcomer_is_shown_the_way_in(world: World) -> None:
    emma = world.person("Emma")
    home = await emma.home()
    assert "an answer within a week" in home.text
    assert "does not guarantee" in home.text
    assert "partners@nordlicht.example" in home.text
    assert home.buttons == ["Apply to become a partner"]
    await emma.click("Apply to become a partner")
    assert emma.modal.title == "Become a partner"


async def test_an_applicant_is_told_by_when(world: World) -> None:
    await given.applicant(world)
    home = await world.person("Emma").home()
    assert "We are reading the application of Clarke & Sons. You will hear from us by" in home.text
    assert home.buttons == []


async def test_a_reviewer_is_led_to_what_waits(world: World) -> None:
    await given.applicant(world)
    ben = world.person("Ben")
    home = await ben.home()
    assert "You review applications." in home.text
    assert "Apply to become a partner" not in home.buttons
    await ben.click("What waits for a decision")
    assert "Clarke & Sons, Leeds" in ben.modal.text


async def test_a_partners_buttons_lead_where_they_say(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    home = await emma.home()
    assert "Clarke & Sons · 1 customer" in home.text
    for button, title in (
        ("My customers", "My customers"),
        ("Add a customer", "Add a customer"),
        ("Settings", "Settings"),
    ):
        await emma.home()
        await emma.click(button)
        assert emma.modal.title == title
        await emma.close()
    await emma.click("Renewals this month")
    await emma.sees("Renewals in", where="DM")


async def test_the_command_shows_the_same_to_the_person_alone(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner", channel="#general")
    told = emma.last_message("#general")
    assert told.ephemeral
    assert told.text == (await emma.home()).text
    await emma.click("My customers", where="#general")
    assert emma.modal.title == "My customers"


async def test_a_member_is_not_offered_what_admins_do(world: World) -> None:
    await given.partner(world)
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.member(world, "Olivia")
    await olivia.home()
    await olivia.click("Settings")
    assert "Only an admin of your company can change this." in olivia.modal.text
    assert olivia.modal.submit is None


@pytest.mark.parametrize("words", ["", "help", "<!channel>"])
async def test_the_command_takes_any_words(world: World, words: str) -> None:
    emma = world.person("Emma")
    await emma.command(f"/partner {words}", channel="#general")
    assert "Apply to become a partner" in emma.last_message("#general").buttons
    assert world.sandbox.pings == []
