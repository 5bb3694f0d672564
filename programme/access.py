"""Who may do what. Decided here, from the database, on every call."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from programme.desk import Actor, Desk
from programme.refusals import Refused
from storage.models import Member, Partner, Person
from storage.queries import people

# Of a partner's admins, so many are named to a member who has to ask one.
MOST_NAMED = 3


async def person_of(session: AsyncSession, actor: Actor) -> Person:
    """Raises Refused("unknown_person") for somebody whom Slack has not described to us or has deactivated."""
    person = await people.person(session, actor.workspace_id, actor.user_id)
    if person is None or person.is_deactivated:
        raise Refused("unknown_person")
    return person


async def require_member(session: AsyncSession, actor: Actor) -> tuple[Partner, Member]:
    """The partner that the actor belongs to.

    Raises: Refused("no_partner") with `reviews`, whether they review applications; or as person_of.
    """
    known = await people.known(session, actor.workspace_id, actor.user_id)
    if known is None or known.person.is_deactivated:
        raise Refused("unknown_person")
    if known.partner is None or known.member is None:
        raise Refused("no_partner", reviews=known.is_named and not known.person.is_guest)
    return known.partner, known.member


async def require_console(session: AsyncSession, desk: Desk, actor: Actor) -> tuple[Partner, Member]:
    """For everything about customers: only partners of an expertise that has the console (mission row 17).

    Raises Refused("no_partner") or Refused("no_console").
    """
    partner, member = await require_member(session, actor)
    if not desk.catalogue.has_console(partner.expertise):
        raise Refused("no_console")
    return partner, member


async def require_console_change(session: AsyncSession, desk: Desk, actor: Actor, admin: bool = False) -> Partner:
    """For changing something about a customer.

    Args:
        admin: only the partner's admins may (mission row 21).
    Raises: Refused with "no_partner", "no_console", "suspended" or "admins_only".
    """
    partner, member = await require_console(session, desk, actor)
    await _require_right(session, partner, member, admin)
    return partner


async def require_admin(session: AsyncSession, actor: Actor) -> Partner:
    """For changing the partner itself. Raises Refused with "no_partner", "suspended" or "admins_only"."""
    partner, member = await require_member(session, actor)
    await _require_right(session, partner, member, admin=True)
    return partner


@dataclass(frozen=True)
class Rights:
    """What a member may change of their partner's. Views offer no more than this; it is asked again when it is done.

    Args:
        may_change: what every member may; may_administer: what only the admins may.
        is_suspended: whether it is the partner that may change nothing.
    """

    may_change: bool
    may_administer: bool
    is_suspended: bool = False


def rights(partner: Partner, member: Member) -> Rights:
    is_suspended = partner.status == "suspended"
    return Rights(not is_suspended, not is_suspended and member.role == "admin", is_suspended)


async def _require_right(session: AsyncSession, partner: Partner, member: Member, admin: bool) -> None:
    may = rights(partner, member)
    if may.is_suspended:
        raise Refused("suspended")
    if admin and not may.may_administer:
        raise Refused("admins_only", admins=await admins_to_ask(session, member))


async def admins_to_ask(session: AsyncSession, member: Member) -> list[str]:
    """The first admins of a member's own partner, as users of the workspace that both are in: Slack shows no others."""
    admins = await people.admins(session, member.partner_id)
    return [admin.user_id for admin in admins if admin.workspace_id == member.workspace_id][:MOST_NAMED]


async def whom_to_ask(desk: Desk, member: Member) -> list[str]:
    """The same, for showing them."""
    async with desk.store.read() as session:
        return await admins_to_ask(session, member)


async def require_reviewer(session: AsyncSession, actor: Actor) -> None:
    """Raises Refused("reviewers_only"): guests never review, whatever channel they sit in."""
    person = await person_of(session, actor)
    if person.is_guest or not await people.is_reviewer(session, actor.workspace_id, actor.user_id):
        raise Refused("reviewers_only")
