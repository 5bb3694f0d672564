"""People, reviewers, members."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import insert, one_writer
from storage.models import Member, Partner, Person, Reviewer


async def person(session: AsyncSession, workspace_id: str, user_id: str) -> Person | None:
    return await session.get(Person, (workspace_id, user_id))


async def save_person(session: AsyncSession, **values: Any) -> None:
    """Writes what is known of somebody over what was known before."""
    changes = {name: value for name, value in values.items() if name not in ("workspace_id", "user_id")}
    await session.execute(
        insert(session, Person)
        .values(**values)
        .on_conflict_do_update(index_elements=["workspace_id", "user_id"], set_=changes)
    )


async def membership(session: AsyncSession, workspace_id: str, user_id: str) -> tuple[Member, Partner] | None:
    """The one partner that somebody belongs to, and in which role."""
    found = await session.execute(
        select(Member, Partner)
        .join(Partner, Partner.id == Member.partner_id)
        .where(Member.workspace_id == workspace_id, Member.user_id == user_id)
    )
    row = found.first()
    return (row[0], row[1]) if row else None


async def admins(session: AsyncSession, partner_id: int) -> Sequence[Member]:
    """A partner's admins whom Slack has not deactivated: those who can do something."""
    described = and_(Person.workspace_id == Member.workspace_id, Person.user_id == Member.user_id)
    found = await session.scalars(
        select(Member)
        .outerjoin(Person, described)
        .where(Member.partner_id == partner_id, Member.role == "admin", Person.is_deactivated.is_not(True))
        .order_by(Member.joined_at, Member.user_id)
    )
    return found.all()


async def locked_person(session: AsyncSession, workspace_id: str, user_id: str) -> Person | None:
    """Somebody whom nobody else describes until the transaction ends."""
    return await session.get(Person, (workspace_id, user_id), with_for_update=True, populate_existing=True)


async def is_reviewer(session: AsyncSession, workspace_id: str, user_id: str) -> bool:
    return await session.get(Reviewer, (workspace_id, user_id)) is not None


async def replace_reviewers(
    session: AsyncSession, workspace_id: str, user_ids: Iterable[str], seen_at: datetime
) -> None:
    """From now on exactly these people of the workspace are reviewers."""
    await one_writer(session, Reviewer)  # else two lists at once would leave both
    await session.execute(delete(Reviewer))
    rows = [{"workspace_id": workspace_id, "user_id": user, "seen_at": seen_at} for user in sorted(set(user_ids))]
    if rows:
        await session.execute(insert(session, Reviewer).values(rows).on_conflict_do_nothing())
