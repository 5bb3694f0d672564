"""Slack's limits are kept ahead of time, and used to the full."""

import asyncio
import selectors

import pytest

from handlers.pace import Pace

STEP_SECONDS = 1e-6


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


def _in_no_time(pace: Pace, messages: int, channels: int) -> list[float]:
    hurry = Hurry()
    loop = asyncio.SelectorEventLoop(hurry)
    loop.time = lambda: hurry.now  # type: ignore[method-assign]
    try:
        return loop.run_until_complete(_times(pace, messages, channels))
    finally:
        loop.close()


@pytest.mark.parametrize("per_minute", [30.0, 300.0, 8_000.0])
def test_no_minute_takes_more_than_the_workspace_may_and_none_much_less(per_minute: float) -> None:
    times = _in_no_time(Pace(1e6, per_minute), messages=round(per_minute) * 3, channels=10)
    in_a_minute = [sum(begin <= time < begin + 60 for time in times) for begin in (0.0, *times[:: len(times) // 40])]
    assert max(in_a_minute) <= per_minute
    whole = [count for begin, count in zip((0.0, *times[:: len(times) // 40]), in_a_minute, strict=True) if begin < 100]
    assert min(whole) >= 0.95 * per_minute


def test_a_channel_gets_one_a_second_and_holds_up_no_other() -> None:
    times = _in_no_time(Pace(1.0, 60_000.0), messages=50, channels=5)
    assert times[-1] == pytest.approx(9.0, abs=0.1)
    assert all(sum(begin <= time < begin + 0.99 for time in times) <= 5 for begin in times)
