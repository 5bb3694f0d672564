"""How people come to a partner: an admin invites them, and they accept.

A person works for one partner. Guests of a workspace may be members, never admins. Whoever has applied for a
partnership of their own, and waits for the answer, takes that back before they accept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import person_of
from programme.desk import Actor, Desk
from programme.members import ROLES, admit, company_applied_for, lock_admin
from programme.refusals import BadInput, Refused
from storage.models import Invitation, Member, Partner, Person
from storage.queries import members, people

MOST_AT_ONCE = 5
# Who has been invited less long ago is not asked once more.
RENEWED_AFTER = timedelta(days=1)


async def invite(desk: Desk, actor: Actor, chosen: Sequence[Actor], role: str) -> list[Invitation]:
    """Invites people, all of them or none; each hears of it in a direct message.

    Whoever is invited already gets the new role and the new time in place of the old ones; nothing happens where that
    would change next to nothing.

    Args:
        chosen: people of the actor's workspace whom Slack has described (handlers.caller.ask_slack).
    Returns: the invitations that are open now.
    Raises: BadInput; Refused with "no_partner", "suspended", "admins_only", "members_full" (with `most` and `left`), or
        "cannot_invite" with `people`: pairs of a user's id and why not (`not_a_person`, `not_here`, `yourself`,
        `already_here`, `works_elsewhere`, `guest_no_admin`).
    """
    wanted = _read(chosen, role)
    async with desk.store.write() as session:
        partner = await lock_admin(session, actor)
        ids = [who.user_id for who in wanted]
        known = await members.described(session, actor.workspace_id, ids)
        theirs = await members.memberships(session, actor.workspace_id, ids)
        objections = [
            (who.user_id, why)
            for who in wanted
            if (why := _objection(actor, partner, who, role, known.get(who.user_id), theirs.get(who.user_id)))
        ]
        if objections:
            raise Refused("cannot_invite", people=objections)
        now = desk.clock.now()
        waiting = await members.unanswered(session, partner.id, actor.workspace_id, ids)
        await _room(session, desk, partner, sum(1 for who in ids if not _can_be_accepted(waiting.get(who), now)))
        asked = [who for who in wanted if not _says_the_same(waiting.get(who.user_id), role, now)]
        await _replace(session, desk, actor, partner, asked, role, waiting)
        return await _of(session, partner, actor, ids)


def _read(chosen: Sequence[Actor], role: str) -> list[Actor]:
    """Each of the chosen once. Raises BadInput."""
    wanted = list(dict.fromkeys(chosen))
    wrong: dict[str, str] = {}
    if not wanted:
        wrong["people"] = "missing"
    if len(wanted) > MOST_AT_ONCE:
        wrong["people"] = "too_many_people"
    if role not in ROLES:
        wrong["role"] = "not_offered"
    if wrong:
        raise BadInput(wrong)
    return wanted


def _objection(
    actor: Actor, partner: Partner, who: Actor, role: str, person: Person | None, membership: Member | None
) -> str | None:
    """Why somebody cannot be invited. Where else they work stays their own affair."""
    if who.workspace_id != actor.workspace_id:
        return "not_here"
    if who == actor:
        return "yourself"
    if person is None or person.is_deactivated:
        return "not_a_person"
    if membership is not None:
        return "already_here" if membership.partner_id == partner.id else "works_elsewhere"
    return "guest_no_admin" if role == "admin" and person.is_guest else None


async def _room(session: AsyncSession, desk: Desk, partner: Partner, more: int) -> None:
    most = desk.catalogue.members.most
    left = max(0, most - await members.taken(session, partner.id, desk.clock.now()))
    if more > left:
        raise Refused("members_full", most=most, left=left)


def _can_be_accepted(invitation: Invitation | None, now: datetime) -> bool:
    return invitation is not None and invitation.status == "open" and invitation.expires_at > now


def _says_the_same(invitation: Invitation | None, role: str, now: datetime) -> bool:
    """Whether a new invitation would bring nothing new: it was pressed twice."""
    if invitation is None or not _can_be_accepted(invitation, now):
        return False
    return invitation.role == role and now - invitation.invited_at < RENEWED_AFTER


async def _replace(
    session: AsyncSession, desk: Desk, actor: Actor, partner: Partner, asked: Sequence[Actor], role: str,
    waiting: Mapping[str, Invitation],
) -> None:  # fmt: skip
    """New invitations, in place of those that were open."""
    now = desk.clock.now()
    replaced = {who.user_id: waiting[who.user_id] for who in asked if who.user_id in waiting}
    for old in replaced.values():
        _end(session, desk, old, "revoked")
    await session.flush()  # one of a person is open at a time
    expires_at = now + timedelta(days=desk.catalogue.members.invitation_days)
    invitations = [
        Invitation(
            partner_id=partner.id, workspace_id=who.workspace_id, user_id=who.user_id, role=role,
            invited_by_workspace=actor.workspace_id, invited_by=actor.user_id, invited_at=now, expires_at=expires_at,
            status="open",
        )
        for who in asked
    ]  # fmt: skip
    session.add_all(invitations)
    await session.flush()
    for invitation in invitations:
        earlier = replaced.get(invitation.user_id)
        before: audit.Facts | None = {"role": earlier.role} if earlier else None
        _record(session, desk, actor, "invited", invitation, before, {"role": role})
        to, key = Actor(invitation.workspace_id, invitation.user_id), f"invitation:{invitation.id}"
        outbox.owe_message(session, desk, key, "invitation", to, invitation_id=invitation.id)


async def _of(session: AsyncSession, partner: Partner, actor: Actor, ids: Sequence[str]) -> list[Invitation]:
    found = await members.unanswered(session, partner.id, actor.workspace_id, ids)
    return [found[user_id] for user_id in ids]


async def accept(desk: Desk, actor: Actor, invitation_id: int) -> Partner:
    """The invited person becomes one of the partner's people. Pressing twice changes nothing.

    Raises: Refused with "unknown_invitation" (also for somebody else's), "invitation_gone", "already_partner" (with
        the partner that they work for), "withdraw_first" (their own application is open), "guest_no_admin" or
        "partner_suspended".
    """
    try:
        async with desk.store.write() as session:
            return await _accept(session, desk, actor, invitation_id)
    except IntegrityError:
        await _belongs_to_nobody(desk, actor)  # says which partner was quicker
        raise


async def _accept(session: AsyncSession, desk: Desk, actor: Actor, invitation_id: int) -> Partner:
    partner, invitation = await _own(session, actor, invitation_id)
    if found := await people.membership(session, actor.workspace_id, actor.user_id):
        if found[1].id == partner.id and invitation.status == "accepted":
            return partner
        raise Refused("already_partner", partner=found[1].name)
    if not _can_be_accepted(invitation, desk.clock.now()):
        raise Refused("invitation_gone", partner=partner.name)
    if partner.status == "suspended":
        raise Refused("partner_suspended", partner=partner.name)
    if company := await company_applied_for(session, actor):
        raise Refused("withdraw_first", company=company)
    if invitation.role == "admin" and (await person_of(session, actor)).is_guest:
        raise Refused("guest_no_admin")
    await admit(session, desk, partner, actor, invitation.role)
    _record(session, desk, actor, "invitation_accepted", invitation, None, {"role": invitation.role})
    _tell_inviter(session, desk, invitation)
    return partner


async def _belongs_to_nobody(desk: Desk, actor: Actor) -> None:
    async with desk.store.read() as session:
        if found := await people.membership(session, actor.workspace_id, actor.user_id):
            raise Refused("already_partner", partner=found[1].name)


async def decline(desk: Desk, actor: Actor, invitation_id: int) -> Partner:
    """The invited person does not want to. Pressing twice changes nothing.

    Raises: Refused with "unknown_invitation" (also for somebody else's) or "invitation_gone".
    """
    async with desk.store.write() as session:
        partner, invitation = await _own(session, actor, invitation_id)
        if invitation.status == "declined":
            return partner
        if not _can_be_accepted(invitation, desk.clock.now()):
            raise Refused("invitation_gone", partner=partner.name)
        _end(session, desk, invitation, "declined")
        _record(session, desk, actor, "invitation_declined", invitation, None, None)
        _tell_inviter(session, desk, invitation)
        return partner


async def revoke(desk: Desk, actor: Actor, invitation_id: int) -> Invitation:
    """An admin takes an invitation back. Pressing twice changes nothing.

    Raises: Refused with "no_partner", "suspended", "admins_only", "unknown_invitation" (also for another partner's) or
        "invitation_gone" (it has been answered).
    """
    async with desk.store.write() as session:
        partner = await lock_admin(session, actor)
        invitation = await members.invitation(session, invitation_id)
        if invitation is None or invitation.partner_id != partner.id:
            raise Refused("unknown_invitation")
        if invitation.status == "revoked":
            return invitation
        if invitation.status != "open":
            raise Refused("invitation_gone", partner=partner.name)
        _end(session, desk, invitation, "revoked")
        _record(session, desk, actor, "invitation_revoked", invitation, {"role": invitation.role}, None)
        return invitation


async def _own(session: AsyncSession, actor: Actor, invitation_id: int) -> tuple[Partner, Invitation]:
    """The actor's own invitation as it is now, with its partner locked."""
    await person_of(session, actor)
    seen = await members.invitation(session, invitation_id)
    if seen is None or Actor(seen.workspace_id, seen.user_id) != actor:
        raise Refused("unknown_invitation")
    partner = await members.lock_partner(session, seen.partner_id)
    invitation = await members.invitation(session, invitation_id)
    if partner is None or invitation is None:
        raise Refused("unknown_invitation")
    return partner, invitation


def _end(session: AsyncSession, desk: Desk, invitation: Invitation, status: str) -> None:
    """It cannot be accepted any more; the message that brought it is drawn anew."""
    invitation.status, invitation.answered_at = status, desk.clock.now()
    to, key = Actor(invitation.workspace_id, invitation.user_id), f"invitation:{invitation.id}:over"
    outbox.owe_message(session, desk, key, "invitation_over", to, invitation_id=invitation.id)


def _tell_inviter(session: AsyncSession, desk: Desk, invitation: Invitation) -> None:
    inviter, key = Actor(invitation.invited_by_workspace, invitation.invited_by), f"invitation:{invitation.id}:answer"
    outbox.owe_message(session, desk, key, "invitation_answered", inviter, invitation_id=invitation.id)


def _record(
    session: AsyncSession, desk: Desk, actor: Actor, action: str, invitation: Invitation, before: audit.Facts | None,
    after: audit.Facts | None,
) -> None:  # fmt: skip
    who: audit.Facts = {"workspace_id": invitation.workspace_id, "user_id": invitation.user_id}
    subject = ("invitation", invitation.id)
    audit.record(session, desk.clock.now(), actor, action, subject, invitation.partner_id, before, who | (after or {}))


@dataclass(frozen=True)
class Invited:
    """An invitation, for drawing.

    Args:
        person: who is invited.
        inviter_is_here: whether whoever invited works for the partner still.
    """

    invitation: Invitation
    partner: Partner
    person: Person | None
    inviter_is_here: bool


async def invited(desk: Desk, invitation_id: int) -> Invited | None:
    """For drawing what leaves the house."""
    async with desk.store.read() as session:
        one = await members.invitation(session, invitation_id)
        partner = await session.get(Partner, one.partner_id) if one else None
        if one is None or partner is None:
            return None
        person = await people.person(session, one.workspace_id, one.user_id)
        inviter = await members.member(session, partner.id, one.invited_by_workspace, one.invited_by)
        return Invited(one, partner, person, inviter is not None)


async def invitations_to(desk: Desk, actor: Actor) -> list[tuple[Invitation, Partner]]:
    """What the actor may accept, the newest first."""
    async with desk.store.read() as session:
        return await members.invitations_to(session, actor.workspace_id, actor.user_id, desk.clock.now())
