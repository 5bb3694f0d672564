"""A suspended partner: its people see everything, and every button that would change something says why it does not."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers import errors
from handlers.reader import Reader
from programme import invitations, partnerships
from programme.clock import today
from sandbox import Person
from storage.base import Model
from storage.models import Customer
from storage.models import Person as Described
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.partner_page import the_partner
from tests.scenarios.test_review_queue import reader_of

WALKERS = pytest.mark.parametrize("name", ["Emma", "Camille", "Jonas"])
CHANNEL = "#general"


@pytest.fixture(autouse=True)
def _no_click_is_taken_for_a_double_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests click faster than people, who are shown one notice for all that they click within a second."""
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)


def refusal(reader: Reader) -> str:
    text = reader.text(
        "Your partnership is suspended: you can read everything, but change nothing. Please write to {support}.",
        support="|",
    )
    return text.partition("|")[0].strip()


def notice(reader: Reader) -> str:
    """What the first screens say, up to where marks are set."""
    text = reader.text(
        ":no_entry: *Your partnership is suspended*: you can read everything, but change nothing. Write to {support}.",
        support="|",
    )
    return text.partition("|")[0].replace("*", "").strip()


async def everything(world: World) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, but for what Slack says of people, which is asked for again now and then."""
    async with world.bot.desk.store.read() as session:
        return {
            table.name: sorted((tuple(row) for row in await session.execute(select(table))), key=str)
            for table in Model.metadata.sorted_tables
            if table is not Described.__table__
        }


async def close_all(person: Person) -> None:
    while person.has_modal:
        await person.close()


async def warned_partner(world: World, name: str) -> tuple[Person, Reader]:
    """Somebody whose alerts arrive where everybody reads them, in their own language."""
    person = await given.partner(world, name)
    reader = reader_of(person)
    await given.alerts_in(world, CHANNEL.removeprefix("#"), name, alert_hour=0, language=reader.language)
    return person, reader


async def trial(world: World, name: str, left: int, number: int = 0) -> int:
    """A verified customer whose trial ends in so many days."""
    day = today(world.bot.desk.clock, "Europe/London")
    customer_id = await given.verified(world, name, f"c{number}.example", organisation=f"Customer {number}")
    begun = day - timedelta(days=15)
    await given.change(
        world, Customer, customer_id, trial_started_on=begun, trial_ends_on=day + timedelta(days=left), added_on=begun
    )
    return customer_id


async def subscription(world: World, name: str) -> int:
    """A verified customer whose subscription renews in fifteen days."""
    day = today(world.bot.desk.clock, "Europe/London")
    customer_id = await given.verified(world, name, "c0.example", organisation="Customer 0")
    renews_on = day + timedelta(days=15)
    begun = renews_on - timedelta(days=365)
    await given.change(
        world, Customer, customer_id, status="active", started_on=begun, trial_started_on=begun, added_on=begun,
        renews_on=renews_on,
    )  # fmt: skip
    return customer_id


async def suspended(world: World) -> None:
    """The only partner, by a reviewer."""
    await partnerships.suspend(world.bot.desk, given.actor(world, "Ben"), (await the_partner(world)).id, "No.")


class TestTheFirstScreens:
    @WALKERS
    async def test_types_commands(self, world: World, name: str) -> None:
        person = await given.partner(world, name)
        await given.customer(world, name, "mueller.example")
        await suspended(world)
        told, commands = refusal(reader_of(person)), ("add new.example", "verify", "extend-trial")
        for command in commands:
            await person.command(f"/partner-{command} mueller.example".replace("new.example m", "m"), "#general")
            assert told in (person.modal if person.has_modal else person.last_message("#general")).text, command
        for command in ("customers", "report 2026", "settings"):
            await person.command(f"/partner-{command}", "#general")
            seen = person.modal.text if person.has_modal else person.last_message("#general").text
            assert told not in seen, command
            while person.has_modal:
                await person.close()

    @pytest.mark.parametrize("button", ["Add a customer", "Verify", "Extend trial"])
    @WALKERS
    async def test_presses_what_was_on_the_screen_before(self, world: World, name: str, button: str) -> None:
        person = await given.partner(world, name)
        number = await given.customer(world, name, "mueller.example")
        reader = reader_of(person)
        told = refusal(reader)
        await person.command("/partner-customers", "#general")
        await suspended(world)
        await person.click(reader.text(button))
        assert told in person.modal.text
        (customer,) = await given.rows(world, Customer)
        assert (customer.id, customer.trial_ends_on, customer.verified_at) == (
            number, customer.trial_started_on + timedelta(days=15), None,
        )  # fmt: skip

    @WALKERS
    async def test_sends_forms_that_were_open_before(self, world: World, name: str) -> None:
        person = await given.partner(world, name)
        told = refusal(reader_of(person))
        await person.command("/partner-settings", "#general")
        await suspended(world)
        await person.submit()
        assert told in person.modal.text
        while person.has_modal:
            await person.close()
        await partnerships.reinstate(world.bot.desk, given.actor(world, "Ben"), (await the_partner(world)).id)
        await person.command("/partner-add", "#general")
        await suspended(world)
        texts = ("domain", "organisation", "super_admin_email", "licences")
        typed = given.TYPED_CUSTOMER | {"domain": "mueller.example"}
        await given.submit_forged(world, person, **{name: {"value": typed[name]} for name in texts})
        assert await given.rows(world, Customer) == []


class TestAlerts:
    """The buttons under an alert that came before the suspension."""

    @WALKERS
    async def test_none_of_them_changes_anything(self, world: World, name: str) -> None:
        person, reader = await warned_partner(world, name)
        await trial(world, name, 7)
        assert await world.tick() == 1
        await given.suspend(world, name)
        before = await everything(world)
        for button in ("Extend trial", "Assign to me"):
            await person.click(reader.text(button), where=CHANNEL)
            assert refusal(reader) in person.last_message(CHANNEL).text, button
            assert person.last_message(CHANNEL).ephemeral
        menus = {
            "How it goes on": ("Will renew", "At risk", "Leaving"),
            "Remind again": ("In 3 days", "In a week"),
        }
        for menu, choices in menus.items():
            for choice in choices:
                already = len(person.messages(CHANNEL))
                await person.choose(reader.text(menu), reader.text(choice), where=CHANNEL)
                assert len(person.messages(CHANNEL)) == already + 1, choice
                assert refusal(reader) in person.last_message(CHANNEL).text, choice
        assert await everything(world) == before

    @WALKERS
    async def test_manage_still_shows_the_customer(self, world: World, name: str) -> None:
        person, reader = await warned_partner(world, name)
        await trial(world, name, 7)
        await world.tick()
        await given.suspend(world, name)
        before = await everything(world)
        await person.click(reader.text("Manage"), where=CHANNEL)
        assert person.modal.title == reader.text("Customer")
        assert "Customer 0" in person.modal.text
        assert await everything(world) == before

    @WALKERS
    async def test_the_others_of_a_digest_are_shown_and_stay_as_they_are(self, world: World, name: str) -> None:
        person, reader = await warned_partner(world, name)
        for number in range(4):
            await trial(world, name, 3, number)
        assert await world.tick() == 4
        await given.suspend(world, name)
        before = await everything(world)
        await person.click(reader.text("Show the other {number}", number=1), where=CHANNEL)
        assert "Customer 3" in person.modal.text
        for button in ("Extend trial", "Assign to me"):
            await person.click(reader.text(button))
            assert refusal(reader) in person.modal.text, button
            await person.close()
        for menu, choice in (("How it goes on", "Leaving"), ("Remind again", "In 3 days")):
            await person.choose(reader.text(menu), reader.text(choice))
            assert refusal(reader) in person.modal.text, choice
            await person.close()
        assert await everything(world) == before


class TestTheCustomersPage:
    """Its buttons, on a page that was open before the suspension and on one that is opened after it."""

    @WALKERS
    async def test_of_a_trial_that_was_open_before(self, world: World, name: str) -> None:
        person = await given.partner(world, name)
        await trial(world, name, 7)
        await self.walked(world, person, ["Start subscription", "Extend trial", "Change plan"])

    @WALKERS
    async def test_of_a_subscription_that_was_open_before(self, world: World, name: str) -> None:
        person = await given.partner(world, name)
        await subscription(world, name)
        await self.walked(world, person, ["Record renewal", "Change plan", "Cancel subscription"])

    async def walked(self, world: World, person: Person, buttons: list[str]) -> None:
        reader, name = reader_of(person), person.name.split()[0]
        await self.opens(person, reader, "Subscription")
        await given.suspend(world, name)
        before = await everything(world)
        texts = [reader.text(button) for button in buttons]
        assert set(person.modal.buttons) == set(texts)
        for text in texts:
            await person.click(text)
            assert refusal(reader) in person.modal.text, text
            await person.close()
            assert person.modal.title == reader.text("Subscription")
        assert await everything(world) == before

    async def opens(self, person: Person, reader: Reader, step: str) -> None:
        await person.command("/partner-manage c0.example", CHANNEL)
        assert person.modal.title == reader.text("Customer")
        await person.click(reader.text(step))

    @WALKERS
    async def test_opened_after_it_tells_so_and_offers_nothing_that_changes_something(
        self, world: World, name: str
    ) -> None:
        person = await given.partner(world, name)
        await trial(world, name, 7)
        await given.suspend(world, name)
        before, reader = await everything(world), reader_of(person)
        told = notice(reader)
        assert told in (await person.home()).text
        await person.command("/partner-customers", CHANNEL)
        assert told in person.modal.text
        await person.click(reader.text("Manage"))
        assert person.modal.text.count(told) == 1
        for step in ("Subscription", "Domain", "People of the customer", "Payments", "Notes", "History"):
            await person.click(reader.text(step))
            assert (person.modal.buttons, person.modal.menus) == ([], {}), step
            await person.close()
        assert await everything(world) == before

    @WALKERS
    async def test_a_trial_whose_new_end_was_on_the_screen(self, world: World, name: str) -> None:
        person = await given.partner(world, name)
        await trial(world, name, 7)
        await person.command("/partner-extend-trial c0.example", CHANNEL)
        await given.suspend(world, name)
        before = await everything(world)
        await person.submit()
        assert refusal(reader_of(person)) in person.modal.text
        assert await everything(world) == before


async def with_people(world: World, name: str) -> tuple[Person, Person]:
    """Two admins, a member and somebody invited; the first of them has the list of people before them."""
    person = await given.partner(world, name)
    colleague = await given.newcomer(world, "Olivia Stone")
    await given.member(world, "Olivia", name)
    await given.newcomer(world, "Oscar Field")
    await given.member(world, "Oscar", name)
    await given.change_role(world, "Oscar", "admin")
    await given.known(world, "Greta")
    await invitations.invite(world.bot.desk, given.actor(world, name), [given.actor(world, "Greta")], "member")
    await world.bot.house.courier.deliver()
    await person.home()
    await person.click(reader_of(person).text("People"))
    return person, colleague


class TestPeople:
    @WALKERS
    async def test_buttons_that_were_on_the_screen_before(self, world: World, name: str) -> None:
        person, colleague = await with_people(world, name)
        reader = reader_of(person)
        await given.suspend(world, name)
        before = await everything(world)
        for button in ("Invite colleagues", "Revoke", "Leave this company"):
            await person.click(reader.text(button))
            assert refusal(reader) in person.modal.text, button
            await person.close()
        for choice, whom in (
            ("Make an admin", colleague.name),
            ("Make a member", "Oscar"),
            ("Remove …", colleague.name),
        ):
            await person.choose("More", reader.text(choice), near=whom)
            assert refusal(reader) in person.modal.text, choice
            await person.close()
        assert person.modal.title == reader.text("People")
        assert await everything(world) == before

    @WALKERS
    async def test_forms_that_were_open_before(self, world: World, name: str) -> None:
        person, colleague = await with_people(world, name)
        await given.known(world, "Priya")
        reader = reader_of(person)
        await person.click(reader.text("Invite colleagues"))
        await person.fill(reader.text("Whom to invite"), ["Priya"])
        await given.suspend(world, name)
        before = await everything(world)
        await person.submit()
        assert refusal(reader) in person.modal.text
        assert await everything(world) == before

        await close_all(person)
        await given.change_partner(world, name, status="active", suspended_at=None)
        await person.home()
        await person.click(reader.text("People"))
        await person.choose("More", reader.text("Remove …"), near=colleague.name)
        assert person.modal.title == reader.text("Remove")
        await given.suspend(world, name)
        before = await everything(world)
        await person.submit()
        assert refusal(reader) in person.modal.text
        assert await everything(world) == before

    @WALKERS
    async def test_a_member_does_not_leave_either(self, world: World, name: str) -> None:
        await given.partner(world, name)
        hugo = await given.member(world, "Hugo" if name != "Camille" else "Priya", name)
        reader = reader_of(hugo)
        await hugo.home()
        await hugo.click(reader.text("People"))
        await given.suspend(world, name)
        before = await everything(world)
        await hugo.click(reader.text("Leave this company"))
        assert refusal(reader) in hugo.modal.text
        assert await everything(world) == before

    @WALKERS
    async def test_the_list_is_read_and_offers_nothing(self, world: World, name: str) -> None:
        person, colleague = await with_people(world, name)
        await close_all(person)
        reader = reader_of(person)
        await given.suspend(world, name)
        before = await everything(world)
        home = await person.home()
        assert reader.text("Invite colleagues") not in home.buttons
        await person.click(reader.text("People"))
        for who in (person.name, colleague.name, "Oscar Field", "Greta Lind"):
            assert who in person.modal.text
        assert (person.modal.buttons, person.modal.menus) == ([], {})
        told = reader.text(
            "Your partnership is suspended: nothing can be changed. Please write to {support}.", support="|"
        )
        assert told.partition("|")[0].strip() in person.modal.text
        assert await everything(world) == before

    @WALKERS
    async def test_nobody_joins_but_whoever_does_not_want_to_may_say_so(self, world: World, name: str) -> None:
        await with_people(world, name)
        greta = world.person("Greta")
        await given.suspend(world, name)
        before = await everything(world)
        await greta.click("Accept", where="DM")
        assert "is suspended at the moment, so nobody can join." in greta.last_message("DM").text
        assert await everything(world) == before
        await greta.click("Decline", where="DM")
        (invitation,) = (await everything(world))["invitation"]
        assert "declined" in invitation
