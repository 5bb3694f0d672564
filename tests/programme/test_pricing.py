"""Prices: no cent is created or lost, whatever changes when (mission row 14)."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programme.pricing import (
    Amounts,
    Subscription,
    at_once,
    change_amounts,
    commission,
    half_even,
    price,
    unused_terms,
)
from programme.renewal_dates import MONTHS, renewal_after, renewal_before
from tests.programme.house import CATALOGUE

DAY = timedelta(days=1)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
TERMS = st.sampled_from(sorted(MONTHS))
PRICES = st.integers(0, 10**9)
PLANS = [plan.id for plan in CATALOGUE.plan]


@st.composite
def states(draw: st.DrawFn) -> Subscription:
    return Subscription(draw(st.sampled_from(PLANS)), draw(st.integers(1, 1000)), draw(TERMS))


@st.composite
def changes_in_a_term(draw: st.DrawFn) -> tuple[date, str, list[tuple[int, int]]]:
    """A start, a term, and changes within its first term: on which day, to which price; the first is on day 0."""
    start, term = draw(DAYS), draw(TERMS)
    length = (renewal_after(start, start, term) - start).days
    days = sorted(draw(st.lists(st.integers(0, length - 1), max_size=12)))
    return start, term, [(day, draw(PRICES)) for day in [0, *days]]


@settings(max_examples=300)
@given(changes_in_a_term())
@example((date(2024, 2, 29), "yearly", [(0, 36_000), (1, 72_000), (1, 36_000), (365, 999)]))
@example((date(2026, 1, 31), "monthly", [(0, 3600), (13, 3601), (27, 1)]))
def test_changes_cost_the_days_of_each_state(told: tuple[date, str, list[tuple[int, int]]]) -> None:
    """Counted day by day, in other words than the rule: within half a cent for each line of the account."""
    start, term, changes = told
    renews_on = renewal_after(start, start, term)
    length = (renews_on - start).days
    (_, paid), *later = changes
    total, lines = Fraction(paid), 0
    for day, new in later:
        amounts = change_amounts(paid, new, unused_terms(start, term, renews_on, start + day * DAY))
        total += amounts.charge - amounts.credit
        lines += 2
        paid = new
    each_day = [next(cost for since, cost in reversed(changes) if since <= day) for day in range(length)]
    assert abs(total - sum(Fraction(cost, length) for cost in each_day)) <= Fraction(lines, 2)


@settings(max_examples=300)
@given(start=DAYS, term=TERMS, later=st.integers(0, 366), prices=st.lists(PRICES, min_size=2, max_size=8))
def test_there_and_back_on_one_day_costs_nothing(start: date, term: str, later: int, prices: list[int]) -> None:
    """Through however many states: what comes back to where it was leaves the amounts exactly as they were."""
    renews_on = renewal_after(start, start + later * DAY, term)
    unused = unused_terms(start, term, renews_on, start + later * DAY)
    way = [*prices, prices[0]]
    assert sum(change_amounts(old, new, unused).now for old, new in pairwise(way)) == 0
    there, back = change_amounts(prices[0], prices[1], unused), change_amounts(prices[1], prices[0], unused)
    assert (there.credit, there.charge) == (back.charge, back.credit)


@settings(max_examples=300)
@given(start=DAYS, term=TERMS, later=st.integers(0, 1500), ahead=st.integers(0, 3))
def test_what_is_left_is_counted_in_days(start: date, term: str, later: int, ahead: int) -> None:
    day = start + later * DAY
    renews_on, begins = renewal_after(start, day, term), renewal_before(start, day, term)
    assert begins <= day < renews_on
    assert renewal_after(start, begins, term) == renews_on
    expected = Fraction((renews_on - day).days, (renews_on - begins).days)
    for _ in range(ahead):  # renewed before its time
        renews_on = renewal_after(start, renews_on, term)
    assert unused_terms(start, term, renews_on, day) == expected + ahead
    assert unused_terms(start, term, renews_on, renews_on) == 0
    assert unused_terms(start, term, renews_on, renews_on + DAY) == 0


@pytest.mark.parametrize(
    ("started_on", "term", "day", "unused"),
    [
        (date(2026, 1, 31), "monthly", date(2026, 1, 31), Fraction(1)),
        (date(2026, 1, 31), "monthly", date(2026, 2, 28), Fraction(1)),
        (date(2026, 1, 31), "monthly", date(2026, 3, 30), Fraction(1, 31)),
        (date(2024, 2, 29), "yearly", date(2025, 2, 27), Fraction(1, 365)),
        (date(2024, 2, 29), "yearly", date(2027, 2, 28), Fraction(1)),
        (date(2027, 2, 28), "yearly", date(2028, 2, 27), Fraction(1, 365)),
        (date(2027, 3, 1), "yearly", date(2028, 2, 29), Fraction(1, 366)),
    ],
)
def test_short_months_and_leap_years(started_on: date, term: str, day: date, unused: Fraction) -> None:
    assert unused_terms(started_on, term, renewal_after(started_on, day, term), day) == unused


@pytest.mark.parametrize(
    ("amount", "rounded"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("2.51", 3), ("-0.5", 0), ("-1.5", -2), ("7", 7)]
)
def test_half_to_even(amount: str, rounded: int) -> None:
    assert half_even(Fraction(amount)) == rounded


@pytest.mark.parametrize(
    ("amount", "percent", "share"),
    [(36_000, "15", 5400), (10, "25", 2), (30, "25", 8), (333, "12.5", 42), (100, "0", 0), (7, "100", 7)],
)
def test_commission(amount: int, percent: str, share: int) -> None:
    assert commission(amount, Decimal(percent)) == share


def test_an_upgrade_in_the_middle_of_june() -> None:
    """Half of June is left: 12 licences at 3.00 were paid for, 12 at 6.00 are new."""
    unused = unused_terms(date(2026, 6, 1), "monthly", date(2026, 7, 1), date(2026, 6, 16))
    assert change_amounts(3600, 7200, unused) == Amounts(credit=1800, charge=3600)


@settings(max_examples=300)
@given(old=states(), wanted=states())
def test_nothing_is_paid_back_and_no_licence_waits(old: Subscription, wanted: Subscription) -> None:
    now = at_once(CATALOGUE, old, wanted)
    assert now.term == old.term
    assert price(CATALOGUE, now) >= price(CATALOGUE, old)
    assert now.licences >= min(wanted.licences, old.licences)
    if wanted.licences > old.licences:
        assert now.licences == wanted.licences
    assert at_once(CATALOGUE, now, wanted) == now


@pytest.mark.parametrize(
    ("old", "wanted", "now"),
    [
        (("standard", 12, "yearly"), ("professional", 12, "yearly"), ("professional", 12, "yearly")),
        (("standard", 12, "yearly"), ("standard", 13, "monthly"), ("standard", 13, "yearly")),
        (("standard", 12, "yearly"), ("standard", 11, "yearly"), ("standard", 12, "yearly")),
        (("standard", 12, "monthly"), ("standard", 12, "yearly"), ("standard", 12, "monthly")),
        (("professional", 5, "monthly"), ("standard", 6, "monthly"), ("professional", 6, "monthly")),
        (("standard", 10, "monthly"), ("professional", 5, "monthly"), ("professional", 5, "monthly")),
    ],
)
def test_what_begins_at_once(
    old: tuple[str, int, str], wanted: tuple[str, int, str], now: tuple[str, int, str]
) -> None:
    assert at_once(CATALOGUE, Subscription(*old), Subscription(*wanted)) == Subscription(*now)
