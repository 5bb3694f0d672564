"""Claims what has to leave the house, so that it leaves once however many processes are looking.

A claim is one conditional UPDATE. Its holder has until `lease_until` to send the thing and write down that it did;
if it dies, the row is claimed again after that, with `attempts` above 1, which tells the next holder to look first
whether the thing has left already.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import CTE, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Alert, OutgoingMail, OutgoingMessage

Sendable = TypeVar("Sendable", Alert, OutgoingMail, OutgoingMessage)

LEASE = timedelta(seconds=60)


async def claim(
    session: AsyncSession, model: type[Sendable], now: datetime, limit: int = 20, lease: timedelta = LEASE
) -> Sequence[Sendable]:
    """Takes up to `limit` rows that are due, or whose holder let its lease run out. Commit before sending anything.

    Args:
        now: an aware moment.
        lease: how long the caller may take; longer than one sending can last.
    """
    due = _due(model, now, limit)
    statement = (
        update(model)
        .where(model.id.in_(select(due.c.id)), model.status.in_(("waiting", "claimed")))
        .values(status="claimed", lease_until=now + lease, attempts=model.attempts + 1)
        .returning(model)
        .execution_options(populate_existing=True)
    )
    rows = await session.scalars(statement)
    return sorted(rows, key=lambda row: row.id)


def _due(model: type[Sendable], now: datetime, limit: int) -> CTE:
    due = or_(
        and_(model.status == "waiting", model.not_before <= now),
        and_(model.status == "claimed", model.lease_until < now),
    )
    # SKIP LOCKED on PostgreSQL lets two workers take different rows; SQLite has one writer at a time anyway.
    # A CTE that locks is run once; a subquery may be run again for each row, and then goes past the limit.
    return select(model.id).where(due).order_by(model.id).limit(limit).with_for_update(skip_locked=True).cte("due")


async def settle(session: AsyncSession, row: Sendable, status: str, **values: Any) -> bool:
    """Ends a claim. False when the claim was lost meanwhile (the lease ran out and another holder took the row).

    Args:
        status: `sent`, `failed`, `moot`, or `waiting` (then pass `not_before`: when to try again).
        values: other columns to write, such as sent_at, channel, ts, last_error.
    """
    model = type(row)
    statement = (
        update(model)
        .where(model.id == row.id, model.status == "claimed", model.attempts == row.attempts)
        .values(status=status, lease_until=None, **values)
        .returning(model.id)
    )
    return (await session.execute(statement)).first() is not None


async def message_of_key(session: AsyncSession, key: str) -> OutgoingMessage | None:
    """A Slack message by what it was for; with its channel and `ts` once it has been sent."""
    return (await session.scalars(select(OutgoingMessage).where(OutgoingMessage.key == key))).first()
