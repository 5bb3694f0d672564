"""The records that prove a domain, mailed to whoever runs its name servers (mission row 19)."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.access import require_console_change
from programme.clock import today
from programme.customers import find, theirs
from programme.desk import Actor, Desk
from programme.forms import Rule, email, one_of, read_fields
from programme.outbox import owe_mail
from programme.refusals import BadInput
from storage.models import Customer, Partner
from storage.queries import channels, customers
from storage.queries.audit import count_since

LANGUAGES = ("en", "fr", "de")
# Whoever gets them has not asked for them.
LETTERS_A_DAY = 5
ACTION = "records_sent"


@dataclass(frozen=True)
class Sent:
    customer: Customer
    email: str


async def send_records(desk: Desk, actor: Actor, customer_id: int, typed: dict[str, str]) -> Sent:
    """Makes the letter due. Sending the same once more on one day sends nothing.

    Args:
        typed: field name → text: email, language.
    Raises: BadInput, for a sixth address within 24 hours too; Refused as programme.customers.may_add, or
        "unknown_customer".
    """
    values: dict[str, Any] = read_fields(typed, {"email": Rule(email), "language": Rule(one_of(LANGUAGES))})
    try:
        async with desk.store.write() as session:
            partner = await require_console_change(session, desk, actor)
            customer = await theirs(session, partner, customer_id)
            await _send(session, desk, actor, partner, customer, values)
    except IntegrityError:
        pass  # it is on its way already
    return Sent((await find(desk, actor, customer_id)).customer, values["email"])


async def _send(
    session: AsyncSession, desk: Desk, actor: Actor, partner: Partner, customer: Customer, values: dict[str, Any]
) -> None:
    await session.refresh(customer, with_for_update=True)  # of letters asked for at once each counts
    now, day = desk.clock.now(), today(desk.clock, partner.time_zone)
    # A domain that was corrected meanwhile has other records.
    what = f"{customer.domain} {values['email'].casefold()}"
    to = hashlib.sha256(what.encode()).hexdigest()[:32]
    owe_mail(
        session, desk, f"records:{customer.id}:{day}:{to}", "records", values["email"], values["language"],
        partner_id=partner.id, customer_id=customer.id, sender=[actor.workspace_id, actor.user_id],
    )  # fmt: skip
    subject = ("customer", customer.id)
    audit.record(session, now, actor, ACTION, subject, partner.id, None, {"email": values["email"]})
    await session.flush()
    if await count_since(session, subject, ACTION, now - timedelta(days=1)) > LETTERS_A_DAY:
        raise BadInput({"email": "too_many_letters"})


async def about_letter(desk: Desk, partner_id: int, customer_id: int) -> tuple[Partner, Customer] | None:
    """What a letter is about, for drawing it; None where that is gone."""
    async with desk.store.read() as session:
        partner = await channels.partner(session, partner_id)
        customer = await customers.customer(session, partner_id, customer_id)
    return (partner, customer) if partner and customer else None
