"""The newest of the reviewers' digests is kept true: it says what waits now."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from programme import outbox
from programme.desk import Desk
from storage.models import Application, OutgoingMessage
from storage.outbox import last_of_keys

# A digest that is older than this is history: there has been nothing to tell since.
DIGEST_DAYS = 8


def digest_key(day: date) -> str:
    """The key of the message with a day's digest."""
    return f"digest:review:{day.isoformat()}"


async def newest_digest(session: AsyncSession, desk: Desk) -> OutgoingMessage | None:
    """The message with the last digest of these days; None where there is none that has arrived or will."""
    today = desk.clock.now().astimezone(ZoneInfo(desk.catalogue.programme.review_time_zone)).date()
    keys = [digest_key(today - timedelta(days=days)) for days in range(DIGEST_DAYS)]
    newest = await last_of_keys(session, keys)
    return newest if newest is not None and newest.status not in ("failed", "moot") else None


async def digest_changed(session: AsyncSession, desk: Desk, application: Application, key: str) -> None:
    """Makes it due that the newest digest is drawn anew.

    Args:
        application: the one that has changed.
        key: tells the change from others.
    """
    if await newest_digest(session, desk) is not None:
        reviewers = outbox.to_reviewers(application.workspace_id)
        outbox.owe_message(session, desk, f"{key}:digest", "digest_repaint", reviewers)
