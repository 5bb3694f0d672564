"""Who is this? Answered once for every request, before its listener runs."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError

from handlers.courier import Courier
from handlers.reader import Reader
from handlers.reviewers import Reviewers
from handlers.slack_errors import SLACK_ERRORS
from programme.desk import Actor, Desk
from programme.people import Description, describe, is_stale, person
from storage.models import Person

log = structlog.get_logger()

# Of the 3 s that Slack gives an answer, this much may be spent on learning somebody's language.
PATIENCE_SECONDS = 1.5
# So long another process may answer somebody in the language that they have just left.
REMEMBERED = timedelta(minutes=1)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
SLACK_ITSELF = "USLACKBOT"  # Slack does not call it a bot


class Readers:
    """The language and time zone of those who asked lately, so that nobody is looked up anew with every click; and for
    a kind word when the database is away.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._known: OrderedDict[Actor, tuple[Reader, datetime]] = OrderedDict()
        self._most = most

    def remember(self, actor: Actor, reader: Reader, now: datetime) -> None:
        self._known[actor] = reader, now
        self._known.move_to_end(actor)
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def lately(self, actor: Actor, now: datetime) -> Reader | None:
        """The reader, if they were looked up within the last minute."""
        reader, seen_at = self._known.get(actor, (None, now))
        return reader if now - seen_at < REMEMBERED else None

    def recall(self, actor: Actor) -> Reader:
        return self._known[actor][0] if actor in self._known else Reader()

    def look_again(self, actor: Actor) -> None:
        """Slack has said something new of them: it counts from the next time."""
        if actor in self._known:
            self._known[actor] = self._known[actor][0], LONG_AGO


@dataclass(frozen=True)
class House:
    """What the listeners share."""

    desk: Desk
    courier: Courier
    reviewers: Reviewers
    readers: Readers = field(default_factory=Readers)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def afterwards(self, work: Coroutine[Any, Any, None]) -> None:
        """Does something that the person need not wait for."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Waits for what is still being done."""
        await asyncio.gather(*self._tasks, return_exceptions=True)


@dataclass(frozen=True)
class Caller:
    """The person whose request this is. What they may do is asked of the programme when they do it."""

    house: House
    actor: Actor
    reader: Reader

    @property
    def desk(self) -> Desk:
        return self.house.desk


def caller_of(context: AsyncBoltContext) -> Caller:
    caller: Caller = context["caller"]
    return caller


def actor_of(context: AsyncBoltContext, body: dict[str, Any]) -> Actor:
    """Who asks: always (workspace, user), since in a shared channel people of several workspaces meet."""
    workspace = (body.get("user") or {}).get("team_id") if isinstance(body.get("user"), dict) else None
    return Actor(workspace or context.team_id or "", context.user_id or "")


async def ask_slack(house: House, client: AsyncWebClient, actor: Actor) -> Actor:
    """Reads from Slack who somebody is, and keeps it. Returns them in the workspace that they are at home in."""
    answer = await client.users_info(user=actor.user_id, include_locale=True)
    user: dict[str, Any] = answer["user"]
    profile = user.get("profile") or {}
    await describe(
        house.desk,
        actor,
        Description(
            name=profile.get("display_name") or user.get("real_name") or user.get("name") or actor.user_id,
            locale=user.get("locale") or "en",
            time_zone=user.get("tz") or "UTC",
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            is_deactivated=bool(user.get("deleted")),
            is_app=bool(user.get("is_bot")) or actor.user_id == SLACK_ITSELF,
        ),
    )
    house.readers.look_again(actor)
    return Actor(user.get("team_id") or actor.workspace_id, actor.user_id)


async def ask_who_reviews(caller: Caller, client: AsyncWebClient) -> None:
    """The channel's members may have changed a moment ago; when Slack is away, what we knew last counts."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await caller.house.reviewers.refresh()
            await ask_slack(caller.house, client, caller.actor)
    except SLACK_ERRORS:
        return


async def met(caller: Caller, client: AsyncWebClient, user_id: str) -> Actor:
    """Somebody whom the caller chose; when Slack does not say in time who they are, what we knew last counts."""
    who = Actor(caller.actor.workspace_id, user_id)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await ask_slack(caller.house, client, who)
    except SLACK_ERRORS:
        return who


async def _ask_slack_quietly(house: House, client: AsyncWebClient, actor: Actor) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await ask_slack(house, client, actor)
    except (*SLACK_ERRORS, SQLAlchemyError) as error:
        log.warning("person_not_described", user=actor.user_id, error=str(error))


async def identify(house: House, client: AsyncWebClient, actor: Actor) -> Caller:
    """The caller. Slack is asked first only about somebody never seen, or gone and back; what it said a day ago is good
    enough to answer with, and is asked for again meanwhile.
    """
    now = house.desk.clock.now()
    reader = house.readers.lately(actor, now)
    if reader is None:
        found = await _look_up(house, client, actor)
        reader = Reader(found.language, found.time_zone) if found else Reader()
        if found and not found.is_deactivated:
            house.readers.remember(actor, reader, now)
    return Caller(house, actor, reader)


async def _look_up(house: House, client: AsyncWebClient, actor: Actor) -> Person | None:
    found = await person(house.desk, actor)
    if found is None or found.is_deactivated:
        await _ask_slack_quietly(house, client, actor)
        return await person(house.desk, actor)
    if is_stale(house.desk, found):
        house.afterwards(_ask_slack_quietly(house, client, actor))
    return found
