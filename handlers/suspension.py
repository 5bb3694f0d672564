"""What the people of a suspended partner are told, in place of the buttons that they may not use."""

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.reader import Reader, mail_link
from programme.catalogue import Catalogue
from storage.models import Partner


def suspension(reader: Reader, catalogue: Catalogue, partner: Partner) -> list[Block]:
    """Nothing for a partner that is not suspended."""
    if partner.status != "suspended":
        return []
    text = reader.mrkdwn(
        ":no_entry: *Your partnership is suspended*: you can read everything, but change nothing. Write to {support}.",
        support=mail_link(catalogue.support_address),
    )
    return [b.section(text), *([b.words(partner.suspension_reason)] if partner.suspension_reason else [])]
