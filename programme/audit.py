"""Who did what, written in the transaction of the change itself."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
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
    row = AuditRow(**_columns(at, actor, action, subject, partner_id, before, after))
    session.add(row)
    return row


async def record_all(
    session: AsyncSession, at: datetime, actor: Actor | None, action: str, partner_id: int,
    subjects: Mapping[tuple[str, int], Facts], is_before: bool = False,
) -> None:  # fmt: skip
    """As `record`, of one action that was done to many things: in one statement.

    Args:
        subjects: what it was done to → what each is now.
        is_before: they are what each was before, and is no more.
    """
    rows = [
        _columns(at, actor, action, subject, partner_id, *((facts, None) if is_before else (None, facts)))
        for subject, facts in subjects.items()
    ]
    if rows:
        await session.execute(insert(AuditRow), rows)


def _columns(
    at: datetime, actor: Actor | None, action: str, subject: tuple[str, int], partner_id: int | None,
    before: Facts | None, after: Facts | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "at": at,
        "workspace_id": actor.workspace_id if actor else None,
        "user_id": actor.user_id if actor else None,
        "partner_id": partner_id,
        "action": action,
        "subject": subject[0],
        "subject_id": subject[1],
        "before": _plain(before),
        "after": _plain(after),
    }


def _plain(facts: Facts | None) -> Facts | None:
    if facts is None:
        return None
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
