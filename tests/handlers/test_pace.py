"""Slack's limits are kept ahead of time, and used to the full."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest

from handlers import pace as paces
from handlers.pace import Pace

STEP_SECONDS = 1e-6
Result = TypeVar("Result")


class Hurry(selectors.DefaultSelector):
    """Waits for nothing: the time goes on by what would have been waited, and by a little for each step."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += max(timeout or 0.0, STEP_SECONDS)
        return super().select(0)


async def _times(pace: Pace, messages: int, channels: int) -> list[float]:
    """When each of the messages may leave; all channels want to send all the time."""
    times: list[float] = []

    async def send(channel: int) -> None:
        for _ in range(messages // channels):
            await pace.turn("T1", f"C{channel}")
            times.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(send(channel) for channel in range(channels)))
    return times


def _in_no_time(story: Callable[[], Awaitable[Result]]) -> Result:
    """What comes of a story whose waits are not waited for."""

    async def told() -> Result:
        return await story()

    hurry = Hurry()
    loop = asyncio.SelectorEventLoop(hurry)
    loop.time = lambda: hurry.now  # type: ignore[method-assign]
    try:
        return loop.run_until_complete(told())
    finally:
        loop.close()


async def _waits(pace: Pace, workspace: str, channel: str) -> float:
    """How long a message waits for its turn, in whole hundredths of a second."""
    begin = asyncio.get_running_loop().time()
    await pace.turn(workspace, channel)
    return round(asyncio.get_running_loop().time() - begin, 2)


@pytest.mark.parametrize("per_minute", [30.0, 300.0, 8_000.0])
def test_no_minute_takes_more_than_the_workspace_may_and_none_much_less(per_minute: float) -> None:
    times = _in_no_time(lambda: _times(Pace(1e6, per_minute), messages=round(per_minute) * 3, channels=10))
    in_a_minute = [sum(begin <= time < begin + 60 for time in times) for begin in (0.0, *times[:: len(times) // 40])]
    assert max(in_a_minute) <= per_minute
    whole = [count for begin, count in zip((0.0, *times[:: len(times) // 40]), in_a_minute, strict=True) if begin < 100]
    assert min(whole) >= 0.95 * per_minute


def test_a_channel_gets_one_a_second_and_holds_up_no_other() -> None:
    times = _in_no_time(lambda: _times(Pace(1.0, 60_000.0), messages=50, channels=5))
    assert times[-1] == pytest.approx(9.0, abs=0.1)
    assert all(sum(begin <= time < begin + 0.99 for time in times) <= 5 for begin in times)


def test_another_workspace_waits_for_nobody() -> None:
    async def story() -> list[float]:
        pace = Pace(1.0, 30.0)
        places = [("T1", "C1"), ("T2", "C1"), ("T2", "C2"), ("T1", "C2")]
        return await asyncio.gather(*(_waits(pace, *place) for place in places))

    evenly = round(60 / (0.97 * 30), 2)  # of the 30 a minute, three in a hundred are kept back
    assert _in_no_time(story) == [0.0, 0.0, evenly, evenly]


def test_a_channel_that_waits_takes_no_turn_of_its_workspace() -> None:
    async def story() -> float:
        pace = Pace(0.01, 60.0)
        await pace.turn("T1", "C1")
        crowd = [asyncio.create_task(pace.turn("T1", "C1")) for _ in range(20)]
        await asyncio.sleep(5)
        waited = await _waits(pace, "T1", "C2")
        for one in crowd:
            one.cancel()
        return waited

    assert _in_no_time(story) == 0.0


def test_a_workspace_with_next_to_no_messages_waits_no_longer_than_a_minute_for_one() -> None:
    async def story() -> list[float]:
        pace = Pace(1e6, 1.0)
        return [await _waits(pace, "T1", "C1") for _ in range(2)]

    assert _in_no_time(story) == [0.0, 60.0]


def test_after_a_pause_some_go_at_once() -> None:
    async def story() -> list[float]:
        pace = Pace(1e6, 600.0)
        return await asyncio.gather(*(_waits(pace, "T1", "C1") for _ in range(13)))

    waited = _in_no_time(story)
    assert waited[:12] == [0.0] * 12  # a fiftieth of the 600
    assert waited[12] > 0


def test_the_channel_that_has_been_silent_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paces, "MOST_CHANNELS", 2)

    async def story() -> list[float]:
        pace = Pace(0.1, 1e6)
        channels = ("C1", "C2", "C1", "C3", "C1", "C4", "C5", "C1")
        return [await _waits(pace, "T1", channel) for channel in channels]

    # C3 takes the place of C2, because C1 was heard of later; C4 and C5 take the others', and C1 begins anew.
    assert _in_no_time(story) == [0.0, 0.0, 10.0, 0.0, 10.0, 0.0, 0.0, 0.0]
