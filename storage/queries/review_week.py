"""What the reviewers' week is planned from: claims that nobody uses, answers that are due, and how much waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Application, OutgoingMessage, Person, Question, Reviewer

# Its clock runs: it is the reviewers' turn.
_WAITS = and_(Application.status == "open", Application.asked_at.is_(None))


async def unused_claims(session: AsyncSession, before: datetime, limit: int) -> list[Application]:
    """Applications whose claim was last used before a moment, the oldest first, for this transaction alone.

    Another process takes others meanwhile. While the applicant is thinking about a question, a claim is in use.
    """
    found = await session.scalars(
        select(Application)
        .where(_WAITS, Application.claimed_at <= before)
        .order_by(Application.claimed_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(found)


@dataclass(frozen=True)
class Notice:
    """A message that is to be written about an application.

    Args:
        day: the ISO date that its key ends with.
    """

    application_id: int
    workspace_id: str
    day: str
    key: str


async def unwritten(
    session: AsyncSession, what: str, since: datetime | None, days: Sequence[tuple[datetime, str]], limit: int
) -> list[Notice]:
    """The applications that wait for an answer and have no message with the key `application:{id}:{what}:{day}` yet.

    Args:
        since: the answer is due at this moment or later; None for whenever.
        days: when each day ends, and what it is called in the key, in order. An application counts to the first day
            that ends after its answer is due; after the last one none does.
    """
    day = case(*((Application.due_at < end, name) for end, name in days))
    key: ColumnElement[str] = (
        literal("application:") + cast(Application.id, String) + literal(f":{what}:") + cast(day, String)
    )
    found = await session.execute(
        select(Application.id, Application.workspace_id, day, key)
        .where(
            _WAITS,
            Application.due_at < days[-1][0],
            *([Application.due_at >= since] if since else []),
            ~exists().where(OutgoingMessage.key == key),
        )
        .order_by(Application.due_at, Application.id)
        .limit(limit)
    )
    return [Notice(*row) for row in found]


async def is_worth_a_digest(session: AsyncSession, key: str, morning: datetime) -> bool:
    """Whether something has waited for the reviewers since before a moment, and there is no message with this key."""
    answered = exists().where(Question.application_id == Application.id, Question.answered_at >= morning)
    found = await session.execute(
        select(Application.id)
        .where(
            _WAITS,
            Application.submitted_at < morning,
            ~answered,
            ~exists().where(OutgoingMessage.key == key),
        )
        .limit(1)
    )
    return found.first() is not None


@dataclass(frozen=True)
class Queue:
    """What waits.

    Args:
        waiting: how many applications wait for the reviewers, and of these
        overdue: how many should have been answered before today.
        asked: how many wait for an answer of their applicants.
        first: the most urgent ones that wait for the reviewers.
    """

    waiting: int
    overdue: int
    asked: int
    first: list[Application]


async def queue(session: AsyncSession, midnight: datetime, show: int) -> Queue:
    """How much waits, and what of it first.

    Args:
        midnight: the moment at which today began.
        show: how many to return.
    """
    first = await session.scalars(
        select(Application).where(_WAITS).order_by(Application.due_at, Application.id).limit(show)
    )
    counted = await session.execute(
        select(
            _count(Application.asked_at.is_(None)),
            _count(and_(Application.asked_at.is_(None), Application.due_at < midnight)),
            _count(Application.asked_at.is_not(None)),
        ).where(Application.status == "open")
    )
    waiting, overdue, asked = counted.one()
    return Queue(waiting, overdue, asked, list(first))


def _count(condition: ColumnElement[bool]) -> Any:
    return func.count(case((condition, 1)))


async def reviewers(session: AsyncSession) -> list[Reviewer]:
    """Everybody who reviews and can decide: a guest cannot, nor can who has left."""
    found = await session.scalars(
        select(Reviewer)
        .outerjoin(Person, and_(Person.workspace_id == Reviewer.workspace_id, Person.user_id == Reviewer.user_id))
        .where(or_(Person.user_id.is_(None), and_(~Person.is_guest, ~Person.is_deactivated)))
        .order_by(Reviewer.user_id)
    )
    return list(found)
