"""Customers. Every query takes the partner: there is no way to ask without one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import among_texts
from storage.models import Customer, TrialExtension
from storage.models.customers import keys_of

# Who has left its partner is on no list, and nothing is done for it any more.
LISTED = Customer.left_on.is_(None)


async def customer(session: AsyncSession, partner_id: int, customer_id: int) -> Customer | None:
    found = await session.scalars(
        select(Customer).where(Customer.partner_id == partner_id, Customer.id == customer_id, LISTED)
    )
    return found.first()


async def customer_by_domain(session: AsyncSession, partner_id: int, domains: Sequence[str]) -> Customer | None:
    """The first of some domains that a partner has a customer with."""
    found = await session.scalars(
        select(Customer).where(Customer.partner_id == partner_id, Customer.domain.in_(domains), LISTED)
    )
    return min(found, key=lambda one: domains.index(one.domain), default=None)


def _held_elsewhere(partner_id: int, gone_by: date) -> tuple[ColumnElement[bool], ...]:
    """That another partner's customer has proven its domain, and did not lose the proof by a day."""
    still = or_(Customer.broken_on.is_(None), Customer.broken_part != "proof", Customer.broken_on > gone_by)
    return (Customer.partner_id != partner_id, Customer.verified_at.is_not(None), LISTED, still)


async def is_held_elsewhere(session: AsyncSession, partner_id: int, domain: str, gone_by: date) -> bool:
    """Whether another partner's customer holds the domain.

    Args:
        gone_by: whose proof is gone since that day, or for longer, holds it no more.
    """
    found = await session.scalars(
        select(Customer.id).where(Customer.domain == domain, *_held_elsewhere(partner_id, gone_by))
    )
    return found.first() is not None


async def former_holder(session: AsyncSession, partner_id: int, domain: str, gone_by: date) -> Customer | None:
    """Another partner's customer that has once proven the domain; the proof has been gone since a day, or for longer.

    Whose it is must not be told.
    """
    found = await session.scalars(
        select(Customer).where(
            Customer.domain == domain, Customer.partner_id != partner_id, Customer.verified_at.is_not(None), LISTED,
            Customer.broken_part == "proof", Customer.broken_on <= gone_by,
        )
    )  # fmt: skip
    return found.first()


async def mark_verified(session: AsyncSession, row: Customer, token: str, method: str, at: datetime) -> bool:
    """Raises IntegrityError when another customer holds the domain already (a unique index says so).

    Args:
        token: what was found; a domain that was corrected meanwhile waits for another one.
    """
    still = (Customer.verified_at.is_(None), Customer.verification_token == token)
    return await _change(session, row, *still, verified_at=at, verified_by_method=method)


async def mend_proof(session: AsyncSession, row: Customer) -> bool:
    """The proof that was gone is there again. Returns False where it was not gone."""
    return await _change(session, row, Customer.broken_part == "proof", broken_on=None, broken_part=None)


async def correct(session: AsyncSession, row: Customer, **values: Any) -> bool:
    """Writes anew who a customer is, unless its domain is proven. Raises IntegrityError as `mark_verified`.

    Args:
        values: its domain, organisation and super_admin_email, and what follows from another domain.
    """
    return await _change(session, row, Customer.verified_at.is_(None), **values, **keys_of(values))


async def extend_trial(session: AsyncSession, row: Customer, from_end: date, to_end: date) -> bool:
    """Moves the trial's end if it still is where the caller saw it."""
    return await _change(
        session, row, Customer.trial_ends_on == from_end, Customer.status == "trial", trial_ends_on=to_end
    )


# What was said of one date is no word on the next one.
NOTHING_SAID: dict[str, Any] = {"outlook": None, "snoozed_until": None}


class TrialDays(NamedTuple):
    started_on: date
    ends_on: date


async def first_trial(session: AsyncSession, domain: str) -> TrialDays | None:
    """The earliest trial of the customers with a domain that had proven it and have left, whosever they were.

    Nothing but its days may be told of them.
    """
    found = await session.execute(
        select(Customer.trial_started_on, Customer.trial_ends_on)
        .where(Customer.domain == domain, Customer.left_on.is_not(None), Customer.verified_at.is_not(None))
        .order_by(Customer.trial_started_on, Customer.trial_ends_on.desc())
        .limit(1)
    )
    row = found.first()
    return TrialDays(*row) if row else None


async def move_trial(session: AsyncSession, row: Customer, days: TrialDays) -> bool:
    """Puts other days in the place of a trial's and of its extensions. Returns False for who is on none."""
    values = {"trial_started_on": days.started_on, "trial_ends_on": days.ends_on}
    if not await _change(session, row, Customer.status == "trial", **values, **NOTHING_SAID):
        return False
    await session.execute(
        delete(TrialExtension).where(TrialExtension.partner_id == row.partner_id, TrialExtension.customer_id == row.id)
    )
    return True


async def lock_bought(session: AsyncSession, domain: str) -> Customer | None:
    """Who has left with something that was bought for a domain, whosever it was; nobody else takes that up meanwhile.

    Nothing but what was bought may be told of it.
    """
    found = await session.scalars(
        select(Customer)
        .where(Customer.domain == domain, Customer.paid_until.is_not(None))
        .order_by(Customer.paid_until.desc(), Customer.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.first()


async def start_subscription(session: AsyncSession, row: Customer, started_on: date, renews_on: date) -> bool:
    """Begins a subscription. Returns False where there is one."""
    values = {"status": "active", "started_on": started_on, "renews_on": renews_on}
    return await _change(session, row, Customer.renews_on.is_(None), **values, **NOTHING_SAID)


async def renew(session: AsyncSession, row: Customer, renews_on: date) -> bool:
    """Moves the renewal if it still is where the caller saw it."""
    return await _change(session, row, Customer.renews_on == row.renews_on, renews_on=renews_on, **NOTHING_SAID)


async def note(session: AsyncSession, row: Customer, **values: Any) -> None:
    """Writes what was said of a customer, whatever stood there before."""
    await _change(session, row, **values)


async def _change(session: AsyncSession, row: Customer, *still: ColumnElement[bool], **values: Any) -> bool:
    changed = await session.execute(
        update(Customer)
        .where(Customer.partner_id == row.partner_id, Customer.id == row.id, LISTED, *still)
        .values(**values)
        .returning(Customer.id)
    )
    return changed.first() is not None


async def trial_extensions(session: AsyncSession, partner_id: int, customer_id: int) -> list[TrialExtension]:
    found = await session.scalars(
        select(TrialExtension)
        .where(TrialExtension.partner_id == partner_id, TrialExtension.customer_id == customer_id)
        .order_by(TrialExtension.from_end)
    )
    return list(found)


async def domains_among(session: AsyncSession, partner_id: int, domains: Sequence[str]) -> set[str]:
    """Which of some domains a partner has a customer with."""
    return await _domains(session, domains, Customer.partner_id == partner_id)


async def held_elsewhere(session: AsyncSession, partner_id: int, domains: Sequence[str], gone_by: date) -> set[str]:
    """Which of some domains another partner's customer holds, as `is_held_elsewhere`."""
    return await _domains(session, domains, *_held_elsewhere(partner_id, gone_by))


async def _domains(session: AsyncSession, domains: Sequence[str], *which: ColumnElement[bool]) -> set[str]:
    found = await session.scalars(
        select(Customer.domain).where(among_texts(session, Customer.domain, domains), LISTED, *which)
    )
    return set(found)
