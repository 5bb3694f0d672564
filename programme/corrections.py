"""A customer that was written down wrong is put right, as long as its domain is not proven (mission row 11)."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console_change
from programme.customers import WHO, Found, found, record_change, require_unproven, theirs_locked
from programme.desk import Actor, Desk
from programme.domains import parse_domain
from programme.forms import read_fields
from programme.proof_pauses import gone_by, search_from
from programme.refusals import BadInput
from programme.verification import new_token
from storage.models import Customer
from storage.queries import customers


async def correct(desk: Desk, actor: Actor, which: int, typed: dict[str, str]) -> Found:
    """Writes a customer's domain, organisation and super administrator anew; the trial goes on as it was.

    Another domain is proven by another token: what was found for the one before counts for nothing.

    Args:
        typed: `domain`, `organisation`, `super_admin_email`.
    Raises: BadInput (domain `already_yours` or `taken` included); Refused with "suspended", "unknown_customer" or
        "proven".
    """
    values = {name: str(value) for name, value in read_fields(typed, WHO).items()}
    try:
        async with desk.store.write() as session:
            partner = await require_console_change(session, desk, actor)
            customer = await theirs_locked(session, partner, which)
            require_unproven(customer)
            if parse_domain(typed["domain"]).ascii == customer.domain:
                values["domain"] = customer.domain  # even with `www.` in front, which is taken off by now
            await _write(session, desk, actor, customer, values)
            return await found(session, desk, actor, customer)
    except IntegrityError:
        raise BadInput({"domain": "already_yours"}) from None


async def _write(session: AsyncSession, desk: Desk, actor: Actor, customer: Customer, values: dict[str, str]) -> None:
    before = {name: getattr(customer, name) for name in WHO}
    if values == before:
        return
    search = {}
    if values["domain"] != customer.domain:
        gone = gone_by(desk.clock.now(), desk.catalogue.verification)
        if await customers.is_held_elsewhere(session, customer.partner_id, values["domain"], gone):
            raise BadInput({"domain": "taken"})
        search = {"verification_token": new_token(), **search_from(desk.clock.now(), desk.catalogue.verification)}
    await customers.correct(session, customer, **values, **search)
    record_change(session, desk, actor, customer, "corrected", _facts(before), _facts(values))


def _facts(values: dict[str, str]) -> dict[str, str]:
    """For the audit trail, where `domain` is what a customer is called by today."""
    return {"corrected_domain" if name == "domain" else name: value for name, value in values.items()}
