"""How fast alerts are planned and delivered, and how much memory that takes: `python -m benchmarks.alerts`.

Planning is measured beside SQL written by hand that finds, and writes, the same rows in the same database, in turn with
it; delivery beside what the limits of the Slack it delivers to allow. Times on a machine that has other work to do say
little, ratios more. It measures, and fails for nothing that is merely slow.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.kit import delivery, planning
from benchmarks.kit.processes import bot, set_clock, slack
from tests.databases import PostgresTemplate, SqliteTemplate

ENGINES = ("sqlite", "postgresql")
# What is hoped for.
MOST_TIMES_BARE, LEAST_OF_LIMIT, MOST_TIMES_IDLE = 1.5, 0.95, 1.5
# Slack's own limits by the sandbox: a message a second in a channel, 600 a minute in all; both are multiplied alike.
SLACK_PER_MINUTE = 600


@dataclass(frozen=True)
class Place:
    """Where one engine's databases are made."""

    name: str
    new: Callable[[], str]
    folder: Path


@contextmanager
def places(engines: list[str]) -> Iterator[list[Place]]:
    with TemporaryDirectory(prefix="partner-desk-") as name:
        folder, found = Path(name), []
        if "sqlite" in engines:
            sqlite = SqliteTemplate(folder)
            asyncio.run(sqlite.prepare())
            found.append(Place("sqlite", sqlite.copy, folder))
        if "postgresql" not in engines:
            yield found
            return
        with TemporaryDirectory(prefix="partner-desk-pg-") as data:
            postgres = PostgresTemplate(Path(data))
            asyncio.run(postgres.prepare())
            try:
                yield [*found, Place("postgresql", postgres.copy, folder)]
            finally:
                postgres.stop()


def main() -> None:
    options = _options()
    with places(options.engines) as found:
        for place in found:
            _plan(place, options)
        for place in found:
            _deliver(place, options)


def _plan(place: Place, options: argparse.Namespace) -> None:
    customers, partners = options.customers, options.partners or max(1, options.customers // 100)
    address = place.new()
    print(f"\nPlanning on {place.name}: {customers:,} customers of {partners:,} partners", flush=True)
    planning.fill(address, customers, partners)
    result = asyncio.run(planning.measure(address, options.repetitions))
    print(
        f"  {result.schedules:,} different schedules; {result.written:,} alerts of earlier mornings; {result.due:,} due"
    )
    print(f"  medians of {options.repetitions}, each in turn (least to most)")
    _show("the first round of the morning", result.first)
    _show("a later round, nothing new", result.again)
    set_clock(place.folder)
    with slack() as one:
        idle, plan = (bot(task, address, one, place.folder)["megabytes"] for task in ("idle", "plan"))
    _show_memory("planning", plan, idle)


def _show(what: str, times: planning.Times) -> None:
    print(f"  {what}")
    for name, seconds in (("SELECT", times.find), ("INSERT … SELECT", times.write), ("ours", times.plan)):
        print(f"    {name:<16}{median(seconds):8.3f} s  ({min(seconds):.3f} to {max(seconds):.3f})")
    for name, bare in (("INSERT … SELECT", times.write), ("SELECT", times.find)):
        ratios = [ours / other for ours, other in zip(times.plan, bare, strict=True)]
        ratio = median(times.plan) / median(bare)
        wanted = f"; wanted: at most {MOST_TIMES_BARE}" if bare is times.write else ""
        print(f"    ours / {name:<16}{ratio:5.2f}  (turn by turn {min(ratios):.2f} to {max(ratios):.2f}{wanted})")


def _deliver(place: Place, options: argparse.Namespace) -> None:
    address, per_minute = place.new(), options.per_minute
    per_second = per_minute / SLACK_PER_MINUTE
    print(f"\nDelivery on {place.name}: {options.alerts:,} alerts, {options.channels:,} channels", flush=True)
    set_clock(place.folder)
    with slack(options.channels, per_second, per_minute) as one:
        delivery.fill(address, one, options.alerts)
        idle = bot("idle", address, one, place.folder)["megabytes"]
        result = delivery.deliver(address, one, per_second, per_minute, place.folder)
    scale = per_minute / SLACK_PER_MINUTE
    print(
        f"  limits: {per_second:.1f} a second in a channel, {per_minute:,} a minute in all ({scale:.1f} times Slack's)"
    )
    print(f"  {result.sent:,} messages in {result.seconds:.1f} s; in the steady state {result.rate:.1f} a second")
    share = result.rate / result.allowed
    print(f"  {share:.1%} of the {result.allowed:.1f} that the limit allows (wanted: at least {LEAST_OF_LIMIT:.0%})")
    print(f"  answers 429: {result.too_many}; other refusals: {result.refused}; limited by {result.limited_by}")
    print(f"  processor: bot {result.bot_busy:.0%}, sandbox {result.slack_busy:.0%} of one")
    _show_memory("delivery", result.megabytes, idle)


def _show_memory(what: str, megabytes: float, idle: float) -> None:
    ratio = megabytes / idle
    print(f"  peak memory of {what}: {megabytes:.0f} MB, of a bot at rest: {idle:.0f} MB;", end=" ")
    print(f"ratio {ratio:.2f} (wanted: under {MOST_TIMES_IDLE})", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.alerts", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--partners", type=int, help="a hundredth of the customers, if not given")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--alerts", type=int, default=10_000, help="to deliver")
    parser.add_argument("--channels", type=int, default=2_000, help="to deliver into")
    parser.add_argument("--per-minute", type=int, default=8_000, help="messages that the sandbox takes in a minute")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    return parser.parse_args()


if __name__ == "__main__":
    main()
