"""Where the two databases write the same thing in different words."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession


def insert(session: AsyncSession, model: Any) -> Any:
    """An INSERT that knows ON CONFLICT, for the session's own database."""
    name = session.get_bind().dialect.name
    return (sqlite if name == "sqlite" else postgresql).insert(model)
