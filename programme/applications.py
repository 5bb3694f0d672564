"""Applying to become a partner (mission rows 1 to 8)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import person_of
from programme.application_history import card_key, changed, tell_applicant
from programme.catalogue import Catalogue
from programme.comparing import comparable, domain_of_website
from programme.desk import Actor, Desk
from programme.forms import (
    LONGEST_TEXT,
    Rule,
    country,
    email,
    line_up_to,
    one_of,
    read_fields,
    text_up_to,
    website,
)
from programme.refusals import BadInput, Refused
from storage.models import Application, OutgoingMessage, Person, Question
from storage.models.applications import COMPANY_SIZES
from storage.outbox import message_of_key
from storage.queries import applications, people

RULES = {
    "company": Rule(line_up_to(200)),
    "company_size": Rule(one_of(COMPANY_SIZES)),
    "website": Rule(website, optional=True),
    "street": Rule(line_up_to(200)),
    "postal_code": Rule(line_up_to(20), optional=True),
    "city": Rule(line_up_to(100)),
    "region": Rule(line_up_to(100), optional=True),
    "country": Rule(country),
    "contact_name": Rule(line_up_to(200)),
    "contact_email": Rule(email),
    "contact_phone": Rule(line_up_to(20), optional=True),
    "mail_account": Rule(email),
    "experience": Rule(text_up_to(LONGEST_TEXT)),
    "partnership_plan": Rule(text_up_to(LONGEST_TEXT)),
}


def read_application(catalogue: Catalogue, typed: dict[str, str], terms_accepted: bool) -> dict[str, Any]:
    """The application's columns from what was typed. Raises BadInput."""
    rules = RULES | {"expertise": Rule(_offered(catalogue))}
    try:
        values = read_fields(typed, rules)
    except BadInput as bad:
        raise BadInput(bad.fields | ({} if terms_accepted else {"terms": "not_accepted"})) from None
    if not terms_accepted:
        raise BadInput({"terms": "not_accepted"})
    return dict(values)


def _offered(catalogue: Catalogue) -> Any:
    def read(text: str) -> str:
        if all(expertise.id != text for expertise in catalogue.expertise):
            raise ValueError("not_offered")
        return text

    return read


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
    if latest.reapply == "never":
        raise Refused("may_not_apply", company=latest.company)
    from_then = may_reapply_at(desk, latest)
    if from_then is not None and from_then > desk.clock.now():
        raise Refused("apply_later", company=latest.company, may_apply_at=from_then)


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
    audit.record(session, now, actor, "submitted", ("application", application.id), after=values)
    return application


async def withdraw(desk: Desk, actor: Actor) -> Application:
    """The applicant takes an open application back. Raises Refused("no_application") where there is none."""
    async with desk.store.write() as session:
        application = await _own_open(session, actor)
        now = desk.clock.now()
        application.status, application.decided_at = "withdrawn", now
        application.claimed_by_workspace = application.claimed_by = application.claimed_at = None
        application.asked_at = None
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
        question = await applications.open_question(session, application.id)
        if question is None or question.id != question_id or application.asked_at is None:
            raise Refused("no_question", company=application.company)
        now = desk.clock.now()
        question.answer, question.answered_at = answer_text, now
        application.due_at += now - application.asked_at
        application.asked_at = None
        if application.claimed_at is not None:
            application.claimed_at = now  # who asked has as long as anybody to do something with the answer
        await changed(session, desk, actor, application, "answered", after={"answer": answer_text})
        return application


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


async def card_message(desk: Desk, application_id: int) -> OutgoingMessage | None:
    """The message that carried an application to the reviewers."""
    async with desk.store.read() as session:
        return await message_of_key(session, card_key(application_id))
