"""Deciding on applications (mission rows 6 to 9): who is on it, what else is to be known, yes or no."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.access import require_reviewer
from programme.application_history import changed, question_over, tell_applicant, was_told
from programme.applications import claim_holds, existing, free
from programme.desk import Actor, Desk
from programme.forms import LONGEST_TEXT, Rule, one_of, read_fields, text_up_to
from programme.onboarding import onboard
from programme.partner_terms import PartnerTerms, usual_terms
from programme.refusals import Refused
from storage.models import Application, Question
from storage.models.applications import REAPPLY
from storage.queries import applications


async def claim(desk: Desk, actor: Actor, application_id: int, from_whom: Actor | None = None) -> Application:
    """Takes an application, so that everybody sees who is on it.

    Args:
        from_whom: whose claim is taken over knowingly; without it, somebody else's claim is refused.
    Raises: Refused with "reviewers_only", "unknown_application", "own_application", "already_decided" or
        "claimed_by_other" (with who, and since when).
    """
    async with desk.store.write() as session:
        application = await _theirs_to_change(session, desk, actor, application_id)
        holder = holder_of(desk, application)
        if holder == actor:
            return application
        if holder is not None and holder != from_whom:
            raise claimed_by_other(application)
        _take(application, actor, desk.clock.now())
        before: audit.Facts | None = {"claimed_by": holder.user_id} if holder else None
        await changed(session, desk, actor, application, "claimed", before)
        # The applicant hears once that somebody is reading; who it is later on, `/partner` says.
        if not await was_told(session, application, "claimed"):
            tell_applicant(session, desk, application, "claimed", "claimed")
        return application


async def release(desk: Desk, actor: Actor, application_id: int) -> Application:
    """Gives an application back. Doing it twice changes nothing. Raises Refused as `claim`."""
    async with desk.store.write() as session:
        application = await _theirs_to_change(session, desk, actor, application_id)
        holder = holder_of(desk, application)
        if holder is None:
            return application
        if holder != actor:
            raise claimed_by_other(application)
        free(application)
        await changed(session, desk, actor, application, "released")
        return application


async def ask(desk: Desk, actor: Actor, application_id: int, text: str) -> Application:
    """Asks the applicant for more. The application's clock stands still until the answer; whoever asks is on it.

    Raises: BadInput for a question that is empty or too long; Refused as `claim`, or "question_open".
    """
    question = read_fields({"question": text}, {"question": Rule(text_up_to(LONGEST_TEXT))})["question"]
    async with desk.store.write() as session:
        application = await _free_to_change(session, desk, actor, application_id)
        _check_question(application)
        now = desk.clock.now()
        _take(application, actor, now)
        application.asked_at = now
        asked = Question(
            application_id=application.id, asked_by_workspace=actor.workspace_id, asked_by=actor.user_id, asked_at=now,
            question=question,
        )  # fmt: skip
        session.add(asked)
        await session.flush()
        tell_applicant(session, desk, application, "question", f"question:{asked.id}", question_id=asked.id)
        await changed(session, desk, actor, application, "asked", after={"question": question})
        return application


async def approve(desk: Desk, actor: Actor, application_id: int, terms: PartnerTerms | None = None) -> Application:
    """Makes the applicant a partner's first admin, and the welcome letter and message due. One transaction.

    Args:
        terms: what was agreed; None for the usual.
    Raises: Refused as `claim`, or "applicant_is_partner" (the applicant joined a partner meanwhile).
    """
    agreed = terms or usual_terms(desk.catalogue)
    async with desk.store.write() as session:
        application = await _free_to_change(session, desk, actor, application_id)
        await onboard(session, desk, actor, application, agreed)
        return await _decide(session, desk, actor, application, "approved", agreed.facts(), decision_note=agreed.note)


async def reject(
    desk: Desk, actor: Actor, application_id: int, note: str, reason: str = "other", reapply: str = "now"
) -> Application:
    """Declines, and makes the message that tells the applicant why due.

    Args:
        note: what the applicant will read.
        reason: an id of the catalogue.
        reapply: `now`, `later` (after the catalogue's days) or `never`.
    Raises: BadInput for what cannot be read; Refused as `claim`.
    """
    rules = {
        "note": Rule(text_up_to(LONGEST_TEXT)),
        "reason": Rule(one_of([offered.id for offered in desk.catalogue.application.reason])),
        "reapply": Rule(one_of(REAPPLY)),
    }
    values = read_fields({"note": note, "reason": reason, "reapply": reapply}, rules)
    async with desk.store.write() as session:
        application = await _free_to_change(session, desk, actor, application_id)
        columns = {"decision_note": values["note"], "decision_reason": reason, "reapply": reapply}
        return await _decide(session, desk, actor, application, "rejected", dict(values), **columns)


async def may_decide(desk: Desk, actor: Actor, application_id: int) -> Application:
    """An application that the actor may still decide on. Raises Refused as `claim`."""
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        application = await existing(session, application_id)
        _check(desk, actor, application)
        _check_claim(desk, actor, application)
        return application


async def may_ask(desk: Desk, actor: Actor, application_id: int) -> Application:
    """An application about which the actor may ask something. Raises Refused as `ask`."""
    application = await may_decide(desk, actor, application_id)
    _check_question(application)
    return application


def _check_question(application: Application) -> None:
    if application.asked_at is not None:
        raise Refused("question_open", company=application.company, asked_at=application.asked_at)


async def _theirs_to_change(session: AsyncSession, desk: Desk, actor: Actor, application_id: int) -> Application:
    """An open application, locked, that the actor may do something with."""
    await require_reviewer(session, actor)
    application = await applications.locked(session, application_id)
    if application is None:
        raise Refused("unknown_application")
    _check(desk, actor, application)
    return application


async def _free_to_change(session: AsyncSession, desk: Desk, actor: Actor, application_id: int) -> Application:
    """As `_theirs_to_change`, and nobody else is on it."""
    application = await _theirs_to_change(session, desk, actor, application_id)
    _check_claim(desk, actor, application)
    return application


def _check(desk: Desk, actor: Actor, application: Application) -> None:
    if Actor(application.workspace_id, application.user_id) == actor:
        raise Refused("own_application")
    if application.status != "open":
        raise already_decided(application)


def _check_claim(desk: Desk, actor: Actor, application: Application) -> None:
    if holder_of(desk, application) not in (None, actor):
        raise claimed_by_other(application)


def holder_of(desk: Desk, application: Application) -> Actor | None:
    """Who is on it."""
    if not claim_holds(desk, application):
        return None
    return Actor(application.claimed_by_workspace or "", application.claimed_by or "")


def _take(application: Application, actor: Actor, now: datetime) -> None:
    application.claimed_by_workspace, application.claimed_by = actor.workspace_id, actor.user_id
    application.claimed_at = now


async def _decide(
    session: AsyncSession, desk: Desk, actor: Actor, application: Application, status: str, facts: audit.Facts,
    **columns: str | None,
) -> Application:  # fmt: skip
    free(application)
    application.status, application.decided_at, application.asked_at = status, desk.clock.now(), None
    application.decided_by_workspace, application.decided_by = actor.workspace_id, actor.user_id
    for name, value in columns.items():
        setattr(application, name, value)
    if question := await applications.open_question(session, application.id):
        question_over(session, desk, application, question.id)
    await changed(session, desk, actor, application, status, {"status": "open"}, facts)
    tell_applicant(session, desk, application, "decision", "decision")
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


def claimed_by_other(application: Application) -> Refused:
    """For a decision on what somebody else is reading."""
    return Refused(
        "claimed_by_other",
        application_id=application.id,
        company=application.company,
        claimed_by_workspace=application.claimed_by_workspace,
        claimed_by=application.claimed_by,
        claimed_at=application.claimed_at,
    )
