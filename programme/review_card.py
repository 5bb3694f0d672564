"""All that a reviewer sees of an application."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_reviewer
from programme.applications import existing
from programme.desk import Actor, Desk
from programme.review import holder_of
from programme.review_hints import Hint, hints_for
from storage.models import Application, Person, Question
from storage.queries import applications, people


@dataclass(frozen=True)
class Card:
    """An application, and what belongs to it.

    Args:
        holder: who is on it.
        questions: what was asked and answered, in order.
    """

    application: Application
    applicant: Person | None
    holder: Actor | None
    questions: list[Question]
    hints: list[Hint]


async def card_of(desk: Desk, application_id: int) -> Card | None:
    """For drawing what leaves the house; None where there is no such application."""
    async with desk.store.read() as session:
        application = await applications.application(session, application_id)
        return await _card(session, desk, application) if application else None


async def card_for(desk: Desk, actor: Actor, application_id: int) -> Card:
    """Raises Refused("reviewers_only") or Refused("unknown_application")."""
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        return await _card(session, desk, await existing(session, application_id))


async def _card(session: AsyncSession, desk: Desk, application: Application) -> Card:
    return Card(
        application,
        await people.person(session, application.workspace_id, application.user_id),
        holder_of(desk, application),
        await applications.questions(session, application.id),
        hints_for(desk.catalogue, application, await applications.look_alikes(session, application)),
    )
