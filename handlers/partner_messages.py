"""What a partner's admins hear when reviewers change something about their partnership."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.addressee import partners_reader
from handlers.posting import Post
from handlers.reader import Mrkdwn, Reader, mail_link
from programme.desk import Desk
from programme.partnerships import Change, change_of
from storage.models import OutgoingMessage


async def draw_change(desk: Desk, message: OutgoingMessage) -> Post | None:
    change = await change_of(desk, int(str(message.about["audit_id"])))
    if change is None:
        return None
    reader = await partners_reader(desk, message, change.partner)
    text, reason = _TOLD[change.row.action](reader, change), _reason(change)
    ask = reader.mrkdwn("Questions? Write to {support}.", support=mail_link(desk.catalogue.support_address))
    blocks: list[Block] = [b.section(text), *([b.words(reason)] if reason else []), b.context(ask)]
    return Post(text, blocks)


def _reason(change: Change) -> str:
    """Why it was done, in the reviewer's own words."""
    return str((change.row.after or {}).get("reason") or "")


def _suspended(reader: Reader, change: Change) -> Mrkdwn:
    return reader.mrkdwn(
        ":no_entry: *The partnership of {partner} is suspended.* You can read everything, but change nothing, and "
        "alerts do not arrive. The reason given:",
        partner=change.partner.name,
    )


def _reinstated(reader: Reader, change: Change) -> Mrkdwn:
    return reader.mrkdwn(
        ":white_check_mark: *The partnership of {partner} goes on.* You can change everything again, and alerts "
        "arrive again.",
        partner=change.partner.name,
    )


def _commission(reader: Reader, change: Change) -> Mrkdwn:
    before, after = change.row.before or {}, change.row.after or {}
    facts = {
        "partner": change.partner.name,
        "percent": reader.percent(Decimal(str(after["percent"]))),
        "day": reader.day(date.fromisoformat(str(after["valid_from"]))),
    }
    if "percent" not in before:
        return reader.mrkdwn("*The commission of {partner} is {percent} from {day} on.*", **facts)
    facts["before"] = reader.percent(Decimal(str(before["percent"])))
    return reader.mrkdwn("*The commission of {partner} is {percent} instead of {before} from {day} on.*", **facts)


_TOLD: dict[str, Callable[[Reader, Change], Mrkdwn]] = {
    "suspended": _suspended,
    "reinstated": _reinstated,
    "commission_changed": _commission,
}
MESSAGES = {"partner_changed": draw_change}
