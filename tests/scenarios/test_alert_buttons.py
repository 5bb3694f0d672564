"""What can be done about an alert where it stands, and by whom (mission row 24)."""

import asyncio
from datetime import date, timedelta

import pytest

from handlers.reader import Reader
from sandbox import Person
from sandbox.seen import SeenMessage
from storage.models import AuditRow, Customer
from tests.desk import World
from tests.scenarios import given, warned
from tests.scenarios.warned import CHANNEL, subscription, told, trial

GENERAL = "#general"


def written(day: date) -> str:
    return Reader("en", warned.ZONE).day(day)


async def comes(world: World, days: int) -> int:
    """How many alerts leave, so many days later."""
    world.sandbox.move_day(days=days)
    return await world.tick()


async def audited(world: World, action: str) -> list[dict[str, object] | None]:
    return [row.after for row in await given.rows(world, AuditRow) if row.action == action]


class TestAssigning:
    async def test_the_message_says_who_looks_after_it_and_the_next_one_knows(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 7)
        await world.tick()
        for _ in range(2):
            await emma.click("Assign to me", where=CHANNEL)
        await world.quiet()
        (alert,) = told(emma)
        assert alert.text.count("@Emma Clarke looks after it.") == 1
        assert alert.buttons == ["Manage", "Extend trial", "Assign to me"]
        assert (await warned.the_customer(world)).assigned_to == given.actor(world, "Emma").user_id
        assert len(await audited(world, "assigned")) == 1
        assert await comes(world, 4) == 1
        assert "Looked after by @Emma Clarke" in told(emma)[-1].text

    async def test_somebody_takes_over(self, world: World) -> None:
        emma = await warned.partner(world, GENERAL)
        await given.newcomer(world, "Olivia Stone")
        olivia = await given.member(world, "Olivia")
        await trial(world, 7)
        await world.tick()
        await emma.click("Assign to me", where=GENERAL)
        await emma.sees("@Emma Clarke looks after it.", where=GENERAL)
        await olivia.click("Assign to me", where=GENERAL)
        shown = await emma.sees("@Olivia Stone looks after it.", where=GENERAL)
        assert "@Emma Clarke" not in shown.text


class TestOutlook:
    async def test_who_leaves_is_reminded_of_only_at_the_end(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 7)
        await world.tick()
        await emma.choose("How it goes on", "Leaving", where=CHANNEL)
        await emma.sees("@Emma Clarke expects: Leaving", where=CHANNEL)
        assert [await comes(world, days) for days in (4, 2, 1)] == [0, 1, 1]
        assert "Leaving" in told(emma)[-1].text

    async def test_who_is_at_risk_is_reminded_of_as_before(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 15)
        await world.tick()
        await emma.choose("How it goes on", "At risk", where=CHANNEL)
        await emma.sees("@Emma Clarke expects: At risk", where=CHANNEL)
        assert await comes(world, 8) == 1
        assert "At risk" in told(emma)[-1].text

    async def test_the_last_word_counts_and_stands_alone(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 15)
        await world.tick()
        await emma.choose("How it goes on", "Will renew", where=CHANNEL)
        await emma.sees("expects: Will renew", where=CHANNEL)
        await emma.choose("How it goes on", "At risk", where=CHANNEL)
        alert = await emma.sees("expects: At risk", where=CHANNEL)
        assert "Will renew" not in alert.text
        assert await comes(world, 8) == 1

    async def test_the_answer_that_follows_a_reminder_makes_it_needless(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 15)
        await world.tick()
        await emma.choose("Remind again", "In 3 days", where=CHANNEL)
        await emma.sees("wants to be reminded again", where=CHANNEL)
        await emma.choose("How it goes on", "Will renew", where=CHANNEL)
        await emma.sees("expects: Will renew", where=CHANNEL)
        assert await comes(world, 3) == 0

    async def test_the_reminder_that_follows_an_answer_comes(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 15)
        await world.tick()
        await emma.choose("How it goes on", "Leaving", where=CHANNEL)
        await emma.sees("expects: Leaving", where=CHANNEL)
        await emma.choose("Remind again", "In 3 days", where=CHANNEL)
        await emma.sees("wants to be reminded again", where=CHANNEL)
        assert await comes(world, 3) == 1

    async def test_an_alert_that_waits_is_moot_once_somebody_has_answered(self, world: World) -> None:
        emma = await warned.partner(world)
        customer_id = await subscription(world, 15)
        await world.tick()
        world.sandbox.faults.fail("chat.postMessage")
        assert await comes(world, 8) == 0
        await emma.choose("How it goes on", "Will renew", where=CHANNEL)
        assert await comes(world, 1) == 0
        assert await warned.statuses(world) == ["sent", "moot"]
        assert (await warned.the_customer(world)).id == customer_id

    async def test_a_new_term_is_a_new_question(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 15)
        await world.tick()
        await emma.choose("How it goes on", "Will renew", where=CHANNEL)
        await emma.click("Manage", where=CHANNEL)
        await emma.click("Record renewal")
        await emma.close()
        customer = await warned.the_customer(world)
        assert customer.outlook is None
        assert customer.renews_on is not None
        world.sandbox.move_day(to=customer.renews_on - timedelta(days=30))
        assert await world.tick() == 1


class TestResting:
    async def test_it_comes_again_on_that_day_and_once(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 7)
        await world.tick()
        until = warned.today(world) + timedelta(days=3)
        await emma.choose("Remind again", "In 3 days", where=CHANNEL)
        await emma.sees(f"@Emma Clarke wants to be reminded again on {written(until)}.", where=CHANNEL)
        assert await audited(world, "snoozed") == [{"until": until.isoformat(), "kind": "trial"}]
        assert [await comes(world, 1) for _ in range(3)] == [0, 0, 1]
        assert "the trial ends in 4 days" in told(emma)[-1].text
        assert "late" not in told(emma)[-1].text
        assert await world.tick() == 0
        assert await comes(world, 1) == 1  # three days before the end, as ever

    async def test_what_is_due_meanwhile_does_not_come(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 15)
        await world.tick()
        await emma.choose("Remind again", "7 days before", where=CHANNEL)
        assert [await comes(world, 4), await comes(world, 4)] == [0, 1]
        assert "renews in 7 days" in told(emma)[-1].text

    @pytest.mark.parametrize(
        ("left", "offered"),
        [(15, ["In 3 days", "In a week", "7 days before"]), (7, ["In 3 days", "In a week"]), (3, ["In 3 days"])],
    )
    async def test_never_past_the_date(self, world: World, left: int, offered: list[str]) -> None:
        emma = await warned.partner(world)
        days = {"alert_days": f'{{"trial": [{left}]}}'}
        await given.alerts_in(world, "clarke-alerts", **days)
        await trial(world, left)
        assert await world.tick() == 1
        (alert,) = told(emma)
        assert alert.menus["Remind again"] == offered

    async def test_an_old_message_offers_what_is_too_late_now(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 7)
        await world.tick()
        assert await comes(world, 6) == 1
        await emma.choose("Remind again", "In a week", where=CHANNEL)
        await emma.sees("The date of Müller GmbH is too near for that", where=CHANNEL)
        assert (await warned.the_customer(world)).snoozed_until is None

    async def test_the_reminder_of_a_trial_that_was_extended_meanwhile_is_about_its_new_end(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 7)
        await world.tick()
        await emma.click("Extend trial", where=CHANNEL)
        await emma.sees("has extended the trial", where=CHANNEL)
        await emma.choose("Remind again", "In a week", where=CHANNEL)
        await emma.sees("wants to be reminded again", where=CHANNEL)
        assert await comes(world, 7) == 1
        assert "the trial ends in 15 days" in told(emma)[-1].text

    async def test_what_has_been_subscribed_meanwhile_needs_no_reminder(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 7)
        await world.tick()
        await emma.click("Manage", where=CHANNEL)
        await emma.click("Start subscription")
        await emma.close()
        alert = await emma.sees("@Emma Clarke has started the subscription.", where=CHANNEL)
        assert alert.menus == {}

    async def test_what_has_been_renewed_meanwhile_neither(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 15)
        await world.tick()
        await emma.click("Manage", where=CHANNEL)
        await emma.click("Record renewal")
        await emma.close()
        alert = await emma.sees("@Emma Clarke has recorded the renewal", where=CHANNEL)
        assert alert.menus == {}

    async def test_a_reminder_falls_on_no_weekend(self, world: World) -> None:
        emma = await warned.partner(world)
        world.sandbox.move_day(days=7 - warned.today(world).weekday())  # a Monday
        await given.alerts_in(world, "clarke-alerts", skips_weekends=True)
        await subscription(world, 15)
        await world.tick()
        assert await comes(world, 3) == 0
        await emma.choose("Remind again", "In 3 days", where=CHANNEL)  # a Sunday
        monday = warned.today(world) + timedelta(days=4)
        await emma.sees(f"wants to be reminded again on {written(monday)}.", where=CHANNEL)
        assert [await comes(world, days) for days in (3, 1)] == [0, 1]


class TestExtending:
    async def test_the_message_says_so_and_the_next_alerts_are_about_the_new_end(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 3)
        await world.tick()
        question = await emma.click("Extend trial", where=CHANNEL)
        end = warned.today(world) + timedelta(days=18)
        assert question is not None
        assert written(end) in question
        shown = await emma.sees(f"@Emma Clarke has extended the trial to {written(end)}.", where=CHANNEL)
        assert isinstance(shown, SeenMessage)
        assert "Extend trial" not in shown.buttons
        assert [await comes(world, days) for days in (3, 8)] == [0, 1]
        assert "the trial ends in 7 days" in told(emma)[-1].text

    async def test_two_at_once_extend_once(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 3)
        await world.tick()
        (alert,) = told(emma)
        await given.press(world, emma, alert, "Extend trial", times=3)
        assert len(await audited(world, "trial_extended")) == 1
        assert (await warned.the_customer(world)).trial_ends_on == warned.today(world) + timedelta(days=18)

    async def test_a_member_may_look_after_it_but_not_extend(self, world: World) -> None:
        emma = await warned.partner(world, GENERAL)
        await given.newcomer(world, "Olivia Stone")
        olivia = await given.member(world, "Olivia")
        await trial(world, 3)
        await world.tick()
        await olivia.click("Extend trial", where=GENERAL)
        refused = await olivia.sees("Only an admin of your company can do this.", where=GENERAL)
        assert isinstance(refused, SeenMessage)
        assert refused.ephemeral
        assert await audited(world, "trial_extended") == []
        await olivia.click("Assign to me", where=GENERAL)
        await emma.sees("@Olivia Stone looks after it.", where=GENERAL)


class TestInDigests:
    async def digest(self, world: World, number: int = 6) -> Person:
        emma = await warned.partner(world)
        for place in range(number):
            await trial(world, 3, f"Customer {place}", f"c{place}.example")
        assert await world.tick() == number
        return emma

    async def test_the_line_stands_under_the_customer_that_was_meant(self, world: World) -> None:
        emma = await self.digest(world)
        await emma.click("Assign to me", where=CHANNEL, near="Customer 1 (")
        await emma.choose("How it goes on", "At risk", where=CHANNEL, near="Customer 2 (")
        await emma.click("Extend trial", where=CHANNEL, near="Customer 1 (")
        await emma.sees("has extended the trial", "expects: At risk", where=CHANNEL)
        (message,) = told(emma)
        end = written(warned.today(world) + timedelta(days=18))
        assert [line for line in lines_under(message, "Customer 1") if "@Emma" in line] == [
            ":raising_hand: @Emma Clarke looks after it.",
            f":white_check_mark: @Emma Clarke has extended the trial to {end}.",
        ]
        (expected,) = [line for line in lines_under(message, "Customer 2") if "@Emma" in line]
        assert expected == ":crystal_ball: @Emma Clarke expects: At risk"
        by_name = {one.organisation: one for one in await given.rows(world, Customer)}
        assert by_name["Customer 1"].assigned_to
        assert by_name["Customer 2"].outlook == "at_risk"
        assert [one.assigned_to for name, one in by_name.items() if name != "Customer 1"] == [None] * 5

    async def test_the_others_have_the_same_buttons(self, world: World) -> None:
        emma = await self.digest(world)
        await emma.click("Show the other 3", where=CHANNEL)
        await emma.click("Assign to me", near="Customer 4 (")
        await emma.sees("@Emma Clarke looks after it.")
        await emma.choose("Remind again", "In 3 days", near="Customer 5 (")
        await emma.sees("wants to be reminded again")
        await emma.click("Extend trial", near="Customer 3 (")
        modal = await emma.sees("has extended the trial")
        assert modal.text.count("@Emma Clarke") == 3
        by_name = {one.organisation: one for one in await given.rows(world, Customer)}
        assert by_name["Customer 4"].assigned_to
        assert by_name["Customer 5"].snoozed_until
        assert by_name["Customer 3"].trial_ends_on == warned.today(world) + timedelta(days=18)

    async def test_all_that_can_be_done_finds_room_in_the_modal(self, world: World) -> None:
        emma = await self.digest(world, 20)
        await emma.click("Show the other 17", where=CHANNEL)
        empty = len(emma.modal.blocks)
        for _ in range(2):
            await warned.everything_is_done(world, emma, lambda: emma.modal.view)
            assert emma.modal.text.count("@Emma Clarke") == 3 * 4
        assert len(emma.modal.blocks) == empty + 3 * 4
        assert empty + 14 * 4 <= 100


async def test_two_at_the_same_moment_are_both_heard(world: World) -> None:
    emma = await warned.partner(world)
    await trial(world, 7)
    await world.tick()
    await asyncio.gather(
        emma.click("Assign to me", where=CHANNEL), emma.choose("How it goes on", "At risk", where=CHANNEL)
    )
    await world.quiet()
    customer = await warned.the_customer(world)
    assert customer.assigned_to
    assert customer.outlook == "at_risk"


def lines_under(message: SeenMessage, name: str) -> list[str]:
    """The lines of one customer of a digest, from its headline to the next one's."""
    lines = message.text.splitlines()
    heads = [number for number, line in enumerate(lines) if ".example): " in line] + [len(lines)]
    (start,) = [number for number in heads[:-1] if name in lines[number]]
    return lines[start : heads[heads.index(start) + 1]]


class TestRenewal:
    async def test_it_is_recorded_where_it_is_asked_for_and_by_admins_alone(self, world: World) -> None:
        emma = await warned.partner(world, GENERAL)
        await given.newcomer(world, "Olivia Stone")
        olivia = await given.member(world, "Olivia")
        await subscription(world, -3)
        await world.tick()
        await olivia.click("Record renewal", where=GENERAL)
        await olivia.sees("Only an admin of your company", where=GENERAL)
        assert await audited(world, "renewed") == []
        await emma.click("Record renewal", where=GENERAL)
        shown = await emma.sees("@Emma Clarke has recorded the renewal", where=GENERAL)
        assert written((await warned.the_customer(world)).renews_on or date.min) in shown.text
        assert "Record renewal" not in shown.buttons
        assert len(await audited(world, "renewed")) == 1

    async def test_it_is_recorded_in_the_list_of_the_others(self, world: World) -> None:
        emma = await warned.partner(world)
        for number in range(4):
            await subscription(world, -3, f"Customer {number}", f"c{number}.example")
        await world.tick()
        await emma.click("Show the other 1", where=CHANNEL)
        await emma.click("Record renewal")
        await emma.sees("@Emma Clarke has recorded the renewal")
        assert emma.modal.title == "Customers"
        assert len(await audited(world, "renewed")) == 1
