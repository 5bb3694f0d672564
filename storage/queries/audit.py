"""What was done, counted."""

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
