"""The letter that tells a customer who looks after it, with the link that ends that."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme.clock import today
from programme.desk import Desk
from programme.outbox import owe_mail
from storage.models import Customer, Partner
from storage.queries import channels, customers


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


async def send_again(desk: Desk, customer: Customer) -> None:
    """For who has only a link that is good no more: another one, to the same address, once a day."""
    try:
        async with desk.store.write() as session:
            partner = await channels.partner(session, customer.partner_id)
            still = await customers.customer(session, customer.partner_id, customer.id)
            if partner and still:
                say_who_looks_after(session, desk, still, partner, again=f":{today(desk.clock, 'UTC')}")
    except IntegrityError:
        pass  # it is on its way already
