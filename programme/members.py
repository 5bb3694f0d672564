"""The people of a partner: who they are, what they may do, who leaves. At least one admin always stays.

Everything that changes a partner's people locks the partner first, so that of two changes at once the second sees what
the first has done. How somebody becomes one of them is in programme.invitations.
"""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import person_of, require_admin, require_member, require_reviewer
from programme.desk import Actor, Desk
from programme.forms import Rule, one_of, read_fields
from programme.refusals import Refused
from programme.retrying import once_more_if_beaten
from storage.models import Member, Partner, Person
from storage.queries import applications, members, people

ROLES = ("member", "admin")


@dataclass(frozen=True)
class Colleague:
    """Somebody of a partner.

    Args:
        person: what Slack says of them, where it has said anything.
    """

    member: Member
    person: Person | None

    @property
    def actor(self) -> Actor:
        return Actor(self.member.workspace_id, self.member.user_id)

    @property
    def is_gone(self) -> bool:
        """Whether Slack has deactivated them: they have no access, and count for no admin."""
        return self.person is not None and self.person.is_deactivated

    @property
    def is_guest(self) -> bool:
        return self.person is not None and self.person.is_guest

    @property
    def is_admin(self) -> bool:
        return self.member.role == "admin"


async def may_change_team(desk: Desk, actor: Actor) -> Partner:
    """The actor's partner. Raises Refused with "no_partner", "suspended" or "admins_only"."""
    async with desk.store.read() as session:
        return await require_admin(session, actor)


async def colleague(desk: Desk, actor: Actor, who: Actor) -> Colleague:
    """Somebody whom the actor may remove. Raises Refused as `may_change_team`, or "unknown_member"."""
    async with desk.store.read() as session:
        partner = await require_admin(session, actor)
        member = await _member(session, partner, who)
        return Colleague(member, await people.person(session, who.workspace_id, who.user_id))


async def change_role(desk: Desk, actor: Actor, who: Actor, role: str) -> Member:
    """An admin makes somebody of their company an admin, or a member. Doing it twice changes nothing.

    Raises: BadInput for a role that does not exist; Refused with "no_partner", "suspended", "admins_only",
        "unknown_member", "guest_no_admin" or "last_admin".
    """
    read_fields({"role": role}, {"role": Rule(one_of(ROLES))})
    async with desk.store.write() as session:
        partner = await lock_admin(session, actor)
        member = await _member(session, partner, who)
        if member.role == role:
            return member
        if role == "admin":
            await _no_guest(session, who)
        else:
            await _another_admin(session, partner, who)
        before, member.role = {**_facts(who), "role": member.role}, role
        key = await _record(session, desk, actor, "role_changed", partner, before, {**_facts(who), "role": role})
        if who != actor:
            by = actor.user_id
            outbox.owe_message(session, desk, key, "role_changed", who, partner_id=partner.id, role=role, by=by)
        return member


async def remove(desk: Desk, actor: Actor, who: Actor) -> Partner:
    """An admin takes somebody out of their company, who is told so and loses access at once.

    Raises: Refused with "no_partner", "suspended", "admins_only", "unknown_member" or "last_admin".
    """
    async with desk.store.write() as session:
        partner = await lock_admin(session, actor)
        member = await _member(session, partner, who)
        key = await _end(session, desk, actor, "member_left" if who == actor else "member_removed", partner, member)
        if who != actor:
            by = actor.user_id
            outbox.owe_message(session, desk, key, "member_removed", who, partner_id=partner.id, by=by)
        return partner


async def leave(desk: Desk, actor: Actor) -> Partner:
    """Somebody goes. Returns the partner that was theirs. Raises Refused("no_partner"), "suspended" or "last_admin"."""
    async with desk.store.write() as session:
        locked = await members.lock_partner_of(session, actor.workspace_id, actor.user_id)
        partner, member = await require_member(session, actor)
        _is_locked(locked, partner)
        if partner.status == "suspended":
            raise Refused("suspended")
        await _end(session, desk, actor, "member_left", partner, member)
        return partner


async def name_admin(desk: Desk, actor: Actor, partner_id: int, workspace_id: str, user_id: str) -> Member:
    """A reviewer makes somebody an admin of a partner: one of its people, or somebody who belongs to nobody yet.

    This is the way out when a partner has no admin left, so it works for a suspended partner and past the number of
    people that a partner may have. Doing it twice changes nothing.

    Args:
        workspace_id, user_id: whom; Slack must have described them (handlers.caller.ask_slack).
    Raises: Refused with "reviewers_only", "unknown_partner", "not_yourself" (a reviewer names themself),
        "not_a_person" (an app, nobody, or somebody deactivated), "guest_no_admin", "works_elsewhere" (with `partner`,
        the other one's name) or "applies_themself" (with `company`: their own application is open).
    """
    return await once_more_if_beaten(lambda: _name_admin(desk, actor, partner_id, Actor(workspace_id, user_id)))


async def _name_admin(desk: Desk, actor: Actor, partner_id: int, who: Actor) -> Member:
    async with desk.store.write() as session:
        await require_reviewer(session, actor)
        if who == actor:
            raise Refused("not_yourself")
        partner = await members.lock_partner(session, partner_id)
        if partner is None:
            raise Refused("unknown_partner")
        member = await _nameable(session, partner, who)
        if member is not None and member.role == "admin":
            return member
        before = {**_facts(who), "role": member.role} if member else None
        named = member or await admit(session, desk, partner, who, "admin")
        named.role = "admin"
        key = await _record(session, desk, actor, "admin_named", partner, before, {**_facts(who), "role": "admin"})
        outbox.owe_message(session, desk, key, "admin_named", who, partner_id=partner.id)
        return named


async def _nameable(session: AsyncSession, partner: Partner, who: Actor) -> Member | None:
    """The membership of somebody who may become an admin of a partner; None for somebody who belongs to nobody."""
    person = await people.person(session, who.workspace_id, who.user_id)
    if person is None or person.is_deactivated:
        raise Refused("not_a_person")
    if person.is_guest:
        raise Refused("guest_no_admin")
    if found := await people.membership(session, who.workspace_id, who.user_id):
        member, theirs = found
        if theirs.id != partner.id:
            raise Refused("works_elsewhere", partner=theirs.name)
        return member
    if company := await company_applied_for(session, who):
        raise Refused("applies_themself", company=company)
    return None


async def company_applied_for(session: AsyncSession, who: Actor) -> str | None:
    """The company of somebody's open application."""
    latest = await applications.latest_application(session, who.workspace_id, who.user_id)
    return latest.company if latest is not None and latest.status == "open" else None


async def admit(session: AsyncSession, desk: Desk, partner: Partner, who: Actor, role: str) -> Member:
    """Somebody becomes one of a partner's people, in the running transaction; what invited them to it is done with.

    Raises: sqlalchemy.exc.IntegrityError when they join another partner at the same moment.
    """
    now = desk.clock.now()
    member = Member(partner_id=partner.id, workspace_id=who.workspace_id, user_id=who.user_id, role=role, joined_at=now)
    session.add(member)
    await session.flush()
    for invitation in (await members.unanswered(session, partner.id, who.workspace_id, [who.user_id])).values():
        invitation.status, invitation.answered_at = "accepted", now
        outbox.owe_message(
            session, desk, f"invitation:{invitation.id}:over", "invitation_over", who, invitation_id=invitation.id
        )
    return member


async def lock_admin(session: AsyncSession, actor: Actor) -> Partner:
    """The partner of one of its admins, whose people nobody else changes until the transaction ends.

    Raises: Refused with "no_partner", "suspended" or "admins_only".
    """
    locked = await members.lock_partner_of(session, actor.workspace_id, actor.user_id)
    partner = await require_admin(session, actor)
    _is_locked(locked, partner)
    return partner


def _is_locked(locked: Partner | None, partner: Partner) -> None:
    """Whoever joined a partner while we waited for the lock of another one holds no lock of theirs."""
    if locked is None or locked.id != partner.id:
        raise Refused("no_partner")


async def _member(session: AsyncSession, partner: Partner, who: Actor) -> Member:
    member = await members.member(session, partner.id, who.workspace_id, who.user_id)
    if member is None:
        raise Refused("unknown_member")
    return member


async def _no_guest(session: AsyncSession, who: Actor) -> None:
    person = await person_of(session, who)
    if person.is_guest:
        raise Refused("guest_no_admin")


async def _another_admin(session: AsyncSession, partner: Partner, who: Actor) -> None:
    """Somebody has to be left who can let people in."""
    admins = await people.admins(session, partner.id)
    if all(Actor(admin.workspace_id, admin.user_id) == who for admin in admins):
        raise Refused("last_admin")


async def _end(session: AsyncSession, desk: Desk, actor: Actor, action: str, partner: Partner, member: Member) -> str:
    """Ends a membership. Returns a key for the message about it."""
    who = Actor(member.workspace_id, member.user_id)
    if member.role == "admin":
        await _another_admin(session, partner, who)
    before = {**_facts(who), "role": member.role}
    await session.delete(member)
    await members.unassign(session, partner.id, who.workspace_id, who.user_id)
    return await _record(session, desk, actor, action, partner, before, None)


def _facts(who: Actor) -> audit.Facts:
    return {"workspace_id": who.workspace_id, "user_id": who.user_id}


async def _record(
    session: AsyncSession, desk: Desk, actor: Actor, action: str, partner: Partner, before: audit.Facts | None,
    after: audit.Facts | None,
) -> str:  # fmt: skip
    """Keeps a change of a partner's people. Returns a key for the message about it."""
    subject = ("partner", partner.id)
    row = audit.record(session, desk.clock.now(), actor, action, subject, partner.id, before, after)
    await session.flush()
    return f"partner:{partner.id}:people:{row.id}"
