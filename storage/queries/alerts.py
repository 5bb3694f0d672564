"""Alerts: written by one statement per kind, whatever the number of customers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Select, case, exists, func, literal, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.base import Instant
from storage.dialect import among, insert
from storage.models import Alert, Customer, Partner, PlanChange
from storage.queries.customers import LISTED
from storage.queries.plan_changes import waits_for

# A warning that comes as early as the term began is none.
SHORTEST_MONTH = 28
# Whoever has said how it goes on is reminded only from so many days before on.
VERY_END_DAYS = 1
# SQLite joins up to 500 SELECTs into one.
GROUPS_AT_ONCE = 100


@dataclass(frozen=True)
class Schedule:
    """When partners want to be warned."""

    time_zone: str
    alert_hour: int
    alert_days: str
    skips_weekends: bool
    quiet_days: str


SCHEDULE = tuple(field.name for field in fields(Schedule))


@dataclass(frozen=True)
class Window:
    """The dates for which an alert is due today.

    Args:
        days_before: the threshold that customers with a date from `earliest` to `latest`, both included, have reached;
            below zero for days after the date.
    """

    today: date
    days_before: int
    earliest: date
    latest: date


# The windows of a day, which follow each other without a gap, and the schedules for which they are open.
Open = Mapping[tuple[Window, ...], Sequence[Schedule]]


@dataclass(frozen=True)
class KindOfAlert:
    """What an alert of a kind is about.

    Args:
        day: the customer's date that it counts from.
        concerns: which customers it is for, given the partners' date and the number of days before.
    """

    day: InstrumentedAttribute[Any]
    concerns: Callable[[date, ColumnElement[int]], list[ColumnElement[bool]]]


def _awake(today: date) -> ColumnElement[bool]:
    return or_(Customer.snoozed_until.is_(None), Customer.snoozed_until <= today)


def _open_question(days_before: ColumnElement[int]) -> ColumnElement[bool]:
    return or_(Customer.outlook.is_(None), Customer.outlook == "at_risk", days_before <= VERY_END_DAYS)


def _on_trial(today: date, days_before: ColumnElement[int]) -> list[ColumnElement[bool]]:
    # Nobody needs a warning on the day they decided.
    begun = Customer.trial_started_on < today
    return [Customer.status == "trial", begun, _awake(today), _open_question(days_before)]


def _renewing(today: date, days_before: ColumnElement[int]) -> list[ColumnElement[bool]]:
    begun = Customer.started_on < today
    early = or_(Customer.term == "yearly", days_before < SHORTEST_MONTH)
    return [begun, early, _awake(today), _open_question(days_before)]


KINDS: dict[str, KindOfAlert] = {
    "trial": KindOfAlert(Customer.trial_ends_on, _on_trial),
    "ended": KindOfAlert(Customer.trial_ends_on, lambda *_: [Customer.status == "trial"]),
    "renewal": KindOfAlert(Customer.renews_on, _renewing),
    "overdue": KindOfAlert(Customer.renews_on, lambda *_: []),
    "unverified": KindOfAlert(Customer.added_on, lambda *_: [Customer.verified_at.is_(None), LISTED]),
    "broken": KindOfAlert(Customer.broken_on, lambda *_: [Customer.broken_on.is_not(None)]),
}

# An alert that is written already; made once, for SQLAlchemy takes its time over the columns of an alias.
WRITTEN = aliased(Alert)
COLUMNS = (
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


async def served(session: AsyncSession) -> dict[Schedule, list[int]]:
    """The active partners with an alert channel: their ids, by schedule."""
    schedule = [getattr(Partner, name) for name in SCHEDULE]
    found = await session.execute(
        select(Partner.id, *schedule).where(Partner.alert_channel.is_not(None), Partner.status == "active")
    )
    partners: dict[tuple[Any, ...], list[int]] = {}
    for partner_id, *own in found:
        partners.setdefault(tuple(own), []).append(partner_id)
    return {Schedule(*own): ids for own, ids in partners.items()}


async def plan(
    session: AsyncSession, kind: str, windows: Open, partners: Mapping[Schedule, Sequence[int]], now: datetime
) -> int:
    """Writes an alert for each customer whose date falls into a window, unless it is written already.

    Partners for whom the same days are due are planned together, each such group by a SELECT of its own: so the
    database sees how many partners and days it is about, and goes to those customers alone.

    Args:
        kind: one of KINDS.
        partners: as `served` found them.
        now: an aware moment; the alerts may leave from then on.
    Returns: how many were new.
    """
    due = []
    for days, schedules in windows.items():
        ids = [partner_id for schedule in schedules for partner_id in partners[schedule]]
        due.append(_due(session, kind, days, ids, now))
    written = 0
    for start in range(0, len(due), GROUPS_AT_ONCE):
        found = union_all(*due[start : start + GROUPS_AT_ONCE])
        statement = insert(session, Alert).from_select(list(COLUMNS), found).on_conflict_do_nothing()
        result = await session.execute(statement, execution_options={"preserve_rowcount": True})
        written += cast(CursorResult[Any], result).rowcount
    return written


def _due(
    session: AsyncSession, kind: str, days: Sequence[Window], partner_ids: Sequence[int], now: datetime
) -> Select[Any]:
    about, today = KINDS[kind], days[0].today
    widest_first = sorted(days, key=lambda one: one.earliest - one.latest)
    days_before = case(*((about.day.between(one.earliest, one.latest), one.days_before) for one in widest_first))
    is_written = exists().where(
        WRITTEN.customer_id == Customer.id,
        WRITTEN.kind == kind,
        WRITTEN.due_on == about.day,
        WRITTEN.days_before == days_before,
    )
    return select(
        Customer.partner_id, Customer.id, literal(kind), about.day, days_before, literal(today),
        literal("waiting"), literal(now, Instant), literal(0), literal(False),
    ).where(
        among(session, Customer.partner_id, partner_ids),
        about.day.between(min(one.earliest for one in days), max(one.latest for one in days)),
        *about.concerns(today, days_before),
        ~is_written,
    )  # fmt: skip


@dataclass(frozen=True)
class Known:
    """An alert with what it is about, as that is now.

    Args:
        superseded_on: the first day on which a more urgent one of the same date takes its place; None for none.
        pending: the change of the subscription that waits for the renewal.
    """

    alert: Alert
    customer: Customer
    partner: Partner
    superseded_on: date | None
    pending: PlanChange | None


async def known(session: AsyncSession, alert_ids: Sequence[int]) -> list[Known]:
    """Some alerts with all that they are about, and whether a more urgent one of the same date has come since."""
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
        select(Alert, Customer, Partner, superseded_on, PlanChange)
        .join(Customer, (Customer.partner_id == Alert.partner_id) & (Customer.id == Alert.customer_id))
        .join(Partner, Partner.id == Alert.partner_id)
        .outerjoin(PlanChange, waits_for(Customer))
        .where(among(session, Alert.id, alert_ids))
        .execution_options(populate_existing=True)
    )
    return [Known(*row) for row in found]


async def posted(session: AsyncSession, row: Customer, due_on: date) -> list[Alert]:
    """A customer's alerts of a date that stand in a channel, or are about to."""
    kinds = ("trial", "ended", "renewal", "overdue")
    found = await session.scalars(
        select(Alert).where(
            Alert.partner_id == row.partner_id, Alert.customer_id == row.id, Alert.kind.in_(kinds),
            Alert.due_on == due_on, or_(Alert.status.in_(("sent", "claimed")), Alert.in_doubt),
        ).order_by(Alert.id)
    )  # fmt: skip
    return list(found)


async def in_message(session: AsyncSession, partner_id: int, channel: str, ts: str) -> list[Known]:
    """The alerts that stand in one message."""
    together = select(Alert.id).where(Alert.partner_id == partner_id, Alert.ts == ts, Alert.channel == channel)
    return await known(session, list(await session.scalars(together)))


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


async def revive(session: AsyncSession, row: Customer, kinds: Sequence[str], due_on: date) -> None:
    """Lets alerts of a customer's date wait again that had lost their reason; what is not so is not sent even then."""
    await session.execute(
        update(Alert)
        .where(
            Alert.partner_id == row.partner_id,
            Alert.customer_id == row.id,
            Alert.kind.in_(kinds),
            Alert.due_on == due_on,
            Alert.status == "moot",
        )
        .values(status="waiting")
        .execution_options(synchronize_session=False)
    )
