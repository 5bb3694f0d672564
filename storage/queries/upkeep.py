"""Verified domains that want to be looked at again."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Customer, Partner


async def claim_unchecked(
    session: AsyncSession, before: datetime, until: datetime, limit: int
) -> list[tuple[Customer, Partner]]:
    """Takes verified customers that were last checked before a moment, the longest waiting first.

    Args:
        until: what to write as the time of the check, so that nobody else takes them meanwhile.
    """
    waiting = (
        select(Customer.id)
        .where(Customer.verified_at.is_not(None), or_(Customer.checked_at.is_(None), Customer.checked_at < before))
        .order_by(Customer.checked_at, Customer.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    taken = await session.scalars(
        update(Customer).where(Customer.id.in_(select(waiting.c.id))).values(checked_at=until).returning(Customer.id)
    )
    found = await session.execute(
        select(Customer, Partner)
        .join(Partner, Partner.id == Customer.partner_id)
        .where(Customer.id.in_(list(taken)))
        .order_by(Customer.id)
    )
    return [(row[0], row[1]) for row in found]


async def note_check(session: AsyncSession, customer: Customer, at: datetime, **values: Any) -> None:
    """Writes down what was found, for as long as the customer is verified."""
    await session.execute(
        update(Customer)
        .where(
            Customer.partner_id == customer.partner_id,
            Customer.id == customer.id,
            Customer.verified_at.is_not(None),
        )
        .values(checked_at=at, **values)
    )
