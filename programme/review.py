"""Deciding on applications (mission rows 6 to 9)."""

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import require_reviewer
from programme.applications import REVIEW_CHANNEL, existing
from programme.desk import Actor, Desk
from programme.forms import LONGEST_TEXT, Rule, read_fields, text_up_to
from programme.refusals import Refused
from storage.models import Application, Member, Partner
from storage.queries import applications, people


async def approve(desk: Desk, actor: Actor, application_id: int) -> Application:
    """Makes the applicant a partner's first admin, and the welcome letter and message due. One transaction.

    Raises: Refused with "reviewers_only", "unknown_application", "own_application", "already_decided" (with who,
    when and how) or "already_partner" (the applicant joined a partner meanwhile).
    """
    async with desk.store.write() as session:
        application = await _decide(session, desk, actor, application_id, "approved", None)
        partner = await _make_partner(session, desk, application)
        about = {"application_id": application.id}
        language = partner.language
        to = application.mail_account
        outbox.owe_mail(session, desk, f"application:{application.id}:welcome", "welcome", to, language, **about)
        audit.record(session, desk.clock.now(), actor, "onboarded", ("partner", partner.id), partner.id)
        return application


async def reject(desk: Desk, actor: Actor, application_id: int, note: str) -> Application:
    """Declines, and makes the message that tells the applicant why due.

    Args:
        note: what the applicant will read.
    Raises: BadInput for a note that is empty or too long; else as `approve`.
    """
    note_text = read_fields({"note": note}, {"note": Rule(text_up_to(LONGEST_TEXT))})["note"]
    async with desk.store.write() as session:
        return await _decide(session, desk, actor, application_id, "rejected", note_text)


async def may_decide(desk: Desk, actor: Actor, application_id: int) -> Application:
    """An application that the actor may still decide on. Raises Refused as `approve`."""
    async with desk.store.read() as session:
        application = await _theirs_to_decide(session, actor, application_id)
    if application.status != "open":
        raise already_decided(application)
    return application


async def _theirs_to_decide(session: AsyncSession, actor: Actor, application_id: int) -> Application:
    await require_reviewer(session, actor)
    application = await existing(session, application_id)
    if Actor(application.workspace_id, application.user_id) == actor:
        raise Refused("own_application")
    return application


async def _decide(
    session: AsyncSession, desk: Desk, actor: Actor, application_id: int, status: str, note: str | None
) -> Application:
    application = await _theirs_to_decide(session, actor, application_id)
    applicant = Actor(application.workspace_id, application.user_id)
    now = desk.clock.now()
    decision = {
        "status": status, "decided_at": now, "decision_note": note,
        "decided_by_workspace": actor.workspace_id, "decided_by": actor.user_id,
    }  # fmt: skip
    if not await applications.decide(session, application_id, **decision):
        await session.refresh(application)
        raise already_decided(application)
    await session.refresh(application)
    about = {"application_id": application_id}
    review = Actor(actor.workspace_id, REVIEW_CHANNEL)
    outbox.owe_message(session, desk, f"application:{application_id}:decision", "decision", applicant, **about)
    outbox.owe_message(session, desk, f"application:{application_id}:decided-card", "card_repaint", review, **about)
    audit.record(
        session, now, actor, status, ("application", application_id), before={"status": "open"}, after={"note": note}
    )
    return application


def already_decided(application: Application) -> Refused:
    """For a click that came too late: who decided, when, and how."""
    return Refused(
        "already_decided",
        company=application.company,
        status=application.status,
        decided_by=application.decided_by,
        decided_at=application.decided_at,
        note=application.decision_note,
    )


async def _make_partner(session: AsyncSession, desk: Desk, application: Application) -> Partner:
    applicant = await people.person(session, application.workspace_id, application.user_id)
    if await people.membership(session, application.workspace_id, application.user_id):
        raise Refused("applicant_is_partner")
    partner = Partner(
        application_id=application.id,
        name=application.company,
        expertise=application.expertise,
        language=applicant.language if applicant else "en",
        time_zone=applicant.time_zone if applicant else "UTC",
        created_at=desk.clock.now(),
    )
    session.add(partner)
    await session.flush()
    session.add(
        Member(
            partner_id=partner.id,
            workspace_id=application.workspace_id,
            user_id=application.user_id,
            role="admin",
            joined_at=desk.clock.now(),
        )
    )
    return partner


async def queue(desk: Desk, actor: Actor, after: int = 0) -> list[Application]:
    """The applications that wait for a decision, oldest first, ten at a time. Raises Refused("reviewers_only")."""
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        return await applications.open_applications(session, after)
