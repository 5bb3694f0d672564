"""Alerts as they stand in a channel: said on the day they left, and what has been done about them since."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from programme.alerts import ENDS, DueAlert, by_urgency
from programme.desk import Desk
from storage.models import Alert, AuditRow
from storage.queries import alerts, audit
from storage.queries.alerts import Known

TRIALS, RENEWALS = ("trial", "ended"), ("renewal", "overdue")
SAID = ("assigned", "outlook", "snoozed")


async def standing(desk: Desk, alert_id: int) -> tuple[Alert, list[DueAlert]] | None:
    """An alert, and all that stand in its message; none as long as it stands nowhere. None for one that is unknown."""
    async with desk.store.read() as session:
        alert = await session.get(Alert, alert_id)
        if alert is None or alert.channel is None or alert.ts is None:
            return None if alert is None else (alert, [])
        known = await alerts.in_message(session, alert.partner_id, alert.channel, alert.ts)
        ids = {row.customer.id for row in known}
        done = await audit.of_customers(session, alert.partner_id, ids, (*ENDS, *SAID))
    return alert, by_urgency([_as_it_stands(row, done) for row in known])


def _as_it_stands(row: Known, done: Sequence[AuditRow]) -> DueAlert:
    """Read on the day it left, with what has been done since."""
    zone, alert = ZoneInfo(row.partner.time_zone), row.alert
    left_on = alert.sent_at.astimezone(zone).date() if alert.sent_at else alert.planned_on
    due = DueAlert(alert, row.customer, row.partner, left_on, row.pending)
    is_over = _is_over(row)
    last = {one.action: one for one in done if one.subject_id == row.customer.id and _is_about(one, alert, is_over)}
    return replace(due, is_over=is_over, since=tuple(sorted(last.values(), key=lambda one: one.id)))


def _is_over(row: Known) -> bool:
    """Whether the date that it warns of is not the customer's any more."""
    alert, customer = row.alert, row.customer
    if alert.kind in TRIALS:
        return customer.status != "trial" or customer.trial_ends_on != alert.due_on
    return alert.kind in RENEWALS and customer.renews_on != alert.due_on


def _is_about(done: AuditRow, alert: Alert, is_over: bool) -> bool:
    """Whether something was done after an alert had left, and about just its date."""
    if done.user_id is None or alert.sent_at is None or done.at < alert.sent_at:
        return False
    if done.action not in ENDS:
        return done.action != "snoozed" or (done.after or {}).get("kind") == alert.kind
    fact = ENDS[done.action]
    return is_over and (fact is None or (done.before or {}).get(fact) == alert.due_on.isoformat())
