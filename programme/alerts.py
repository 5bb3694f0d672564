"""Warnings before a trial or a subscription runs out (mission row 24): when they are due, whether they still are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from programme.catalogue import AlertTerms
from programme.desk import Desk
from programme.trials import status_on
from storage.models import Alert, Customer, Partner
from storage.queries import alerts
from storage.queries.alerts import Window

KINDS = ("trial", "renewal")


@dataclass(frozen=True)
class DueAlert:
    """An alert with what it is about, read at the moment of sending."""

    alert: Alert
    customer: Customer
    partner: Partner
    today: date

    @property
    def days_left(self) -> int:
        return (self.alert.due_on - self.today).days


def windows(days_before: Iterable[int], time_zone: str, hour: int, today: date) -> list[Window]:
    """The dates for which an alert is due today.

    The most urgent threshold that has been reached counts, so that after days without a run one alert is due, not
    three: with 7, 3, 1 and 0, whatever ends in two or three days gets the alert of three days before.
    """
    reached: list[Window] = []
    nearest = 0
    for days in sorted(set(days_before)):
        earliest, latest = today + timedelta(days=nearest), today + timedelta(days=days)
        reached.append(Window(time_zone, hour, today, days, earliest, latest))
        nearest = days + 1
    return reached


def due_windows(
    terms: Iterable[int], mornings: Iterable[tuple[str, int]], now: datetime, on: date | None = None
) -> list[Window]:
    """The windows of all partners whose morning has come.

    Args:
        mornings: the partners' time zones (IANA) and alert hours.
        now: an aware moment.
        on: take this date everywhere, whatever the hour.
    """
    found: list[Window] = []
    for time_zone, hour in mornings:
        local = now.astimezone(ZoneInfo(time_zone))
        if on is not None or local.hour >= hour:
            found += windows(terms, time_zone, hour, on or local.date())
    return found


async def plan(desk: Desk, on: date | None = None) -> int:
    """Writes down every alert that is due and not written yet. Running it again changes nothing.

    Args:
        on: take this date everywhere, whatever the hour.
    Returns: how many were new.
    """
    async with desk.store.write() as session:
        return await _plan(session, desk, on)


async def _plan(session: AsyncSession, desk: Desk, on: date | None) -> int:
    planned = 0
    mornings = await alerts.mornings(session)
    for kind in KINDS:
        due = due_windows(_days(desk.catalogue.alerts, kind), mornings, desk.clock.now(), on)
        if due:
            planned += await alerts.plan(session, kind, due, desk.clock.now())
    return planned


async def preview(desk: Desk, on: date | None = None) -> list[DueAlert]:
    """What `plan` and a delivery would send, with nothing written."""
    async with desk.store.read() as session:
        await _plan(session, desk, on)
        waiting = await alerts.waiting(session)
        due = [_due(desk, *row, on) for row in waiting]
        await session.rollback()
    return [alert for alert in due if _still_true(alert)]


def _days(terms: AlertTerms, kind: str) -> tuple[int, ...]:
    return terms.trial if kind == "trial" else terms.renewal


async def read_again(desk: Desk, alert: Alert, on: date | None = None) -> DueAlert | None:
    """What an alert is about now; None when it has lost its reason since it was planned."""
    async with desk.store.read() as session:
        row = await alerts.with_customer(session, alert)
        if await alerts.is_superseded(session, alert):
            return None
    due = _due(desk, alert, *row, on)
    return due if _still_true(due) else None


def _due(desk: Desk, alert: Alert, customer: Customer, partner: Partner, on: date | None) -> DueAlert:
    today = on or desk.clock.now().astimezone(ZoneInfo(partner.time_zone)).date()
    return DueAlert(alert, customer, partner, today)


def _still_true(due: DueAlert) -> bool:
    customer, alert = due.customer, due.alert
    if due.partner.alert_channel is None or due.partner.status != "active":
        return False
    if alert.kind == "trial":
        return status_on(customer, due.today) == "trial" and customer.trial_ends_on == alert.due_on
    return status_on(customer, due.today) == "active" and customer.renews_on == alert.due_on
