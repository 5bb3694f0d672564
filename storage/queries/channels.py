"""Alert channels and how they fare."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import insert
from storage.models import ChannelHealth, Partner


async def health(session: AsyncSession, workspace_id: str, channel: str) -> ChannelHealth | None:
    return await session.get(ChannelHealth, (workspace_id, channel))


async def partners_of(session: AsyncSession, workspace_id: str, channel: str) -> list[Partner]:
    """Those whose alerts go there: several may share a channel."""
    found = await session.scalars(
        select(Partner)
        .where(Partner.alert_workspace == workspace_id, Partner.alert_channel == channel)
        .order_by(Partner.id)
    )
    return list(found)


async def note_deliveries(session: AsyncSession, places: Collection[tuple[str, str]], at: datetime) -> None:
    """Something arrived in these channels, each a workspace and a channel: they are well."""
    # In order, so that no two of us wait for one another.
    rows = [
        {"workspace_id": workspace_id, "channel": channel, "delivered_at": at}
        for workspace_id, channel in sorted(places)
    ]
    statement = insert(session, ChannelHealth).on_conflict_do_update(
        index_elements=["workspace_id", "channel"], set_={"delivered_at": at, "broken_since": None}
    )
    await (await session.connection()).execute(statement, rows)


async def note_break(session: AsyncSession, workspace_id: str, channel: str, error: str, at: datetime) -> bool:
    """Something could not arrive, for good. True for the one who finds it out, False for those who come after."""
    await _note(session, workspace_id, channel, failed_at=at, error=error[:100])
    found = await session.execute(
        update(ChannelHealth)
        .where(
            ChannelHealth.workspace_id == workspace_id,
            ChannelHealth.channel == channel,
            ChannelHealth.broken_since.is_(None),
        )
        .values(broken_since=at)
        .returning(ChannelHealth.channel)
    )
    return found.first() is not None


async def _note(session: AsyncSession, workspace_id: str, channel: str, **values: Any) -> None:
    await session.execute(
        insert(session, ChannelHealth)
        .values(workspace_id=workspace_id, channel=channel, **values)
        .on_conflict_do_update(index_elements=["workspace_id", "channel"], set_=values)
    )
