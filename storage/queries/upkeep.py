"""Domains that want to be looked at again: those that wait for a proof, and those that have one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Customer, Partner
from storage.queries.customers import LISTED


async def claim_unchecked(
    session: AsyncSession, before: datetime, until: datetime, limit: int
) -> list[tuple[Customer, Partner]]:
    """Takes verified customers that were last checked before a moment, the longest waiting first.

    Args:
        until: what to write as the time of the check, so that nobody else takes them meanwhile.
    """
    waiting = (
        select(Customer.id)
        .where(
            Customer.verified_at.is_not(None),
            LISTED,
            or_(Customer.checked_at.is_(None), Customer.checked_at < before),
        )
        .order_by(Customer.checked_at, Customer.id)
        .limit(limit)
    )
    return await _take(session, waiting, checked_at=until)


async def claim_unproven(
    session: AsyncSession, now: datetime, until: datetime, limit: int
) -> list[tuple[Customer, Partner]]:
    """Takes customers whose proof is to be looked for by now, the longest waiting first.

    Args:
        until: when somebody else is to look for it, should the caller die.
    """
    waiting = (
        select(Customer.id)
        .where(Customer.verified_at.is_(None), Customer.proof_due_at <= now)
        .order_by(Customer.proof_due_at, Customer.id)
        .limit(limit)
    )
    return await _take(session, waiting, proof_due_at=until)


async def _take(session: AsyncSession, waiting: Select[int], **claim: datetime) -> list[tuple[Customer, Partner]]:
    chosen = waiting.with_for_update(skip_locked=True).cte("waiting")
    taken = await session.scalars(
        update(Customer).where(Customer.id.in_(select(chosen.c.id))).values(**claim).returning(Customer.id)
    )
    found = await session.execute(
        select(Customer, Partner)
        .join(Partner, Partner.id == Customer.partner_id)
        .where(Customer.id.in_(list(taken)))
        .order_by(Customer.id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in found]


async def search_again(session: AsyncSession, customer: Customer, at: datetime | None) -> None:
    """Ends a claim: the next search is at a moment, or never. Whoever began the search anew meanwhile has the say."""
    await session.execute(
        update(Customer)
        .where(
            Customer.partner_id == customer.partner_id,
            Customer.id == customer.id,
            Customer.proof_due_at == customer.proof_due_at,
        )
        .values(proof_due_at=at)
    )


async def note_check(session: AsyncSession, customer: Customer, at: datetime | None, **values: Any) -> None:
    """Writes down what was found, for as long as the customer is verified.

    Args:
        at: when it was last looked at as a whole.
    """
    await session.execute(
        update(Customer)
        .where(
            Customer.partner_id == customer.partner_id,
            Customer.id == customer.id,
            Customer.verified_at.is_not(None),
            LISTED,
        )
        .values(checked_at=at, **values)
    )
