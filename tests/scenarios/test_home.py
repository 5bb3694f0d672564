"""The Home tab and `/partner`: the one place, with one clear next step for everybody (mission row 10)."""

from datetime import timedelta
from pathlib import Path

import pytest

from handlers.reader import Reader
from programme.catalogue import DEFAULT_FILE
from tests.desk import World, running_desk
from tests.scenarios import given
from tests.scenarios.listed import TODAY, domains, one_of_each, shown


async def test_a_newcomer_is_shown_the_way_in(world: World) -> None:
    emma = world.person("Emma")
    home = await emma.home()
    assert "You will have an answer within 7 days." in home.text
    assert "does not guarantee" in home.text
    assert "partners@nordlicht.example" in home.text
    assert home.buttons == ["Apply to become a partner"]
    await emma.click("Apply to become a partner")
    assert emma.modal.title == "Become a partner"


@pytest.mark.parametrize(
    ("name", "days", "words"),
    [
        ("Emma", 1, "You will have an answer within 1 day."),
        ("Emma", 10, "You will have an answer within 10 days."),
        ("Camille", 10, "Vous aurez une réponse sous 10 jours."),
        ("Jonas", 10, "Sie erhalten innerhalb von 10 Tagen eine Antwort."),
    ],
)
async def test_a_newcomer_is_promised_what_the_catalogue_promises(
    sqlite_address: str, tmp_path: Path, name: str, days: int, words: str
) -> None:
    file = tmp_path / "catalogue.toml"
    shipped = DEFAULT_FILE.read_text(encoding="utf-8")
    file.write_text(shipped.replace("answer_days = 7", f"answer_days = {days}"), encoding="utf-8")
    async with running_desk(sqlite_address, catalogue=file) as world:
        newcomer = world.person(name)
        assert words in (await newcomer.home()).text
        await newcomer.command("/partner-customers", channel="#general")
        assert words in newcomer.last_message("#general").text
        await newcomer.command("/partner-apply")
        assert words in newcomer.modal.text


async def test_an_applicant_is_told_by_when(world: World) -> None:
    await given.applicant(world)
    home = await world.person("Emma").home()
    assert "We have the application of Clarke & Sons" in home.text
    assert "You will hear from us by" in home.text
    assert "Apply to become a partner" not in home.buttons


async def test_a_reviewer_is_led_to_what_waits(world: World) -> None:
    await given.applicant(world)
    ben = world.person("Ben")
    home = await ben.home()
    assert "You review applications." in home.text
    assert "Apply to become a partner" not in home.buttons
    await ben.click("What waits for a decision")
    assert "Clarke & Sons" in ben.modal.text


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


STEPS = ("Choose the alert channel", "Invite colleagues", "Add a customer")


class TestFirstSteps:
    @pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
    async def test_they_tick_themselves_off(self, world: World, name: str, language: str) -> None:
        text = Reader(language).text
        emma = await given.partner(world, name)
        home = await emma.home()
        assert [button for button in home.buttons if button in map(text, STEPS)] == [text(step) for step in STEPS]
        assert home.text.count(":white_circle:") == 3

        await emma.click(text("Choose the alert channel"))
        assert emma.modal.title == text("Settings")
        await emma.fill(text("Alert channel"), "#general")
        await emma.submit()
        home = await emma.home()
        assert text(":white_check_mark: Your alert channel is chosen.") in home.text
        assert text("Choose the alert channel") not in home.buttons

        await emma.click(text("Invite colleagues"))
        assert emma.modal.title == text("Invite colleagues")
        await emma.fill(text("Whom to invite"), ["Priya"])
        await emma.submit()
        assert emma.modal.title == text("People")
        assert "@Priya Nair" in emma.modal.text
        await emma.close()
        home = await emma.home()
        assert text(":white_check_mark: You have invited colleagues.") in home.text
        assert home.text.count(":white_check_mark:") == 2

        await given.customer(world, name)
        home = await emma.home()
        assert text("*Your first steps*").strip("*") not in home.text
        assert ":white_" not in home.text
        assert text("Add a customer") in home.buttons

    async def test_the_command_shows_them_too(self, world: World) -> None:
        emma = await given.partner(world)
        await emma.command("/partner", channel="#general")
        assert emma.last_message("#general").text.count(":white_circle:") == 3
        await emma.click("Invite colleagues", where="#general")
        assert emma.modal.title == "Invite colleagues"

    async def test_a_member_is_offered_what_a_member_may_do(self, world: World) -> None:
        await given.partner(world)
        await given.newcomer(world, "Olivia Stone")
        olivia = await given.member(world, "Olivia")
        home = await olivia.home()
        assert "Nobody is warned yet." in home.text
        assert [button for button in home.buttons if button in STEPS] == ["Add a customer"]

    async def test_a_suspended_partner_is_told_so_and_offered_nothing(self, world: World) -> None:
        emma = await given.partner(world)
        await given.suspend(world)
        home = await emma.home()
        assert "Your partnership is suspended" in home.text
        assert [button for button in home.buttons if button in STEPS] == []
        await emma.click("People")
        assert emma.modal.buttons == []
        assert emma.modal.menus == {}
        assert "Your partnership is suspended: nothing can be changed" in emma.modal.text


class TestRows:
    @pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
    async def test_what_needs_attention_stands_in_the_home_tab(self, world: World, name: str, language: str) -> None:
        text = Reader(language).text
        person = await given.partner(world, name)
        await one_of_each(world, name)
        home = await person.home()
        assert text("*Your customers, the most urgent first*").strip("*") in home.text
        assert domains(home.text) == [f"{one}.example" for one in ("overdue", "active", "trial", "free")]
        assert [home.buttons.count(text(button)) for button in ("Verify", "Manage", "Extend trial")] == [3, 1, 1]

        await person.click(text("Extend trial"))
        assert Reader(language).short_day(TODAY + timedelta(days=30)) in (await person.home()).text
        await person.click(text("All customers"))
        assert person.modal.title == text("My customers")
        assert len(shown(person)) == 4

    async def test_the_home_tab_shows_the_new_end_at_once(self, world: World) -> None:
        emma = await given.partner(world)
        await given.customer(world)
        await emma.home()
        await emma.click("Extend trial")
        published = [call for call in world.sandbox.calls if call.method == "views.publish"]
        assert "17 Dec 2026" in str(published[-1].args)

    async def test_a_member_is_not_offered_to_extend(self, world: World) -> None:
        await given.partner(world)
        await given.customer(world)
        await given.newcomer(world, "Olivia Stone")
        home = await (await given.member(world, "Olivia")).home()
        assert "mueller.example" in home.text
        assert "Verify" in home.buttons
        assert "Extend trial" not in home.buttons

    async def test_nor_is_a_suspended_partner_which_still_sees_its_customers(self, world: World) -> None:
        emma = await given.partner(world)
        await given.customer(world)
        await given.suspend(world)
        home = await emma.home()
        assert "Your partnership is suspended" in home.text
        assert "mueller.example" in home.text
        assert "Extend trial" not in home.buttons


class TestWithoutTheConsole:
    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("Emma", "the customer console here is for Workplace partners"),
            ("Camille", "la console clients d’ici est réservée aux partenaires Workplace"),
            ("Jonas", "die Kundenkonsole hier ist für Workplace-Partner"),
        ],
    )
    async def test_the_store_and_the_people_are_there_and_why_no_more(self, world: World, name: str, why: str) -> None:
        emma = await given.partner(world, name, expertise="crm")
        home = await emma.home()
        assert why in home.text
        assert "CRM" in home.text
        assert "partners@nordlicht.example" in home.text
        assert "/partner-customers" not in home.text
        assert len(home.buttons) == 2
        await emma.click(home.buttons[0])
        assert "Clarke & Sons" in emma.modal.text

    @pytest.mark.parametrize(
        "typed",
        [
            "/partner-customers",
            "/partner-add",
            "/partner-verify mueller.example",
            "/partner-manage mueller.example",
            "/partner-extend-trial mueller.example",
            "/partner-report",
        ],
    )
    async def test_every_customer_command_says_why(self, world: World, typed: str) -> None:
        emma = await given.partner(world, expertise="crm")
        await emma.command(typed, channel="#general")
        told = emma.last_message("#general")
        assert told.ephemeral
        assert "Your partnership is not for Workplace" in told.text
        assert "partners@nordlicht.example" in told.text
        assert not emma.has_modal
