"""When alerts are due: thresholds, mornings, weekends and quiet days (mission row 24). Pure rules, no database."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from programme.catalogue import AlertTerms
from storage.models import ALERT_KINDS, Partner
from storage.queries.alerts import SCHEDULE, Open, Schedule, Window

# Kinds that look back at a date instead of forward to it.
AFTERWARDS = ("ended", "overdue", "unverified", "broken")
# What is not so before the date has passed.
FROM_THE_DAY_AFTER = ("ended", "overdue")
# What happened longer ago than this is no news any more, not even after a long rest of the service.
NEWS_DAYS = 30
MOST_DAYS = 366
SATURDAY = 5


def schedule_of(partner: Partner) -> Schedule:
    return Schedule(*(getattr(partner, name) for name in SCHEDULE))


def days_of(terms: AlertTerms, alert_days: str) -> dict[str, tuple[int, ...]]:
    """The thresholds of each kind for a partner, in days: the catalogue's, with what the partner has changed.

    Args:
        alert_days: the partner's changes as JSON, kind → days; no days at all switch a kind off.
    """
    days: dict[str, tuple[int, ...]] = {kind: getattr(terms, kind) for kind in ALERT_KINDS}
    return days | {kind: tuple(own) for kind, own in json.loads(alert_days or "{}").items()}


def written_days(terms: AlertTerms, wanted: Mapping[str, Collection[int]]) -> str:
    """What a partner has changed of the catalogue's days, always written the same way; empty when nothing."""
    changed = {}
    for kind in ALERT_KINDS:
        days = sorted(set(wanted.get(kind, ())), reverse=True)
        if kind in wanted and set(days) != set(getattr(terms, kind)):
            changed[kind] = days
    return json.dumps(changed) if changed else ""


def windows(kind: str, days: Iterable[int], schedule: Schedule, today: date) -> list[Window]:
    """The dates for which an alert of a kind is due today.

    The most urgent threshold that has been reached counts, so that after days without a run one alert is due, not
    three: with 7, 3, 1 and 0, whatever ends in two or three days gets the alert of three days before.
    """
    soonest = 1 if kind in FROM_THE_DAY_AFTER else 0
    thresholds = sorted({max(number, soonest) for number in days})
    if kind in AFTERWARDS:
        return [] if is_quiet(schedule, today) else _looking_back(thresholds, schedule, today)
    ahead = _looking_ahead(thresholds, today)
    if not is_quiet(schedule, today):
        return ahead
    # On a quiet day only what the next working day would be too late for.
    last = next_working_day(schedule, today) - timedelta(days=1)
    return [_until(window, last) for window in ahead if window.earliest <= last]


def _looking_ahead(thresholds: list[int], today: date) -> list[Window]:
    reached, nearest = [], 0
    for days in thresholds:
        earliest, latest = today + timedelta(days=nearest), today + timedelta(days=days)
        reached.append(Window(today, days, earliest, latest))
        nearest = days + 1
    return reached


def _looking_back(thresholds: list[int], schedule: Schedule, today: date) -> list[Window]:
    news = NEWS_DAYS + _rest_before(schedule, today)
    until = [following - 1 for following in thresholds[1:]] + [last + news for last in thresholds[-1:]]
    return [
        Window(today, -days, today - timedelta(days=longest), today - timedelta(days=days))
        for days, longest in zip(thresholds, until, strict=True)
    ]


def _rest_before(schedule: Schedule, day: date) -> int:
    """How many quiet days have just gone by: what became due on them is still news."""
    rest = 0
    while rest < MOST_DAYS and is_quiet(schedule, day - timedelta(days=rest + 1)):
        rest += 1
    return rest


def _until(window: Window, last: date) -> Window:
    return Window(window.today, window.days_before, window.earliest, min(window.latest, last))


def is_quiet(schedule: Schedule, day: date) -> bool:
    """Whether a partner wants no alerts on a day."""
    is_weekend = schedule.skips_weekends and day.weekday() >= SATURDAY
    return is_weekend or day.isoformat() in schedule.quiet_days.split(",")


def next_working_day(schedule: Schedule, day: date) -> date:
    """The first day after `day` that is not quiet; a partner for whom every day is quiet is not spared for ever."""
    for later in range(1, MOST_DAYS):
        if not is_quiet(schedule, candidate := day + timedelta(days=later)):
            return candidate
    return day + timedelta(days=1)


def meant_for(kind: str, due_on: date, days_before: int, schedule: Schedule) -> date:
    """The day on which an alert should leave: for a quiet one the next working day, unless that is too late."""
    day = due_on - timedelta(days=days_before)
    if not is_quiet(schedule, day):
        return day
    working = next_working_day(schedule, day)
    return day if kind not in AFTERWARDS and working > due_on else working


def due_windows(
    kind: str, terms: AlertTerms, schedules: Collection[Schedule], now: datetime, on: date | None = None
) -> Open:
    """The windows of all partners whose morning has come.

    Args:
        now: an aware moment.
        on: take this date everywhere, whatever the hour.
    """
    # Many partners share a zone, and most have the catalogue's days and rest alike: their windows are the same.
    local_time = {zone: now.astimezone(ZoneInfo(zone)) for zone in {one.time_zone for one in schedules}}
    alike: dict[tuple[str, bool, str, date], list[Schedule]] = {}
    for one in schedules:
        local = local_time[one.time_zone]
        if on is not None or local.hour >= one.alert_hour:
            rest = (one.alert_days, one.skips_weekends, one.quiet_days, on or local.date())
            alike.setdefault(rest, []).append(one)
    found: dict[tuple[Window, ...], list[Schedule]] = {}
    for (alert_days, *_, today), those in alike.items():
        if due := tuple(windows(kind, days_of(terms, alert_days)[kind], those[0], today)):
            found.setdefault(due, []).extend(those)
    return found


def morning(schedule: Schedule, day: date) -> datetime:
    """The moment on a day when a partner's alerts may leave; aware."""
    return datetime(day.year, day.month, day.day, schedule.alert_hour, tzinfo=ZoneInfo(schedule.time_zone))
