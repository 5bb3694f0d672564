"""Trials: fifteen days, extended by fifteen more, sixty at most (mission row 21)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme import subscriptions, trials
from programme.catalogue import TrialTerms
from programme.refusals import Refused
from storage.models import Customer, TrialExtension
from storage.store import Store
from tests.programme import house
from tests.programme.house import CATALOGUE, Clock
from tests.storage.rows import row

START = date(2026, 10, 1)
TERMS = CATALOGUE.trial


def days(number: int) -> timedelta:
    return timedelta(days=number)


def customer(length: int = 15, **changes: object) -> Customer:
    made: Customer = row(Customer, trial_started_on=START, trial_ends_on=START + days(length), **changes)
    return made


@st.composite
def any_terms(draw: st.DrawFn) -> TrialTerms:
    first = draw(st.integers(1, 90))
    longest = draw(st.integers(first, 366))
    return TrialTerms(days=first, extension_days=draw(st.integers(1, 90)), longest_days=longest)


def extended(trial: Customer, today: date, terms: TrialTerms) -> bool:
    """Tries to extend; whether it worked."""
    end = house.outcome(lambda: trials.extended_end(trial, today, terms))
    if isinstance(end, str):
        assert end in ("trial_ended", "trial_at_longest")
        return False
    trial.trial_ends_on = end
    return True


class TestTheRule:
    @settings(max_examples=200)
    @given(terms=any_terms(), pauses=st.lists(st.integers(0, 40), max_size=30))
    def test_whoever_tries_whenever(self, terms: TrialTerms, pauses: list[int]) -> None:
        """A trial never shrinks, never exceeds its limit, and never comes back once it has ended."""
        trial, today = customer(terms.days), START
        for pause in pauses:
            today += days(pause)
            before, shown = trial.trial_ends_on, trials.trial_of(trial, today, terms)
            if extended(trial, today, terms):
                assert before < trial.trial_ends_on <= before + days(terms.extension_days)
                assert today <= before
                assert trial.trial_ends_on == shown.extended_end
            else:
                assert trial.trial_ends_on == before
                assert today > before or before == START + days(terms.longest_days)
            assert trial.trial_ends_on <= START + days(terms.longest_days)

    @settings(max_examples=50)
    @given(terms=any_terms())
    def test_who_asks_each_day_gets_the_longest_trial(self, terms: TrialTerms) -> None:
        trial, today = customer(terms.days), START
        while today <= trial.trial_ends_on:
            extended(trial, today, terms)
            today += days(1)
        assert trial.trial_ends_on == START + days(terms.longest_days)

    def test_as_the_vendor_says_it(self) -> None:
        trial, lengths = customer(), []
        while extended(trial, START + days(15), TERMS):
            lengths.append(trials.trial_of(trial, START, TERMS).length)
        assert (TERMS.days, lengths) == (15, [30, 45, 60])

    def test_the_last_extension_is_cut_at_the_limit(self) -> None:
        assert trials.extended_end(customer(50), START, TERMS) == START + days(60)

    @pytest.mark.parametrize(
        ("length", "day", "reason"), [(15, 15, None), (15, 16, "trial_ended"), (60, 60, "trial_at_longest")]
    )
    def test_the_days_at_the_edge(self, length: int, day: int, reason: str | None) -> None:
        trial = trials.trial_of(customer(length), START + days(day), TERMS)
        assert trial.can_be_extended == (reason is None)
        assert (trial.has_ended, trial.days_left) == (day > length, length - day)
        if reason is not None:
            with pytest.raises(Refused, match=reason):
                trials.extended_end(customer(length), START + days(day), TERMS)

    def test_a_subscription_has_no_trial_to_extend(self) -> None:
        with pytest.raises(Refused, match="not_on_trial"):
            trials.extended_end(customer(status="active", renews_on=date(2027, 10, 1)), START, TERMS)


@pytest.mark.parametrize(
    ("renews_on", "day", "status"),
    [
        (None, 15, "trial"),
        (None, 16, "free"),
        (START + days(40), 16, "active"),
        (START + days(40), 40, "active"),
        (START + days(40), 41, "overdue"),
    ],
)
def test_what_a_customer_is_on_a_day(renews_on: date | None, day: int, status: str) -> None:
    assert trials.status_on(customer(renews_on=renews_on), START + days(day)) == status


async def test_with_a_click_on_every_day(store: Store) -> None:
    """Through the use case, in the partner's time zone: it is yesterday there when the clock strikes in UTC."""
    clock = Clock()
    desk = house.make_desk(store, clock)
    admin = await house.partner(desk, time_zone="America/Los_Angeles")
    clock.moment = clock.moment.replace(hour=3)
    start = (await house.customer(desk, admin)).trial_started_on
    assert start == date(2026, 9, 30)
    ends: list[date] = []
    refused: list[str] = []
    for _ in range(70):
        (now,) = await house.rows(desk, Customer)
        found, why_not = await house.at_once([trials.extend_trial(desk, admin, now.domain, now.trial_ends_on)])
        ends += [one.customer.trial_ends_on for one in found]
        refused += why_not
        clock.moment += days(1)
    assert refused == ["trial_at_longest"] * 58 + ["trial_ended"] * 9
    assert [(end - start).days for end in ends] == [30, 45, 60]
    grown = await trials.extensions(desk, admin, 1)
    assert [extension.to_end for extension in grown] == ends
    assert [extension.from_end for extension in grown] == [start + days(15), *ends[:-1]]
    assert {extension.extended_by for extension in grown} == {"U1"}
    audited = await house.audited(desk, "trial_extended")
    assert [audit.after for audit in audited] == [{"ends_on": end.isoformat()} for end in ends]


async def test_the_last_day_is_the_partners(store: Store) -> None:
    """At 3:00 UTC of the sixteenth it is still the fifteenth in Los Angeles, and the trial not over."""
    clock = Clock()
    desk = house.make_desk(store, clock)
    admin = await house.partner(desk, time_zone="America/Los_Angeles")
    trial = await house.customer(desk, admin)
    clock.moment = clock.moment.replace(hour=3) + days(16)
    assert (await trials.may_extend(desk, admin, trial.id)).today == trial.trial_ends_on
    clock.moment = clock.moment.replace(hour=8)
    with pytest.raises(Refused, match="trial_ended"):
        await trials.may_extend(desk, admin, trial.id)


@pytest.mark.parametrize("times", [1, 3])
async def test_a_button_for_an_older_end_extends_nothing(store: Store, times: int) -> None:
    """And says where the end is now, also of a trial that could not be extended any more."""
    desk = house.make_desk(store)
    admin = await house.partner(desk)
    trial = await house.customer(desk, admin)
    end = trial.trial_ends_on
    for _ in range(times):
        end = (await trials.extend_trial(desk, admin, trial.id, end)).customer.trial_ends_on
    with pytest.raises(Refused) as refused:
        await trials.extend_trial(desk, admin, trial.id, trial.trial_ends_on)
    assert refused.value.reason == "already_extended"
    assert refused.value.facts["ends_on"] == end == trial.trial_ends_on + days(15 * times)
    assert len(await house.rows(desk, TrialExtension)) == times


async def test_a_subscription_ends_the_trial(store: Store) -> None:
    desk = house.make_desk(store)
    admin = await house.partner(desk)
    trial = await house.verified(desk, admin)
    await subscriptions.subscribe(desk, admin, trial.id)
    with pytest.raises(Refused, match="not_on_trial"):
        await trials.extend_trial(desk, admin, trial.id, trial.trial_ends_on)
