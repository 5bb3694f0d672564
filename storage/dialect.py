"""Where the two databases write the same thing in different words."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession


def insert(session: AsyncSession, model: Any) -> Any:
    """An INSERT that knows ON CONFLICT, for the session's own database."""
    name = session.get_bind().dialect.name
    return (sqlite if name == "sqlite" else postgresql).insert(model)


async def one_writer(session: AsyncSession, model: Any) -> None:
    """Lets no other transaction write to a table until this one ends; SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(text(f"LOCK TABLE {model.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))
