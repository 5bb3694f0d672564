"""Who asks to look after whose customer, and a customer's way from one partner to another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Alert, Customer, MappingRequest, OutgoingMail
from storage.queries.customers import LISTED


async def holder(session: AsyncSession, partner_id: int, domain: str) -> Customer | None:
    """Another partner's customer that has proven that it holds a domain. Whose it is must not be told."""
    found = await session.scalars(
        select(Customer).where(
            Customer.domain == domain,
            Customer.verified_at.is_not(None),
            LISTED,
            Customer.partner_id != partner_id,
        )
    )
    return found.first()


async def request(session: AsyncSession, request_id: int) -> MappingRequest | None:
    return await session.get(MappingRequest, request_id, populate_existing=True)


async def latest(session: AsyncSession, partner_id: int, domain: str) -> MappingRequest | None:
    """What a partner last asked about a domain."""
    found = await session.scalars(
        select(MappingRequest)
        .where(MappingRequest.partner_id == partner_id, MappingRequest.domain == domain)
        .order_by(MappingRequest.id.desc())
        .limit(1)
    )
    return found.first()


async def declined_at(session: AsyncSession, row: MappingRequest) -> datetime | None:
    """When the customer said no to a request that was made once more, for the reviewers; else None."""
    return await session.scalar(
        select(MappingRequest.answered_at).where(
            MappingRequest.partner_id == row.partner_id,
            MappingRequest.domain == row.domain,
            MappingRequest.asked_at == row.asked_at,
            MappingRequest.status == "declined",
            MappingRequest.id != row.id,
        )
    )


async def has_come_since(session: AsyncSession, row: MappingRequest) -> bool:
    """Whether the customer has come after all, when the same partner asked again."""
    later = exists().where(
        MappingRequest.partner_id == row.partner_id,
        MappingRequest.domain == row.domain,
        MappingRequest.id > row.id,
        MappingRequest.status.in_(("accepted", "moved")),
    )
    return bool(await session.scalar(select(later)))


async def count_since(session: AsyncSession, partner_id: int, since: datetime) -> int:
    counted = select(func.count()).where(MappingRequest.partner_id == partner_id, MappingRequest.asked_at >= since)
    return await session.scalar(counted) or 0


async def lock_open(session: AsyncSession, customer_id: int) -> list[MappingRequest]:
    """The open requests about a customer, which nobody else answers until the transaction ends.

    Lock the customer first: whoever takes these locks in another order might wait for another one for ever.
    """
    found = await session.scalars(
        select(MappingRequest)
        .where(MappingRequest.customer_id == customer_id, MappingRequest.status == "open")
        .order_by(MappingRequest.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(found)


async def locked_customer(session: AsyncSession, partner_id: int, customer_id: int) -> Customer | None:
    """A customer that its partner still has, and that nobody else changes until the transaction ends."""
    return await _locked(session, partner_id, Customer.id == customer_id)


async def locked_customer_of_domain(session: AsyncSession, partner_id: int, domain: str) -> Customer | None:
    return await _locked(session, partner_id, Customer.domain == domain)


async def _locked(session: AsyncSession, partner_id: int, which: Any) -> Customer | None:
    found = await session.scalars(
        select(Customer)
        .where(Customer.partner_id == partner_id, which, LISTED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.first()


async def customer_of_domain(session: AsyncSession, partner_id: int, domain: str) -> Customer | None:
    """A customer as a partner that has proven its domain has it."""
    found = await session.scalars(
        select(Customer).where(
            Customer.partner_id == partner_id,
            Customer.domain == domain,
            Customer.verified_at.is_not(None),
            LISTED,
        )
    )
    return found.first()


async def customer_even_if_left(session: AsyncSession, customer_id: int) -> Customer | None:
    """For whoever was sent a link about a customer: whose it is, or was."""
    return await session.get(Customer, customer_id, populate_existing=True)


async def forget_alerts(session: AsyncSession, partner_id: int, customer_ids: Sequence[int]) -> None:
    """What was still to be said of a partner's customers loses its reason."""
    await session.execute(
        update(Alert)
        .where(Alert.partner_id == partner_id, Alert.customer_id.in_(customer_ids), Alert.status == "waiting")
        .values(status="moot")
        .execution_options(synchronize_session=False)
    )


async def letter(session: AsyncSession, key: str) -> OutgoingMail | None:
    return (await session.scalars(select(OutgoingMail).where(OutgoingMail.key == key))).first()


async def note_findings(session: AsyncSession, request_id: int, asker: str, holder: str, at: datetime) -> None:
    """What the name servers say of either's proof, for as long as nothing is decided."""
    await session.execute(
        update(MappingRequest)
        .where(MappingRequest.id == request_id, MappingRequest.status == "open")
        .values(asker_finding=asker, holder_finding=holder, looked_at=at)
    )


async def note_proof(session: AsyncSession, request_id: int, method: str, at: datetime) -> None:
    """Who asks has proven that it speaks for the domain."""
    await session.execute(
        update(MappingRequest)
        .where(MappingRequest.id == request_id, MappingRequest.proven_at.is_(None))
        .values(proven_at=at, proven_by_method=method)
    )
