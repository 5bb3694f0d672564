"""What is written over an alert's buttons: who has done what about it, in the message or elsewhere."""

from collections.abc import Callable
from datetime import date
from typing import Any

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.reader import N_, Mrkdwn, Reader, mention
from programme.alerts import DueAlert

OUTLOOKS = {"renews": N_("Will renew"), "at_risk": N_("At risk"), "leaves": N_("Leaving")}


def assigned_line(reader: Reader, who: str) -> Mrkdwn:
    return reader.mrkdwn(":raising_hand: {who} looks after it.", who=mention(who))


def outlook_line(reader: Reader, who: str, outlook: str) -> Mrkdwn:
    return reader.mrkdwn(
        ":crystal_ball: {who} expects: *{outlook}*", who=mention(who), outlook=reader.text(OUTLOOKS[outlook])
    )


def snoozed_line(reader: Reader, who: str, until: date) -> Mrkdwn:
    return reader.mrkdwn(":zzz: {who} wants to be reminded again on *{day}*.", who=mention(who), day=reader.day(until))


def extended_line(reader: Reader, who: str, ends_on: date) -> Mrkdwn:
    return reader.mrkdwn(
        ":white_check_mark: {who} has extended the trial to *{end}*.", who=mention(who), end=reader.day(ends_on)
    )


def renewed_line(reader: Reader, who: str, renews_on: date) -> Mrkdwn:
    return reader.mrkdwn(
        ":white_check_mark: {who} has recorded the renewal: the next one is on *{day}*.",
        who=mention(who),
        day=reader.day(renews_on),
    )


def subscribed_line(reader: Reader, who: str) -> Mrkdwn:
    return reader.mrkdwn(":white_check_mark: {who} has started the subscription.", who=mention(who))


def _day(text: object) -> date:
    return date.fromisoformat(str(text))


# What was done → the button that does it in the message, and what is written then.
_LINES: dict[str, tuple[str, Callable[[Reader, str, dict[str, Any]], Mrkdwn]]] = {
    "assigned": ("alert.assign", lambda reader, who, after: assigned_line(reader, who)),
    "outlook": ("alert.outlook", lambda reader, who, after: outlook_line(reader, who, str(after["outlook"]))),
    "snoozed": ("alert.snooze", lambda reader, who, after: snoozed_line(reader, who, _day(after["until"]))),
    "trial_extended": ("trial.extend", lambda reader, who, after: extended_line(reader, who, _day(after["ends_on"]))),
    "renewed": ("manage.renew", lambda reader, who, after: renewed_line(reader, who, _day(after["renews_on"]))),
    "subscribed": ("manage.subscribe", lambda reader, who, after: subscribed_line(reader, who)),
}


def done_lines(reader: Reader, due: DueAlert) -> list[Block]:
    """What has been done since an alert left, each named as the button that does it would name it."""
    lines: list[Block] = []
    for row in due.since:
        action, written = _LINES[row.action]
        line = b.context(written(reader, str(row.user_id), row.after or {}))
        line.block_id = f"alert-{due.alert.id}:{action}"
        lines.append(line)
    if due.is_over and not due.is_done:
        lines.append(b.context(Mrkdwn(f":white_check_mark: {reader.mrkdwn('Nothing is left to do here.')}")))
    return lines
