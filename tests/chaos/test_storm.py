"""Each alert arrives exactly once, whatever happens to Slack's answers and to the processes (mission row 24).

`make chaos` runs twenty seeds on each database; CHAOS_SEEDS says how many.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import pytest

from sandbox import Limits, Sandbox
from storage.store import Store
from tests.chaos import town
from tests.chaos.crew import Crew
from tests.chaos.storm import Storm

log = logging.getLogger(__name__)

SEEDS = int(os.environ.get("CHAOS_SEEDS", "1"))
ALERTS = sum(customers for customers, _ in town.PARTNERS)
LEASE_SECONDS = 2
STORMY_DAYS, MOST_CALM_DAYS, STRIKES = 2, 5, (1, 2)
# Messages that a stormy day lasts for; seconds that a day and a whole run may last on a machine that is busy otherwise.
POSTS, LONGEST_DAY, LONGEST_RUN = (30, 80), 25, 90
SETTINGS = {"TICK_SECONDS": "0.1", "LEASE_SECONDS": str(LEASE_SECONDS),
            "MESSAGES_PER_SECOND": "10", "MESSAGES_PER_MINUTE": "3600"}  # fmt: skip
# For two workers at their pace together.
LIMITS = Limits(messages_per_second=20, workspace_per_minute=7200, calls_per_minute={"conversations.history": 1200})


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
async def test_each_alert_arrives_once_in_a_storm(
    seed: int, address: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    random, store = Random(seed), Store(address)
    try:
        async with asyncio.timeout(LONGEST_RUN), Sandbox(limits=LIMITS) as sandbox:
            sandbox.core.day.move(days=1)  # to ten in the morning: no run lasts until midnight
            await town.build(store, sandbox, random.sample(town.PARTNERS, k=len(town.PARTNERS)))
            environment = sandbox.environment | SETTINGS | {"DATABASE_URL": address}
            crew = Crew(environment, tmp_path / "workers.log", random)
            storm = Storm(random, LEASE_SECONDS * 1.5, crew.strike)
            sandbox.core.faults = storm
            try:
                for _ in range(STORMY_DAYS):
                    await stormy_day(store, sandbox, storm, crew, random)
                await calm_days(store, sandbox, crew)
            finally:
                await crew.cut()
            wrongs = await town.wrongs(store, sandbox, ALERTS)
            wrongs += [str(refusal) for refusal in sandbox.refusals if refusal.error != "ratelimited"]
            figures = (len(list(town.posted(sandbox))), storm.injected.total(), crew.kills, len(wrongs))
            log.info("seed %s: %s messages, %s faults, %s kills, %s wrongs", seed, *figures)
            log.info("%s", dict(storm.injected))
    finally:
        await store.close()
    assert not wrongs, "\n".join([f"Again: CHAOS_SEEDS={seed} pytest '{request.node.nodeid}'", *wrongs])


async def stormy_day(store: Store, sandbox: Sandbox, storm: Storm, crew: Crew, random: Random) -> None:
    """Things go wrong with some of the calls; then the power is cut, and the workers come back the next morning."""
    last = random.randint(*POSTS)
    storm.begin(random.randint(*STRIKES))
    await crew.start()

    async def is_over() -> bool:
        return storm.posts >= last or not await town.has_work(store, sandbox.core.day.now())

    await until(is_over, LONGEST_DAY)
    await crew.cut()
    storm.end()
    # What Slack has taken, it does, whether who asked for it is gone or not.
    is_idle = sandbox.core.changes.wait_for(lambda: True if sandbox.core.calls_under_way == 0 else None, LONGEST_DAY)
    assert await is_idle
    sandbox.core.day.move(days=1)


async def calm_days(store: Store, sandbox: Sandbox, crew: Crew) -> None:
    """Nothing goes wrong any more but by a slow machine, until all that waited has arrived."""
    await crew.start()

    async def is_over() -> bool:
        return not await town.has_work(store, sandbox.core.day.now())

    for _ in range(MOST_CALM_DAYS):
        await until(is_over, LONGEST_DAY)
        if await town.is_settled(store):
            break
        sandbox.core.day.move(days=1)  # nobody holds anything now: what waits, waits for its next try
    await crew.stop()


async def until(is_so: Callable[[], Awaitable[bool]], within: float) -> None:
    """Asks again and again, because other processes do not tell; comes back in any case after some seconds."""
    end = asyncio.get_running_loop().time() + within
    while not await is_so() and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - nobody to set an event
        await asyncio.sleep(0.05)
