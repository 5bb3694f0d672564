"""What people hear of invitations, roles and removals; and the reviewers, when a partner has no admin left."""

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.addressee import partners_reader, reviewers_reader
from handlers.courier import drawn_anew
from handlers.members_view import invitation_blocks
from handlers.posting import Post, Repaint
from handlers.reader import Mrkdwn, Reader, mail_link, mention
from programme.channels import partner_of
from programme.desk import Actor, Desk
from programme.invitations import Invited, invited
from programme.outbox import message_of
from programme.people import orphan
from storage.models import OutgoingMessage, Partner


async def draw_invitation(desk: Desk, message: OutgoingMessage) -> Post | None:
    one = await _invited(desk, message)
    if one is None or one.invitation.status != "open":
        return None
    reader = await partners_reader(desk, message, one.partner)
    text = reader.text("You are invited to work for {partner}.", partner=one.partner.name)
    return Post(text, invitation_blocks(reader, one.invitation, one.partner))


async def repaint_invitation(desk: Desk, message: OutgoingMessage) -> Repaint | None:
    """An invitation that cannot be answered any more, without its buttons."""
    one = await _invited(desk, message)
    if one is None:
        return None
    reader = await partners_reader(desk, message, one.partner)
    text = _outcome(reader, one)
    blocks: list[Block] = [b.section(text)]
    if one.invitation.status == "accepted" and desk.catalogue.has_console(one.partner.expertise):
        blocks.append(b.actions(b.button(reader.text("My customers"), "customers.open")))
    return drawn_anew(await message_of(desk, f"invitation:{one.invitation.id}"), Post(text, blocks))


def _outcome(reader: Reader, one: Invited) -> Mrkdwn:
    facts = {"partner": one.partner.name}
    if one.invitation.status == "accepted":
        return reader.mrkdwn(
            ":white_check_mark: *You work for {partner} now.* Type `/partner` to see what you can do.", **facts
        )
    if one.invitation.status == "declined":
        return reader.mrkdwn("You have declined the invitation of *{partner}*.", **facts)
    return reader.mrkdwn("This invitation of *{partner}* does not hold any more.", **facts)


async def draw_answer(desk: Desk, message: OutgoingMessage) -> Post | None:
    """For whoever invited, unless they have left the company meanwhile."""
    one = await _invited(desk, message)
    if one is None or not one.inviter_is_here:
        return None
    reader = await partners_reader(desk, message, one.partner)
    facts = {"who": mention(one.invitation.user_id), "partner": one.partner.name}
    if one.invitation.status == "accepted":
        text = reader.mrkdwn(":white_check_mark: *{who} works for {partner} now*, as you have wished.", **facts)
    else:
        text = reader.mrkdwn("{who} has declined your invitation to *{partner}*.", **facts)
    return Post(text, [b.section(text), b.actions(b.button(reader.text("People"), "members.open"))])


async def draw_role(desk: Desk, message: OutgoingMessage) -> Post | None:
    partner = await _partner(desk, message)
    if partner is None:
        return None
    reader = await partners_reader(desk, message, partner)
    facts = {"partner": partner.name, "who": mention(str(message.about["by"]))}
    if message.about["role"] == "admin":
        text = reader.mrkdwn(
            "*You are an admin of {partner} now*: {who} has made you one. You can change its settings and its people.",
            **facts,
        )
    else:
        text = reader.mrkdwn(
            "*You are a member of {partner} now*, and not an admin any more: {who} has changed your role.", **facts
        )
    return Post(text, [b.section(text), b.actions(b.button(reader.text("People"), "members.open"))])


async def draw_removal(desk: Desk, message: OutgoingMessage) -> Post | None:
    partner = await _partner(desk, message)
    if partner is None:
        return None
    reader = await partners_reader(desk, message, partner)
    text = reader.mrkdwn(
        "*You do not work for {partner} here any more*: {who} has removed you. Is this a mistake? Ask {who}, or write "
        "to {support}.",
        partner=partner.name,
        who=mention(str(message.about["by"])),
        support=mail_link(desk.catalogue.support_address),
    )
    return Post(text, [b.section(text)])


async def draw_named(desk: Desk, message: OutgoingMessage) -> Post | None:
    partner = await _partner(desk, message)
    if partner is None:
        return None
    reader = await partners_reader(desk, message, partner)
    text = reader.mrkdwn(
        "*You are an admin of {partner} now*: the reviewers of {vendor} have made you one. "
        "Type `/partner` to see what you can do.",
        partner=partner.name,
        vendor=desk.catalogue.programme.vendor,
    )
    return Post(text, [b.section(text), b.actions(b.button(reader.text("People"), "members.open"))])


async def draw_orphan(desk: Desk, message: OutgoingMessage) -> Post | None:
    """For the reviewers; nothing is to be done any more when the partner has an admin again."""
    partner_id, user_id = int(str(message.about["partner_id"])), str(message.about["who"])
    found = await orphan(desk, partner_id, Actor(message.workspace_id, user_id))
    if found is None:
        return None
    reader = reviewers_reader(desk.catalogue)
    text = reader.mrkdwn(
        ":warning: *{partner} has no admin any more*: {who} was deactivated in Slack. Somebody else of the company "
        "should become one.",
        partner=found.partner.name,
        who=found.person.name if found.person else user_id,
    )
    button = b.button(reader.text("Open the partner's page"), "partners.open", partner_id)
    return Post(text, [b.section(text), b.actions(button)])


async def _invited(desk: Desk, message: OutgoingMessage) -> Invited | None:
    return await invited(desk, int(str(message.about["invitation_id"])))


async def _partner(desk: Desk, message: OutgoingMessage) -> Partner | None:
    return await partner_of(desk, int(str(message.about["partner_id"])))


MESSAGES = {
    "invitation": draw_invitation,
    "invitation_over": repaint_invitation,
    "invitation_answered": draw_answer,
    "role_changed": draw_role,
    "member_removed": draw_removal,
    "admin_named": draw_named,
    "no_admin_left": draw_orphan,
}
