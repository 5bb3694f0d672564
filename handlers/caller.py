"""Who is this? Answered once for every request, before its listener runs."""

import asyncio
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass, field
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
from programme.people import Description, Standing, describe, standing

log = structlog.get_logger()

# Of the 3 s that Slack gives an answer, this much may be spent on learning somebody's language.
PATIENCE_SECONDS = 1.5
SLACK_ITSELF = "USLACKBOT"  # Slack does not call it a bot


@dataclass(frozen=True)
class House:
    """What the listeners share."""

    desk: Desk
    courier: Courier
    reviewers: Reviewers
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
    """The person whose request this is.

    Args:
        standing: for showing the right thing; what they may do is asked again when they do it.
    """

    house: House
    actor: Actor
    standing: Standing
    reader: Reader

    @property
    def desk(self) -> Desk:
        return self.house.desk


def caller_of(context: AsyncBoltContext) -> Caller:
    caller: Caller = context["caller"]
    return caller


class Readers:
    """The language and time zone of those who asked lately: for a kind word when the database is away."""

    def __init__(self, most: int = 10_000) -> None:
        self._known: OrderedDict[Actor, Reader] = OrderedDict()
        self._most = most

    def remember(self, actor: Actor, reader: Reader) -> None:
        self._known[actor] = reader
        self._known.move_to_end(actor)
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def recall(self, actor: Actor) -> Reader:
        return self._known.get(actor, Reader())


def actor_of(context: AsyncBoltContext, body: dict[str, Any]) -> Actor:
    """Who asks: always (workspace, user), since in a shared channel people of several workspaces meet."""
    workspace = (body.get("user") or {}).get("team_id") if isinstance(body.get("user"), dict) else None
    return Actor(workspace or context.team_id or "", context.user_id or "")


async def ask_slack(desk: Desk, client: AsyncWebClient, actor: Actor) -> Actor:
    """Reads from Slack who somebody is, and keeps it. Returns them in the workspace that they are at home in."""
    answer = await client.users_info(user=actor.user_id, include_locale=True)
    user: dict[str, Any] = answer["user"]
    profile = user.get("profile") or {}
    await describe(
        desk,
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
    return Actor(user.get("team_id") or actor.workspace_id, actor.user_id)


async def ask_who_reviews(caller: Caller, client: AsyncWebClient) -> None:
    """The channel's members may have changed a moment ago; when Slack is away, what we knew last counts."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await caller.house.reviewers.refresh()
            await ask_slack(caller.desk, client, caller.actor)
    except SLACK_ERRORS:
        return


async def _ask_slack_quietly(desk: Desk, client: AsyncWebClient, actor: Actor) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await ask_slack(desk, client, actor)
    except (*SLACK_ERRORS, SQLAlchemyError) as error:
        log.warning("person_not_described", user=actor.user_id, error=str(error))


async def identify(house: House, client: AsyncWebClient, actor: Actor) -> Caller:
    """The caller. Slack is asked first only about somebody never seen, or gone and back; what it said a day ago is good
    enough to answer with, and is asked for again meanwhile.
    """
    found = await standing(house.desk, actor)
    if found.person is None or found.person.is_deactivated:
        await _ask_slack_quietly(house.desk, client, actor)
        found = await standing(house.desk, actor)
    elif found.is_stale:
        house.afterwards(_ask_slack_quietly(house.desk, client, actor))
    person = found.person
    reader = Reader(person.language, person.time_zone) if person else Reader()
    return Caller(house, actor, found, reader)
