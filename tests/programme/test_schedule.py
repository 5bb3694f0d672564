"""When alerts are due: thresholds, mornings, weekends and quiet days, for any schedule (mission row 24)."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.reader import Reader
from handlers.settings_view import listed_days
from programme import schedule as rules
from programme.partner_settings import MOST_QUIET_DAYS, AlertSettings, read_settings
from programme.refusals import BadInput
from storage.models import ALERT_KINDS
from storage.queries.alerts import Schedule, Window
from tests.programme.house import CATALOGUE

DAY = date(2026, 10, 1)
TERMS = CATALOGUE.alerts
AHEAD = ("trial", "renewal")
NEWS = timedelta(days=30)
ANY_DAY = Schedule("UTC", 9, "", skips_weekends=False, quiet_days="")
# Daylight saving at midnight, at half an hour, in the other half of the year; and a day that was never there.
ZONES = (
    "Europe/Berlin", "America/New_York", "America/Santiago", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia",
)  # fmt: skip

thresholds = st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True)


def days(number: int) -> timedelta:
    return timedelta(days=number)


@st.composite
def any_schedule(draw: st.DrawFn, zones: Iterable[str] = ("UTC",)) -> Schedule:
    quiet = draw(st.sets(st.integers(-10, 70), max_size=12))
    run = draw(st.integers(0, 12))  # holidays come in a row
    start = draw(st.integers(-10, 60))
    dates = sorted({DAY + days(number) for number in quiet | set(range(start, start + run))})
    return Schedule(
        time_zone=draw(st.sampled_from(list(zones))),
        alert_hour=draw(st.integers(0, 23)),
        alert_days="",
        skips_weekends=draw(st.booleans()),
        quiet_days=",".join(day.isoformat() for day in dates),
    )


def hits(kind: str, wanted: Iterable[int], plan: Schedule, today: date, due_on: date) -> list[Window]:
    """The windows of a day that a date falls into."""
    return [w for w in rules.windows(kind, wanted, plan, today) if w.earliest <= due_on <= w.latest]


def told(kind: str, wanted: list[int], plan: Schedule, due_on: date, runs: Iterable[date]) -> dict[int, date]:
    """The alerts that a service writes which runs on some days: threshold → the day; each threshold is written once."""
    written: dict[int, date] = {}
    for today in runs:
        for window in hits(kind, wanted, plan, today, due_on):
            written.setdefault(window.days_before, today)
    return written


def around(due_on: date, before: int = 70, after: int = 160) -> list[date]:
    return [due_on + days(number) for number in range(-before, after)]


def is_off(plan: Schedule, day: date) -> bool:
    return (plan.skips_weekends and day.isoweekday() > 5) or day.isoformat() in plan.quiet_days


def signed(kind: str, wanted: Iterable[int]) -> list[int]:
    """The thresholds as alerts carry them: below zero after the date, and of some kinds from the day after on."""
    if kind in AHEAD:
        return sorted(wanted)
    soonest = 1 if kind in ("ended", "overdue") else 0
    return sorted({-max(number, soonest) for number in wanted})


class TestOneDay:
    @settings(max_examples=200)
    @given(kind=st.sampled_from(ALERT_KINDS), wanted=thresholds, plan=any_schedule(), ahead=st.integers(-80, 80))
    def test_a_date_falls_into_one_window_and_the_most_urgent_threshold_wins(
        self, kind: str, wanted: list[int], plan: Schedule, ahead: int
    ) -> None:
        found = hits(kind, wanted, plan, DAY, DAY + days(ahead))
        assert len(found) <= 1
        reached = [number for number in signed(kind, wanted) if number >= ahead]
        if found:
            assert found[0].days_before == min(reached)

    @settings(max_examples=200)
    @given(kind=st.sampled_from(AHEAD), wanted=thresholds, plan=any_schedule(), behind=st.integers(1, 400))
    def test_nothing_is_announced_once_it_has_passed(
        self, kind: str, wanted: list[int], plan: Schedule, behind: int
    ) -> None:
        assert hits(kind, wanted, plan, DAY, DAY - days(behind)) == []

    @pytest.mark.parametrize("kind", ALERT_KINDS)
    def test_a_kind_without_days_is_never_due(self, kind: str) -> None:
        assert rules.windows(kind, (), ANY_DAY, DAY) == []

    @pytest.mark.parametrize(("left", "threshold"), [(8, None), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 0)])
    def test_days_before_a_trial_ends(self, left: int, threshold: int | None) -> None:
        found = hits("trial", TERMS.trial, ANY_DAY, DAY, DAY + days(left))
        assert [window.days_before for window in found] == ([] if threshold is None else [threshold])

    @pytest.mark.parametrize("kind", ["ended", "overdue"])
    def test_the_day_itself_is_too_early_for_what_has_to_have_passed(self, kind: str) -> None:
        assert hits(kind, [0], ANY_DAY, DAY, DAY) == []
        assert [window.days_before for window in hits(kind, [0], ANY_DAY, DAY, DAY - days(1))] == [-1]


class TestDayByDay:
    @settings(max_examples=100)
    @given(kind=st.sampled_from(ALERT_KINDS), wanted=thresholds, due=st.integers(0, 40))
    def test_each_threshold_is_reached_once_and_on_its_day(self, kind: str, wanted: list[int], due: int) -> None:
        due_on = DAY + days(due)
        written = told(kind, wanted, ANY_DAY, due_on, around(due_on))
        assert written == {number: due_on - days(number) for number in signed(kind, wanted)}

    @settings(max_examples=200)
    @given(
        kind=st.sampled_from(ALERT_KINDS),
        wanted=thresholds,
        due=st.integers(0, 40),
        gaps=st.sets(st.integers(-70, 90), max_size=60),
    )
    def test_after_a_gap_only_the_most_urgent_comes(
        self, kind: str, wanted: list[int], due: int, gaps: set[int]
    ) -> None:
        due_on = DAY + days(due)
        runs = [day for day in around(due_on, after=91) if (day - due_on).days not in gaps]
        written = told(kind, wanted, ANY_DAY, due_on, runs)
        for number in signed(kind, wanted):
            ready = due_on - days(number)
            came = next((day for day in runs if day >= ready), None)
            is_last = number == min(signed(kind, wanted))
            still_good = came is not None and (came <= due_on if kind in AHEAD else not is_last or came <= ready + NEWS)
            overtaken = came is not None and any(ready < due_on - days(other) <= came for other in signed(kind, wanted))
            assert written.get(number) == (came if still_good and not overtaken else None)

    @settings(max_examples=200)
    @given(kind=st.sampled_from(AHEAD), wanted=thresholds, plan=any_schedule(), due=st.integers(0, 40))
    def test_quiet_days_put_off_what_can_wait(self, kind: str, wanted: list[int], plan: Schedule, due: int) -> None:
        due_on = DAY + days(due)
        written = told(kind, wanted, plan, due_on, around(due_on))
        assert max(written.values()) <= due_on
        working = [day for day in around(due_on) if not is_off(plan, day)]
        for day in written.values():
            later = next(other for other in working if other > day)
            assert not is_off(plan, day) or later > due_on, "it could have waited"
        for number in wanted:
            ready = due_on - days(number)
            meant = rules.meant_for(kind, due_on, number, plan)
            if number in written:
                assert written[number] == meant
            else:
                # Whatever does not come gave way to something more urgent, on the day it would have come.
                assert any(other < number and day == meant for other, day in written.items()), ready

    @settings(max_examples=200)
    @given(kind=st.sampled_from(rules.AFTERWARDS), wanted=thresholds, plan=any_schedule(), due=st.integers(0, 40))
    def test_what_looks_back_comes_on_working_days_only(
        self, kind: str, wanted: list[int], plan: Schedule, due: int
    ) -> None:
        due_on = DAY + days(due)
        written = told(kind, wanted, plan, due_on, around(due_on))
        assert [day for day in written.values() if is_off(plan, day)] == []
        last = min(signed(kind, wanted))
        assert written[last] == rules.meant_for(kind, due_on, last, plan)

    def test_the_longest_rest_loses_nothing(self) -> None:
        """More quiet days in a row than news lasts."""
        rest = ",".join((DAY + days(number)).isoformat() for number in range(MOST_QUIET_DAYS))
        plan = Schedule("UTC", 9, "", skips_weekends=True, quiet_days=rest)
        written = told("overdue", [3], plan, DAY, around(DAY))
        assert written == {-3: date(2027, 1, 11)}  # 9 January is a Saturday

    @pytest.mark.parametrize(("due", "comes"), [(4, 3), (5, 5)])
    def test_one_day_before_on_a_weekend(self, due: int, comes: int) -> None:
        """What ends on a Sunday is told on Saturday; what ends on a Monday, on Monday."""
        plan = Schedule("UTC", 9, "", skips_weekends=True, quiet_days="")
        due_on, expected = date(2026, 10, due), date(2026, 10, comes)
        assert told("trial", [1], plan, due_on, around(DAY)) == {1: expected}
        assert rules.meant_for("trial", due_on, 1, plan) == expected

    def test_a_weekend_and_a_holiday(self) -> None:
        """1 October 2026 is a Thursday."""
        plan = Schedule("UTC", 9, "", skips_weekends=True, quiet_days="2026-10-05")
        wanted = [7, 3, 1, 0]
        runs = around(DAY)
        friday, saturday, sunday, tuesday = (date(2026, 10, number) for number in (2, 3, 4, 6))
        assert told("trial", wanted, plan, friday, runs)[0] == friday
        assert told("trial", wanted, plan, saturday, runs) == {
            7: date(2026, 9, 28), 3: date(2026, 9, 30), 1: friday, 0: saturday,
        }  # fmt: skip
        assert told("trial", wanted, plan, sunday, runs) == {
            7: date(2026, 9, 28), 3: DAY, 1: saturday, 0: sunday,
        }  # fmt: skip
        assert told("trial", wanted, plan, tuesday, runs) == {7: date(2026, 9, 29), 0: tuesday}
        assert told("overdue", [3], plan, DAY, runs) == {-3: tuesday}


class TestMornings:
    @settings(max_examples=150)
    @given(
        plan=any_schedule(ZONES),
        start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    )
    def test_planning_every_quarter_of_an_hour(self, plan: Schedule, start: datetime) -> None:
        """On every day of the partner's the alerts are due from its hour on, the clocks changed or not."""
        zone, terms = ZoneInfo(plan.time_zone), TERMS
        begun: dict[date, datetime] = {}
        for quarter in range(3 * 96):
            now = start + timedelta(minutes=15 * quarter)
            for window in chain(*rules.due_windows("trial", terms, [plan], now)):
                assert window.today == now.astimezone(zone).date()
                begun.setdefault(window.today, now)
        for day, moment in list(begun.items())[1:]:
            morning = rules.morning(plan, day)
            assert morning.astimezone(zone).date() == day
            assert morning.astimezone(zone).hour >= plan.alert_hour
            assert morning <= moment < morning + timedelta(minutes=15)

    @pytest.mark.parametrize(
        ("zone", "day", "hour", "utc"),
        [
            ("Europe/Berlin", date(2026, 3, 29), 2, (1, 0)),  # there is no two o'clock in this night
            ("Europe/Berlin", date(2026, 10, 25), 2, (0, 0)),  # there are two of them: the first
            ("Asia/Beirut", date(2026, 3, 29), 0, (22, 0)),  # the day begins at one
            ("Australia/Lord_Howe", date(2026, 10, 4), 2, (15, 30)),  # at half past two
        ],
    )
    def test_nights_in_which_the_clocks_change(self, zone: str, day: date, hour: int, utc: tuple[int, int]) -> None:
        plan = Schedule(zone, hour, "", skips_weekends=False, quiet_days="")
        moment = rules.morning(plan, day).astimezone(UTC)
        assert (moment.hour, moment.minute) == utc
        early, late = moment - timedelta(minutes=1), moment
        assert [w.today for w in chain(*rules.due_windows("ended", TERMS, [plan], early))] in ([], [day - days(1)])
        assert [w.today for w in chain(*rules.due_windows("ended", TERMS, [plan], late))] == [day]

    @settings(max_examples=100)
    @given(back=st.integers(1, 30), due=st.integers(0, 40), wanted=thresholds)
    def test_a_clock_that_jumps_back_makes_nothing_due_that_is_later(
        self, back: int, due: int, wanted: list[int]
    ) -> None:
        due_on = DAY + days(due)
        now, then = (
            hits("trial", wanted, ANY_DAY, DAY, due_on),
            hits("trial", wanted, ANY_DAY, DAY - days(back), due_on),
        )
        assert not now or not then or then[0].days_before >= now[0].days_before

    def test_a_date_that_is_given_counts_everywhere_whatever_the_hour(self) -> None:
        plans = [Schedule(zone, 23, "", skips_weekends=False, quiet_days="") for zone in ZONES]
        now = datetime(2026, 10, 1, 0, 0, tzinfo=UTC)
        found = rules.due_windows("ended", TERMS, plans, now, date(2027, 2, 1))
        assert {window.today for window in chain(*found)} == {date(2027, 2, 1)}
        assert [plan for those in found.values() for plan in those] == plans


@st.composite
def own_days(draw: st.DrawFn) -> dict[str, list[int]]:
    kinds = draw(st.sets(st.sampled_from(ALERT_KINDS)))
    return {kind: draw(st.lists(st.integers(0, 366), max_size=8)) for kind in kinds}


class TestOwnDays:
    @settings(max_examples=150)
    @given(wanted=own_days())
    def test_what_was_written_is_read_again(self, wanted: dict[str, list[int]]) -> None:
        found = rules.days_of(TERMS, rules.written_days(TERMS, wanted))
        for kind in ALERT_KINDS:
            assert set(found[kind]) == set(wanted.get(kind, getattr(TERMS, kind)))

    @settings(max_examples=50)
    @given(wanted=own_days())
    def test_the_same_wish_is_the_same_text(self, wanted: dict[str, list[int]]) -> None:
        other = {kind: [*reversed(numbers), *numbers] for kind, numbers in reversed(wanted.items())}
        assert rules.written_days(TERMS, other) == rules.written_days(TERMS, wanted)

    def test_the_catalogues_own_days_are_no_change(self) -> None:
        assert rules.written_days(TERMS, {kind: getattr(TERMS, kind) for kind in ALERT_KINDS}) == ""

    def test_no_days_switch_a_kind_off(self) -> None:
        off = rules.written_days(TERMS, {"trial": []})
        assert rules.days_of(TERMS, off)["trial"] == ()
        assert rules.days_of(TERMS, off)["renewal"] == TERMS.renewal


FORM = {
    "channel": "C1", "hour": "9", "language": "en", "time_zone": "Europe/London", "form": "digest",
    "trial": "7, 3, 1, 0", "renewal": "30 15 7 1 0", "overdue": "3", "unverified": "3;10", "also": "ended,broken",
    "quiet_days": "",
}  # fmt: skip
fields = st.sampled_from(list(FORM))
typed_values = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789 ,;-²٣", max_size=2000),
    st.lists(st.integers(0, 10**6), max_size=60).map(lambda numbers: ", ".join(map(str, numbers))),
    st.lists(st.dates(), max_size=120).map(lambda dates: "; ".join(map(str, dates))),
    st.sampled_from([*FORM.values(), "23", "fr", "single", "weekends_off", "Europe/../../etc/passwd", "9" * 5000]),
)


class TestReading:
    @settings(max_examples=300)
    @given(
        changes=st.dictionaries(st.sampled_from(list(FORM)), typed_values), missing=st.sets(st.sampled_from(list(FORM)))
    )
    def test_whatever_is_typed_is_read_or_answered_at_its_field(
        self, changes: dict[str, str], missing: set[str]
    ) -> None:
        typed = {name: value for name, value in (FORM | changes).items() if name not in missing}
        wrong: dict[str, str] = {}
        try:
            fits(read_settings(TERMS, typed))
        except BadInput as bad:
            wrong = bad.fields
        assert set(wrong) <= missing | set(changes)

    def test_the_form_as_it_is_shown_changes_nothing(self) -> None:
        assert read_settings(TERMS, FORM) == AlertSettings("C1", 9, "en", "Europe/London")

    def test_a_kind_that_the_catalogue_leaves_out_can_be_ticked(self) -> None:
        without = TERMS.model_copy(update={"ended": ()})
        settled = read_settings(without, FORM)
        assert rules.windows("ended", rules.days_of(without, settled.alert_days)["ended"], ANY_DAY, DAY) != []

    @pytest.mark.parametrize("kind", ["trial", "renewal", "overdue", "unverified"])
    def test_an_empty_field_switches_its_kind_off(self, kind: str) -> None:
        settled = read_settings(TERMS, FORM | {kind: " "})
        assert json.loads(settled.alert_days) == {kind: []}

    @pytest.mark.parametrize(
        ("field", "value", "word"),
        [
            ("trial", "seven", "not_days"),
            ("trial", "-1", "not_days"),
            ("trial", "367", "not_days"),
            ("trial", "0000999999999", "not_days"),
            ("trial", "2.5", "not_days"),
            ("renewal", " ".join(map(str, range(21))), "too_long"),
            ("quiet_days", "24.12.", "not_dates"),
            ("quiet_days", "December 2026", "not_dates"),
            ("quiet_days", "24.12.2026 tomorrow", "not_dates"),
            ("quiet_days", "2026-02-30", "not_dates"),
            ("quiet_days", " ".join(str(DAY + days(number)) for number in range(101)), "too_long"),
            ("hour", "24", "not_offered"),
            ("time_zone", "Europe/Atlantis", "not_offered"),
            ("form", "", "not_offered"),
        ],
    )
    def test_what_will_not_do_is_answered_at_its_field(self, field: str, value: str, word: str) -> None:
        with pytest.raises(BadInput) as bad:
            read_settings(TERMS, FORM | {field: value})
        assert bad.value.fields == {field: word}

    @pytest.mark.parametrize(
        "typed",
        ["2026-12-24,2026-12-31", "31.12.2026; 24.12.2026", "24/12/2026 31/12/2026", "24 décembre 2026, 31 déc. 2026",
         "24. Dezember 2026\n31. Dez. 2026", "24 December 2026 31 Dec 2026 2026-12-24"],
    )  # fmt: skip
    def test_days_are_read_as_people_write_them(self, typed: str) -> None:
        assert read_settings(TERMS, FORM | {"quiet_days": typed}).quiet_days == "2026-12-24,2026-12-31"

    @given(quiet=st.sets(st.dates(DAY, DAY + days(2000)), max_size=5), language=st.sampled_from(["en", "fr", "de"]))
    def test_days_are_read_as_the_form_shows_them(self, quiet: set[date], language: str) -> None:
        kept = ",".join(str(day) for day in sorted(quiet))
        shown = listed_days(Reader(language), kept)
        assert read_settings(TERMS, FORM | {"quiet_days": shown}).quiet_days == kept

    def test_the_longest_settings_find_room_in_their_columns(self) -> None:
        numbers = " ".join(str(number) for number in range(347, 367))
        long = dict.fromkeys(("trial", "renewal", "overdue", "unverified"), numbers)
        quiet = ",".join(str(DAY + days(number)) for number in range(MOST_QUIET_DAYS))
        fits(read_settings(TERMS, FORM | long | {"quiet_days": quiet, "also": ""}))


def fits(settled: AlertSettings) -> None:
    """They can be kept, and planned with."""
    assert len(settled.alert_days) <= 1000
    assert len(settled.quiet_days) <= 2000
    plan = Schedule(
        settled.time_zone, settled.alert_hour, settled.alert_days, settled.skips_weekends, settled.quiet_days
    )
    now = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    for kind in ALERT_KINDS:
        rules.due_windows(kind, TERMS, [plan], now)
