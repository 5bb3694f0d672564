"""What was done for one customer."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import AuditRow
from storage.queries.paging import Page, page


async def history(
    session: AsyncSession,
    partner_id: int,
    customer_id: int,
    after: int | None = None,
    before: int | None = None,
    actions: Collection[str] = (),
) -> Page[AuditRow]:
    """A page of what a partner did for a customer, and the programme with it, the latest first.

    Args:
        after, before: the id of the audit row to go on from.
        actions: only these.
    """
    wanted = select(AuditRow).where(
        AuditRow.subject == "customer", AuditRow.subject_id == customer_id, AuditRow.partner_id == partner_id
    )
    if actions:
        wanted = wanted.where(AuditRow.action.in_(actions))
    places = [None if place is None else (place,) for place in (after, before)]
    return await page(session, wanted, (AuditRow.id,), *places, newest_first=True)
