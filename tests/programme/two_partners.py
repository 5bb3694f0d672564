"""Two partners, and a proven customer of the first that the second one asks for."""

from dataclasses import dataclass
from datetime import date

from programme import mapping
from programme.desk import Actor, Desk
from programme.links import Link
from storage.models import Customer, MappingRequest, OutgoingMail, OutgoingMessage, Partner, PlanChange
from tests.programme import house

prove = house.prove

DOMAIN = "mueller.example"
HOLDER, ASKER = "U1", "U2"
WORDS = "They have signed with us, and their old partner is gone."
REASON = "The contract that we were shown settles it."


@dataclass(frozen=True)
class Two:
    holder: Actor
    asker: Actor
    customer_id: int


async def two_partners(desk: Desk) -> Two:
    holder = await house.partner(desk, HOLDER)
    customer = await house.customer(desk, holder)
    await prove(desk, customer.id)
    return Two(holder, await house.partner(desk, ASKER), customer.id)


async def asked(desk: Desk, two: Two, note: str = "") -> str:
    """The token in the letter to the customer."""
    seen = await mapping.ask(desk, two.asker, DOMAIN, note)
    assert seen.request is not None
    return desk.links.token(Link("mapping", seen.request.id, seen.request.asked_at))


def leaving_token(desk: Desk, customer_id: int) -> str:
    return desk.links.token(Link("leaving", customer_id, desk.clock.now()))


async def request(desk: Desk) -> MappingRequest:
    """The only one, or the latest."""
    return (await house.rows(desk, MappingRequest))[-1]


async def of_partner(desk: Desk, partner_id: int) -> list[Customer]:
    """Those that are on its list."""
    return [row for row in await house.rows(desk, Customer) if row.partner_id == partner_id and row.left_on is None]


async def messages(desk: Desk, kind: str) -> list[OutgoingMessage]:
    return [row for row in await house.rows(desk, OutgoingMessage) if row.kind == kind]


async def letters(desk: Desk, kind: str) -> list[OutgoingMail]:
    return [row for row in await house.rows(desk, OutgoingMail) if row.kind == kind]


async def scheduled(desk: Desk) -> list[tuple[int, str, str, date]]:
    changes = await house.rows(desk, PlanChange)
    return [(row.partner_id, row.kind, row.status, row.effective_on) for row in changes]


async def suspended(desk: Desk, partner_id: int) -> None:
    async with desk.store.write() as session:
        partner = await session.get_one(Partner, partner_id)
        partner.status, partner.suspended_at = "suspended", desk.clock.now()
