"""From which day on a renewal can be recorded, and how it is taken back (mission row 14)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programme import partnerships, plan_changes, renewals, undoing
from programme.desk import Desk
from programme.refusals import Refused
from programme.renewal_dates import MONTHS, renewal_after
from programme.renewals import recorded_from
from programme.taking_effect import take_effect
from storage.models import Customer, PlanChange
from tests.programme import house
from tests.programme.house import CATALOGUE, Clock
from tests.programme.plans import JUNE, RENEWAL, confirmed, now, state, subscriber, undoable, undone, wish
from tests.storage.rows import row

DAY = timedelta(days=1)
STARTS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@pytest.fixture
def clock() -> Clock:
    return Clock(JUNE)


@settings(max_examples=80)
@given(
    start=STARTS,
    term=st.sampled_from(sorted(MONTHS)),
    warned=st.lists(st.integers(0, 400), max_size=3),
    waits=st.lists(st.integers(0, 500), min_size=1, max_size=6),
)
@example(start=date(2026, 2, 1), term="monthly", warned=[30, 15], waits=[0, 0, 0])
@example(start=date(2026, 1, 31), term="yearly", warned=[400], waits=[0, 0, 0])
def test_a_renewal_waits_for_its_first_warning_and_never_leads_two_terms_ahead(
    start: date, term: str, warned: list[int], waits: list[int]
) -> None:
    """Renewals are recorded one after the other, each so many days after the last one, or as soon as it can be."""
    alerts = CATALOGUE.alerts.model_copy(update={"renewal": tuple(warned)})
    catalogue = CATALOGUE.model_copy(update={"alerts": alerts})
    day, renews_on = start, renewal_after(start, start, term)
    for waited in waits:
        customer = row(Customer, status="active", started_on=start, renews_on=renews_on, term=term)
        first_day = recorded_from(catalogue, customer, None)
        earliest = max([days for days in warned if term == "yearly" or days < 28], default=0)
        assert renews_on - earliest * DAY <= first_day <= renews_on
        day = max(day + waited * DAY, first_day)
        later = renewal_after(start, renews_on, term)
        assert renewal_after(start, day, term) >= renews_on or day >= renews_on
        renews_on = later


@pytest.mark.parametrize(("days", "is_early"), [(14, True), (15, False), (30, False), (99, False)])
async def test_it_is_refused_before_and_never_after(desk: Desk, clock: Clock, days: int, is_early: bool) -> None:
    admin, customer = await subscriber(desk, clock, days)
    if is_early:
        refused = await house.refusal(renewals.renew(desk, admin, customer, RENEWAL))
        assert (refused.reason, refused.facts["first_day"]) == ("renewal_too_early", RENEWAL - 15 * DAY)
        assert (await now(desk)).renews_on == RENEWAL
        return
    assert (await renewals.renew(desk, admin, customer, RENEWAL)).customer.renews_on == date(2026, 8, 1)
    if days < 45:
        assert await house.reason(renewals.renew(desk, admin, customer, date(2026, 8, 1))) == "renewal_too_early"


async def test_from_the_year_to_the_month_none_is_recorded_two_ahead(desk: Desk, clock: Clock) -> None:
    """The first month begins with the renewal, which is recorded ahead; the second one waits for that month."""
    admin, customer = await subscriber(desk, clock, 340, term="yearly")
    await confirmed(desk, admin, customer, wish(term="monthly"))
    assert (await renewals.renew(desk, admin, customer, date(2027, 6, 1))).customer.renews_on == RENEWAL.replace(2027)
    refused = await house.refusal(renewals.renew(desk, admin, customer, RENEWAL.replace(2027)))
    assert refused.facts["first_day"] == date(2027, 6, 16)


async def test_a_renewal_is_undone_to_the_cent_and_then_what_was_before_it(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish("professional", 12, "yearly"))
    await renewals.renew(desk, admin, customer, RENEWAL)
    rate = {"percent": "20", "valid_from": clock.moment.date().isoformat()}
    await partnerships.change_rate(desk, house.BEN, 1, rate)
    unsold = replace(desk, catalogue=desk.catalogue.model_copy(update={"plan": desk.catalogue.plan[:1]}))
    (what,) = await undoable(unsold, admin, customer)
    assert (what.change.kind, what.amounts.now) == ("renewal", -72_000)
    await undone(unsold, admin, customer)
    (told,) = await house.audited(desk, "renewal_undone")
    assert (told.before, (told.after or {})["renews_on"]) == ({"renews_on": "2027-07-01"}, "2026-07-01")
    assert ((told.after or {})["credit"], (told.after or {})["commission"]) == (72_000, -10_800)
    assert (await now(desk)).renews_on == RENEWAL
    assert [what.change.status for what in await undoable(desk, admin, customer)] == ["scheduled", "applied"]
    await undone(desk, admin, customer, nth=1)
    assert await state(desk) == ("standard", 12, "monthly")
    changes = await house.rows(desk, PlanChange)
    assert sum(change.charge - change.credit for change in changes) == 0
    assert sum(change.commission for change in changes) == 0


async def test_what_was_planned_for_the_new_term_is_undone_first(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    renewed = (await renewals.renew(desk, admin, customer, RENEWAL)).customer.renews_on
    assert renewed is not None
    await plan_changes.cancel(desk, admin, customer, renewed)
    assert [what.change.kind for what in await undoable(desk, admin, customer)] == ["cancel"]
    await undone(desk, admin, customer)
    await confirmed(desk, admin, customer, wish(licences=20))
    assert [what.change.kind for what in await undoable(desk, admin, customer)] == ["change"]
    await undone(desk, admin, customer)
    await undone(desk, admin, customer)
    assert (await now(desk)).renews_on == RENEWAL
    assert sum(change.charge - change.credit for change in await house.rows(desk, PlanChange)) == -3600 + 3600


@pytest.mark.parametrize(
    ("recorded", "undone_on", "is_possible"), [(20, 29, True), (20, 30, False), (40, 40, True), (40, 41, False)]
)
async def test_until_its_term_begins_or_on_the_day_itself(
    desk: Desk, clock: Clock, recorded: int, undone_on: int, is_possible: bool
) -> None:
    admin, customer = await subscriber(desk, clock, recorded)
    await renewals.renew(desk, admin, customer, RENEWAL)
    clock.moment = JUNE + undone_on * DAY
    assert len(await undoable(desk, admin, customer)) == int(is_possible)
    (renewal,) = await house.rows(desk, PlanChange)
    if not is_possible:
        with pytest.raises(Refused, match="nothing_to_undo"):
            await undoing.undo(desk, admin, customer, renewal.id, -3600)
        return
    ends = await house.at_once(undoing.undo(desk, admin, customer, renewal.id, -3600) for _ in range(4))
    assert (len(ends[0]), ends[1]) == (1, ["nothing_to_undo"] * 3)
    assert (await now(desk)).renews_on == RENEWAL
    await take_effect(desk)
    again = await renewals.renew(desk, admin, customer, RENEWAL)
    assert again.customer.renews_on == date(2026, 8, 1)
