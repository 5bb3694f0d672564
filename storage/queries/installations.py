"""Where the bot is installed beside the home workspace."""

from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import insert
from storage.models import Installation


async def installation(session: AsyncSession, workspace_id: str) -> Installation | None:
    return await session.get(Installation, workspace_id)


async def save_installation(session: AsyncSession, **values: Any) -> None:
    """Writes an installation over the one that the workspace had before."""
    changes = {name: value for name, value in values.items() if name != "workspace_id"}
    await session.execute(
        insert(session, Installation)
        .values(**values)
        .on_conflict_do_update(index_elements=["workspace_id"], set_=changes)
    )


async def remove_installation(session: AsyncSession, workspace_id: str) -> None:
    await session.execute(delete(Installation).where(Installation.workspace_id == workspace_id))
