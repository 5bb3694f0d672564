"""What reviewers leaf through: applications that wait, each in its order, and those that were decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import seconds_between
from storage.models import Application, Question
from storage.queries.paging import Cursor, Page, page

# Written out: a database does not compare the condition of an index with what it is told later.
OPEN = Application.status == literal_column("'open'")
LAST = "\U0010ffff"  # stands behind every other letter


@dataclass(frozen=True)
class Watcher:
    """Who looks at the queue, and when.

    Args:
        claims_since: claims that are older have fallen back.
    """

    workspace_id: str
    user_id: str
    now: datetime
    claims_since: datetime


@dataclass(frozen=True)
class Counts:
    """How many applications wait: for us in all, of these without anybody on it and overdue; the watcher's own; and
    how many wait for their applicants.
    """

    waiting: int
    unclaimed: int
    overdue: int
    mine: int
    asked: int


def _filters(watcher: Watcher) -> dict[str, ColumnElement[bool]]:
    waits = and_(OPEN, Application.asked_at.is_(None))
    is_taken = Application.claimed_at > watcher.claims_since
    return {
        "waiting": waits,
        "unclaimed": and_(waits, or_(Application.claimed_at.is_(None), ~is_taken)),
        "overdue": and_(waits, Application.due_at <= watcher.now),
        "mine": and_(
            Application.claimed_by == watcher.user_id,
            Application.claimed_by_workspace == watcher.workspace_id,
            OPEN,
            or_(is_taken, Application.asked_at.is_not(None)),
        ),
        "asked": Application.asked_at.is_not(None),
    }


FILTERS = ("waiting", "unclaimed", "mine", "asked", "overdue")


async def queue(
    session: AsyncSession,
    watcher: Watcher,
    which: str = "waiting",
    name: str = "",
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> Page[Application]:
    """A page of the applications that wait, what is due first first.

    Args:
        which: one of FILTERS.
        name: what the company's name begins with, as names are compared.
        after, before: a due moment and an id.
    """
    wanted = _of_company(select(Application).where(_filters(watcher)[which]), name)
    return await page(session, wanted, (Application.due_at, Application.id), after, before)


async def decided(
    session: AsyncSession, name: str = "", after: Cursor | None = None, before: Cursor | None = None
) -> Page[Application]:
    """A page of the applications that were decided or withdrawn, the latest first.

    Args:
        after, before: a moment of decision and an id.
    """
    wanted = _of_company(select(Application).where(Application.decided_at.is_not(None)), name)
    return await page(session, wanted, (Application.decided_at, Application.id), after, before, newest_first=True)


def _of_company(wanted: Select[Application], name: str) -> Select[Application]:
    return wanted.where(Application.company_key.between(name, name + LAST)) if name else wanted


async def counts(session: AsyncSession, watcher: Watcher) -> Counts:
    """How many there are of each filter, in one statement."""
    columns = [func.count(case((condition, 1))).label(name) for name, condition in _filters(watcher).items()]
    row = (await session.execute(select(*columns).where(OPEN))).one()
    return Counts(**row._mapping)


@dataclass(frozen=True)
class Pace:
    """How many decisions were made, and how long half of them took at most; None when there were none."""

    decisions: int
    median: timedelta | None


async def pace(session: AsyncSession, since: datetime) -> Pace:
    """How long the decisions since a moment took, from the form to the decision.

    The time in which an applicant was thinking about a question does not count, nor does what was withdrawn.
    """
    waited = (
        select(
            func.sum(
                seconds_between(session, Question.asked_at, func.coalesce(Question.answered_at, Application.decided_at))
            )
        )
        .where(Question.application_id == Application.id)
        .scalar_subquery()
    )
    took = seconds_between(session, Application.submitted_at, Application.decided_at) - func.coalesce(waited, 0)
    each = (
        select(
            took.label("took"),
            func.row_number().over(order_by=took).label("place"),
            func.count().over().label("number"),
        )
        .where(
            Application.decided_at.is_not(None),
            Application.decided_at >= since,
            Application.status.in_(["approved", "rejected"]),
        )
        .subquery()
    )
    # The one in the middle; of an even number, the two.
    middle = each.c.place.in_([(each.c.number + 1) // 2, (each.c.number + 2) // 2])
    median, number = (await session.execute(select(func.avg(each.c.took), func.max(each.c.number)).where(middle))).one()
    return Pace(number or 0, None if median is None else timedelta(seconds=float(median)))
