"""Who somebody is: what Slack says of them, and where they stand in the programme."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.desk import Actor, Desk
from storage.models import LANGUAGES, Application, Member, Partner, Person
from storage.queries import applications, members, people

DESCRIPTION_LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Description:
    """Somebody as Slack describes them.

    Args:
        locale: such as `fr-FR`.
        time_zone: an IANA name; an unknown one counts as UTC.
        is_app: whether it is a bot, an app or Slack itself, and nobody at all.
    """

    name: str
    locale: str
    time_zone: str
    is_guest: bool = False
    is_deactivated: bool = False
    is_app: bool = False


@dataclass(frozen=True)
class Standing:
    """Where somebody stands: for showing the right thing. What they may do is asked again when they do it.

    Args:
        application: the newest of somebody who belongs to no partner; of all others it is history.
    """

    member: Member | None
    partner: Partner | None
    application: Application | None
    is_reviewer: bool


def language_of(locale: str) -> str:
    """The one of our languages that suits a locale; English where none does."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else "en"


async def person(desk: Desk, actor: Actor) -> Person | None:
    """Somebody as Slack has described them; None for whom it never has."""
    async with desk.store.read() as session:
        return await people.person(session, actor.workspace_id, actor.user_id)


def is_stale(desk: Desk, described: Person) -> bool:
    """Whether what Slack has said of somebody is old enough to ask again."""
    return desk.clock.now() - described.seen_at > DESCRIPTION_LASTS


async def standing(desk: Desk, actor: Actor) -> Standing:
    application = None
    async with desk.store.read() as session:
        known = await people.known(session, actor.workspace_id, actor.user_id)
        if known is None or known.partner is None:
            application = await applications.latest_application(session, actor.workspace_id, actor.user_id)
    if known is None:
        return Standing(None, None, application, is_reviewer=False)
    return Standing(known.member, known.partner, application, known.is_named and not known.person.is_guest)


async def describe(desk: Desk, actor: Actor, description: Description) -> None:
    """Keeps what Slack says of somebody. Apps are no people: nothing is kept of them."""
    if description.is_app:
        return
    async with desk.store.write() as session:
        before = await people.locked_person(session, actor.workspace_id, actor.user_id)
        is_new = description.is_deactivated and not (before and before.is_deactivated)
        await people.save_person(
            session,
            workspace_id=actor.workspace_id,
            user_id=actor.user_id,
            name=description.name[:200],
            language=language_of(description.locale),
            time_zone=_known_zone(description.time_zone),
            is_guest=description.is_guest,
            is_deactivated=description.is_deactivated,
            seen_at=desk.clock.now(),
        )
        if is_new:
            await _look_for_an_admin(session, desk, actor)


async def deactivate(desk: Desk, actor: Actor) -> None:
    """Slack has deactivated somebody: they lose access at once. Hearing it twice changes nothing."""
    async with desk.store.write() as session:
        person = await people.locked_person(session, actor.workspace_id, actor.user_id)
        if person is not None and not person.is_deactivated:
            person.is_deactivated = True
            await session.flush()
            await _look_for_an_admin(session, desk, actor)


async def _look_for_an_admin(session: AsyncSession, desk: Desk, gone: Actor) -> None:
    """Somebody is gone: if nobody else can let people into their company, the reviewers are told."""
    found = await people.membership(session, gone.workspace_id, gone.user_id)
    if found is None or found[0].role != "admin":
        return
    partner_id = found[1].id
    await members.lock_partner(session, partner_id)  # of two who go at once, the second sees that nobody is left
    if await people.admins(session, partner_id):
        return
    who: audit.Facts = {"workspace_id": gone.workspace_id, "user_id": gone.user_id}
    subject = ("partner", partner_id)
    row = audit.record(session, desk.clock.now(), None, "no_admin_left", subject, partner_id, None, who)
    await session.flush()
    review, key = outbox.to_reviewers(gone.workspace_id), f"partner:{partner_id}:no_admin:{row.id}"
    outbox.owe_message(session, desk, key, "no_admin_left", review, partner_id=partner_id, who=gone.user_id)


@dataclass(frozen=True)
class Orphan:
    """A partner without an admin, for drawing.

    Args:
        person: the last one, who is gone.
    """

    partner: Partner
    person: Person | None


async def orphan(desk: Desk, partner_id: int, last: Actor) -> Orphan | None:
    """A partner that nobody can act for; None once it has an admin again."""
    async with desk.store.read() as session:
        partner = await session.get(Partner, partner_id)
        if partner is None or await people.admins(session, partner_id):
            return None
        return Orphan(partner, await people.person(session, last.workspace_id, last.user_id))


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return "UTC"


async def name_reviewers(desk: Desk, workspace_id: str, user_ids: Iterable[str]) -> None:
    """From now on exactly these people of the home workspace review applications."""
    async with desk.store.write() as session:
        await people.replace_reviewers(session, workspace_id, user_ids, desk.clock.now())
