"""Whom a partner speaks to at a customer's: it writes them down for itself."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console_change
from programme.customers import Found, found, record_change, theirs, theirs_locked
from programme.desk import Actor, Desk
from programme.forms import Rule, email, line_up_to, one_of, read_each
from programme.meanwhile import Fate, Saved, fate, stamp
from programme.phones import LONGEST_TYPED, phone, phone_example
from programme.refusals import BadInput, Refused
from storage.models import CONTACT_ROLES, CustomerContact, Partner
from storage.queries import applications, customer_notes

MOST_CONTACTS = 20
RULES = {
    "name": Rule(line_up_to(200)),
    "role": Rule(one_of(CONTACT_ROLES)),
    "email": Rule(email, optional=True),
    "phone": Rule(line_up_to(LONGEST_TYPED), optional=True),
}


def read_contact(typed: dict[str, str], country: str | None) -> dict[str, str | None]:
    """A contact's columns from what was typed.

    Args:
        country: an ISO code; telephone numbers without a country code are read as they are dialled there.
    Raises: BadInput, `unreachable` without an e-mail address and a telephone number too.
    """
    values, wrong = read_each(typed, RULES)
    if number := values.get("phone"):
        try:
            values["phone"] = phone(number, country)
        except ValueError as error:
            wrong["phone"] = str(error)
    if not wrong and not values["email"] and not values["phone"]:
        wrong["email"] = "unreachable"
    if wrong:
        raise BadInput(wrong, phone=phone_example(country or ""))
    return values


async def contact_to_change(
    desk: Desk, actor: Actor, customer_id: int, contact_id: int | None
) -> tuple[Found, CustomerContact | None]:
    """The customer, and one of its contacts, for a form.

    Args:
        contact_id: None for a new one.
    Raises: Refused as `add_contact`, or "unknown_contact".
    """
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        contact = await _contact(session, partner, customer.id, contact_id) if contact_id is not None else None
        if contact_id is None:
            await _room(session, partner.id, customer.id)
        return await found(session, desk, actor, customer), contact


async def add_contact(desk: Desk, actor: Actor, customer_id: int, typed: dict[str, str], key: str) -> Found:
    """Writes a contact down; the same form sent twice adds one.

    Args:
        typed: `name`, `role`, `email`, `phone`.
        key: tells the form from others.
    Raises: BadInput; Refused with "suspended", "unknown_customer" or "contacts_full".
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        values = read_contact(typed, await _country(session, partner))
        # Of contacts that are written down at once each counts.
        customer = await theirs_locked(session, partner, customer_id)
        is_new = await customer_notes.write_once(
            session, CustomerContact, partner_id=partner.id, customer_id=customer.id, key=key[:32],
            written_by_workspace=actor.workspace_id, written_by=actor.user_id, written_at=desk.clock.now(),
            **values,
        )  # fmt: skip
        await _room(session, partner.id, customer.id, is_there=True)
        if is_new:
            record_change(session, desk, actor, customer, "contact_added", None, _of_contact(values))
        return await found(session, desk, actor, customer)


async def change_contact(
    desk: Desk, actor: Actor, customer_id: int, contact_id: int, typed: dict[str, str], seen: str
) -> Saved[CustomerContact]:
    """Changes a contact, if it still is what was shown. Saving the same twice changes it once.

    Args:
        typed: as for `add_contact`.
        seen: the stamp of the contact that the actor saw.
    Raises: BadInput; Refused with "suspended" or "unknown_customer".
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        values = read_contact(typed, await _country(session, partner))
        customer = await theirs(session, partner, customer_id)
        contact = await customer_notes.one(session, CustomerContact, partner.id, contact_id, to_change=True)
        if contact is not None and contact.customer_id != customer.id:
            contact = None
        before, after = _facts(contact) if contact else None, _of_contact(values)
        what = fate(before, after, seen)
        if contact is not None and what is Fate.SAVED:
            edited: dict[str, Any] = {
                "edited_by_workspace": actor.workspace_id, "edited_by": actor.user_id, "edited_at": desk.clock.now(),
            }  # fmt: skip
            await customer_notes.change(session, contact, **values, **edited)
            record_change(session, desk, actor, customer, "contact_changed", before, after)
        now = contact if what is Fate.CHANGED else None
        return Saved(await found(session, desk, actor, customer), what, now)


def stamp_of_contact(contact: CustomerContact) -> str:
    """What a form keeps of the contact that it shows, for `change_contact`."""
    return stamp(_facts(contact))


async def remove_contact(desk: Desk, actor: Actor, customer_id: int, contact_id: int) -> Found:
    """Forgets a contact; doing it twice forgets it once. Raises Refused with "suspended" or "unknown_customer"."""
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        contact = await customer_notes.one(session, CustomerContact, partner.id, contact_id, to_change=True)
        if contact is not None and contact.customer_id == customer.id:
            await customer_notes.remove(session, contact)
            record_change(session, desk, actor, customer, "contact_removed", _facts(contact), None)
        return await found(session, desk, actor, customer)


async def _contact(session: AsyncSession, partner: Partner, customer_id: int, contact_id: int) -> CustomerContact:
    contact = await customer_notes.one(session, CustomerContact, partner.id, contact_id)
    if contact is None or contact.customer_id != customer_id:
        raise Refused("unknown_contact")
    return contact


async def _room(session: AsyncSession, partner_id: int, customer_id: int, *, is_there: bool = False) -> None:
    """Raises Refused("contacts_full").

    Args:
        is_there: whether the one that needs the room is written already.
    """
    if await customer_notes.number_of_contacts(session, partner_id, customer_id) >= MOST_CONTACTS + is_there:
        raise Refused("contacts_full", most=MOST_CONTACTS)


async def _country(session: AsyncSession, partner: Partner) -> str | None:
    """Where the partner is, and most of its customers."""
    application = await applications.application(session, partner.application_id)
    return application.country if application else None


def _facts(contact: CustomerContact) -> dict[str, Any]:
    """For the audit trail."""
    return _of_contact({name: getattr(contact, name) for name in RULES})


def _of_contact(values: dict[str, str | None]) -> dict[str, Any]:
    return {f"contact_{name}": values[name] for name in RULES}
