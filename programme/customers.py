"""A partner's customers: what is asked of a new one, adding it, and finding one (mission rows 11, 18 and 20)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.access import Rights, require_console, require_console_change, rights
from programme.catalogue import Catalogue
from programme.clock import today
from programme.desk import Actor, Desk
from programme.domains import BadDomain, customer_domain, domains_meant
from programme.forms import Rule, email, line_up_to, one_of, read_fields, whole_number
from programme.proof_pauses import gone_by, search_from
from programme.refusals import BadInput, Refused
from programme.verification import new_token
from storage.models import TERMS, AuditRow, Customer, Member, Partner
from storage.queries import customers, plan_changes

MOST_LICENCES = 1_000_000


@dataclass(frozen=True)
class Found:
    """A customer, with whose it is, who asks, and the day it is for the partner."""

    customer: Customer
    partner: Partner
    member: Member
    today: date

    @property
    def rights(self) -> Rights:
        return rights(self.partner, self.member)


def _domain(text: str) -> str:
    try:
        return customer_domain(text).ascii
    except BadDomain as bad:
        raise ValueError(str(bad.reason)) from None


# Who a customer is.
WHO = {"domain": Rule(_domain), "organisation": Rule(line_up_to(200)), "super_admin_email": Rule(email)}
LICENCES = Rule(whole_number(1, MOST_LICENCES, "not_a_number_of_licences"))


def read_customer(catalogue: Catalogue, typed: dict[str, str]) -> dict[str, Any]:
    """The customer's columns from what was typed. Raises BadInput."""
    values: dict[str, Any] = read_fields(
        typed,
        {
            **WHO,
            "plan": Rule(one_of([plan.id for plan in catalogue.plan])),
            "licences": LICENCES,
            "term": Rule(one_of(TERMS)),
        },
    )
    return values | {"licences": int(values["licences"])}


async def may_add(desk: Desk, actor: Actor) -> Partner:
    """Raises Refused with "no_partner", "no_console" or "suspended"."""
    async with desk.store.read() as session:
        return await require_console_change(session, desk, actor)


async def add(desk: Desk, actor: Actor, typed: dict[str, str]) -> Found:
    """Takes a customer, whose trial starts today.

    Args:
        typed: field name → text: domain, organisation, super_admin_email, plan, licences, term.
    Raises: BadInput (domain `already_yours` or `taken` included), or Refused as `may_add`.
    """
    values = read_customer(desk.catalogue, typed)
    try:
        async with desk.store.write() as session:
            return await _store(session, desk, actor, values)
    except IntegrityError:
        raise BadInput({"domain": "already_yours"}) from None


async def _store(session: AsyncSession, desk: Desk, actor: Actor, values: dict[str, Any]) -> Found:
    partner = await require_console_change(session, desk, actor)
    gone = gone_by(desk.clock.now(), desk.catalogue.verification)
    if await customers.is_held_elsewhere(session, partner.id, values["domain"], gone):
        raise BadInput({"domain": "taken"})
    customer = Customer(**columns_of_new(desk, partner, values))
    session.add(customer)
    await session.flush()
    audit.record(session, desk.clock.now(), actor, "added", ("customer", customer.id), partner.id, after=values)
    return await found(session, desk, actor, customer)


def columns_of_new(desk: Desk, partner: Partner, values: dict[str, Any]) -> dict[str, Any]:
    """All columns of a customer whose trial starts today.

    Args:
        values: as `read_customer` gives them.
    """
    day, now = today(desk.clock, partner.time_zone), desk.clock.now()
    return {
        "partner_id": partner.id,
        "status": "trial",
        "added_on": day,
        "trial_started_on": day,
        "trial_ends_on": day + timedelta(days=desk.catalogue.trial.days),
        "verification_token": new_token(),
        "created_at": now,
        **search_from(now, desk.catalogue.verification),
        **values,
    }


async def found(session: AsyncSession, desk: Desk, actor: Actor, customer: Customer) -> Found:
    """The customer as it is now, for showing it. Raises Refused("unknown_customer") when it has left meanwhile."""
    await session.refresh(customer)
    if customer.left_on is not None:
        raise Refused("unknown_customer", domain=customer.domain)
    partner, member = await require_console(session, desk, actor)
    return Found(customer, partner, member, today(desk.clock, partner.time_zone))


async def find(desk: Desk, actor: Actor, which: str | int) -> Found:
    """One of the actor's customers, by domain (as typed, or an address at it) or by id.

    Raises: Refused("unknown_customer") for a domain that nobody has, that another partner has, or that is none.
    """
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        return await found(session, desk, actor, await theirs(session, partner, which))


async def theirs(session: AsyncSession, partner: Partner, which: str | int) -> Customer:
    """A customer of this partner. Raises Refused("unknown_customer")."""
    if isinstance(which, int):
        customer = await customers.customer(session, partner.id, which)
    else:
        customer = await customers.customer_by_domain(session, partner.id, domains_meant(which))
    if customer is None:
        raise Refused("unknown_customer", domain=which if isinstance(which, str) else None)
    return customer


def require_verified(customer: Customer) -> None:
    """Only who has been verified is managed on its behalf; whose proof is gone since still is (mission row 20).

    Raises: Refused("not_verified").
    """
    if customer.verified_at is None:
        facts = {"domain": customer.domain, "organisation": customer.organisation}
        raise Refused("not_verified", customer_id=customer.id, **facts)


def require_unproven(customer: Customer) -> None:
    """Whoever has proven its domain is there, and is who it is: neither is for the partner to say any more.

    Raises: Refused("proven").
    """
    if customer.verified_at is not None:
        raise Refused("proven", domain=customer.domain)


async def unproven(desk: Desk, actor: Actor, which: str | int) -> Found:
    """One of the actor's customers that may still be corrected, or taken off the list.

    Raises: Refused with "suspended", "unknown_customer" or "proven".
    """
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs(session, partner, which)
        require_unproven(customer)
        return await found(session, desk, actor, customer)


async def theirs_locked(session: AsyncSession, partner: Partner, which: str | int) -> Customer:
    """As `theirs`; nobody else changes it until the transaction ends."""
    seen = await theirs(session, partner, which)
    customer = await plan_changes.locked(session, seen)
    if customer is None:
        raise Refused("unknown_customer", domain=seen.domain)
    return customer


def record_change(
    session: AsyncSession, desk: Desk, actor: Actor, customer: Customer, action: str, before: Any, after: Any
) -> AuditRow:
    """The audit row of something done on a customer's behalf (mission row 20)."""
    subject = ("customer", customer.id)
    return audit.record(session, desk.clock.now(), actor, action, subject, customer.partner_id, before, after)
