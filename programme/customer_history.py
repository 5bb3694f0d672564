"""What was done on a customer's behalf: who, when, what, before and after (mission row 20)."""

from dataclasses import dataclass

from programme.access import require_console
from programme.customers import Found, found, theirs
from programme.desk import Actor, Desk
from storage.models import AuditRow
from storage.queries import customer_history
from storage.queries.paging import Page


@dataclass(frozen=True)
class History:
    """A page of it, the latest first."""

    found: Found
    page: Page[AuditRow]


async def history(
    desk: Desk, actor: Actor, customer_id: int, after: int | None = None, before: int | None = None
) -> History:
    """For everybody of the partner, one that is suspended included. Raises Refused as programme.customers.find.

    Args:
        after, before: the id of the audit row to go on from.
    """
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        page = await customer_history.history(session, partner.id, customer.id, after, before)
        return History(await found(session, desk, actor, customer), page)
