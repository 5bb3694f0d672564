"""When terms begin and end: all days are counted from the start of the subscription, in the partner's time zone."""

from calendar import monthrange
from datetime import date

MONTHS = {"monthly": 1, "yearly": 12}


def renewal_after(started_on: date, day: date, term: str) -> date:
    """The first renewal date after a day.

    Always counted from the start, so that what started on the 31st renews on each month's last day, and on the 31st
    again where there is one.

    Args:
        term: `monthly` or `yearly`.
    """
    step = MONTHS[term]
    terms = max(1, _months_between(started_on, day) // step)
    while (renewal := _months_later(started_on, terms * step)) <= day:
        terms += 1
    return renewal


def renewal_before(started_on: date, day: date, term: str) -> date:
    """The day on which the term began that a day lies in: the last renewal until then, or the start itself."""
    step = MONTHS[term]
    terms = max(0, _months_between(started_on, day) // step)
    began = _months_later(started_on, terms * step)
    return began if began <= day or terms == 0 else _months_later(started_on, (terms - 1) * step)


def _months_between(first: date, second: date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
