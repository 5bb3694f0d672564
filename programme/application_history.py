"""What happened to an application: in the audit trail, in the thread under its card, and on the card itself."""

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.desk import Actor, Desk
from programme.digests import digest_changed
from storage.models import Application, AuditRow
from storage.outbox import message_of_key


def card_key(application_id: int) -> str:
    """The key of the message that brought an application to the reviewers."""
    return f"application:{application_id}:card"


async def changed(
    session: AsyncSession,
    desk: Desk,
    actor: Actor | None,
    application: Application,
    action: str,
    before: audit.Facts | None = None,
    after: audit.Facts | None = None,
) -> AuditRow:
    """Keeps a change of an application, and makes what the reviewers see of it due.

    Args:
        actor: who did it; None for the programme itself.
        action: one that handlers.review_card knows how to tell.
    """
    row = audit.record(session, desk.clock.now(), actor, action, ("application", application.id), None, before, after)
    await session.flush()
    reviewers, card = outbox.to_reviewers(application.workspace_id), card_key(application.id)
    key = f"application:{application.id}:change:{row.id}"
    outbox.owe_message(session, desk, f"{key}:note", "review_note", reviewers, card, audit_id=row.id)
    outbox.owe_message(session, desk, f"{key}:card", "card_repaint", reviewers, application_id=application.id)
    await digest_changed(session, desk, application, key)
    return row


def tell_applicant(
    session: AsyncSession, desk: Desk, application: Application, what: str, key: str, **about: object
) -> None:
    """Makes a direct message to the applicant due.

    Args:
        what: the kind of message, as handlers.courier draws it.
        key: tells it from the applicant's other messages of that kind.
        about: the ids that the drawing needs beside the application's.
    """
    applicant = Actor(application.workspace_id, application.user_id)
    name = f"application:{application.id}:{key}"
    outbox.owe_message(session, desk, name, what, applicant, None, application_id=application.id, **about)


def question_key(application_id: int, question_id: int) -> str:
    """The key of the message that brought a question to the applicant."""
    return f"application:{application_id}:question:{question_id}"


def question_over(session: AsyncSession, desk: Desk, application: Application, question_id: int) -> None:
    """Makes it due that a question's message stops asking: it was answered, or the application is closed."""
    key = f"question:{question_id}:over"
    tell_applicant(session, desk, application, "question_over", key, question_id=question_id)


async def was_told(session: AsyncSession, application: Application, key: str) -> bool:
    """Whether `tell_applicant` has been called with this key before."""
    return await message_of_key(session, f"application:{application.id}:{key}") is not None


async def change_of(desk: Desk, audit_id: int) -> AuditRow | None:
    """A change, as it was written down."""
    async with desk.store.read() as session:
        return await session.get(AuditRow, audit_id)
