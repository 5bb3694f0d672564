"""What people hear when an alert channel takes nothing any more, and its mending."""

from handlers import blocks as b
from handlers.addressee import partners_reader, reviewers_reader
from handlers.posting import Post
from handlers.reader import Mrkdwn
from programme.channels import partner_of
from programme.desk import Desk
from storage.models import OutgoingMessage, Partner


async def draw_for_admin(desk: Desk, message: OutgoingMessage) -> Post | None:
    partner = await _partner(desk, message)
    if partner is None:
        return None
    reader = await partners_reader(desk, message, partner)
    text = reader.mrkdwn(
        ":warning: *The alerts of {partner} do not arrive any more.* I cannot post in {channel}: it is archived or "
        "deleted, or I am not in it. Nothing is lost; what waits comes as soon as you choose another channel.",
        partner=partner.name,
        channel=Mrkdwn(f"<#{partner.alert_channel}>"),
    )
    choose = b.button(reader.text("Choose another channel"), "settings.open", style="primary")
    return Post(text, [b.section(text), b.actions(choose)])


async def draw_for_reviewers(desk: Desk, message: OutgoingMessage) -> Post | None:
    partner = await _partner(desk, message)
    if partner is None:
        return None
    reader = reviewers_reader(desk.catalogue)
    text = reader.mrkdwn(
        ":warning: The alerts of *{partner}* do not arrive: their channel is gone. Their admins have been told.",
        partner=partner.name,
    )
    return Post(text, [b.section(text)])


async def _partner(desk: Desk, message: OutgoingMessage) -> Partner | None:
    return await partner_of(desk, int(str(message.about["partner_id"])))


MESSAGES = {"channel_gone": draw_for_admin, "channel_gone_review": draw_for_reviewers}
