"""A partner's customers in the order in which they need somebody."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Select, and_, cast, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Customer
from storage.queries.customer_conditions import ON_TRIAL, PROOF_GONE, UNVERIFIED
from storage.queries.customers import LISTED


async def first_customers(
    session: AsyncSession, partner_id: int, today: date, trials_until: date, renewals_until: date, limit: int
) -> list[Customer]:
    """Those whose trial ends or whose renewal is due, the earliest day first; then those with a domain to prove, or to
    prove again, the oldest first; then the others, by domain. Each reads no more than `limit` of an index.

    Args:
        trials_until, renewals_until: the last days that count as near; whatever renewal has passed does too.
    """
    mine = and_(Customer.partner_id == partner_id, LISTED)
    parts = [
        _part(0, Customer.renews_on).where(mine, Customer.renews_on <= renewals_until),
        _part(0, Customer.trial_ends_on).where(mine, ON_TRIAL, Customer.trial_ends_on.between(today, trials_until)),
        _part(1, Customer.added_on).where(mine, UNVERIFIED),
        _part(1, Customer.broken_on).where(mine, PROOF_GONE),
        _part(2, None).where(mine),
    ]
    limited = [part.limit(limit).subquery() for part in parts]
    found = union_all(*(select(part) for part in limited)).subquery()
    asked = select(Customer).join(found, found.c.id == Customer.id).where(mine)
    rows = await session.scalars(asked.order_by(found.c.rank, found.c.day, Customer.domain))
    return list(dict.fromkeys(rows))[:limit]


def _part(rank: int, day: Any) -> Select[Any]:
    columns = (Customer.id, literal(rank).label("rank"), (cast(null(), Date) if day is None else day).label("day"))
    return select(*columns).order_by(Customer.domain if day is None else day, Customer.id)
