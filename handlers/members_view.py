"""How a partner's people look: the list, the invitation, the question before somebody is removed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    Option,
    OverflowMenuElement,
    RadioButtonsElement,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.paging import Place, place_of, turning
from handlers.reader import Mrkdwn, Reader, mail_link, mention
from programme.catalogue import Catalogue
from programme.desk import Actor
from programme.invitations import MOST_AT_ONCE
from programme.members import Colleague
from programme.team import Team
from storage.models import Invitation, Partner

PEOPLE, INVITED = "members.people", "members.invited"


def team_view(reader: Reader, catalogue: Catalogue, team: Team, places: Place) -> View:
    """Everybody of a partner, and whom it has invited; for admins with what they can do about it.

    Args:
        places: where the lists stand, by PEOPLE and INVITED.
    """
    total = reader.count("{number} person", "{number} people", team.number)
    heading = reader.mrkdwn("*{partner}* · {total}", partner=team.partner.name, total=total)
    invite = b.button(reader.text("Invite colleagues"), "members.invite", style="primary")
    blocks: list[Block] = [
        b.section(heading, invite if team.may_change else None),
        b.divider(),
        *(_person(reader, team, colleague) for colleague in team.colleagues),
        *turning(reader, team.people, place_of(places.get(PEOPLE)), "members.people"),
        *_invited(reader, team, place_of(places.get(INVITED))),
        b.divider(),
        b.context(_note(reader, catalogue, team)),
        *([b.actions(_leave(reader, team))] if team.may_leave else []),
    ]
    return b.modal(reader, reader.text("People"), blocks, callback="members", remember=places)


def _person(reader: Reader, team: Team, colleague: Colleague) -> Block:
    facts = {"who": mention(colleague.member.user_id), "day": _day(reader, colleague.member.joined_at)}
    if colleague.is_admin:
        text = reader.mrkdwn("{who} · *admin* since {day}", **facts)
    else:
        text = reader.mrkdwn("{who} · member since {day}", **facts)
    if colleague.actor == team.you.actor:
        text = reader.mrkdwn("{person} (you)", person=text)
    if colleague.is_gone:
        text = reader.mrkdwn("{person}\n:no_entry_sign: deactivated in Slack: no access", person=text)
    options = _options(reader, colleague)
    offered = team.may_change and colleague.actor != team.you.actor
    return b.section(text, _menu("members.change", options) if offered else None)


def _options(reader: Reader, colleague: Colleague) -> list[Option]:
    """What an admin can do about a colleague."""
    who = f"{colleague.member.workspace_id} {colleague.member.user_id}"
    options = [b.option(reader.text("Remove …"), f"remove {who}")]
    if colleague.is_admin:
        options.insert(0, b.option(reader.text("Make a member"), f"member {who}"))
    elif not colleague.is_guest and not colleague.is_gone:
        options.insert(0, b.option(reader.text("Make an admin"), f"admin {who}"))
    return options


def _menu(action: str, options: list[Option]) -> OverflowMenuElement:
    return OverflowMenuElement(action_id=action, options=options)


def _invited(reader: Reader, team: Team, place: Place) -> list[Block]:
    listed = [
        *(_invitation(reader, team, invitation) for invitation in team.invited.rows),
        *turning(reader, team.invited, place, "members.invited"),
    ]
    return [b.divider(), b.section(reader.mrkdwn("*Invited*")), *listed] if listed else []


def _invitation(reader: Reader, team: Team, invitation: Invitation) -> Block:
    facts = {
        "who": mention(invitation.user_id),
        "inviter": mention(invitation.invited_by),
        "day": _day(reader, invitation.expires_at),
    }
    if invitation.role == "admin":
        text = reader.mrkdwn("{who} · as *admin*, by {inviter}, valid until {day}", **facts)
    else:
        text = reader.mrkdwn("{who} · as member, by {inviter}, valid until {day}", **facts)
    sure = b.confirm(
        reader,
        reader.text("Revoke this invitation?"),
        reader.text("It cannot be accepted any more. You can invite the same person again."),
        reader.text("Revoke"),
        danger=True,
    )
    revoke = b.button(reader.text("Revoke"), "members.revoke", invitation.id, confirm=sure)
    return b.section(text, revoke if team.may_change else None)


def _note(reader: Reader, catalogue: Catalogue, team: Team) -> Mrkdwn:
    """Why there is no more to do here."""
    if team.partner.status == "suspended":
        return reader.mrkdwn(
            "Your partnership is suspended: nothing can be changed. Please write to {support}.",
            support=mail_link(catalogue.support_address),
        )
    if not team.you.is_admin:
        return reader.mrkdwn("Only an admin of your company can change this.")
    most = Mrkdwn(
        reader.count(
            "A company may have up to {number} person here, those invited included.",
            "A company may have up to {number} people here, those invited included.",
            catalogue.members.most,
        )
    )
    if team.may_leave:
        return most
    stays = reader.mrkdwn("You are the only admin: make somebody else an admin before you leave.")
    return Mrkdwn(f"{most} {stays}")


def _leave(reader: Reader, team: Team) -> ButtonElement:
    sure = b.confirm(
        reader,
        reader.text("Leave {partner}?", partner=b.cut(team.partner.name, 60)),
        reader.text("You lose access at once. An admin of the company can invite you again."),
        reader.text("Leave"),
        danger=True,
    )
    return b.button(reader.text("Leave this company"), "members.leave", style="danger", confirm=sure)


def left_view(reader: Reader, partner: Partner) -> View:
    text = reader.mrkdwn("*You have left {partner}.* Type `/partner` to see what you can do now.", partner=partner.name)
    return b.modal(reader, reader.text("People"), [b.section(text)], callback="left")


def invitation_view(reader: Reader, catalogue: Catalogue, partner: Partner) -> View:
    roles = [
        b.option(reader.text("Member"), "member"),
        b.option(reader.text("Admin: also changes settings and people"), "admin"),
    ]
    people = UserMultiSelectElement(
        action_id="chosen", max_selected_items=MOST_AT_ONCE, placeholder=reader.text("Choose people")
    )
    lasts = reader.count(
        "Each gets a message here in Slack, and can accept for {number} day.",
        "Each gets a message here in Slack, and can accept for {number} days.",
        catalogue.members.invitation_days,
    )
    blocks: list[Block] = [
        b.section(reader.mrkdwn("Who is to work for *{partner}*?", partner=partner.name)),
        b.field("people", reader.text("Whom to invite"), people, hint=reader.text("Up to five at once.")),
        b.field(
            "role", reader.text("Role"), RadioButtonsElement(action_id="chosen", options=roles, initial_option=roles[0])
        ),
        b.context(Mrkdwn(lasts), reader.mrkdwn("Guests of this workspace may be members, but not admins.")),
    ]
    return b.modal(
        reader,
        reader.text("Invite colleagues"),
        blocks,
        callback="member_invitation",
        submit=reader.text("Invite"),
        close=reader.text("Cancel"),
    )


def removal_view(reader: Reader, partner: Partner, who: Actor, places: Place) -> View:
    """The question before somebody is removed.

    Args:
        places: where the lists below stand, as team_view has them.
    """
    text = reader.mrkdwn(
        "*{who} loses access to {partner} at once*, and is told so. What {who} has done stays as it is.",
        who=mention(who.user_id),
        partner=partner.name,
    )
    return b.modal(
        reader,
        reader.text("Remove"),
        [b.section(text)],
        callback="member_removal",
        submit=reader.text("Remove"),
        close=reader.text("Cancel"),
        remember=[who.workspace_id, who.user_id, places],
    )


def invited_blocks(reader: Reader, waiting: list[tuple[Invitation, Partner]]) -> list[Block]:
    """What somebody is invited to, for their own place and for the message that brings it."""
    return [block for invitation, partner in waiting for block in invitation_blocks(reader, invitation, partner)]


def invitation_blocks(reader: Reader, invitation: Invitation, partner: Partner) -> list[Block]:
    text = reader.mrkdwn(
        ":wave: *{inviter} invites you to work for {partner}* in our partner programme.",
        inviter=mention(invitation.invited_by),
        partner=partner.name,
    )
    if invitation.role == "admin":
        role = reader.mrkdwn("As an *admin* you would also change the settings and the people of the company.")
    else:
        role = reader.mrkdwn("As a *member* you would see and do what the company's people do here every day.")
    until = reader.mrkdwn("You can accept until {day}.", day=_day(reader, invitation.expires_at))
    return [
        b.section(Mrkdwn(f"{text}\n{role}")),
        b.actions(
            b.button(reader.text("Accept"), "members.accept", invitation.id, "primary"),
            b.button(reader.text("Decline"), "members.decline", invitation.id),
        ),
        b.context(until),
    ]


def _day(reader: Reader, moment: datetime) -> str:
    return reader.day(moment.astimezone(ZoneInfo(reader.time_zone)).date())
