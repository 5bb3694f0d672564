"""Applications, what was asked about them, and others that look alike."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Application, Question


async def application(session: AsyncSession, application_id: int) -> Application | None:
    return await session.get(Application, application_id)


async def locked(session: AsyncSession, application_id: int) -> Application | None:
    """An application that nobody else changes until the transaction ends."""
    found = await session.scalars(
        select(Application)
        .where(Application.id == application_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.first()


async def latest_application(session: AsyncSession, workspace_id: str, user_id: str) -> Application | None:
    """Somebody's newest application, whatever became of it."""
    found = await session.scalars(
        select(Application)
        .where(Application.workspace_id == workspace_id, Application.user_id == user_id)
        .order_by(Application.id.desc())
        .limit(1)
    )
    return found.first()


async def questions(session: AsyncSession, application_id: int) -> list[Question]:
    """What was asked about an application, in order."""
    found = await session.scalars(
        select(Question).where(Question.application_id == application_id).order_by(Question.id)
    )
    return list(found)


async def open_question(session: AsyncSession, application_id: int) -> Question | None:
    """The question that waits for an answer."""
    found = await session.scalars(
        select(Question).where(Question.application_id == application_id, Question.answered_at.is_(None))
    )
    return found.first()


async def look_alikes(session: AsyncSession, one: Application, limit: int = 10) -> list[Application]:
    """Other applications of the same company, website, address or person, the newest first."""
    addresses = (one.contact_email, one.mail_account)
    found = await session.scalars(
        select(Application)
        .where(
            Application.id != one.id,
            or_(
                Application.company_key == one.company_key,
                Application.web_domain == one.web_domain,
                Application.contact_email.in_(addresses),
                Application.mail_account.in_(addresses),
                (Application.workspace_id == one.workspace_id) & (Application.user_id == one.user_id),
            ),
        )
        .order_by(Application.id.desc())
        .limit(limit)
    )
    return list(found)
