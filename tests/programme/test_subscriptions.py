"""Terms: when a subscription renews (mission row 14)."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from programme import renewals, subscriptions
from programme.pricing import Subscription, price
from programme.refusals import Refused
from programme.renewal_dates import MONTHS, renewal_after
from storage.models import Customer
from storage.store import Store
from tests.programme import house
from tests.programme.house import CATALOGUE
from tests.storage.rows import row

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
TERMS = st.sampled_from(sorted(MONTHS))
DAY = timedelta(days=1)


def is_renewal(day: date, start: date, term: str) -> bool:
    """Whether a day is a whole number of terms after the start: on its day of the month, or on a shorter month's last.

    Says in other words what renewal_after computes.
    """
    months = (day.year - start.year) * 12 + day.month - start.month
    last = monthrange(day.year, day.month)[1]
    return months > 0 and months % MONTHS[term] == 0 and day.day == min(start.day, last)


@settings(max_examples=300)
@given(start=DAYS, later=st.integers(-400, 2000), term=TERMS)
@example(start=date(2026, 1, 31), later=0, term="monthly")
@example(start=date(2024, 2, 29), later=365, term="yearly")
@example(start=date(2024, 2, 29), later=1461, term="yearly")
def test_the_first_renewal_after_a_day(start: date, later: int, term: str) -> None:
    day = start + later * DAY
    expected = day + DAY
    while not is_renewal(expected, start, term):
        expected += DAY
    assert renewal_after(start, day, term) == expected


@settings(max_examples=200)
@given(start=DAYS, term=TERMS, count=st.integers(1, 30))
def test_from_renewal_to_renewal_none_is_left_out(start: date, term: str, count: int) -> None:
    day = start
    for number in range(1, count + 1):
        day = renewal_after(start, day, term)
        months = (day.year - start.year) * 12 + day.month - start.month
        assert months == number * MONTHS[term]
        assert day.day == start.day or (day.day < start.day and (day + DAY).day == 1)


@settings(max_examples=100)
@given(start=DAYS, one=st.integers(0, 1500), other=st.integers(0, 1500), term=TERMS)
def test_a_later_day_never_renews_earlier(start: date, one: int, other: int, term: str) -> None:
    assume(one <= other)
    assert renewal_after(start, start + one * DAY, term) <= renewal_after(start, start + other * DAY, term)


def test_what_began_on_the_last_of_a_month() -> None:
    start, renewals = date(2023, 10, 31), [date(2023, 10, 31)]
    for _ in range(7):
        renewals.append(renewal_after(start, renewals[-1], "monthly"))
    assert [f"{day:%m-%d}" for day in renewals[1:]] == ["11-30", "12-31", "01-31", "02-29", "03-31", "04-30", "05-31"]


@pytest.mark.parametrize(("term", "cost"), [("monthly", 12 * 300), ("yearly", 12 * 3000)])
def test_the_price_of_a_term(term: str, cost: int) -> None:
    assert price(CATALOGUE, Subscription.of(row(Customer, term=term, licences=12))) == cost


async def test_a_subscription_from_its_start_through_its_renewals(store: Store) -> None:
    clock = house.Clock()
    clock.moment = clock.moment.replace(month=1, day=31)
    desk = house.make_desk(store, clock)
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin, term="monthly")
    with pytest.raises(Refused, match="not_subscribed"):
        await renewals.renew(desk, admin, customer.id, date(2026, 2, 28))
    first = (await subscriptions.subscribe(desk, admin, customer.id)).customer
    assert (first.status, first.started_on, first.renews_on) == ("active", date(2026, 1, 31), date(2026, 2, 28))
    with pytest.raises(Refused, match="already_subscribed"):
        await subscriptions.subscribe(desk, admin, customer.id)
    # Written down late, it goes on from its own date, not from today's.
    clock.moment += timedelta(days=70)
    second = (await renewals.renew(desk, admin, customer.id, date(2026, 2, 28))).customer
    assert second.renews_on == date(2026, 3, 31)
    with pytest.raises(Refused) as refused:
        await renewals.renew(desk, admin, customer.id, date(2026, 2, 28))
    assert (refused.value.reason, refused.value.facts["renews_on"]) == ("already_renewed", date(2026, 3, 31))
    (renewed,) = await house.audited(desk, "renewed")
    assert renewed.before == {"renews_on": "2026-02-28"}
    assert renewed.after == {
        "renews_on": "2026-03-31", "plan": "standard", "licences": 12, "term": "monthly", "charge": 3600,
        "commission": 540, "percent": "15",
    }  # fmt: skip


async def test_the_free_plan_may_be_left_for_a_subscription(store: Store) -> None:
    clock = house.Clock()
    desk = house.make_desk(store, clock)
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin)
    clock.moment += timedelta(days=100)
    assert (await subscriptions.subscribe(desk, admin, customer.id)).customer.renews_on == date(2028, 1, 9)


@pytest.mark.parametrize("said", [{"outlook": "leaves"}, {"snoozed_until": date(2026, 10, 5)}])
@pytest.mark.parametrize("acts", ["subscribe", "renew"])
async def test_what_was_said_of_one_date_is_no_word_on_the_next(
    store: Store, acts: str, said: dict[str, object]
) -> None:
    clock = house.Clock()
    desk = house.make_desk(store, clock)
    admin = await house.partner(desk)
    customer = (await subscriptions.subscribe(desk, admin, (await house.verified(desk, admin)).id)).customer
    before: dict[str, object] = {} if acts == "renew" else {"status": "trial", "started_on": None, "renews_on": None}
    async with store.write() as session:
        kept = await session.get_one(Customer, customer.id)
        for name, value in (said | before).items():
            setattr(kept, name, value)
    if acts == "subscribe":
        changed = (await subscriptions.subscribe(desk, admin, customer.id)).customer
    else:
        assert customer.renews_on is not None
        clock.moment += timedelta(days=340)
        changed = (await renewals.renew(desk, admin, customer.id, customer.renews_on)).customer
    assert (changed.status, changed.outlook, changed.snoozed_until) == ("active", None, None)
