"""Partners as the programme's reviewers see them: all of them, whoever they belong to."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import insert
from storage.models import AuditRow, ChannelHealth, CommissionRate, Customer, Member, Partner, Person
from storage.queries.customers import LISTED
from storage.queries.paging import Cursor, Page, page
from storage.queries.review_queue import LAST


async def partner(session: AsyncSession, partner_id: int) -> Partner | None:
    return await session.get(Partner, partner_id)


async def locked(session: AsyncSession, partner_id: int) -> Partner | None:
    """A partner that nobody else changes until the transaction ends."""
    found = await session.scalars(
        select(Partner).where(Partner.id == partner_id).with_for_update().execution_options(populate_existing=True)
    )
    return found.first()


@dataclass(frozen=True)
class Wanted:
    """What partners are looked for by; everything that is given must fit.

    Args:
        name: what the name begins with, as names are compared.
        domain: of a customer, in ASCII; those who are found by it are found beside those found by name.
        person: workspace and user of a member.
    """

    name: str = ""
    domain: str = ""
    person: tuple[str, str] | None = None


async def partners(
    session: AsyncSession, wanted: Wanted, after: int | None = None, before: int | None = None
) -> Page[Partner]:
    """A page of partners by name.

    Args:
        after, before: the id of the partner to go on from.
    """
    chosen = select(Partner)
    if wanted.name or wanted.domain:
        chosen = chosen.where(Partner.id.in_(_of_words(wanted)))
    if wanted.person:
        workspace_id, user_id = wanted.person
        theirs = select(Member.partner_id).where(Member.workspace_id == workspace_id, Member.user_id == user_id)
        chosen = chosen.where(Partner.id.in_(theirs))
    order = (Partner.name_key, Partner.id)
    return await page(session, chosen, order, await _place(session, after), await _place(session, before))


def _of_words(wanted: Wanted) -> Any:
    by_name = select(Partner.id).where(Partner.name_key.between(wanted.name, wanted.name + LAST))
    by_domain = select(Customer.partner_id).where(Customer.domain == wanted.domain, LISTED)
    ways = [by_name] if wanted.name else []
    return union(*ways, *([by_domain] if wanted.domain else []))


async def _place(session: AsyncSession, partner_id: int | None) -> Cursor | None:
    row = await session.get(Partner, partner_id) if partner_id is not None else None
    return (row.name_key, row.id) if row else None


async def members(session: AsyncSession, partner_id: int) -> list[Member]:
    """Admins first, then by how long they have been there."""
    found = await session.scalars(
        select(Member).where(Member.partner_id == partner_id).order_by(Member.role, Member.joined_at, Member.user_id)
    )
    return list(found)


async def active_admins(session: AsyncSession, partner_id: int) -> list[Member]:
    """Those whom a message reaches."""
    found = await session.scalars(
        select(Member)
        .join(Person, (Person.workspace_id == Member.workspace_id) & (Person.user_id == Member.user_id))
        .where(Member.partner_id == partner_id, Member.role == "admin", Person.is_deactivated.is_(False))
        .order_by(Member.workspace_id, Member.user_id)
    )
    return list(found)


async def number_of_customers(session: AsyncSession, partner_id: int) -> int:
    return await session.scalar(select(func.count()).where(Customer.partner_id == partner_id, LISTED)) or 0


async def channel_health(session: AsyncSession, row: Partner) -> ChannelHealth | None:
    if row.alert_channel is None:
        return None
    return await session.get(ChannelHealth, (row.alert_workspace, row.alert_channel))


async def rates(session: AsyncSession, partner_id: int, on: date) -> list[CommissionRate]:
    """The commission that holds on a day, and those that come after it, in order."""
    holds = (
        select(func.max(CommissionRate.valid_from))
        .where(CommissionRate.partner_id == partner_id, CommissionRate.valid_from <= on)
        .scalar_subquery()
    )
    found = await session.scalars(
        select(CommissionRate)
        .where(CommissionRate.partner_id == partner_id, CommissionRate.valid_from >= func.coalesce(holds, on))
        .order_by(CommissionRate.valid_from)
    )
    return list(found)


async def set_rate(session: AsyncSession, **values: Any) -> None:
    """A commission from a day on, in the place of what was to hold from the same day on."""
    changes = {name: value for name, value in values.items() if name not in ("partner_id", "valid_from")}
    await session.execute(
        insert(session, CommissionRate)
        .values(**values)
        .on_conflict_do_update(index_elements=["partner_id", "valid_from"], set_=changes)
    )


async def trail(
    session: AsyncSession, partner_id: int, after: int | None = None, before: int | None = None
) -> Page[AuditRow]:
    """A page of what was done by and for a partner, the latest first.

    Args:
        after, before: the id of the audit row to go on from.
    """
    wanted = select(AuditRow).where(AuditRow.partner_id == partner_id)
    places = [None if place is None else (place,) for place in (after, before)]
    return await page(session, wanted, (AuditRow.id,), *places, newest_first=True)


async def domains(session: AsyncSession, partner_id: int, customer_ids: set[int]) -> dict[int, str]:
    """The domains of some customers of a partner, by id, those who have left included."""
    found = await session.execute(
        select(Customer.id, Customer.domain).where(Customer.partner_id == partner_id, Customer.id.in_(customer_ids))
    )
    return {row.id: row.domain for row in found}


async def audit_row(session: AsyncSession, audit_id: int) -> AuditRow | None:
    return await session.get(AuditRow, audit_id)
