"""What was done, counted, and what of it came last."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AuditRow


async def count_since(session: AsyncSession, subject: tuple[str, int], action: str, since: datetime) -> int:
    """How often an action was done to one thing.

    Args:
        subject: its kind and its id, such as ("customer", 12).
        since: an aware moment.
    """
    kind, number = subject
    counted = select(func.count()).where(
        AuditRow.subject == kind, AuditRow.subject_id == number, AuditRow.action == action, AuditRow.at >= since
    )
    return await session.scalar(counted) or 0


async def latest(
    session: AsyncSession, partner_id: int, subject: tuple[str, int], actions: Collection[str]
) -> AuditRow | None:
    """The last of some actions that a partner, or the programme for it, did to one thing.

    Args:
        subject: its kind and its id, such as ("customer", 12).
    """
    kind, number = subject
    wanted = select(AuditRow).where(
        AuditRow.subject == kind, AuditRow.subject_id == number, AuditRow.partner_id == partner_id,
        AuditRow.action.in_(actions),
    )  # fmt: skip
    return (await session.scalars(wanted.order_by(AuditRow.id.desc()).limit(1))).first()
