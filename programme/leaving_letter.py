"""The letter that tells a customer who looks after it, with the link that ends that."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.access import require_console_change
from programme.clock import day_of, today
from programme.customers import require_verified, theirs_locked
from programme.desk import Actor, Desk
from programme.outbox import owe_mail
from programme.refusals import Refused
from storage.models import Customer, Partner
from storage.queries import customers, partnerships
from storage.queries.audit import latest

# What is written down in the transaction that makes the letter due, for the first time and again.
FIRST, AGAIN = ("verified", "mapped"), ("letter_sent_again", "letter_asked_again")


@dataclass(frozen=True)
class Written:
    """The last of these letters.

    Args:
        to: an e-mail address.
        today: whether it was one more, and of today: the next may be sent tomorrow.
    """

    to: str
    at: datetime
    today: bool


def say_who_looks_after(
    session: AsyncSession, desk: Desk, customer: Customer, partner: Partner, again: str = ""
) -> None:
    """Makes the letter to the customer's super administrator due.

    Args:
        again: tells one more letter from the first one.
    """
    key = f"customer:{customer.id}:looked_after{again}"
    owe_mail(
        session, desk, key, "looked_after", customer.super_admin_email, partner.language,
        partner_id=partner.id, customer_id=customer.id,
    )  # fmt: skip


async def last_letter(session: AsyncSession, desk: Desk, partner: Partner, customer: Customer) -> Written | None:
    """To whom the letter went last, and when; None before the domain is proven."""
    if customer.verified_at is None:
        return None
    row = await latest(session, partner.id, ("customer", customer.id), FIRST + AGAIN)
    if row is None:
        return Written(customer.super_admin_email, customer.verified_at, today=False)
    is_again = row.action in AGAIN
    to = (row.after or {}).get("super_admin_email") if is_again else None
    day = day_of(row.at, partner.time_zone)
    is_todays = is_again and day == today(desk.clock, partner.time_zone)
    return Written(str(to or customer.super_admin_email), row.at, is_todays)


async def send_once_more(desk: Desk, actor: Actor, customer_id: int) -> None:
    """One more letter, because somebody of the partner asks for it; one a day for a customer, whoever asks.

    Raises: Refused with "suspended", "unknown_customer", "not_verified", or "letter_on_its_way" for a second one.
    """
    to = ""
    try:
        async with desk.store.write() as session:
            partner = await require_console_change(session, desk, actor)
            customer = await theirs_locked(session, partner, customer_id)
            require_verified(customer)
            to = customer.super_admin_email
            _send_again(session, desk, customer, partner, actor)
    except IntegrityError:
        raise Refused("letter_on_its_way", email=to) from None


async def send_again(desk: Desk, customer: Customer) -> None:
    """For who has only a link that is good no more: another one, to the same address, once a day."""
    try:
        async with desk.store.write() as session:
            partner = await partnerships.partner(session, customer.partner_id)
            still = await customers.customer(session, customer.partner_id, customer.id)
            if partner and still:
                _send_again(session, desk, still, partner, None)
    except IntegrityError:
        pass  # it is on its way already


def _send_again(session: AsyncSession, desk: Desk, customer: Customer, partner: Partner, actor: Actor | None) -> None:
    """Of two on one day, which begins where the partner is, the second breaks a constraint when it is written.

    Args:
        actor: who of the partner asks for it; None for whoever has an old link.
    """
    say_who_looks_after(session, desk, customer, partner, again=f":{today(desk.clock, partner.time_zone)}")
    action = "letter_sent_again" if actor else "letter_asked_again"
    subject, to = ("customer", customer.id), {"super_admin_email": customer.super_admin_email}
    audit.record(session, desk.clock.now(), actor, action, subject, partner.id, None, dict(to))
