"""Who somebody is: what Slack says of them, and where they stand in the programme."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from programme.desk import Actor, Desk
from storage.models import LANGUAGES, Application, Member, Partner, Person
from storage.queries import applications, people

DESCRIPTION_LASTS = timedelta(days=1)


@dataclass(frozen=True)
class Description:
    """Somebody as Slack describes them.

    Args:
        locale: such as `fr-FR`.
        time_zone: an IANA name; an unknown one counts as UTC.
    """

    name: str
    locale: str
    time_zone: str
    is_guest: bool = False
    is_deactivated: bool = False


@dataclass(frozen=True)
class Standing:
    """Where somebody stands: for showing the right thing. What they may do is asked again when they do it."""

    person: Person | None
    member: Member | None
    partner: Partner | None
    application: Application | None
    is_reviewer: bool
    is_stale: bool

    @property
    def is_admin(self) -> bool:
        return self.member is not None and self.member.role == "admin"


def language_of(locale: str) -> str:
    """The one of our languages that suits a locale; English where none does."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else "en"


async def standing(desk: Desk, actor: Actor) -> Standing:
    async with desk.store.read() as session:
        person = await people.person(session, actor.workspace_id, actor.user_id)
        member, partner = await people.membership(session, actor.workspace_id, actor.user_id) or (None, None)
        application = await applications.latest_application(session, actor.workspace_id, actor.user_id)
        may_review = person is not None and not person.is_guest
        is_reviewer = may_review and await people.is_reviewer(session, actor.workspace_id, actor.user_id)
    is_stale = person is None or desk.clock.now() - person.seen_at > DESCRIPTION_LASTS
    return Standing(person, member, partner, application, is_reviewer, is_stale)


async def describe(desk: Desk, actor: Actor, description: Description) -> None:
    """Keeps what Slack says of somebody."""
    async with desk.store.write() as session:
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


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError):
        return "UTC"


async def name_reviewers(desk: Desk, workspace_id: str, user_ids: Iterable[str]) -> None:
    """From now on exactly these people of the home workspace review applications."""
    async with desk.store.write() as session:
        await people.replace_reviewers(session, workspace_id, user_ids, desk.clock.now())
