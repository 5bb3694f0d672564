"""Planning one morning, beside the bare SQL that finds and writes the same rows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from benchmarks.kit import customers as made
from benchmarks.kit.bare import Bare, Row
from programme import alerts
from programme.catalogue import load_catalogue
from programme.clock import FixedClock
from programme.desk import Desk
from programme.dns import Dns
from storage.models import Application, Customer, Partner
from storage.store import Store

# Nobody is asked.
NO_NAME_SERVER = [("127.0.0.1", 9)]
# The mornings on which the service ran before: most of what is near has been warned of already.
MORNINGS_BEFORE = (21, 7, 1)
TODAYS = f"planned_on >= '{made.TODAY}'"


@dataclass
class Times:
    """Seconds of each repetition."""

    find: list[float] = field(default_factory=list)
    write: list[float] = field(default_factory=list)
    plan: list[float] = field(default_factory=list)


@dataclass
class Planned:
    """What was measured.

    Args:
        first: the first round of the morning; `again`: a later one, with nothing new.
        written: the alerts of the mornings before; `due`: those of this one.
    """

    schedules: int = 0
    written: int = 0
    due: int = 0
    first: Times = field(default_factory=Times)
    again: Times = field(default_factory=Times)


def fill(address: str, customers: int, partners: int) -> None:
    """Customers and partners, as they are before any alert."""
    made.fill(
        Store(address),
        {
            Application: map(made.application, range(1, partners + 1)),
            Partner: made.partners(partners),
            Customer: made.customers(customers, partners),
        },
    )


async def measure(address: str, repetitions: int) -> Planned:
    """Plans the same morning again and again, in turn with the bare SQL. Leaves it unplanned."""
    store, bare, result = Store(address), Bare(address), Planned()
    janitor = Bare(address)  # a third one, so that what the two have in their caches is of the same use to both
    desk = Desk(store, FixedClock(made.NOW), load_catalogue(), Dns(NO_NAME_SERVER))
    try:
        for days in MORNINGS_BEFORE:
            await alerts.plan(desk, made.TODAY - timedelta(days=days))
        bare.run("UPDATE alert SET status = 'sent'")
        bare.run("VACUUM ANALYZE alert" if not bare.is_sqlite else "PRAGMA wal_checkpoint(TRUNCATE)")
        result.written = bare.one("SELECT count(*) FROM alert")
        result.schedules = bare.one("SELECT count(*) FROM (SELECT DISTINCT time_zone, alert_hour, alert_days, "
                                    "skips_weekends, quiet_days FROM partner) own")  # fmt: skip
        await bare.learn(desk)
        result.due = await _check(desk, bare)
        _forget(janitor)
        for turn in range(repetitions):
            for name in _in_turn(turn):
                await _time(desk, bare, result.first, name)
                _forget(janitor)
        await alerts.plan(desk)
        for turn in range(repetitions):
            for name in _in_turn(turn):
                await _time(desk, bare, result.again, name)
        _forget(janitor)
    finally:
        janitor.close()
        bare.close()
        await store.close()
    return result


async def _check(desk: Desk, bare: Bare) -> int:
    """Both must find the same rows."""
    expected = {_key(row) for row in bare.find()}
    planned = await alerts.plan(desk)
    question = "SELECT partner_id, customer_id, kind, due_on, days_before FROM alert WHERE " + TODAYS
    found = {_key(row) for row in bare.all(question)}
    assert found == expected, f"planned {len(found)}, the bare SQL finds {len(expected)}"
    assert planned == len(expected)
    return planned


def _key(row: Row) -> Row:
    return tuple(str(value) for value in row[:5])


def _in_turn(turn: int) -> Iterator[str]:
    """Each comes first as often as the others."""
    names = ("find", "write", "plan")
    return (names[(turn + place) % len(names)] for place in range(len(names)))


async def _time(desk: Desk, bare: Bare, times: Times, name: str) -> None:
    began = time.perf_counter()
    if name == "plan":
        await alerts.plan(desk)
    else:
        getattr(bare, name)()
    getattr(times, name).append(time.perf_counter() - began)


def _forget(janitor: Bare) -> None:
    """Before the morning."""
    janitor.run("DELETE FROM alert WHERE " + TODAYS)
    janitor.tidy()
