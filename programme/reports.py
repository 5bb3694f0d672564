"""What falls due in a month, a quarter or a year (mission row 22)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from programme.access import require_console
from programme.clock import today
from programme.customer_meanings import days_of
from programme.desk import Actor, Desk
from programme.pricing import Subscription
from programme.refusals import Refused
from programme.subscriptions import next_term, renewal_price
from storage.base import without_accents
from storage.models import Customer
from storage.queries import plan_changes

_YEAR = re.compile(r"(?P<year>\d{4})")
# `2026-Q4`; `T4 2026`; `4. Quartal 2026`.
_QUARTERS = (
    re.compile(r"(?P<year>\d{4})[ /-]?[qt](?P<quarter>[1-4])"),
    re.compile(r"[qt](?P<quarter>[1-4])[ /-]?(?P<year>\d{4})"),
    re.compile(r"(?P<quarter>[1-4])(?:\.|er|e|eme|st|nd|rd|th) (?:quarter|trimestre|quartal) (?P<year>\d{4})"),
)
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
    lines: list[tuple[Customer, Subscription, int | None]]
    count: int
    total: int


def read_period(text: str, day: date) -> Period:
    """The period as typed, in figures or in words of the three languages; the month of `day` where nothing was typed.

    Raises: Refused("bad_period"), with a month, a quarter and a year as they may be typed.
    """
    said = without_accents(text.strip()) or f"{day:%Y-%m}"
    period = _year(said) or _quarter(said) or _month(said)
    if period is None or not 2000 <= period.first.year <= 2999:
        month, year = _months(day.year, day.month, 1), _months(day.year, 1, 12)
        quarter = _months(day.year, (day.month - 1) // 3 * 3 + 1, 3)
        raise Refused("bad_period", month=month.name, quarter=quarter.name, year=year.name)
    return period


def _year(said: str) -> Period | None:
    match = _YEAR.fullmatch(said)
    return _months(int(match["year"]), 1, 12) if match and int(match["year"]) else None


def _quarter(said: str) -> Period | None:
    match = next(filter(None, (quarter.fullmatch(said) for quarter in _QUARTERS)), None)
    return _months(int(match["year"]), int(match["quarter"]) * 3 - 2, 3) if match and int(match["year"]) else None


def _month(said: str) -> Period | None:
    days = days_of(said)
    return _months(days[0].year, days[0].month, 1) if days and days[0] != days[1] else None


def after(period: Period) -> Period:
    """The next one of the same length."""
    first = period.last + timedelta(days=1)
    return _months(first.year, first.month, (first.month - period.first.month) % 12 or 12)


def _months(year: int, month: int, length: int) -> Period:
    names = {1: f"{year}-{month:02}", 3: f"{year}-Q{(month + 2) // 3}", 12: str(year)}
    end = month - 1 + length
    return Period(names[length], date(year, month, 1), date(year + end // 12, end % 12 + 1, 1) - timedelta(days=1))


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
