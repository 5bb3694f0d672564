"""A partner's people, for tests of how they come and go."""

from programme import invitations, people
from programme.desk import Actor, Desk
from programme.people import Description
from storage.models import Invitation, Member, OutgoingMessage, Partner
from tests.programme import house
from tests.programme.house import HOME

GUEST = Description("Greta", "en-GB", "UTC", is_guest=True)


async def invited(desk: Desk, admin: Actor, user_id: str, role: str = "member") -> Invitation:
    (invitation,) = await invitations.invite(desk, admin, [await house.person(desk, user_id)], role)
    return invitation


async def joined(desk: Desk, admin: Actor, user_id: str, role: str = "member") -> Actor:
    """Somebody who has accepted an invitation."""
    invitation = await invited(desk, admin, user_id, role)
    who = Actor(HOME, user_id)
    await invitations.accept(desk, who, invitation.id)
    return who


async def roles(desk: Desk) -> dict[str, str]:
    return {member.user_id: member.role for member in await house.rows(desk, Member)}


async def messages(desk: Desk, kind: str) -> list[OutgoingMessage]:
    return [message for message in await house.rows(desk, OutgoingMessage) if message.kind == kind]


async def gone(desk: Desk, who: Actor) -> None:
    """Slack has deactivated somebody."""
    await people.describe(desk, who, Description("Gone", "en-GB", "UTC", is_deactivated=True))


def small(desk: Desk, most: int) -> Desk:
    """A desk whose partners may have only so many people."""
    terms = desk.catalogue.members.model_copy(update={"most": most})
    return house.make_desk(desk.store, desk.clock, desk.catalogue.model_copy(update={"members": terms}))  # type: ignore[arg-type]


async def suspend(desk: Desk) -> None:
    async with desk.store.write() as session:
        partner = await session.get_one(Partner, 1)
        partner.status, partner.suspended_at = "suspended", desk.clock.now()
