"""What a partner has written down about a customer: notes, and contacts. Nobody reads them but that partner."""

from typing import Any, TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import insert
from storage.models import CustomerContact, CustomerNote
from storage.queries.paging import Page, page

Written = TypeVar("Written", CustomerNote, CustomerContact)
# A page's notes may be 3,000 characters each, and Slack refuses views of more than 250 kB.
NOTES_A_PAGE = 5


async def notes(
    session: AsyncSession, partner_id: int, customer_id: int, after: int | None = None, before: int | None = None
) -> Page[CustomerNote]:
    """A page of a customer's notes, the newest first.

    Args:
        after, before: the id of the note to go on from.
    """
    wanted = select(CustomerNote).where(CustomerNote.partner_id == partner_id, CustomerNote.customer_id == customer_id)
    places = [None if place is None else (place,) for place in (after, before)]
    return await page(session, wanted, (CustomerNote.id,), *places, newest_first=True, limit=NOTES_A_PAGE)


async def contacts(session: AsyncSession, partner_id: int, customer_id: int) -> list[CustomerContact]:
    """A customer's contacts, in the order in which they were written down."""
    found = await session.scalars(
        select(CustomerContact)
        .where(CustomerContact.partner_id == partner_id, CustomerContact.customer_id == customer_id)
        .order_by(CustomerContact.id)
    )
    return list(found)


async def number_of_contacts(session: AsyncSession, partner_id: int, customer_id: int) -> int:
    wanted = select(func.count()).where(
        CustomerContact.partner_id == partner_id, CustomerContact.customer_id == customer_id
    )
    return await session.scalar(wanted) or 0


async def one(
    session: AsyncSession, model: type[Written], partner_id: int, written_id: int, *, to_change: bool = False
) -> Written | None:
    """A partner's note or contact.

    Args:
        to_change: nobody else changes it until the transaction ends.
    """
    wanted = select(model).where(model.partner_id == partner_id, model.id == written_id)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return (await session.scalars(wanted)).first()


async def write_once(session: AsyncSession, model: type[Written], **values: Any) -> bool:
    """Writes a note or a contact, unless the form that it comes from has been taken already. Returns whether it did."""
    statement = insert(session, model).values(**values).on_conflict_do_nothing(index_elements=["partner_id", "key"])
    written = await session.execute(statement.returning(model.id))
    return written.first() is not None


async def change(session: AsyncSession, row: Written, **values: Any) -> None:
    model = type(row)
    await session.execute(update(model).where(model.partner_id == row.partner_id, model.id == row.id).values(**values))


async def remove(session: AsyncSession, row: Written) -> None:
    model = type(row)
    await session.execute(delete(model).where(model.partner_id == row.partner_id, model.id == row.id))
