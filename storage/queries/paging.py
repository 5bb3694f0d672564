"""Lists a page at a time, by where the page before ended: what comes and goes meanwhile moves nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, literal, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from storage.base import Model

Row = TypeVar("Row", bound=Model)
# The values of the columns that a list is ordered by, of the row to go on from.
Cursor = tuple[Any, ...]
PAGE = 10


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A part of a list. `after` and `before` are where to go on from; None where the list ends."""

    rows: list[Row]
    after: Cursor | None = None
    before: Cursor | None = None


async def page(
    session: AsyncSession,
    wanted: Select[Row],
    order: Sequence[Any],
    after: Cursor | None = None,
    before: Cursor | None = None,
    *,
    newest_first: bool = False,
    limit: int = PAGE,
) -> Page[Row]:
    """One page. Reads one row more than it shows, to know whether the list goes on.

    Args:
        order: columns of the row that tell each row from every other, such as a date and the id.
        after, before: the place to go on from, forwards or backwards; at most one of them.
        newest_first: whether the list runs down instead of up.
    """
    backwards = before is not None
    downwards = newest_first != backwards
    place = before if backwards else after
    if place is not None:
        columns, values = tuple_(*order), tuple_(*map(literal, place, [column.type for column in order]))
        wanted = wanted.where(columns < values if downwards else columns > values)
    ordered = wanted.order_by(*(column.desc() if downwards else column.asc() for column in order))
    found = list(await session.scalars(ordered.limit(limit + 1)))
    goes_on, rows = len(found) > limit, found[:limit]
    if backwards:
        rows.reverse()
        return Page(rows, _place(rows, -1, order), _place(rows, 0, order) if goes_on else None)
    return Page(rows, _place(rows, -1, order) if goes_on else None, _place(rows, 0, order) if after else None)


def _place(rows: list[Row], end: int, order: Sequence[Any]) -> Cursor | None:
    return tuple(getattr(rows[end], column.key) for column in order) if rows else None
