"""Alerts (mission row 24): write down what is due, and read again what it is about before it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console
from programme.desk import Actor, Desk
from programme.schedule import due_windows, meant_for, schedule_of
from programme.subscriptions import is_ending
from programme.trials import status_on
from storage.base import is_id
from storage.models import ALERT_KINDS as KINDS
from storage.models import Alert, AuditRow, Customer, Partner, PlanChange
from storage.queries import alerts
from storage.queries.alerts import VERY_END_DAYS, Known

__all__ = ["KINDS", "DueAlert", "of_partner", "plan", "preview", "read_again"]

MOST_AT_ONCE = 100
# What gives an alert's date to the past, and the fact that says what the date was before.
ENDS = {"trial_extended": "ends_on", "renewed": "renews_on", "subscribed": None}
NO_HURRY = ("ended", "unverified")


@dataclass(frozen=True)
class DueAlert:
    """An alert with what it is about, read at the moment of sending.

    Args:
        pending: the change of the subscription that waits for the renewal.
        is_over: whether it stands in a channel, and its date is the customer's no more.
        since: what people have done about it since it left, each thing once, the earliest first.
    """

    alert: Alert
    customer: Customer
    partner: Partner
    today: date
    pending: PlanChange | None = None
    is_over: bool = False
    since: tuple[AuditRow, ...] = ()

    @property
    def days_left(self) -> int:
        """Days until the date; below zero once it has passed."""
        return (self.alert.due_on - self.today).days

    @property
    def is_end(self) -> bool:
        """Whether the subscription is cancelled, and ends on the day on which it would renew."""
        return self.alert.kind == "renewal" and is_ending(self.pending)

    @property
    def is_to_be_recorded(self) -> bool:
        """Whether it is about a renewal that has come, or comes tomorrow."""
        return self.alert.kind in ("renewal", "overdue") and not self.is_end and self.days_left <= VERY_END_DAYS

    @property
    def is_done(self) -> bool:
        """Whether somebody has seen to it."""
        return any(row.action in ENDS for row in self.since)

    @property
    def is_late(self) -> bool:
        """Whether it leaves, or left, after the day that it was meant for: nobody ran, or the channel was gone."""
        alert, zone = self.alert, ZoneInfo(self.partner.time_zone)
        meant = meant_for(alert.kind, alert.due_on, alert.days_before, schedule_of(self.partner))
        day_of_leaving = alert.sent_at.astimezone(zone).date() if alert.sent_at else self.today
        # Nobody is late for a customer who was not there yet.
        return day_of_leaving > max(meant, self.customer.added_on + timedelta(days=1))


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
    partners = await alerts.served(session)
    now = desk.clock.now()
    for kind in KINDS:
        if due := due_windows(kind, desk.catalogue.alerts, partners, now, on):
            planned += await alerts.plan(session, kind, due, partners, now)
    return planned


async def preview(desk: Desk, on: date | None = None) -> list[DueAlert]:
    """What `plan` and a delivery would send, with nothing written."""
    async with desk.store.write() as session:
        await _plan(session, desk, on)
        known = await alerts.known(session, await alerts.waiting_ids(session))
        session.expunge_all()  # a rollback empties what it still knows
        await session.rollback()
    due = _still_due(desk, _served(known), on)
    return [one for one in due if one.alert.planned_on <= one.today]


async def read_again(
    desk: Desk, claimed: Sequence[Alert], on: date | None = None
) -> tuple[list[DueAlert], list[Alert]]:
    """What alerts are about now.

    Returns: those that still are due, what comes first on top, and those that have become moot. What is in neither has
    lost its channel this very moment: it waits until there is another one.
    """
    async with desk.store.read() as session:
        known = await alerts.known(session, [alert.id for alert in claimed])
    due = _still_due(desk, _served(known), on)
    kept = {one.alert.id for one in due} | {row.alert.id for row in known if not _is_served(row.partner)}
    return due, [alert for alert in claimed if alert.id not in kept]


async def of_partner(desk: Desk, actor: Actor, alert_ids: object) -> list[DueAlert]:
    """Some alerts of the actor's own partner that are still true, whatever else was asked for.

    Who gets no alerts any more, such as a suspended partner, reads those that came before all the same.
    """
    wanted = [value for value in alert_ids if is_id(value)] if isinstance(alert_ids, list) else []
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        known = await alerts.known(session, wanted[:MOST_AT_ONCE])
    return _still_due(desk, [row for row in known if row.partner.id == partner.id], None)


def _is_served(partner: Partner) -> bool:
    return partner.alert_channel is not None and partner.status == "active"


def _served(known: Sequence[Known]) -> list[Known]:
    return [row for row in known if _is_served(row.partner)]


def _still_due(desk: Desk, known: Sequence[Known], on: date | None) -> list[DueAlert]:
    """What is so, on this day, in the order in which it wants to be read."""
    found = []
    for row in known:
        today = on or desk.clock.now().astimezone(ZoneInfo(row.partner.time_zone)).date()
        due = DueAlert(row.alert, row.customer, row.partner, today, row.pending)
        is_superseded = row.superseded_on is not None and row.superseded_on <= today
        if not is_superseded and _is_true(due):
            found.append(due)
    return by_urgency(found)


def by_urgency(found: Sequence[DueAlert]) -> list[DueAlert]:
    """In the order in which alerts want to be read."""
    return sorted(found, key=_urgency)


def _urgency(due: DueAlert) -> tuple[bool, date, int]:
    """What ends first comes first, after what is overdue or broken; what only wants to be known comes last."""
    return due.alert.kind in NO_HURRY, due.alert.due_on, due.alert.id


def _is_true(due: DueAlert) -> bool:
    """Whether what the alert says is so, on this day, and the partner still wants to hear of it."""
    customer, alert = due.customer, due.alert
    status = status_on(customer, due.today)
    match alert.kind:
        case "trial":
            return status == "trial" and customer.trial_ends_on == alert.due_on and _is_open(due)
        case "ended":
            return status == "free" and customer.trial_ends_on == alert.due_on
        case "renewal":
            return status == "active" and customer.renews_on == alert.due_on and _is_open(due)
        case "overdue":
            return status == "overdue" and customer.renews_on == alert.due_on and not is_ending(due.pending)
        case "unverified":
            return customer.verified_at is None and customer.left_on is None
    return customer.broken_on == alert.due_on


def _is_open(due: DueAlert) -> bool:
    """Whether nobody has put the question off or answered it; a reminder that was asked for comes all the same.

    Who has cancelled has answered it, too: the channel hears of that at the very end.
    """
    customer, alert = due.customer, due.alert
    if customer.snoozed_until is not None and customer.snoozed_until > due.today:
        return False
    is_asked_for = customer.snoozed_until == alert.planned_on
    is_answered = due.is_end or customer.outlook not in (None, "at_risk")
    return is_asked_for or not is_answered or alert.days_before <= VERY_END_DAYS
