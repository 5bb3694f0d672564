"""The scheduler. Every process may run it: the database, not the process, makes each thing happen once."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.assembly import Assembly

log = structlog.get_logger()

REVIEWERS_SECONDS = 600


@asynccontextmanager
async def scheduler(assembly: Assembly) -> AsyncIterator[None]:
    """Runs the jobs until the block ends: all at every tick, but for asking Slack who reviews, every ten minutes."""
    jobs = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    jobs.add_job(_guarded(assembly.tick), "interval", seconds=assembly.settings.tick_seconds)
    jobs.add_job(_guarded(assembly.house.reviewers.refresh), "interval", seconds=REVIEWERS_SECONDS)
    jobs.add_job(_guarded(assembly.look_after_domains), "interval", seconds=assembly.settings.tick_seconds)
    jobs.add_job(_guarded(assembly.carry_on_imports), "interval", seconds=assembly.settings.tick_seconds)
    jobs.start()
    await _guarded(assembly.house.reviewers.refresh)()
    try:
        yield
    finally:
        await assembly.house.courier.come_to_rest()
        jobs.shutdown(wait=False)  # ends at once what is being done still


def _guarded(job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """One failed round must not end the job; the next one tries again."""

    async def run() -> None:
        try:
            await job()
        except Exception:
            log.exception("job_failed", job=getattr(job, "__qualname__", str(job)))

    return run
