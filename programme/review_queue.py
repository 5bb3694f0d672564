"""What waits for the reviewers, what they have decided, and how long it takes them (mission rows 6 to 8)."""

from dataclasses import dataclass
from datetime import timedelta

from programme.access import require_reviewer
from programme.comparing import beginning
from programme.desk import Actor, Desk
from storage.models import Application
from storage.queries import review_queue
from storage.queries.paging import Cursor, Page
from storage.queries.review_queue import FILTERS as FILTERS
from storage.queries.review_queue import Counts as Counts
from storage.queries.review_queue import Pace as Pace
from storage.queries.review_queue import Watcher

MEDIAN_DAYS = 30


@dataclass(frozen=True)
class Queue:
    """A page of a list of applications, and what is told above it.

    Args:
        pace: of the last MEDIAN_DAYS days.
    """

    page: Page[Application]
    counts: Counts
    pace: Pace


async def look(
    desk: Desk,
    actor: Actor,
    which: str = "waiting",
    company: str = "",
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> Queue:
    """A page of a list. Raises Refused("reviewers_only").

    Args:
        which: one of FILTERS, or `decided`; anything else is read as the first.
        company: what its name begins with; neither capitals nor accents matter.
        after, before: a due moment and an id; of decided ones, the moment of the decision and an id.
    """
    now = desk.clock.now()
    claims_since = now - timedelta(hours=desk.catalogue.application.claim_hours)
    watcher = Watcher(actor.workspace_id, actor.user_id, now, claims_since)
    name = beginning(company)
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        if which == "decided":
            page = await review_queue.decided(session, name, after, before)
        else:
            which = which if which in FILTERS else FILTERS[0]
            page = await review_queue.queue(session, watcher, which, name, after, before)
        counts = await review_queue.counts(session, watcher)
        pace = await review_queue.pace(session, now - timedelta(days=MEDIAN_DAYS))
        return Queue(page, counts, pace)
