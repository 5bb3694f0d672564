"""People, reviewers, members."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, select
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


@dataclass(frozen=True)
class Known:
    """What is known of somebody, as one statement finds it.

    Args:
        member, partner: where they belong; None where they belong to nobody.
        is_named: whether they are on the list of reviewers.
    """

    person: Person
    member: Member | None
    partner: Partner | None
    is_named: bool


def _same_person(model: type[Member] | type[Reviewer]) -> ColumnElement[bool]:
    return and_(model.workspace_id == Person.workspace_id, model.user_id == Person.user_id)


# Asked with every request: put together once.
_KNOWN = (
    select(Person, Member, Partner, Reviewer.user_id)
    .outerjoin(Member, _same_person(Member))
    .outerjoin(Partner, Partner.id == Member.partner_id)
    .outerjoin(Reviewer, _same_person(Reviewer))
    .where(Person.workspace_id == bindparam("workspace"), Person.user_id == bindparam("user"))
)


async def known(session: AsyncSession, workspace_id: str, user_id: str) -> Known | None:
    """Somebody whom Slack has described."""
    row = (await session.execute(_KNOWN, {"workspace": workspace_id, "user": user_id})).first()
    return Known(row[0], row[1], row[2], row[3] is not None) if row else None


async def admins(session: AsyncSession, partner_id: int) -> Sequence[Member]:
    """A partner's admins whom Slack has not deactivated: those who can do something."""
    found = await session.scalars(
        select(Member)
        .outerjoin(Person, _same_person(Member))
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
