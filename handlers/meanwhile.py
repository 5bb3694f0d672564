"""What a form says when somebody else has changed, since it was opened, what it is about to save."""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.reader import Reader, mention


def changed_meanwhile(reader: Reader, by: str | None, at: datetime | None, now: Sequence[Block]) -> list[Block]:
    """Who changed it, what stands there now, and the way on. What was typed stays in the fields below.

    Args:
        by, at: who changed it last, and when, where that is known.
        now: what stands there.
    """
    if by is not None and at is not None:
        said = reader.mrkdwn(
            ":warning: {who} changed this on {when}, after you had opened the form. Now it reads:",
            who=mention(by),
            when=reader.moment(at),
        )
    else:
        said = reader.mrkdwn(":warning: Somebody changed this after you had opened the form. Now it reads:")
    kept = reader.mrkdwn("What you typed is still here, and not saved yet. *Save again to keep yours instead.*")
    return [b.section(said), *now, b.divider(), b.section(kept)]


def removed_meanwhile(reader: Reader) -> list[Block]:
    said = reader.mrkdwn(
        ":warning: Somebody removed this after you had opened the form. What you typed is still here, and not saved "
        "yet. *Save again to write it down anew.*"
    )
    return [b.section(said)]
