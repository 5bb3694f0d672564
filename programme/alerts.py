"""Alerts (mission row 24): write down what is due, and read again what it is about before it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console
from programme.desk import Actor, Desk
from programme.schedule import due_windows
from programme.trials import status_on
from storage.models import ALERT_KINDS as KINDS
from storage.models import Alert, Customer, Partner
from storage.queries import alerts
from storage.queries.alerts import Known

__all__ = ["KINDS", "DueAlert", "of_partner", "plan", "preview", "read_again"]

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class DueAlert:
    """An alert with what it is about, read at the moment of sending."""

    alert: Alert
    customer: Customer
    partner: Partner
    today: date

    @property
    def days_left(self) -> int:
        """Days until the date; below zero once it has passed."""
        return (self.alert.due_on - self.today).days

    @property
    def is_late(self) -> bool:
        """Whether it was planned after the day that it was meant for, because nobody ran that day."""
        return (self.alert.due_on - self.alert.planned_on).days < self.alert.days_before


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
    schedules = await alerts.schedules(session)
    now = desk.clock.now()
    for kind in KINDS:
        if due := due_windows(kind, desk.catalogue.alerts, schedules, now, on):
            planned += await alerts.plan(session, kind, due, now)
    return planned


async def preview(desk: Desk, on: date | None = None) -> list[DueAlert]:
    """What `plan` and a delivery would send, with nothing written."""
    async with desk.store.read() as session:
        await _plan(session, desk, on)
        known = await alerts.known(session, await alerts.waiting_ids(session))
        await session.rollback()
    return [due for row in known if (due := _still_due(desk, row, on))]


async def read_again(
    desk: Desk, claimed: Sequence[Alert], on: date | None = None
) -> tuple[list[DueAlert], list[Alert]]:
    """What alerts are about now: those that still are due, what comes first on top, and those that have become moot."""
    async with desk.store.read() as session:
        known = await alerts.known(session, [alert.id for alert in claimed])
    due = [found for row in known if (found := _still_due(desk, row, on))]
    still = {found.alert.id for found in due}
    return due, [alert for alert in claimed if alert.id not in still]


async def of_partner(desk: Desk, actor: Actor, alert_ids: object) -> list[DueAlert]:
    """Some alerts of the actor's own partner that are still true, whatever else was asked for."""
    wanted = [value for value in alert_ids if isinstance(value, int)] if isinstance(alert_ids, list) else []
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        known = await alerts.known(session, wanted[:MOST_AT_ONCE])
    return [due for row in known if row.partner.id == partner.id and (due := _still_due(desk, row, None))]


def _still_due(desk: Desk, known: Known, on: date | None) -> DueAlert | None:
    partner = known.partner
    today = on or desk.clock.now().astimezone(ZoneInfo(partner.time_zone)).date()
    due = DueAlert(known.alert, known.customer, partner, today)
    is_served = partner.alert_channel is not None and partner.status == "active"
    return due if is_served and not known.is_superseded and _is_true(due) else None


def _is_true(due: DueAlert) -> bool:
    """Whether what the alert says is so, on this day."""
    customer, alert, today = due.customer, due.alert, due.today
    status = status_on(customer, today)
    is_awake = customer.snoozed_until is None or customer.snoozed_until <= today
    match alert.kind:
        case "trial":
            return status == "trial" and customer.trial_ends_on == alert.due_on and is_awake
        case "ended":
            return status == "free" and customer.trial_ends_on == alert.due_on
        case "renewal":
            return status == "active" and customer.renews_on == alert.due_on and is_awake
        case "overdue":
            return status == "overdue" and customer.renews_on == alert.due_on
        case "unverified":
            return customer.verified_at is None
    return customer.broken_on == alert.due_on
