"""Alerts: written by one statement per kind, whatever the number of customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CTE, Date, Integer, String, column, literal, or_, select, values
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Instant
from storage.dialect import insert
from storage.models import Alert, Customer, Partner

# A warning that comes as early as the term began is none.
SHORTEST_MONTH = 28


@dataclass(frozen=True)
class Window:
    """The dates for which an alert is due today, for the partners of one time zone and morning hour.

    A customer whose date lies from `earliest` to `latest`, both included, is `days_before` or fewer days away from it.
    """

    time_zone: str
    alert_hour: int
    today: date
    days_before: int
    earliest: date
    latest: date


async def mornings(session: AsyncSession) -> list[tuple[str, int]]:
    """The pairs of time zone and alert hour that partners have."""
    found = await session.execute(select(Partner.time_zone, Partner.alert_hour).distinct())
    return [(row[0], row[1]) for row in found]


async def plan(session: AsyncSession, kind: str, windows: Sequence[Window], now: datetime) -> int:
    """Writes an alert for each customer whose date falls into a window, unless it is written already.

    Args:
        kind: `trial` or `renewal`.
        windows: not empty.
        now: an aware moment; the alerts may leave from then on.
    Returns: how many were new.
    """
    window = _rows(windows)
    day = Customer.trial_ends_on if kind == "trial" else Customer.renews_on
    begun = Customer.trial_started_on if kind == "trial" else Customer.started_on
    due = (
        select(
            Customer.partner_id, Customer.id, literal(kind), day, window.c.days_before, window.c.today,
            literal("waiting"), literal(now, Instant), literal(0),
        )
        .join(Partner, Partner.id == Customer.partner_id)
        .join(window, (window.c.time_zone == Partner.time_zone) & (window.c.alert_hour == Partner.alert_hour))
        .where(
            Partner.alert_channel.is_not(None),
            Partner.status == "active",
            Customer.status == ("trial" if kind == "trial" else "active"),
            day.between(window.c.earliest, window.c.latest),
            begun < window.c.today,  # nobody needs a warning on the day they decided
            or_(literal(kind == "trial"), Customer.term == "yearly", window.c.days_before < SHORTEST_MONTH),
        )
    )  # fmt: skip
    columns = [
        "partner_id",
        "customer_id",
        "kind",
        "due_on",
        "days_before",
        "planned_on",
        "status",
        "not_before",
        "attempts",
    ]
    statement = insert(session, Alert).from_select(columns, due).on_conflict_do_nothing().returning(Alert.id)
    return len((await session.execute(statement)).all())


def _rows(windows: Sequence[Window]) -> CTE:
    return values(
        column("time_zone", String), column("alert_hour", Integer), column("today", Date),
        column("days_before", Integer), column("earliest", Date), column("latest", Date),
    ).data(
        [(w.time_zone, w.alert_hour, w.today, w.days_before, w.earliest, w.latest) for w in windows]
    ).cte("due_window")  # fmt: skip


async def is_superseded(session: AsyncSession, alert: Alert) -> bool:
    """Whether a more urgent alert about the same date has been written since."""
    found = await session.scalars(
        select(Alert.id).where(
            Alert.customer_id == alert.customer_id,
            Alert.kind == alert.kind,
            Alert.due_on == alert.due_on,
            Alert.days_before < alert.days_before,
        )
    )
    return found.first() is not None


async def with_customer(session: AsyncSession, alert: Alert) -> tuple[Customer, Partner]:
    """The customer and the partner that an alert is about, as they are now."""
    found = await session.execute(
        select(Customer, Partner)
        .join(Partner, Partner.id == Customer.partner_id)
        .where(Customer.partner_id == alert.partner_id, Customer.id == alert.customer_id)
    )
    row = found.one()
    return row[0], row[1]


async def waiting(session: AsyncSession) -> list[tuple[Alert, Customer, Partner]]:
    """What is planned and has not left, with what it is about."""
    found = await session.execute(
        select(Alert, Customer, Partner)
        .join(Customer, (Customer.partner_id == Alert.partner_id) & (Customer.id == Alert.customer_id))
        .join(Partner, Partner.id == Alert.partner_id)
        .where(Alert.status.in_(("waiting", "claimed")))
        .order_by(Alert.id)
    )
    return [(row[0], row[1], row[2]) for row in found]
