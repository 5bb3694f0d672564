"""What was done lately, and what of it came last."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AuditRow


async def since(session: AsyncSession, partner_id: int, action: str, moment: datetime) -> list[AuditRow]:
    """What a partner did since a moment, the earliest first: for actions that have an index of their own."""
    said = literal(action, literal_execute=True)  # an index of some rows is used where the condition says which
    found = await session.scalars(
        select(AuditRow)
        .where(AuditRow.partner_id == partner_id, AuditRow.action == said, AuditRow.at >= moment)
        .order_by(AuditRow.at, AuditRow.id)
    )
    return list(found)


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


async def of_customers(
    session: AsyncSession, partner_id: int, customer_ids: Collection[int], actions: Collection[str]
) -> list[AuditRow]:
    """What of some actions a partner has done to some customers, the earliest first."""
    wanted = select(AuditRow).where(
        AuditRow.subject == "customer", AuditRow.subject_id.in_(customer_ids), AuditRow.partner_id == partner_id,
        AuditRow.action.in_(actions),
    )  # fmt: skip
    return list(await session.scalars(wanted.order_by(AuditRow.id)))
