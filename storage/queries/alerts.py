"""Alerts: written by one statement per kind, whatever the number of customers."""

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Boolean,
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    case,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.base import Instant
from storage.dialect import insert
from storage.models import Alert, Customer, Partner

# A warning that comes as early as the term began is none.
SHORTEST_MONTH = 28
# Whoever has said how it goes on is reminded only from so many days before on.
VERY_END_DAYS = 1
# SQLite takes 32,766 values in a statement, and a window is nine of them.
WINDOWS_AT_ONCE = 3_000


@dataclass(frozen=True)
class Schedule:
    """When partners want to be warned. Those with the same schedule are planned together."""

    time_zone: str
    alert_hour: int
    alert_days: str
    skips_weekends: bool
    quiet_days: str


SCHEDULE = {
    "time_zone": String,
    "alert_hour": Integer,
    "alert_days": String,
    "skips_weekends": Boolean,
    "quiet_days": String,
}


@dataclass(frozen=True)
class Window:
    """The dates for which an alert is due today, for the partners of one schedule.

    Args:
        days_before: the threshold that customers with a date from `earliest` to `latest`, both included, have reached;
            below zero for days after the date.
    """

    schedule: Schedule
    today: date
    days_before: int
    earliest: date
    latest: date


@dataclass(frozen=True)
class KindOfAlert:
    """What an alert of a kind is about.

    Args:
        day: the customer's date that it counts from.
        concerns: which customers it is for, given the window's columns.
    """

    day: InstrumentedAttribute[Any]
    concerns: Callable[[Any], list[ColumnElement[bool]]]


def _awake(window: Any) -> ColumnElement[bool]:
    return or_(Customer.snoozed_until.is_(None), Customer.snoozed_until <= window.today)


def _open_question(window: Any) -> ColumnElement[bool]:
    return or_(Customer.outlook.is_(None), Customer.outlook == "at_risk", window.days_before <= VERY_END_DAYS)


def _on_trial(window: Any) -> list[ColumnElement[bool]]:
    # Nobody needs a warning on the day they decided.
    begun = Customer.trial_started_on < window.today
    return [Customer.status == "trial", begun, _awake(window), _open_question(window)]


def _renewing(window: Any) -> list[ColumnElement[bool]]:
    begun = Customer.started_on < window.today
    early = or_(Customer.term == "yearly", window.days_before < SHORTEST_MONTH)
    return [Customer.renews_on.is_not(None), begun, early, _awake(window), _open_question(window)]


KINDS: dict[str, KindOfAlert] = {
    "trial": KindOfAlert(Customer.trial_ends_on, _on_trial),
    "ended": KindOfAlert(Customer.trial_ends_on, lambda _: [Customer.status == "trial"]),
    "renewal": KindOfAlert(Customer.renews_on, _renewing),
    "overdue": KindOfAlert(Customer.renews_on, lambda _: [Customer.renews_on.is_not(None)]),
    "unverified": KindOfAlert(Customer.added_on, lambda _: [Customer.verified_at.is_(None)]),
    "broken": KindOfAlert(Customer.broken_on, lambda _: [Customer.broken_on.is_not(None)]),
}

WRITTEN = (
    "partner_id",
    "customer_id",
    "kind",
    "due_on",
    "days_before",
    "planned_on",
    "status",
    "not_before",
    "attempts",
    "in_doubt",
)


async def schedules(session: AsyncSession) -> list[Schedule]:
    """The schedules that partners with an alert channel have."""
    columns = [getattr(Partner, name) for name in SCHEDULE]
    found = await session.execute(select(*columns).where(Partner.alert_channel.is_not(None)).distinct())
    return [Schedule(*row) for row in found]


async def plan(session: AsyncSession, kind: str, windows: Sequence[Window], now: datetime) -> int:
    """Writes an alert for each customer whose date falls into a window, unless it is written already.

    Args:
        kind: one of KINDS.
        windows: not empty.
        now: an aware moment; the alerts may leave from then on.
    Returns: how many were new.
    """
    planned = 0
    for start in range(0, len(windows), WINDOWS_AT_ONCE):
        due = _due(kind, windows[start : start + WINDOWS_AT_ONCE], now)
        statement = insert(session, Alert).from_select(list(WRITTEN), due).on_conflict_do_nothing()
        # Counted by what comes back: sqlite3 knows no row count of a statement that begins with WITH.
        planned += len((await session.execute(statement.returning(Alert.id))).all())
    return planned


def _due(kind: str, windows: Sequence[Window], now: datetime) -> Any:
    about, window = KINDS[kind], _table(windows)
    written = aliased(Alert)
    is_written = exists().where(
        written.customer_id == Customer.id,
        written.kind == kind,
        written.due_on == about.day,
        written.days_before == window.c.days_before,
    )
    return (
        select(
            Customer.partner_id, Customer.id, literal(kind), about.day, window.c.days_before, window.c.today,
            literal("waiting"), literal(now, Instant), literal(0), literal(False),
        )
        .join(Partner, Partner.id == Customer.partner_id)
        .join(window, and_(*(window.c[name] == getattr(Partner, name) for name in SCHEDULE)))
        .where(
            Partner.alert_channel.is_not(None),
            Partner.status == "active",
            about.day.between(window.c.earliest, window.c.latest),
            # The whole range once more, as plain values: so that the databases use the index of the day.
            about.day.between(min(w.earliest for w in windows), max(w.latest for w in windows)),
            *about.concerns(window.c),
            ~is_written,
        )
    )  # fmt: skip


def _table(windows: Sequence[Window]) -> CTE:
    """The windows as rows of a table."""
    names = SCHEDULE | {"today": Date, "days_before": Integer, "earliest": Date, "latest": Date}
    columns: list[Any] = [column(name, kind) for name, kind in names.items()]
    rows = [(*astuple(w.schedule), w.today, w.days_before, w.earliest, w.latest) for w in windows]
    return values(*columns).data(rows).cte("due_window")


@dataclass(frozen=True)
class Known:
    """An alert with what it is about, as that is now.

    Args:
        superseded_on: the first day on which a more urgent one of the same date takes its place; None for none.
    """

    alert: Alert
    customer: Customer
    partner: Partner
    superseded_on: date | None


async def known(session: AsyncSession, alert_ids: Sequence[int]) -> list[Known]:
    """Some alerts with their customers and partners, and whether a more urgent one of the same date has come since."""
    newer = aliased(Alert)
    # A reminder that somebody wants on a later day takes nobody's place before that day.
    since = case((newer.status == "waiting", newer.planned_on), else_=Alert.planned_on)
    superseded_on = (
        select(func.min(since))
        .where(
            newer.customer_id == Alert.customer_id,
            newer.kind == Alert.kind,
            newer.due_on == Alert.due_on,
            newer.days_before < Alert.days_before,
        )
        .scalar_subquery()
    )
    found = await session.execute(
        select(Alert, Customer, Partner, superseded_on)
        .join(Customer, (Customer.partner_id == Alert.partner_id) & (Customer.id == Alert.customer_id))
        .join(Partner, Partner.id == Alert.partner_id)
        .where(Alert.id.in_(alert_ids))
        .execution_options(populate_existing=True)
    )
    return [Known(*row) for row in found]


async def waiting_ids(session: AsyncSession) -> list[int]:
    """What is planned and has not left."""
    return list(await session.scalars(select(Alert.id).where(Alert.status.in_(("waiting", "claimed")))))


async def alert(session: AsyncSession, partner_id: int, alert_id: int) -> Alert | None:
    found = await session.scalars(select(Alert).where(Alert.partner_id == partner_id, Alert.id == alert_id))
    return found.first()


async def write_one(session: AsyncSession, like: Alert, due_on: date, on: date, not_before: datetime) -> None:
    """An alert such as another one, on a day that somebody chose; unless that one is written already."""
    values = {
        "partner_id": like.partner_id,
        "customer_id": like.customer_id,
        "kind": like.kind,
        "due_on": due_on,
        "days_before": (due_on - on).days,
        "planned_on": on,
        "status": "waiting",
        "not_before": not_before,
        "attempts": 0,
        "in_doubt": False,
    }
    await session.execute(insert(session, Alert).values(**values).on_conflict_do_nothing())
