"""What a new partner does first (mission row 9), and what of it is done."""

from dataclasses import dataclass

from programme.access import require_member
from programme.desk import Actor, Desk
from storage.queries import members


@dataclass(frozen=True)
class FirstSteps:
    """What of the first steps is done.

    Args:
        has_customer: one that has left included.
    """

    has_channel: bool
    has_colleagues: bool
    has_customer: bool

    @property
    def are_done(self) -> bool:
        return self.has_channel and self.has_colleagues and self.has_customer


async def first_steps(desk: Desk, actor: Actor) -> FirstSteps:
    """Of the actor's own partner. Raises Refused("no_partner")."""
    async with desk.store.read() as session:
        partner, _ = await require_member(session, actor)
        return FirstSteps(
            has_channel=partner.alert_channel is not None,
            has_colleagues=await members.has_colleagues(session, partner.id),
            has_customer=await members.has_had_customers(session, partner.id),
        )
