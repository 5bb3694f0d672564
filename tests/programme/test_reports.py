"""Periods, and what renews in them (mission row 22)."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programme import plan_changes
from programme.refusals import Refused
from programme.reports import MOST_LINES, Period, after, read_period, renewals_report
from storage.models import Customer
from storage.store import Store
from tests.programme import house, plans
from tests.storage.rows import row

TODAY = date(2026, 10, 15)
DAYS = st.dates(date(2000, 1, 1), date(2999, 12, 31))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "name", "first", "last"),
    [
        ("2026-10", "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-2", "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2026-Q4 ", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-q1", "2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026", "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("", "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("   ", "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026Q4", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("T4 2026", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("Q4/2026", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("1er trimestre 2026", "2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("4. Quartal 2026", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2nd quarter 2026", "2026-Q2", date(2026, 4, 1), date(2026, 6, 30)),
        ("11/2026", "2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("novembre 2026", "2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("Nov 2026", "2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("décembre 2026", "2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("März 2026", "2026-03", date(2026, 3, 1), date(2026, 3, 31)),
        ("2999-12", "2999-12", date(2999, 12, 1), date(2999, 12, 31)),
    ],
)
def test_periods(typed: str, name: str, first: date, last: date) -> None:
    assert read_period(typed, TODAY) == Period(name, first, last)


@pytest.mark.parametrize(
    "typed",
    ["2026-13", "2026-0", "2026-00", "2026-Q5", "2026-Q0", "26-10", "1999", "3000", "2026-10-01", "October", "0000"],
)
def test_no_periods(typed: str) -> None:
    with pytest.raises(Refused, match="bad_period") as refused:
        read_period(typed, TODAY)
    assert refused.value.facts == {"month": "2026-10", "quarter": "2026-Q4", "year": "2026"}


@settings(max_examples=150)
@given(typed=st.one_of(st.text(max_size=12), st.from_regex(r"\s*\d{1,5}(-[Qq]?\d{0,3})?\s*", fullmatch=True)))
@example(typed="٢٠٢٦")
def test_whatever_is_typed_is_a_period_or_refused(typed: str) -> None:
    period = house.outcome(lambda: read_period(typed, TODAY))
    if isinstance(period, str):
        assert period == "bad_period"
        return
    assert 28 <= (period.last - period.first).days + 1 <= 366
    assert period.first.day == 1
    assert (period.last + DAY).day == 1
    assert read_period(period.name, TODAY) == period
    assert after(period).first == period.last + DAY
    assert len(after(period).name) == len(period.name)


@settings(max_examples=100)
@given(day=DAYS)
def test_every_day_lies_in_its_month_its_quarter_and_its_year(day: date) -> None:
    month, year = read_period(f"{day:%Y-%m}", TODAY), read_period(f"{day:%Y}", TODAY)
    assert month == read_period("", day)
    (quarter,) = [
        period for period in (read_period(f"{day:%Y}-Q{number}", TODAY) for number in (1, 2, 3, 4))
        if period.first <= day <= period.last
    ]  # fmt: skip
    assert year.first <= quarter.first <= month.first <= day <= month.last <= quarter.last <= year.last


async def test_what_renews_in_a_period(store: Store) -> None:
    desk = house.make_desk(store)
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    dates = [date(2026, 9, 30), date(2026, 10, 31), date(2026, 10, 1), date(2026, 11, 1)]
    await _subscribed(store, 1, dates)
    await _subscribed(store, 2, [date(2026, 10, 7)])
    await house.customer(desk, admin, domain="trial.example")
    report = await renewals_report(desk, admin, "2026-10")
    assert [(line[0].renews_on, line[2]) for line in report.lines] == [
        (date(2026, 10, 1), 36_000), (date(2026, 10, 31), 36_000),
    ]  # fmt: skip
    assert (report.count, report.total) == (2, 72_000)
    assert (await renewals_report(desk, other, "2026-Q4")).count == 1
    assert (await renewals_report(desk, admin, "2027")).lines == []


async def test_a_renewal_is_worth_what_will_be_renewed(store: Store) -> None:
    """What is planned for it counts, and who has cancelled to it does not renew."""
    desk = house.make_desk(store)
    admin = await house.partner(desk)
    await _subscribed(store, 1, [date(2026, 10, 7), date(2026, 10, 8), date(2026, 10, 9)])
    await plans.confirmed(desk, admin, 1001, plans.wish(licences=5, term="yearly"))
    await plan_changes.cancel(desk, admin, 1002, date(2026, 10, 9))
    report = await renewals_report(desk, admin, "2026-10")
    lines = [(customer.id, state.licences, price) for customer, state, price in report.lines]
    assert lines == [(1000, 12, 36_000), (1001, 5, 15_000)]
    assert (report.count, report.total) == (2, 51_000)


async def test_more_than_a_table_takes_is_counted_all_the_same(store: Store) -> None:
    desk = house.make_desk(store)
    admin = await house.partner(desk)
    await _subscribed(store, 1, [date(2026, 10, 7)] * (MOST_LINES + 21))
    report = await renewals_report(desk, admin, "")
    assert (len(report.lines), report.count, report.total) == (MOST_LINES, MOST_LINES + 21, (MOST_LINES + 21) * 36_000)


async def _subscribed(store: Store, partner_id: int, dates: list[date]) -> None:
    async with store.write() as session:
        for number, renews_on in enumerate(dates, start=partner_id * 1000):
            name = f"customer{number}.example"
            session.add(
                row(
                    Customer, id=number, partner_id=partner_id, domain=name, verification_token=f"v{number}",
                    status="active", started_on=date(2025, 1, 1), renews_on=renews_on, verified_at=house.Clock.moment,
                )
            )  # fmt: skip
