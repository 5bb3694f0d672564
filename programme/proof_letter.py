"""The records that prove a domain, mailed to whoever runs its name servers (mission row 19)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.access import require_console_change
from programme.catalogue import LetterTerms
from programme.clock import today
from programme.customers import find, theirs_locked
from programme.desk import Actor, Desk
from programme.forms import Rule, email, one_of, read_fields
from programme.outbox import owe_mail
from programme.refusals import BadInput
from storage.models import LANGUAGES, AuditRow, Customer, Partner
from storage.queries import customers, members, partnerships
from storage.queries.audit import since

ACTION = "records_sent"


@dataclass(frozen=True)
class Sent:
    customer: Customer
    email: str


async def send_records(desk: Desk, actor: Actor, customer_id: int, typed: dict[str, str]) -> Sent:
    """Makes the letter due. Sending the same once more on one day sends nothing.

    Args:
        typed: field name → text: email, language.
    Raises: BadInput, for one letter too many within 24 hours too (and `again`, the moment from which on there may be
        more); Refused as programme.customers.may_add, or "unknown_customer".
    """
    values: dict[str, Any] = read_fields(typed, {"email": Rule(email), "language": Rule(one_of(LANGUAGES))})
    try:
        async with desk.store.write() as session:
            partner = await require_console_change(session, desk, actor)
            await members.lock_partner(session, partner.id)  # of letters asked for at once each counts
            customer = await theirs_locked(session, partner, customer_id)
            await _send(session, desk, actor, partner, customer, values)
    except IntegrityError:
        pass  # it is on its way already
    return Sent((await find(desk, actor, customer_id)).customer, values["email"])


async def _send(
    session: AsyncSession, desk: Desk, actor: Actor, partner: Partner, customer: Customer, values: dict[str, Any]
) -> None:
    now, day = desk.clock.now(), today(desk.clock, partner.time_zone)
    # A domain that was corrected meanwhile has other records.
    what = f"{customer.domain} {values['email'].casefold()}"
    to = hashlib.sha256(what.encode()).hexdigest()[:32]
    owe_mail(
        session, desk, f"records:{customer.id}:{day}:{to}", "records", values["email"], values["language"],
        partner_id=partner.id, customer_id=customer.id, sender=[actor.workspace_id, actor.user_id],
    )  # fmt: skip
    facts: audit.Facts = {"email": values["email"]}
    row = audit.record(session, now, actor, ACTION, ("customer", customer.id), partner.id, None, facts)
    await session.flush()
    sent = await since(session, partner.id, ACTION, now - timedelta(days=1))
    _check(desk.catalogue.verification.letters, [one for one in sent if one is not row], row)


def _check(terms: LetterTerms, sent: list[AuditRow], row: AuditRow) -> None:
    """Whoever gets such a letter has not asked for it: so many leave within 24 hours, and no more.

    Args:
        sent: the partner's letters of these hours, the earliest first; `row`: of the one that is to leave.
    """
    here = [one for one in sent if one.subject_id == row.subject_id]
    there = [one for one in sent if _to(one) == _to(row)]
    limits = [
        (_again(terms.for_customer, here), BadInput({"email": "too_many_letters"})),
        (_again(terms.to_address, there), BadInput({"email": "too_many_letters_there"})),
        (_again(terms.for_partner, sent), BadInput({"email": "too_many_letters_in_all"})),
    ]
    reached = [(again, refused) for again, refused in limits if again]
    if reached:
        again, refused = max(reached, key=lambda one: one[0])
        raise BadInput(refused.fields, again=again)


def _again(most: int, sent: list[AuditRow]) -> datetime | None:
    """From when on there may be one more; None for now. A reader sees the minute only, and is told one that is over."""
    return sent[-most].at + timedelta(days=1, minutes=1) if len(sent) >= most else None


def _to(row: AuditRow) -> str:
    return str((row.after or {}).get("email")).casefold()


async def about_letter(desk: Desk, partner_id: int, customer_id: int) -> tuple[Partner, Customer] | None:
    """What a letter is about, for drawing it; None where that is gone."""
    async with desk.store.read() as session:
        partner = await partnerships.partner(session, partner_id)
        customer = await customers.customer(session, partner_id, customer_id)
    return (partner, customer) if partner and customer else None
