"""Domains that want to be looked at again: those that wait for a proof, and those that have one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import Customer, Partner
from storage.queries.customers import LISTED


@dataclass(frozen=True)
class Waiting:
    """What domains may be waiting for.

    Each has an index of (partner, `due`, id), so that neither who waits nor who is next costs more where there are
    many customers: both read the beginning of one stretch for each partner.

    Args:
        due: when it is to be looked at.
        where: which customers' domains those are.
    """

    due: InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime]
    where: tuple[ColumnElement[bool], ...]


UNPROVEN = Waiting(Customer.proof_due_at, (Customer.verified_at.is_(None),))
PROVEN = Waiting(Customer.check_due_at, (Customer.verified_at.is_not(None), LISTED))


async def partners_waiting(session: AsyncSession, waiting: Waiting, now: datetime) -> list[int]:
    """The partners with a domain that is due."""
    earliest = select(func.min(waiting.due)).where(Customer.partner_id == Partner.id, *waiting.where)
    found = await session.scalars(select(Partner.id).where(earliest.scalar_subquery() <= now))
    return list(found)


async def claim(
    session: AsyncSession, waiting: Waiting, partners: Sequence[int], share: int, now: datetime, until: datetime
) -> list[tuple[Customer, Partner]]:
    """Takes what is due by now, the longest waiting first of each partner.

    Args:
        partners: at least one.
        share: how many of each partner.
        until: when somebody else is to look at them, should the caller die.
    """
    shares = [
        select(Customer.id)
        .where(Customer.partner_id == partner, waiting.due <= now, *waiting.where)
        .order_by(waiting.due, Customer.id)
        .limit(share)
        .with_for_update(skip_locked=True)
        .subquery()
        for partner in partners
    ]
    chosen = union_all(*(select(one.c.id) for one in shares)).cte("waiting")
    taken = await session.scalars(
        update(Customer).where(Customer.id.in_(select(chosen.c.id))).values({waiting.due: until}).returning(Customer.id)
    )
    found = await session.execute(
        select(Customer, Partner)
        .join(Partner, Partner.id == Customer.partner_id)
        .where(Customer.id.in_(list(taken)))
        .order_by(Customer.id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in found]


async def give_back(
    session: AsyncSession, waiting: Waiting, ids: Sequence[int], until: datetime, now: datetime
) -> None:
    """Ends claims of what was not looked at: it is due again now.

    Args:
        until: what `claim` was told.
    """
    await session.execute(update(Customer).where(Customer.id.in_(ids), waiting.due == until).values({waiting.due: now}))


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


async def note_check(session: AsyncSession, customer: Customer, **values: Any) -> None:
    """Writes down what was found, for as long as the customer is verified."""
    await session.execute(
        update(Customer)
        .where(
            Customer.partner_id == customer.partner_id,
            Customer.id == customer.id,
            Customer.verified_at.is_not(None),
            LISTED,
        )
        .values(**values)
    )
