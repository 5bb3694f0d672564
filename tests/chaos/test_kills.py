"""A courier that ends, or is held up, at each place where that could cost an alert or send it twice."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.alert_courier import AlertCourier
from handlers.posting import Poster
from programme import alerts, channels, outbox
from sandbox import Limits
from sandbox.faults import Fault, Faults
from sandbox.posting import Draft, post
from storage.models import Alert, ChannelHealth, Partner
from tests.chaos import town
from tests.desk import World, running_desk

PATIENCE = 10
SINGLES, DIGEST = [(3, "single")], [(5, "digest")]
LIMITS = Limits(messages_per_second=1000, workspace_per_minute=60_000, calls_per_minute={})


@pytest.fixture
async def world(sqlite_address: str) -> AsyncIterator[World]:
    async with running_desk(
        sqlite_address, limits=LIMITS, messages_per_second=1000, messages_per_minute=60_000
    ) as world:
        world.sandbox.core.day.move(days=1)
        yield world


def courier(world: World) -> AlertCourier:
    return world.bot.house.courier.alerts


async def planned(world: World, partners: town.Partners) -> int:
    """A town with its alerts planned. Returns how many."""
    await town.build(world.bot.desk.store, world.sandbox, partners)
    await world.quiet()  # the bot has heard of all the new channels
    return await alerts.plan(world.bot.desk)


async def stored(world: World) -> Sequence[Alert]:
    async with world.bot.desk.store.read() as session:
        return list(await session.scalars(select(Alert).order_by(Alert.id)))


async def change_partner(world: World, **values: object) -> None:
    async with world.bot.desk.store.write() as session:
        await session.execute(update(Partner).values(**values))


def texts(world: World) -> list[str]:
    return [message.text for message in town.posted(world.sandbox)]


async def seen(world: World, look: Callable[[], bool]) -> None:
    assert await world.sandbox.core.changes.wait_for(lambda: look() or None, PATIENCE)


async def killed(world: World, messages: int) -> None:
    """A delivery that ends where it stands, after Slack has taken so many messages; it hears of all but the last."""
    world.sandbox.core.faults = LateFor(messages)
    asyncio.create_task(courier(world).deliver()).set_name("delivery")
    await seen(world, lambda: len(texts(world)) == messages)
    under_way = [
        task for task in asyncio.all_tasks() if "AlertCourier." in getattr(task.get_coro(), "__qualname__", "")
    ]
    for task in under_way:
        task.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
    assert len(texts(world)) == messages
    world.sandbox.core.faults = Faults()


class LateFor(Faults):
    """The answer to one message, counted from one, comes far too late."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._left = number

    def take(self, method: str) -> Fault | None:
        self._left -= method == "chat.postMessage"
        is_late = method == "chat.postMessage" and self._left == 0
        return Fault(method=method, kind="late", seconds=PATIENCE) if is_late else None


async def next_day(world: World) -> None:
    """All leases and pauses have ended."""
    world.sandbox.core.day.move(days=1)
    await courier(world).deliver()


async def assert_once(world: World, expected: int) -> None:
    assert await town.wrongs(world.bot.desk.store, world.sandbox, expected) == []


@pytest.mark.parametrize("partners", [SINGLES, DIGEST])
async def test_killed_after_the_claim(world: World, partners: town.Partners) -> None:
    expected = await planned(world, partners)
    assert len(await outbox.claim_alerts(world.bot.desk, 10)) == expected
    assert await courier(world).deliver() == 0
    await next_day(world)
    await assert_once(world, expected)


@pytest.mark.parametrize(("partners", "messages"), [(SINGLES, 1), (SINGLES, 2), (SINGLES, 3), (DIGEST, 1)])
async def test_killed_after_slack_has_taken_a_message(world: World, partners: town.Partners, messages: int) -> None:
    """The first ones are written down, that one is not, and the others have not been tried."""
    expected = await planned(world, partners)
    await killed(world, messages)
    assert [alert.status for alert in await stored(world)].count("claimed") > 0
    await next_day(world)
    await assert_once(world, expected)
    assert len(texts(world)) == (1 if partners == DIGEST else expected)


@dataclass(frozen=True)
class Gate(Poster):
    """A poster whose turn comes when somebody says so."""

    waits: asyncio.Event = field(default_factory=asyncio.Event)
    opens: asyncio.Event = field(default_factory=asyncio.Event)

    async def turn(self, workspace: str, channel: str) -> None:
        self.waits.set()
        await self.opens.wait()


async def test_who_waited_so_long_that_another_took_over_posts_no_more(world: World) -> None:
    expected = await planned(world, SINGLES)
    gate = Gate(courier(world).poster.clients)
    late = asyncio.create_task(replace(courier(world), poster=gate).deliver())
    await gate.waits.wait()
    await next_day(world)
    gate.opens.set()
    assert await late == 0
    await assert_once(world, expected)


async def test_who_waited_long_and_holds_the_claim_still_posts(world: World) -> None:
    expected = await planned(world, DIGEST)
    gate = Gate(courier(world).poster.clients)
    late = asyncio.create_task(replace(courier(world), poster=gate).deliver())
    await gate.waits.wait()
    world.sandbox.core.day.move(days=1)
    gate.opens.set()
    assert await late == expected
    await assert_once(world, expected)


async def test_a_call_is_given_up_while_the_claim_is_good_and_its_message_found_later(world: World) -> None:
    expected = await planned(world, DIGEST)
    world.sandbox.faults.slow("chat.postMessage", seconds=0.4)
    hasty = replace(courier(world), poster=replace(courier(world).poster, patience=0.1))
    assert await hasty.deliver() == 0
    assert {(alert.status, alert.in_doubt, alert.last_error) for alert in await stored(world)} == {
        ("waiting", True, "TimeoutError")
    }
    await seen(world, lambda: len(texts(world)) == 1)
    await next_day(world)
    await assert_once(world, expected)


async def test_a_digest_that_did_not_leave_comes_back_as_one(world: World) -> None:
    expected = await planned(world, DIGEST)
    world.sandbox.faults.fail("chat.postMessage", status=502)
    assert await courier(world).deliver() == 0
    assert len({alert.not_before for alert in await stored(world)}) == 1
    await next_day(world)
    await assert_once(world, expected)
    assert len(texts(world)) == 1


async def test_what_slack_will_never_take_holds_up_no_other(world: World) -> None:
    await planned(world, SINGLES)
    world.sandbox.faults.fail("chat.postMessage", error="invalid_blocks")
    assert await courier(world).deliver() == 2
    assert sorted(alert.status for alert in await stored(world)) == ["failed", "sent", "sent"]


async def test_a_message_that_cannot_be_drawn_holds_up_no_other_and_waits(world: World) -> None:
    expected = await planned(world, SINGLES)
    broken: list[object] = []

    def draw(desk: object, bundle: object, part: object) -> object:
        if not broken:
            broken.append(bundle)
            raise LookupError("no such plan")
        return courier(world).draw(desk, bundle, part)  # type: ignore[arg-type]

    assert await replace(courier(world), draw=draw).deliver() == 2  # type: ignore[arg-type]
    assert sorted(alert.status for alert in await stored(world)) == ["sent", "sent", "waiting"]
    await next_day(world)
    await assert_once(world, expected)


async def test_to_be_told_to_wait_is_no_reason_to_give_up(world: World) -> None:
    expected = await planned(world, DIGEST)
    async with world.bot.desk.store.write() as session:
        await session.execute(update(Alert).values(attempts=outbox.GIVE_UP_AFTER))
    world.sandbox.faults.fail("chat.postMessage", error="ratelimited")
    await courier(world).deliver()
    assert {alert.status for alert in await stored(world)} == {"waiting"}
    await next_day(world)
    await assert_once(world, expected)


class SecondPageRefused(Faults):
    """Slack allows one page of history; the next one only after a second."""

    def __init__(self) -> None:
        super().__init__()
        self.pages = 0

    def take(self, method: str) -> Fault | None:
        self.pages += method == "conversations.history"
        return Fault(method=method, error="ratelimited") if method != "chat.postMessage" and self.pages == 2 else None


async def test_history_is_read_to_its_end_even_when_slack_allows_a_page_at_a_time(world: World) -> None:
    expected = await planned(world, DIGEST)
    await killed(world, 1)
    channel = world.sandbox.workplace.channel("alerts-1")
    for number in range(1_100):
        post(world.sandbox.core, channel, world.person("Emma").user.id, Draft(text=f"Chat {number}"))
    world.sandbox.core.faults = pages = SecondPageRefused()
    world.sandbox.core.day.move(days=1)
    await courier(world).deliver()
    await assert_once(world, expected)
    assert pages.pages == 7


class TestAChannelThatIsLeft:
    """The partner's first channel has a message that nobody wrote down."""

    async def test_is_looked_into_when_the_partner_has_another_one_now(self, world: World) -> None:
        expected = await planned(world, DIGEST)
        await killed(world, 1)
        other = world.sandbox.workplace.add_channel("other", ["Emma"])
        await change_partner(world, alert_channel=other.id)
        await next_day(world)
        first = world.sandbox.workplace.channel("alerts-1").id
        assert [message.conversation for message in town.posted(world.sandbox)] == [first]
        assert {(alert.status, alert.channel) for alert in await stored(world)} == {("sent", first)}
        assert len(await stored(world)) == expected

    async def test_is_looked_into_once_the_bot_is_back(self, world: World) -> None:
        expected = await planned(world, DIGEST)
        await killed(world, 1)
        world.sandbox.workplace.remove_bot("alerts-1")
        await next_day(world)
        assert {(alert.status, alert.in_doubt) for alert in await stored(world)} == {("waiting", True)}
        world.sandbox.workplace.invite_bot("alerts-1")
        async with world.bot.desk.store.read() as session:
            health = (await session.scalars(select(ChannelHealth))).one()
        await channels.mended(world.bot.desk, health.workspace_id, health.channel)
        await courier(world).deliver()
        assert len(texts(world)) == 1
        assert {alert.status for alert in await stored(world)} == {"sent"}
        assert len(await stored(world)) == expected

    async def test_cannot_be_looked_into_any_more_so_the_alert_goes_to_the_new_one(self, world: World) -> None:
        await planned(world, DIGEST)
        await killed(world, 1)
        world.sandbox.workplace.remove_bot("alerts-1")
        other = world.sandbox.workplace.add_channel("other", ["Emma"])
        await change_partner(world, alert_channel=other.id)
        await next_day(world)
        assert {(alert.status, alert.channel) for alert in await stored(world)} == {("sent", other.id)}


async def test_two_couriers_at_once_send_each_alert_once(world: World) -> None:
    expected = await planned(world, [(2, "digest"), (4, "single"), (5, "digest")] * 6)
    sent = await asyncio.gather(*(courier(world).deliver() for _ in range(3)))
    assert sum(sent) == expected
    await assert_once(world, expected)


async def test_a_claim_is_renewed_only_when_it_is_about_to_end(world: World) -> None:
    await planned(world, DIGEST)
    desk = world.bot.desk
    claimed = await outbox.claim_alerts(desk, 1)
    first = claimed[0].lease_until
    assert await outbox.hold(desk, claimed) == claimed
    assert claimed[0].lease_until == first
    short = replace(desk, lease=timedelta(days=1))
    assert await outbox.hold(short, claimed) == claimed
    assert first is not None
    assert claimed[0].lease_until is not None
    assert claimed[0].lease_until - first > timedelta(hours=23)
    assert {alert.lease_until for alert in await stored(world)} == {claimed[0].lease_until}
