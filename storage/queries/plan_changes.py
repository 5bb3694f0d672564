"""Changes of subscriptions: those that wait for their day, and the latest of each customer."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import among
from storage.models import Customer, Partner, PlanChange
from storage.queries.customers import LISTED, NOTHING_SAID


def waits_for(customer: type[Customer]) -> ColumnElement[bool]:
    """That a change waits for a customer; there is one at most."""
    return (
        (PlanChange.partner_id == customer.partner_id)
        & (PlanChange.customer_id == customer.id)
        & (PlanChange.status == "scheduled")
    )


async def locked(session: AsyncSession, row: Customer) -> Customer | None:
    """The customer as it is now; nobody else changes it until the transaction ends. None where it has left."""
    found = await session.scalars(
        select(Customer)
        .where(Customer.partner_id == row.partner_id, Customer.id == row.id, LISTED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.first()


async def last_in_effect(session: AsyncSession, partner_id: int, customer_id: int) -> PlanChange | None:
    """What took effect last and was not undone since."""
    return await _last(session, partner_id, customer_id, PlanChange.status == "applied", PlanChange.kind != "undo")


async def scheduled(session: AsyncSession, partner_id: int, customer_id: int) -> PlanChange | None:
    """The change that waits for its day."""
    return await _last(session, partner_id, customer_id, PlanChange.status == "scheduled")


async def _last(
    session: AsyncSession, partner_id: int, customer_id: int, *which: ColumnElement[bool]
) -> PlanChange | None:
    found = await session.scalars(
        select(PlanChange)
        .where(PlanChange.partner_id == partner_id, PlanChange.customer_id == customer_id, *which)
        .order_by(PlanChange.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return found.first()


async def renewing_between(
    session: AsyncSession, partner_id: int, first: date, last: date
) -> list[tuple[Customer, PlanChange | None]]:
    """The customers whose subscription renews in a stretch of days, both included, by date, and what changes with it.

    Those that are cancelled to that day do not renew.
    """
    found = await session.execute(
        select(Customer, PlanChange)
        .outerjoin(PlanChange, waits_for(Customer))
        .where(
            Customer.partner_id == partner_id,
            Customer.renews_on.between(first, last),
            or_(PlanChange.id.is_(None), PlanChange.kind != "cancel"),
        )
        .order_by(Customer.renews_on, Customer.id)
    )
    return [(row[0], row[1]) for row in found]


async def zones_waiting(session: AsyncSession, until: date) -> list[str]:
    """The time zones of the partners of changes that are due by a day."""
    found = await session.scalars(
        select(Partner.time_zone)
        .join(PlanChange, PlanChange.partner_id == Partner.id)
        .where(PlanChange.status == "scheduled", PlanChange.effective_on <= until)
        .distinct()
    )
    return list(found)


async def lock_due(session: AsyncSession, days: dict[str, date], limit: int) -> list[int]:
    """Customers with a change whose day has come, which nobody else changes meanwhile, the longest waiting first.

    Args:
        days: time zone → the day that it is there.
    """
    its_day = case(days, value=Partner.time_zone, else_=date.min)
    found = await session.scalars(
        select(Customer.id)
        .join(PlanChange, PlanChange.customer_id == Customer.id)
        .join(Partner, Partner.id == Customer.partner_id)
        .where(PlanChange.status == "scheduled", PlanChange.effective_on <= its_day)
        .order_by(PlanChange.effective_on, Customer.id)
        .limit(limit)
        .with_for_update(of=Customer, skip_locked=True)
    )
    return list(found)


async def apply(session: AsyncSession, customer_ids: Iterable[int], at: datetime) -> list[tuple[PlanChange, int]]:
    """Lets the changes take effect that wait for locked customers. Returns each with the licences that came of it.

    Of the licences that there are, those that are in use by now stay, whatever was wanted.
    """
    theirs = list(customer_ids)
    done = await session.scalars(
        update(PlanChange)
        .where(among(session, PlanChange.customer_id, theirs), PlanChange.status == "scheduled")
        .values(status="applied", settled_at=at)
        .returning(PlanChange)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    changes = {change.id: change for change in done}
    its_change = [PlanChange.customer_id == Customer.id, among(session, PlanChange.id, list(changes))]
    in_use, wanted = Customer.licences_in_use, PlanChange.to_licences
    kept = case((in_use <= wanted, wanted), (in_use < Customer.licences, in_use), else_=Customer.licences)
    changed = await session.execute(
        update(Customer)
        .where(*its_change, PlanChange.kind == "change")
        .values(
            plan=PlanChange.to_plan,
            licences=kept,
            term=PlanChange.to_term,
            started_on=case(
                (PlanChange.to_term != PlanChange.from_term, PlanChange.effective_on), else_=Customer.started_on
            ),
        )
        .returning(Customer.id, Customer.licences)
        .execution_options(synchronize_session=False)
    )
    licences = {row[0]: row[1] for row in changed}
    await session.execute(
        update(Customer)
        .where(*its_change, PlanChange.kind == "cancel")
        .values(status="cancelled", renews_on=None, **NOTHING_SAID)
        .execution_options(synchronize_session=False)
    )
    return [(change, licences.get(change.customer_id, change.to_licences)) for _, change in sorted(changes.items())]


async def settle(session: AsyncSession, change_id: int, was: str, status: str, at: datetime) -> bool:
    """Gives a change another state if it still has the one that the caller saw."""
    settled = await session.execute(
        update(PlanChange)
        .where(PlanChange.id == change_id, PlanChange.status == was)
        .values(status=status, settled_at=at)
        .returning(PlanChange.id)
        .execution_options(synchronize_session=False)
    )
    return settled.first() is not None


async def write_customer(session: AsyncSession, row: Customer, **values: Any) -> None:
    """Changes a locked customer."""
    await session.execute(
        update(Customer).where(Customer.partner_id == row.partner_id, Customer.id == row.id).values(**values)
    )
