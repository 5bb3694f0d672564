"""A partner's customers as a list: looked for, ordered and counted, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Customer
from storage.queries.customer_conditions import (
    ON_TRIAL,
    PROOF_GONE,
    SUBSCRIBED,
    UNPROVEN,
    UNVERIFIED,
    Said,
    is_said,
    status_is,
)
from storage.queries.customers import LISTED
from storage.queries.paging import Cursor, Page

# In the order in which they need somebody.
STATUSES = ("overdue", "trial", "active", "free", "cancelled")
MOST_COUNTED = 1_000


def _counted(*which: ColumnElement[bool]) -> ColumnElement[int]:
    some: Select[Any] = select(literal_column("1")).select_from(Customer).where(*which).limit(MOST_COUNTED + 1)
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


# Asked with every page: put together once.
THEIRS = and_(Customer.partner_id == bindparam("partner"), LISTED)
# Every domain is; it is said for SQLite, which else counts in another index and looks up each customer besides.
TOTAL = _counted(THEIRS, Customer.domain >= "")


@dataclass(frozen=True)
class Wanted:
    """Which customers are looked for, and in what order.

    Args:
        today: the partner's day, from which the status follows.
        said: all of it.
        status: one of STATUSES.
        renews, expires: the first and the last day, both included.
        sort: one of `ORDERS`.
    """

    today: date
    said: Sequence[Said] = ()
    status: str | None = None
    plan: str | None = None
    is_verified: bool | None = None
    renews: tuple[date, date] | None = None
    expires: tuple[date, date] | None = None
    sort: str = "domain"
    descending: bool = False


@dataclass(frozen=True)
class Order:
    """What a list is ordered by; what is equal in this is ordered by its domain, of which a partner has each once.

    Args:
        has: which customers have it at all; the others come last, whichever way the list runs.
    """

    by: Any
    has: ColumnElement[bool] | None = None

    @property
    def value(self) -> Any:
        """What a customer is ordered by; None where it has none."""
        return self.by if self.has is None else case((self.has, self.by))


ORDERS: dict[str, Order] = {
    "domain": Order(Customer.domain_key),
    "organisation": Order(Customer.organisation_key),
    "email": Order(Customer.super_admin_key),
    "plan": Order(Customer.plan),
    "licences": Order(Customer.licences),
    "term": Order(Customer.term),
    "renewal": Order(Customer.renews_on, SUBSCRIBED),
    "trial": Order(Customer.trial_ends_on, ON_TRIAL),
    "verified": Order(Customer.verified_at, ~UNPROVEN),
}


def order_of(sort: str, today: date) -> Order:
    """The order of this name; `status` follows from the day."""
    return Order(_rank(today)) if sort == "status" else ORDERS[sort]


def _rank(today: date) -> ColumnElement[int]:
    ranks = [(status_is(status, today), literal_column(str(rank), Integer)) for rank, status in enumerate(STATUSES)]
    return case(*ranks, else_=literal_column(str(len(STATUSES)), Integer))


def _narrower(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [is_said(said, wanted.today) for said in wanted.said]
    if wanted.status is not None:
        conditions.append(status_is(wanted.status, wanted.today))
    if wanted.plan is not None:
        conditions.append(Customer.plan == wanted.plan)
    if wanted.is_verified is not None:
        conditions.append(~UNPROVEN if wanted.is_verified else UNPROVEN)
    if wanted.renews is not None:
        conditions.append(Customer.renews_on.between(*wanted.renews))
    if wanted.expires is not None:
        conditions.append(and_(ON_TRIAL, Customer.trial_ends_on.between(*wanted.expires)))
    return conditions


@dataclass(frozen=True)
class CountedPage:
    """A page of a partner's customers. Nobody counts further than one beyond MOST_COUNTED, so that a long list costs no
    more than a short one.

    Args:
        total: how many the partner has; found: how many of them are wanted.
    """

    page: Page[Customer]
    total: int
    found: int


async def customer_page(
    session: AsyncSession,
    partner_id: int,
    wanted: Wanted,
    after: Cursor | None = None,
    before: Cursor | None = None,
    limit: int = 5,
) -> CountedPage:
    """One page. Reads one row more than it shows, to know whether the list goes on.

    Args:
        after, before: the place to go on from, forwards or backwards, at most one of them: what that customer was
            ordered by (None where it has none), and its domain.
    """
    order, place, backwards = order_of(wanted.sort, wanted.today), before or after, before is not None
    numbers, theirs = _numbers(wanted), {"partner": partner_id}
    # Words are looked for in each customer, so they are counted only where the page does not tell how many there are.
    with_page = numbers[:1] if wanted.said else numbers
    asked = select(Customer, order.value, *with_page).where(THEIRS, *_narrower(wanted))
    parts = [part for part in _parts(order, backwards) if not _is_passed(part, order, place, backwards)]
    found: list[Any] = []
    for part in parts:
        if len(found) <= limit:
            start = place if part is parts[0] and place is not None and _is_in(part, place) else None
            downwards = wanted.descending != backwards
            rows = await session.execute(_part(asked, part, start, downwards).limit(limit + 1 - len(found)), theirs)
            found += rows.all()
    counted = list(found[0][2:] if found else (await session.execute(select(*with_page), theirs)).one())
    if wanted.said:
        is_all = place is None and len(found) <= limit
        counted.append(len(found) if is_all else await session.scalar(select(numbers[1]), theirs))
    return CountedPage(_as_page(found, backwards, limit, is_first=place is None), counted[0], counted[-1])


@dataclass(frozen=True)
class _Part:
    """A stretch of a list: those that have what it is ordered by, or those that do not."""

    columns: tuple[Any, ...]
    which: tuple[ColumnElement[bool], ...] = ()
    has_value: bool = True


def _parts(order: Order, backwards: bool) -> list[_Part]:
    columns = (order.by, Customer.domain)
    if order.has is None:
        return [_Part(columns)]
    parts = [_Part(columns, (order.has,)), _Part((Customer.domain,), (~order.has,), has_value=False)]
    return parts[::-1] if backwards else parts


def _is_in(part: _Part, place: Cursor) -> bool:
    return part.has_value == (place[0] is not None)


def _is_passed(part: _Part, order: Order, place: Cursor | None, backwards: bool) -> bool:
    """Whether the place lies behind the whole of this part."""
    if place is None or order.has is None:
        return False
    return not _is_in(part, place) and part.has_value != backwards


def _part(asked: Select[Any], part: _Part, place: Cursor | None, downwards: bool) -> Select[Any]:
    if place is not None:
        columns = tuple_(*part.columns)
        values = tuple_(*map(literal, place[-len(part.columns) :], [column.type for column in part.columns]))
        asked = asked.where(columns < values if downwards else columns > values)
    ordered = [column.desc() if downwards else column.asc() for column in part.columns]
    return asked.where(*part.which).order_by(*ordered)


def _as_page(found: list[Any], backwards: bool, limit: int, is_first: bool) -> Page[Customer]:
    goes_on, rows = len(found) > limit, found[:limit]
    if not rows:
        return Page([])
    if backwards:
        rows.reverse()
    ends = [(row[1], row[0].domain) for row in (rows[0], rows[-1])]
    customers = [row[0] for row in rows]
    if backwards:
        return Page(customers, after=ends[1], before=ends[0] if goes_on else None)
    return Page(customers, after=ends[1] if goes_on else None, before=None if is_first else ends[0])


def _numbers(wanted: Wanted) -> list[ColumnElement[int]]:
    """How many customers a partner has, and how many of them are wanted where that is not all.

    What is wanted is looked for until so many are found; words are looked for in each of the partner's customers: of
    10,000 that takes some 15 ms.
    """
    if wanted.is_verified is False:
        # Each of the two kinds has an index of its own, which no database uses for both at once.
        others = _narrower(replace(wanted, is_verified=None))
        return [TOTAL, _counted(THEIRS, UNVERIFIED, *others) + _counted(THEIRS, PROOF_GONE, *others)]
    narrower = _narrower(wanted)
    return [TOTAL, _counted(THEIRS, *narrower)] if narrower else [TOTAL]


async def count_by_status(session: AsyncSession, partner_id: int, today: date) -> dict[str, int]:
    """How many of a partner's customers have each status. Reads all of the partner's: of 10,000 that is some 5 ms."""
    rank = _rank(today).label("rank")
    theirs = (Customer.partner_id == partner_id, LISTED)
    rows = await session.execute(select(rank, func.count()).where(*theirs).group_by(rank))
    counts = dict.fromkeys(STATUSES, 0)
    for place, number in rows.all():
        counts[STATUSES[place]] = number
    return counts
