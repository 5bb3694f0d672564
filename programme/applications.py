"""Applying to become a partner (mission rows 1 to 8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import person_of
from programme.application_form import read_application
from programme.application_history import card_key, changed, question_key, question_over, tell_applicant
from programme.comparing import comparable, domain_of_website
from programme.desk import Actor, Desk
from programme.digests import digest_changed
from programme.forms import LONGEST_TEXT, Rule, read_fields, text_up_to
from programme.refusals import Refused
from storage.models import Application, OutgoingMessage, Person, Question
from storage.outbox import message_of_key
from storage.queries import applications, people


async def may_apply(desk: Desk, actor: Actor) -> None:
    """For those who need no form, raises Refused with "already_partner", "application_open" (which leads to it),
    "may_not_apply" (rejected for good) or "apply_later" (with the moment from which on they may).
    """
    async with desk.store.read() as session:
        await _may_apply(session, desk, actor)


async def _may_apply(session: AsyncSession, desk: Desk, actor: Actor) -> None:
    await person_of(session, actor)
    if found := await people.membership(session, actor.workspace_id, actor.user_id):
        raise Refused("already_partner", partner=found[1].name)
    latest = await applications.latest_application(session, actor.workspace_id, actor.user_id)
    if latest is None:
        return
    if latest.status == "open":
        raise Refused("application_open", company=latest.company, due_at=latest.due_at)
    if (when := may_reapply(desk, latest)) == "never":
        raise Refused("may_not_apply", company=latest.company)
    if when == "later":
        raise Refused("apply_later", company=latest.company, may_apply_at=may_reapply_at(desk, latest))


def may_reapply(desk: Desk, application: Application) -> str:
    """When somebody may apply again after an application that is closed: one of REAPPLY."""
    from_then = may_reapply_at(desk, application)
    if from_then is not None and from_then <= desk.clock.now():
        return "now"
    return application.reapply or "now"


def may_reapply_at(desk: Desk, application: Application) -> datetime | None:
    """The moment from which on somebody who was told to come back later may apply again."""
    if application.reapply != "later" or application.decided_at is None:
        return None
    return application.decided_at + timedelta(days=desk.catalogue.application.reapply_days)


async def submit(desk: Desk, actor: Actor, typed: dict[str, str], terms_accepted: bool) -> Application:
    """Takes an application, and makes the applicant's receipt and the reviewers' card due.

    Args:
        typed: field name → text, with the names of RULES and `expertise` (an id of the catalogue).
    Returns: the application, with its due moment in UTC.
    Raises: BadInput; Refused as `may_apply`, also when two forms come at once.
    """
    values = read_application(desk.catalogue, typed, terms_accepted)
    try:
        async with desk.store.write() as session:
            await _may_apply(session, desk, actor)
            return await _store(session, desk, actor, values)
    except IntegrityError:
        await may_apply(desk, actor)  # says which application was quicker
        raise


async def _store(session: AsyncSession, desk: Desk, actor: Actor, values: dict[str, Any]) -> Application:
    now = desk.clock.now()
    application = Application(
        workspace_id=actor.workspace_id,
        user_id=actor.user_id,
        company_key=comparable(values["company"]),
        web_domain=domain_of_website(values["website"]),
        terms_version=desk.catalogue.application.terms_version,
        terms_accepted_at=now,
        submitted_at=now,
        due_at=now + timedelta(days=desk.catalogue.application.answer_days),
        status="open",
        **values,
    )
    session.add(application)
    await session.flush()
    review, key = outbox.to_reviewers(actor.workspace_id), card_key(application.id)
    outbox.owe_message(session, desk, key, "review_card", review, application_id=application.id)
    tell_applicant(session, desk, application, "receipt", "receipt")
    await digest_changed(session, desk, application, f"application:{application.id}:submitted")
    audit.record(session, now, actor, "submitted", ("application", application.id), after=values)
    return application


async def withdraw(desk: Desk, actor: Actor, application_id: int | None = None) -> Application:
    """The applicant takes an open application back.

    Args:
        application_id: the one that they saw; None for whichever is open.
    Raises: Refused("no_application") where it is not theirs, or not open any more.
    """
    async with desk.store.write() as session:
        application = await _own_open(session, actor)
        if application_id not in (None, application.id):
            raise Refused("no_application")
        now = desk.clock.now()
        application.status, application.decided_at = "withdrawn", now
        free(application)
        application.asked_at = None
        if question := await applications.open_question(session, application.id):
            question_over(session, desk, application, question.id)
        await changed(session, desk, actor, application, "withdrawn", {"status": "open"})
        tell_applicant(session, desk, application, "withdrawn", "withdrawn")
        return application


async def answer(desk: Desk, actor: Actor, question_id: int, text: str) -> Application:
    """The applicant answers what a reviewer has asked; the application's clock runs on from here.

    Raises: BadInput for an answer that is empty or too long; Refused("no_application"), or Refused("no_question") when
        this question does not wait for an answer any more.
    """
    answer_text = read_fields({"answer": text}, {"answer": Rule(text_up_to(LONGEST_TEXT))})["answer"]
    async with desk.store.write() as session:
        application = await _own_open(session, actor)
        question = await _waiting(session, application, question_id)
        now = desk.clock.now()
        asked_at = application.asked_at or question.asked_at
        question.answer, question.answered_at = answer_text, now
        application.due_at += now - asked_at
        application.asked_at = None
        if application.claimed_at is not None:
            application.claimed_at = now  # who asked has as long as anybody to do something with the answer
        question_over(session, desk, application, question.id)
        await changed(session, desk, actor, application, "answered", after={"answer": answer_text})
        return application


async def asked_question(desk: Desk, actor: Actor, question_id: int) -> Question:
    """A question that waits for the actor's answer. Raises Refused as `answer`."""
    async with desk.store.read() as session:
        latest = await applications.latest_application(session, actor.workspace_id, actor.user_id)
        if latest is None or latest.status != "open":
            raise Refused("no_application")
        return await _waiting(session, latest, question_id)


async def _waiting(session: AsyncSession, application: Application, question_id: int) -> Question:
    question = await applications.open_question(session, application.id)
    if question is None or question.id != question_id:
        raise Refused("no_question", company=application.company)
    return question


async def _own_open(session: AsyncSession, actor: Actor) -> Application:
    await person_of(session, actor)
    latest = await applications.latest_application(session, actor.workspace_id, actor.user_id)
    application = await applications.locked(session, latest.id) if latest else None
    if application is None or application.status != "open":
        raise Refused("no_application")
    return application


@dataclass(frozen=True)
class OwnApplication:
    """Somebody's newest application, as they may see it.

    Args:
        reviewer: who is on it.
        question: what waits for their answer.
    """

    application: Application
    reviewer: Person | None
    question: Question | None


async def own_application(desk: Desk, actor: Actor) -> OwnApplication | None:
    """The actor's newest application; None for somebody who never applied."""
    async with desk.store.read() as session:
        latest = await applications.latest_application(session, actor.workspace_id, actor.user_id)
        if latest is None:
            return None
        question = await applications.open_question(session, latest.id) if latest.status == "open" else None
        reviewer = None
        if claim_holds(desk, latest) and latest.claimed_by:
            reviewer = await people.person(session, latest.claimed_by_workspace or "", latest.claimed_by)
        return OwnApplication(latest, reviewer, question)


def claim_holds(desk: Desk, application: Application) -> bool:
    """Whether somebody is on it. A claim falls back when nothing was done for a while, but not while the applicant is
    thinking.
    """
    if application.claimed_at is None or application.status != "open":
        return False
    lasts = timedelta(hours=desk.catalogue.application.claim_hours)
    return application.asked_at is not None or desk.clock.now() < application.claimed_at + lasts


def free(application: Application) -> None:
    """Nobody is on it any more."""
    application.claimed_by_workspace = application.claimed_by = application.claimed_at = None


async def existing(session: AsyncSession, application_id: int) -> Application:
    """Raises Refused("unknown_application")."""
    application = await applications.application(session, application_id)
    if application is None:
        raise Refused("unknown_application")
    return application


async def with_applicant(desk: Desk, application_id: int) -> tuple[Application, Person | None] | None:
    """An application and who sent it, for drawing what leaves the house; None where it does not exist."""
    async with desk.store.read() as session:
        application = await applications.application(session, application_id)
        if application is None:
            return None
        return application, await people.person(session, application.workspace_id, application.user_id)


async def question_message(desk: Desk, application_id: int, question_id: int) -> OutgoingMessage | None:
    """The message that carried a question to the applicant."""
    async with desk.store.read() as session:
        return await message_of_key(session, question_key(application_id, question_id))


async def question_of(desk: Desk, application_id: int, question_id: int) -> Question | None:
    """One of the questions about an application, for drawing what leaves the house."""
    async with desk.store.read() as session:
        found = [one for one in await applications.questions(session, application_id) if one.id == question_id]
        return found[0] if found else None


async def card_message(desk: Desk, application_id: int) -> OutgoingMessage | None:
    """The message that carried an application to the reviewers."""
    async with desk.store.read() as session:
        return await message_of_key(session, card_key(application_id))
