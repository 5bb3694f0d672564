"""The buttons of alerts in the hands of others: another partner, nobody's partner, forged values."""

from typing import Any

import pytest

from sandbox import Person
from storage.models import Alert, Customer
from tests.desk import World
from tests.scenarios import given, warned
from tests.scenarios.warned import CHANNEL, told, trial

GENERAL = "#general"


class TestStrangers:
    async def other_partner(self, world: World) -> Person:
        await warned.partner(world, GENERAL)
        await given.newcomer(world, "Olivia Stone")
        olivia = await given.partner(world, "Olivia", company="Stone IT", mail_account="olivia@stone.example")
        await trial(world, 3)
        await world.tick()
        return olivia

    @pytest.mark.parametrize("words", ["Assign to me", "Extend trial", "Manage"])
    async def test_another_partner_has_no_such_customer(self, world: World, words: str) -> None:
        olivia = await self.other_partner(world)
        before = await warned.the_customer(world)
        await olivia.click(words, where=GENERAL)
        await olivia.sees("You have no such customer.")
        after = await warned.the_customer(world)
        assert (after.assigned_to, after.trial_ends_on) == (None, before.trial_ends_on)

    @pytest.mark.parametrize(("menu", "choice"), [("How it goes on", "Leaving"), ("Remind again", "In 3 days")])
    async def test_nor_anything_to_say_of_it(self, world: World, menu: str, choice: str) -> None:
        olivia = await self.other_partner(world)
        await olivia.choose(menu, choice, where=GENERAL)
        await olivia.sees("You have no such customer.", where=GENERAL)
        after = await warned.the_customer(world)
        assert (after.outlook, after.snoozed_until) == (None, None)

    async def test_a_reviewer_is_shown_the_reviews(self, world: World) -> None:
        await self.other_partner(world)
        ben = world.person("Ben")
        await ben.click("Assign to me", where=GENERAL)
        await ben.sees("You review applications here", where=GENERAL)

    async def test_the_others_of_a_digest_are_nobody_elses(self, world: World) -> None:
        olivia = await self.other_partner(world)
        for place in range(5):
            await trial(world, 1, f"Customer {place}", f"c{place}.example")
        assert await world.tick() == 5
        await olivia.click("Show the other 2", where=GENERAL)
        assert "Nothing is left to do here." in olivia.modal.text

    @pytest.mark.parametrize("value", ["leaves:1", "leaves:1:x", "sells:1:1", "leaves:1:999", "", "3_days:999:1"])
    async def test_forged_choices(self, world: World, value: str) -> None:
        emma = await warned.partner(world)
        await trial(world, 3)
        await world.tick()
        (alert,) = told(emma)
        action = "alert.snooze" if value.startswith("3") else "alert.outlook"
        forged: dict[str, Any] = {"action_id": action, "selected_option": {"value": value}}
        await given.press(world, emma, alert, "How it goes on", **forged)
        await emma.sees("You have no such customer.", where=CHANNEL)
        assert (await warned.the_customer(world)).outlook is None
        assert len(await given.rows(world, Alert)) == 1

    @pytest.mark.parametrize("whose", ["own", "theirs"])
    async def test_a_reminder_of_another_customers_alert(self, world: World, whose: str) -> None:
        """With the alert of one customer nobody puts off another, be both their own or one somebody else's."""
        olivia = await self.other_partner(world)
        own = [await given.verified(world, "Olivia", f"o{number}.example") for number in range(2)]
        for customer_id in own:
            await warned.on_trial(world, customer_id, 3)
        await given.alerts_in(world, "general", "Olivia", alert_hour=0, alert_form="single")
        assert await world.tick() == 2
        before = await given.rows(world, Alert)
        about = {alert.customer_id: alert.id for alert in before}
        (theirs,) = about.keys() - set(own)
        shown = next(one for one in reversed(told(olivia, GENERAL)) if "Remind again" in one.menus)
        value = f"3_days:{about[own[0] if whose == 'own' else theirs]}:{own[1]}"
        forged: dict[str, Any] = {"action_id": "alert.snooze", "selected_option": {"value": value}}
        await given.press(world, olivia, shown, "Remind again", **forged)
        assert "You have no such customer." in olivia.last_message(GENERAL).text
        assert [one.snoozed_until for one in await given.rows(world, Customer)] == [None] * 3
        assert len(await given.rows(world, Alert)) == len(before)

    async def test_a_suspended_partner_changes_nothing(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 3)
        await world.tick()
        await given.suspend(world)
        await emma.click("Assign to me", where=CHANNEL)
        await emma.sees("Your partnership is suspended", where=CHANNEL)
        assert (await warned.the_customer(world)).assigned_to is None
