"""Applying to become a partner (mission rows 1 to 8)."""

from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import person_of, require_reviewer
from programme.catalogue import Catalogue
from programme.desk import Actor, Desk
from programme.forms import LONGEST_TEXT, Rule, country, email, line_up_to, read_fields, text_up_to, website
from programme.refusals import BadInput, Refused
from storage.models import Application, OutgoingMessage, Person
from storage.outbox import message_of_key
from storage.queries import applications, people

REVIEW_CHANNEL = ""  # the recipient of what goes to the review channel, wherever that is when it is sent

RULES = {
    "company": Rule(line_up_to(200)),
    "website": Rule(website, optional=True),
    "street": Rule(line_up_to(200)),
    "postal_code": Rule(line_up_to(20)),
    "city": Rule(line_up_to(100)),
    "country": Rule(country),
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
    """Raises Refused("already_partner") or Refused("application_open") for those who need no form."""
    async with desk.store.read() as session:
        await _may_apply(session, actor)


async def _may_apply(session: AsyncSession, actor: Actor) -> None:
    await person_of(session, actor)
    if found := await people.membership(session, actor.workspace_id, actor.user_id):
        raise Refused("already_partner", partner=found[1].name)
    latest = await applications.latest_application(session, actor.workspace_id, actor.user_id)
    if latest is not None and latest.status == "open":
        raise Refused("application_open", company=latest.company, due_at=latest.due_at)


async def submit(desk: Desk, actor: Actor, typed: dict[str, str], terms_accepted: bool) -> Application:
    """Takes an application, and makes the applicant's receipt and the reviewers' card due.

    Args:
        typed: field name → text, with the names of RULES and `expertise` (an id of the catalogue).
    Returns: the application, with its due moment in UTC.
    Raises: BadInput; Refused("already_partner"); Refused("application_open") also when two forms come at once.
    """
    values = read_application(desk.catalogue, typed, terms_accepted)
    try:
        async with desk.store.write() as session:
            await _may_apply(session, actor)
            return await _store(session, desk, actor, values)
    except IntegrityError:
        await may_apply(desk, actor)  # says which application was quicker
        raise


async def _store(session: AsyncSession, desk: Desk, actor: Actor, values: dict[str, Any]) -> Application:
    now = desk.clock.now()
    application = Application(
        workspace_id=actor.workspace_id,
        user_id=actor.user_id,
        terms_version=desk.catalogue.application.terms_version,
        terms_accepted_at=now,
        submitted_at=now,
        due_at=now + timedelta(days=desk.catalogue.application.answer_days),
        status="open",
        **values,
    )
    session.add(application)
    await session.flush()
    about = {"application_id": application.id}
    review = Actor(actor.workspace_id, REVIEW_CHANNEL)
    outbox.owe_message(session, desk, f"application:{application.id}:card", "review_card", review, **about)
    outbox.owe_message(session, desk, f"application:{application.id}:receipt", "receipt", actor, **about)
    audit.record(session, now, actor, "submitted", ("application", application.id), after=values)
    return application


async def application_for_review(desk: Desk, actor: Actor, application_id: int) -> Application:
    """Raises Refused("reviewers_only") or Refused("unknown_application")."""
    async with desk.store.read() as session:
        await require_reviewer(session, actor)
        return await existing(session, application_id)


async def existing(session: AsyncSession, application_id: int) -> Application:
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
        return await message_of_key(session, f"application:{application_id}:card")
