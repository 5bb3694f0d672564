"""Files of customers: what has been checked, whose turn it is, and how far each has been taken over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import insert
from storage.models import Customer, CustomerImport, ImportRow
from storage.queries.customers import LISTED

UNDER_WAY = ("running", "reporting", "undoing")


async def locked(session: AsyncSession, partner_id: int, import_id: int) -> CustomerImport | None:
    """A file of a partner's, which nobody else changes until the transaction ends."""
    found = await session.scalars(
        select(CustomerImport)
        .where(CustomerImport.partner_id == partner_id, CustomerImport.id == import_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.first()


async def file_of(session: AsyncSession, partner_id: int, import_id: int) -> CustomerImport | None:
    found = await session.scalars(
        select(CustomerImport).where(CustomerImport.partner_id == partner_id, CustomerImport.id == import_id)
    )
    return found.first()


async def write_rows(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    await session.execute(insert(session, ImportRow), rows)


async def drop(session: AsyncSession, *which: Any) -> None:
    """Forgets the files for which nobody has said yes, and their rows.

    Args:
        which: conditions; of those that are `ready`.
    """
    dropped = await session.scalars(
        update(CustomerImport)
        .where(CustomerImport.status == "ready", *which)
        .values(status="dropped")
        .returning(CustomerImport.id)
        .execution_options(synchronize_session=False)
    )
    if ids := list(dropped):
        await session.execute(delete(ImportRow).where(ImportRow.import_id.in_(ids)))


async def drop_before(session: AsyncSession, moment: datetime) -> None:
    await drop(session, CustomerImport.made_at < moment)


async def is_any_old(session: AsyncSession, moment: datetime) -> bool:
    """Whether there is anything to drop."""
    return await _is_any(session, CustomerImport.status == "ready", CustomerImport.made_at < moment)


async def is_any_free(session: AsyncSession, now: datetime) -> bool:
    """Whether there is anything to claim."""
    return await _is_any(session, CustomerImport.status.in_(UNDER_WAY), _is_free(now))


async def _is_any(session: AsyncSession, *which: Any) -> bool:
    return (await session.scalars(select(CustomerImport.id).where(*which).limit(1))).first() is not None


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(CustomerImport.lease_until.is_(None), CustomerImport.lease_until < now)


async def drop_of(session: AsyncSession, partner_id: int, workspace_id: str, user_id: str) -> None:
    """What somebody has sent before."""
    await drop(
        session,
        CustomerImport.partner_id == partner_id,
        CustomerImport.made_by_workspace == workspace_id,
        CustomerImport.made_by == user_id,
    )


async def claim(session: AsyncSession, now: datetime, until: datetime) -> CustomerImport | None:
    """Takes a file that somebody has said yes to, and that nobody works at; or that its holder let go of by dying."""
    waiting = (
        select(CustomerImport.id)
        .where(CustomerImport.status.in_(UNDER_WAY), _is_free(now))
        .order_by(CustomerImport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("waiting")
    )
    taken = await session.scalars(
        update(CustomerImport)
        .where(CustomerImport.id.in_(select(waiting.c.id)))
        .values(lease_until=until, attempts=CustomerImport.attempts + 1)
        .returning(CustomerImport)
        .execution_options(populate_existing=True)
    )
    return taken.first()


async def next_rows(session: AsyncSession, file: CustomerImport, limit: int) -> list[ImportRow]:
    """The next rows that are to be added."""
    found = await session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == file.id, ImportRow.number > file.reached, ImportRow.customer.is_not(None))
        .order_by(ImportRow.number)
        .limit(limit)
    )
    return list(found)


async def refused_rows(session: AsyncSession, file: CustomerImport) -> list[ImportRow]:
    found = await session.scalars(
        select(ImportRow).where(ImportRow.import_id == file.id, ImportRow.customer.is_(None)).order_by(ImportRow.number)
    )
    return list(found)


async def refuse_rows(
    session: AsyncSession, file: CustomerImport, numbers: Sequence[int], wrong: dict[str, str]
) -> None:
    """Some rows will not be added after all."""
    if numbers:
        await _refuse(session, file, ImportRow.number.in_(numbers), wrong)


async def refuse_rest(session: AsyncSession, file: CustomerImport, wrong: dict[str, str]) -> None:
    """All rows that have not been dealt with."""
    await _refuse(session, file, ImportRow.number > file.reached, wrong)


async def _refuse(session: AsyncSession, file: CustomerImport, which: Any, wrong: dict[str, str]) -> None:
    await session.execute(
        update(ImportRow)
        .where(ImportRow.import_id == file.id, ImportRow.customer.is_not(None), which)
        .values(customer=None, wrong=wrong)
        .execution_options(synchronize_session=False)
    )


async def forget_rows(session: AsyncSession, file: CustomerImport) -> None:
    await session.execute(delete(ImportRow).where(ImportRow.import_id == file.id))


async def add_customers(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Adds customers, but for those that the partner has by now. Returns domain → id of the others."""
    added = await session.execute(
        insert(session, Customer).on_conflict_do_nothing().returning(Customer.domain, Customer.id), list(rows)
    )
    return {row[0]: row[1] for row in added}


async def lock_unproven(session: AsyncSession, file: CustomerImport, limit: int) -> list[Customer]:
    """Customers that came with a file, are on the list, and have not proven their domains; nobody else changes them."""
    found = await session.scalars(
        select(Customer)
        .where(
            Customer.partner_id == file.partner_id, Customer.import_id == file.id, Customer.verified_at.is_(None),
            LISTED,
        )
        .order_by(Customer.id)
        .limit(limit)
        .with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    return list(found)


async def change_customers(
    session: AsyncSession, file: CustomerImport, ids: Sequence[int], values: dict[str, Any]
) -> None:
    """Writes the same into some customers that came with a file, which are locked."""
    await session.execute(
        update(Customer)
        .where(Customer.partner_id == file.partner_id, Customer.id.in_(ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
