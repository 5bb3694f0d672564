"""One partner and its reviewers, for tests of what reviewers do to it."""

from datetime import date

from programme.desk import Actor, Desk
from storage.models import Member, OutgoingMessage, Partner
from tests.programme import house
from tests.programme.house import HOME

EMMA = Actor(HOME, "U1")
TODAY = date(2026, 10, 1)
UNKNOWN = 987


async def the_partner(desk: Desk) -> Partner:
    return (await house.rows(desk, Partner))[0]


async def told(desk: Desk) -> list[str]:
    """Who hears of changes, once for each."""
    messages = await house.rows(desk, OutgoingMessage)
    return [message.recipient for message in messages if message.kind == "partner_changed"]


async def colleague(desk: Desk, user_id: str, role: str) -> Actor:
    actor = await house.person(desk, user_id)
    async with desk.store.write() as session:
        session.add(
            Member(
                partner_id=(await the_partner(desk)).id, workspace_id=HOME, user_id=user_id, role=role,
                joined_at=desk.clock.now(),
            )
        )  # fmt: skip
    return actor
