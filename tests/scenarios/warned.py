"""What scenarios of alerts begin with: a partner with a channel, and customers who have come to a certain day."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

from programme.clock import today as day_in
from sandbox import Limits, Person
from sandbox.seen import SeenMessage
from sandbox.world import Message, View
from storage.models import Alert, Customer
from tests.desk import World, running_desk
from tests.scenarios import given

CHANNEL = "#clarke-alerts"
ZONE = "Europe/London"
HURRY = Limits(messages_per_second=1000, burst=1000, workspace_per_minute=100_000)


@asynccontextmanager
async def in_a_hurry(database: str) -> AsyncIterator[World]:
    """The desk with a Slack that takes many messages a second."""
    async with running_desk(database, limits=HURRY, messages_per_second=1000, messages_per_minute=60_000) as world:
        yield world
        assert world.sandbox.refusals == []


async def partner(world: World, channel: str = CHANNEL, **settings: Any) -> Person:
    """Emma, whose alerts arrive in her company's channel, whatever the hour."""
    emma = await given.partner(world)
    await given.alerts_in(world, channel.removeprefix("#"), **{"alert_hour": 0} | settings)
    return emma


def today(world: World) -> date:
    return day_in(world.bot.desk.clock, ZONE)


async def trial(world: World, left: int, name: str = "Müller GmbH", domain: str = "mueller.example") -> int:
    """A customer whose trial ends in so many days; below zero: has ended. Returns its id."""
    customer_id = await given.verified(world, domain=domain, organisation=name)
    await on_trial(world, customer_id, left)
    return customer_id


async def on_trial(world: World, customer_id: int, left: int) -> None:
    day = today(world)
    begun = day - timedelta(days=15)
    await given.change(
        world, Customer, customer_id, trial_started_on=begun, trial_ends_on=day + timedelta(days=left), added_on=begun
    )


async def subscription(
    world: World, left: int, name: str = "Müller GmbH", domain: str = "mueller.example", **about: str
) -> int:
    """A customer whose subscription renews in so many days; below zero: should have. Returns its id."""
    customer_id = await given.verified(world, domain=domain, organisation=name, **about)
    renews_on = today(world) + timedelta(days=left)
    begun = renews_on - timedelta(days=365)
    await given.change(
        world, Customer, customer_id,
        status="active", started_on=begun, trial_started_on=begun, added_on=begun, renews_on=renews_on,
    )  # fmt: skip
    return customer_id


async def the_customer(world: World) -> Customer:
    (customer,) = await given.rows(world, Customer)
    return customer


async def statuses(world: World) -> list[str]:
    """What became of the alerts, in the order in which they were written."""
    return [alert.status for alert in sorted(await given.rows(world, Alert), key=lambda alert: alert.id)]


def told(person: Person, where: str = CHANNEL) -> list[SeenMessage]:
    """What stands in the alert channel."""
    return [message for message in person.messages(where) if message.author == "Partner Desk"]


async def everything_is_done(world: World, person: Person, place: Callable[[], Message | View]) -> None:
    """Presses all buttons that act at once, and chooses from all menus, of the first three alerts.

    Args:
        place: the message or modal; asked for anew each time, since every act changes it.
    """
    acting = [block for block in place().blocks or [] if block["type"] == "actions"]
    for block in acting[:3]:
        for element in block["elements"]:
            if element["action_id"] in ("manage.open", "verify.open"):
                continue
            chosen = {"selected_option": element["options"][0]} if "options" in element else {}
            action = {"block_id": block["block_id"], "action_id": element["action_id"], **chosen}
            await world.sandbox.acts.press(person.user, place(), action, {})
            await world.quiet()
