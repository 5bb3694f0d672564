"""Where the two databases write the same thing in different words."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Float, Text, any_, cast, extract, func, literal, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession


def insert(session: AsyncSession, model: Any) -> Any:
    """An INSERT that knows ON CONFLICT, for the session's own database."""
    name = session.get_bind().dialect.name
    return (sqlite if name == "sqlite" else postgresql).insert(model)


def among(session: AsyncSession, column: Any, numbers: Sequence[int]) -> ColumnElement[bool]:
    """That a column is one of any number of numbers: databases take only so many parameters, this is one."""
    if session.get_bind().dialect.name != "sqlite":
        return column == any_(literal(list(numbers), ARRAY(BigInteger)))  # type: ignore[no-any-return]
    listed = func.json_each(json.dumps(list(numbers))).table_valued("value")
    return column.in_(select(listed.c.value))  # type: ignore[no-any-return]


def among_texts(session: AsyncSession, column: Any, texts: Sequence[str]) -> ColumnElement[bool]:
    """As `among`, for texts."""
    if session.get_bind().dialect.name != "sqlite":
        return column == any_(literal(list(texts), ARRAY(Text)))  # type: ignore[no-any-return]
    listed = func.json_each(json.dumps(list(texts))).table_valued("value")
    return column.in_(select(listed.c.value))  # type: ignore[no-any-return]


async def one_writer(session: AsyncSession, model: Any) -> None:
    """Lets no other transaction write to a table until this one ends; SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(text(f"LOCK TABLE {model.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def seconds_between(session: AsyncSession, earlier: Any, later: Any) -> Any:
    """How many seconds lie between two moments, with fractions."""
    if session.get_bind().dialect.name != "sqlite":
        return cast(extract("epoch", later - earlier), Float)
    return (func.julianday(later) - func.julianday(earlier)) * 86_400
