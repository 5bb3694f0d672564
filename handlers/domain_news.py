"""What a partner hears when a domain has been verified without anybody looking (mission row 19)."""

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.addressee import partners_reader
from handlers.customer_blocks import shown_domain
from handlers.domain_again import resumed
from handlers.posting import Post
from programme.clock import today
from programme.desk import Desk
from programme.proof_search import verified_of
from storage.models import OutgoingMessage


async def draw_verified(desk: Desk, message: OutgoingMessage) -> Post | None:
    news = await verified_of(desk, int(str(message.about["partner_id"])), int(str(message.about["customer_id"])))
    if news is None:
        return None
    partner, customer = news
    reader = await partners_reader(desk, message, partner)
    text = reader.mrkdwn(
        ":white_check_mark: *{domain} is verified.* The record is there. You can now manage {organisation} on its "
        "behalf.",
        domain=shown_domain(customer),
        organisation=customer.organisation,
    )
    blocks: list[Block] = [b.section(text)]
    if message.about.get("resumed"):
        blocks.append(b.section(resumed(reader, desk.catalogue, customer, today(desk.clock, partner.time_zone))))
    return Post(text, [*blocks, b.actions(b.button(reader.text("Manage"), "manage.open", customer.id))])


MESSAGES = {"domain_verified": draw_verified}
