"""Applications, and their one decision."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Application


async def application(session: AsyncSession, application_id: int) -> Application | None:
    return await session.get(Application, application_id)


async def latest_application(session: AsyncSession, workspace_id: str, user_id: str) -> Application | None:
    """Somebody's newest application, whatever became of it."""
    found = await session.scalars(
        select(Application)
        .where(Application.workspace_id == workspace_id, Application.user_id == user_id)
        .order_by(Application.id.desc())
        .limit(1)
    )
    return found.first()


async def open_applications(session: AsyncSession, after: int = 0, limit: int = 10) -> list[Application]:
    """What waits for a decision, oldest first.

    Args:
        after: the id that the page before this one ended with.
    """
    found = await session.scalars(
        select(Application)
        .where(Application.status == "open", Application.id > after)
        .order_by(Application.id)
        .limit(limit)
    )
    return list(found)


async def decide(session: AsyncSession, application_id: int, **values: Any) -> bool:
    """Writes the decision if nobody has decided yet. Of two at once, one gets True."""
    decided = await session.execute(
        update(Application)
        .where(Application.id == application_id, Application.status == "open")
        .values(**values)
        .returning(Application.id)
    )
    return decided.first() is not None
