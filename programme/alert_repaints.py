"""An alert that stands in a channel is drawn anew once somebody has seen to what it warns of, whichever way."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from programme import outbox
from programme.desk import Actor, Desk
from storage.models import AuditRow, Customer, Partner
from storage.queries import alerts


async def owe_repaints(
    session: AsyncSession, desk: Desk, partner: Partner, customer: Customer, due_on: date | None, because: AuditRow
) -> None:
    """Makes it due that the alerts of one of a customer's dates are drawn anew, each message once.

    Args:
        due_on: the date that they warn of; None where there was none.
        because: what somebody has done, in the running transaction.
    """
    posted = await alerts.posted(session, customer, due_on) if due_on else []
    if not posted:
        return
    await session.flush()  # gives the change its id
    to = Actor(partner.alert_workspace or str(because.workspace_id), str(because.user_id))
    for alert in {alert.ts or str(alert.id): alert for alert in posted}.values():
        key = f"alert:{alert.id}:anew:{because.id}"
        outbox.owe_message(session, desk, key, "alert_repaint", to, alert_id=alert.id)
