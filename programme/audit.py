"""Who did what, written in the transaction of the change itself."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from programme.desk import Actor
from storage.models import AuditRow

Facts = dict[str, object]


def record(
    session: AsyncSession,
    at: datetime,
    actor: Actor | None,
    action: str,
    subject: tuple[str, int],
    partner_id: int | None = None,
    before: Facts | None = None,
    after: Facts | None = None,
) -> AuditRow:
    """Adds an audit row to the running transaction.

    Args:
        at: the moment, aware.
        actor: who did it; None for the programme itself.
        subject: what it was done to: its kind and its id, such as ("customer", 12).
        before, after: what changed; dates are written as ISO text.
    """
    row = AuditRow(
        at=at,
        workspace_id=actor.workspace_id if actor else None,
        user_id=actor.user_id if actor else None,
        partner_id=partner_id,
        action=action,
        subject=subject[0],
        subject_id=subject[1],
        before=_plain(before),
        after=_plain(after),
    )
    session.add(row)
    return row


def _plain(facts: Facts | None) -> Facts | None:
    if facts is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
