"""Warnings before a trial or a subscription runs out, as their channel sees them (mission row 24)."""

import asyncio
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sandbox import Person
from storage.models import Alert, Customer
from tests.desk import World
from tests.scenarios import given

HOUSE = Path(__file__).parents[2]
CHANNEL = "#general"


async def warned_partner(world: World, **settings: Any) -> Person:
    """A partner with an alert channel and one customer, whose domain is proven, on a new trial."""
    emma = await given.partner(world)
    await given.verified(world)
    await given.alerts_in(world, "general", **settings)
    return emma


def alerts(person: Person) -> list[str]:
    return [one.text for one in person.messages(CHANNEL) if "Müller GmbH" in one.text]


async def test_a_trial_is_warned_about_seven_three_one_and_no_days_before_and_once_it_has_ended(world: World) -> None:
    emma = await warned_partner(world)
    warned = []
    for days in (7, 1, 1, 3, 1, 1, 1, 1, 1):
        world.sandbox.move_day(days=days)
        sent = await world.tick()
        assert await world.tick() == 0
        if sent:
            (customer,) = await given.rows(world, Customer)
            warned.append((customer.trial_ends_on - world.bot.desk.clock.now().date()).days)
    assert warned == [7, 3, 1, 0, -1]
    texts = alerts(emma)
    for text, words in zip(
        texts,
        ("ends in 7 days", "ends in 3 days", "ends in 1 day", "ends today", "the trial has ended"),
        strict=True,
    ):
        assert words in text
    assert world.sandbox.pings == []


async def test_days_on_which_nobody_ran_are_made_up_for_by_one_alert(world: World) -> None:
    emma = await warned_partner(world)
    world.sandbox.move_day(days=13)
    assert await world.tick() == 1
    (text,) = alerts(emma)
    assert "the trial ends in 2 days" in text
    assert "This warning comes late." in text


async def test_an_alert_that_waits_is_moot_once_its_trial_was_extended(world: World) -> None:
    emma = await warned_partner(world)
    world.sandbox.move_day(days=14)
    world.sandbox.faults.fail("chat.postMessage")
    assert await world.tick() == 0
    await emma.command("/partner-extend-trial mueller.example")
    await emma.submit()
    world.sandbox.move_day(days=1)
    assert await world.tick() == 0
    assert alerts(emma) == []
    (alert,) = await given.rows(world, Alert)
    assert alert.status == "moot"


async def test_an_alert_that_waits_is_moot_once_a_subscription_has_begun(world: World) -> None:
    emma = await warned_partner(world)
    world.sandbox.move_day(days=14)
    world.sandbox.faults.fail("chat.postMessage")
    assert await world.tick() == 0
    await emma.command("/partner-manage mueller.example")
    await emma.click("Start subscription")
    world.sandbox.move_day(days=1)
    assert await world.tick() == 0
    assert alerts(emma) == []


async def test_an_alert_of_which_nobody_knows_whether_it_arrived_is_not_posted_twice(world: World) -> None:
    emma = await warned_partner(world)
    world.sandbox.move_day(days=8)
    world.sandbox.faults.lose("chat.postMessage")
    await world.tick()
    world.sandbox.move_day(days=1)
    await world.tick()
    assert len(alerts(emma)) == 1
    (alert,) = await given.rows(world, Alert)
    assert alert.status == "sent"


async def test_renewals_are_warned_about_at_their_own_days(world: World) -> None:
    emma = await warned_partner(world)
    (customer,) = await given.rows(world, Customer)
    today = world.bot.desk.clock.now().date()
    await given.change(
        world, Customer, customer.id,
        status="active", started_on=today - timedelta(days=334), renews_on=today + timedelta(days=31),
    )  # fmt: skip
    warned = []
    for days in (1, 1, 14, 15):  # 30, 29, 15 and 0 days before
        world.sandbox.move_day(days=days)
        warned.append(await world.tick())
    assert warned == [1, 0, 1, 1]
    assert "the subscription renews in 30 days" in alerts(emma)[0]
    assert "€360.00 for the next term" in alerts(emma)[0]
    assert "it renews today" in alerts(emma)[-1]


async def test_before_the_partners_hour_nothing_leaves(world: World) -> None:
    emma = await warned_partner(world, alert_hour=23)
    world.sandbox.move_day(days=14)
    assert await world.tick() == 0
    assert await world.bot.tick(on=world.bot.desk.clock.now().date()) == 1
    assert len(alerts(emma)) == 1


async def test_nobody_is_warned_without_a_channel_and_the_home_tab_says_so(world: World) -> None:
    emma = await given.partner(world)
    await given.verified(world)
    world.sandbox.move_day(days=14)
    assert await world.tick() == 0
    home = await emma.home()
    assert "Nobody is warned yet." in home.text
    await emma.click("Choose the alert channel")
    await emma.fill("Alert channel", CHANNEL)
    await emma.submit()
    await emma.sees("will arrive here", where=CHANNEL)
    assert "Nobody is warned yet." not in (await emma.home()).text
    assert await world.tick() == 1


async def test_an_archived_channel_loses_no_alert(world: World) -> None:
    emma = await warned_partner(world)
    world.sandbox.workplace.archive("general")
    world.sandbox.move_day(days=14)
    for _ in range(2):
        assert await world.tick() == 0
    told = await emma.sees("do not arrive any more", where="DM")
    assert "Nothing is lost" in told.text
    world.sandbox.refusals.clear()
    world.sandbox.workplace.unarchive("general")
    await world.quiet()
    await emma.click("Choose another channel", where="DM")
    await emma.submit()
    await emma.sees("will arrive here", where=CHANNEL)
    await world.tick()
    await world.tick()
    assert len(alerts(emma)) == 1


async def test_a_suspended_partner_is_not_warned(world: World) -> None:
    emma = await warned_partner(world)
    await given.suspend(world)
    world.sandbox.move_day(days=14)
    assert await world.tick() == 0
    assert alerts(emma) == []


async def run_alerts(world: World, database: str, *arguments: str) -> str:
    """`python -m bot alerts` as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "alerts", *arguments,
        cwd=HOUSE, env=os.environ | world.sandbox.environment | {"DATABASE_URL": database},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return output.decode()


async def test_one_round_by_the_command_line(world: World, sqlite_address: str) -> None:
    emma = await warned_partner(world, alert_hour=23)
    (customer,) = await given.rows(world, Customer)
    day = (customer.trial_ends_on - timedelta(days=3)).isoformat()
    rehearsed = await run_alerts(world, sqlite_address, "--today", day, "--dry-run")
    assert "Clarke & Sons" in rehearsed
    assert "mueller.example, trial on" in rehearsed
    assert "1 would be sent; nothing was." in rehearsed
    assert await given.rows(world, Alert) == []
    assert alerts(emma) == []
    assert "1 planned, 1 sent" in await run_alerts(world, sqlite_address, "--today", day)
    assert await world.bot.tick(on=date.fromisoformat(day)) == 0
    (text,) = alerts(emma)
    assert "the trial ends in 3 days" in text
