"""What falls due in a month, a quarter or a year (mission row 22)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from programme.access import require_console
from programme.clock import today
from programme.desk import Actor, Desk
from programme.pricing import State
from programme.refusals import Refused
from programme.subscriptions import next_term, renewal_price
from storage.models import Customer
from storage.queries import plan_changes

_PERIOD = re.compile(r"(\d{4})(?:-(?:(0?[1-9]|1[0-2])|[Qq]([1-4])))?")
MOST_LINES = 99  # Slack's table takes 100 rows, its heading included


@dataclass(frozen=True)
class Period:
    """A month, a quarter or a year, from its first to its last day.

    Args:
        name: `2026-10`, `2026-Q4` or `2026`.
    """

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Report:
    """The subscriptions that renew in a period.

    Args:
        lines: each customer with what it renews, which is what was planned for the renewal where something was, and the
            price of that; None for a plan that is not sold any more.
        total: what they cost together for their next term, in minor units of the catalogue's currency, all of them
            counted, also those beyond the lines shown.
        count: how many they are.
    """

    period: Period
    lines: list[tuple[Customer, State, int | None]]
    count: int
    total: int


def read_period(text: str, day: date) -> Period:
    """The period as typed; the month of `day` where nothing was typed. Raises Refused("bad_period")."""
    typed = text.strip() or f"{day:%Y-%m}"
    match = _PERIOD.fullmatch(typed)
    if match is None or not 2000 <= int(match[1]) <= 2999:
        raise Refused("bad_period")
    year = int(match[1])
    if match[2]:
        return _months(f"{year}-{int(match[2]):02}", year, int(match[2]), 1)
    if match[3]:
        return _months(f"{year}-Q{match[3]}", year, int(match[3]) * 3 - 2, 3)
    return _months(str(year), year, 1, 12)


def _months(name: str, year: int, month: int, length: int) -> Period:
    after = month - 1 + length
    return Period(name, date(year, month, 1), date(year + after // 12, after % 12 + 1, 1) - timedelta(days=1))


async def renewals_report(desk: Desk, actor: Actor, typed_period: str) -> Report:
    """The actor's partner's renewals of a period. Raises Refused with "no_partner", "no_console" or "bad_period"."""
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        period = read_period(typed_period, today(desk.clock, partner.time_zone))
        due = await plan_changes.renewing_between(session, partner.id, period.first, period.last)
    lines = [
        (customer, next_term(customer, pending)[0], renewal_price(desk.catalogue, customer, pending))
        for customer, pending in due
    ]
    return Report(period, lines[:MOST_LINES], len(lines), sum(price or 0 for _, _, price in lines))
