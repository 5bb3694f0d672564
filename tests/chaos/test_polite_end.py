"""A process that is asked to end while it delivers: what is on its way arrives, the rest is free for others at once."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy import select

from bot.scheduler import scheduler
from handlers import blocks as b
from handlers.courier import Courier, DrawMessage
from handlers.pace import Pace
from handlers.posting import Post, Poster
from handlers.reader import Mrkdwn
from programme import alerts
from programme.desk import Desk
from programme.outbox import owed, to_reviewers
from storage import outbox
from storage.models import Alert, OutgoingMessage
from tests.chaos import town
from tests.desk import World, running_desk

PATIENCE = 10
HELD_UP = 0.3
MESSAGES = 5
# Of each channel one message a second: the others wait for their turn when the end comes.
PARTNERS: town.Partners = [(3, "single")] * 2


@pytest.fixture
async def world(address: str) -> AsyncIterator[World]:
    async with running_desk(address, messages_per_second=1, messages_per_minute=60_000, tick_seconds=0.05) as world:
        world.sandbox.core.day.move(days=1)
        yield world


async def owed_now(world: World) -> list[Alert | OutgoingMessage]:
    async with world.bot.desk.store.read() as session:
        return [*await session.scalars(select(Alert)), *await session.scalars(select(OutgoingMessage))]


async def planned(world: World) -> None:
    """Alerts of two partners, and messages to the reviewers."""
    desk = world.bot.desk
    await town.build(desk.store, world.sandbox, PARTNERS)
    await world.quiet()
    await alerts.plan(desk)
    cast(dict[str, DrawMessage], world.bot.house.courier.messages)["greeting"] = greeting
    async with desk.store.write() as session:
        await outbox.write_once(
            session, [owed(desk, f"greeting:{number}", "greeting", to_reviewers("")) for number in range(MESSAGES)]
        )


async def greeting(_desk: Desk, message: OutgoingMessage) -> Post:
    return Post(message.key, [b.section(Mrkdwn(message.key))])


def keys(world: World) -> list[str]:
    """What stands in Slack."""
    payloads = [(message.metadata or {})["event_payload"] for message in town.posted(world.sandbox)]
    return [key for payload in payloads for key in payload["keys"]]


def another(world: World) -> Courier:
    """The courier of a process that has begun meanwhile; with a pace of its own."""
    courier = world.bot.house.courier
    poster = Poster(courier.poster.clients, Pace(1000, 60_000))
    return replace(courier, poster=poster, alerts=replace(courier.alerts, poster=poster))


async def test_what_was_not_begun_is_given_back(world: World) -> None:
    """The end comes while Slack has taken the first message of each channel, and has not said so yet."""
    await planned(world)
    changes = world.sandbox.core.changes
    world.sandbox.core.faults.late("chat.postMessage", seconds=HELD_UP, times=3)
    async with scheduler(world.bot):
        assert await changes.wait_for(lambda: len(keys(world)) == 3 or None, PATIENCE)
    found = await owed_now(world)
    assert Counter((one.__tablename__, one.status) for one in found) == {
        ("alert", "sent"): 2, ("alert", "waiting"): 4,
        ("outgoing_message", "sent"): 1, ("outgoing_message", "waiting"): 4,
    }  # fmt: skip
    await another(world).deliver()
    found = await owed_now(world)
    assert {(one.status, one.in_doubt) for one in found} == {("sent", False)}
    assert len(keys(world)) == len(set(keys(world))) == len(found) == 11
    assert "conversations.history" not in [call.method for call in world.sandbox.core.calls]
