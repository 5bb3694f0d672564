"""Puts the rooms together into one running bot."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import structlog
from aiohttp import ClientSession
from cryptography.fernet import Fernet
from prometheus_client import Histogram
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.listener_matcher.async_builtins import AsyncBuiltinListenerMatcher
from slack_bolt.listener_matcher.async_listener_matcher import AsyncListenerMatcher
from slack_sdk.web.async_client import AsyncWebClient

from bot.database import require_database
from bot.installations import Installations
from bot.settings import Settings, reveal
from handlers.assembly import make_courier, register
from handlers.caller import House
from handlers.clients import Clients, Installation
from handlers.import_work import carry_on
from handlers.pace import Pace
from handlers.posting import Poster
from handlers.reviewers import Reviewers
from handlers.slack_errors import SLACK_ERRORS, trouble
from programme import alerts, review_week, taking_effect, upkeep
from programme.catalogue import load_catalogue
from programme.clock import Clock, MovedClock, SystemClock
from programme.customer_import import forget_previews
from programme.desk import Desk
from programme.dns import Dns
from programme.links import links_from
from programme.proof_search import look_for_proofs
from storage.store import Store

log = structlog.get_logger()

OK, UNSIGNED = 200, 401
SHARE_OF_TICK = 0.8  # of its time, so that what was begun comes to its end before the next one
REQUESTS = Histogram("partner_desk_request_seconds", "Time to acknowledge what Slack sends", ("what", "outcome"))


# Bolt answers None itself, by telling Slack that nobody here may; its type does not say so.
Authorize = Callable[..., Awaitable[AuthorizeResult]]


class CannotStart(Exception):
    """The bot cannot run.

    Args:
        why: a sentence for the person at the terminal.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} `python -m bot doctor` says what is missing, and how to mend it.")


class SettingMissing(CannotStart):
    """The bot cannot run without this setting.

    Args:
        name: the environment variable.
    """

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not set.")


class _ByBody(AsyncListenerMatcher):
    """What Bolt matches a listener by, which looks at the body alone. Bolt would gather all that a listener may ask
    for, once for each of our listeners with each request.
    """

    def __init__(self, matcher: AsyncBuiltinListenerMatcher) -> None:
        self._matches = cast(Callable[[dict[str, Any]], Awaitable[bool]], matcher.func)

    async def async_matches(self, req: AsyncBoltRequest, resp: BoltResponse) -> bool:
        return await self._matches(req.body)


class LoggedApp(AsyncApp):
    """A Bolt app that writes one line a request, over HTTP and Socket Mode alike."""

    def _register_listener(self, functions: Any, primary_matcher: Any, *others: Any, **named: Any) -> Any:
        return super()._register_listener(functions, _ByBody(primary_matcher), *others, **named)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        began = time.perf_counter()
        response = await super().async_dispatch(req)
        seconds = time.perf_counter() - began
        outcome = req.context.get("refused") or ("ok" if response.status == OK else response.status)
        count(_what(req, response), outcome, seconds, user=req.context.user_id, workspace=req.context.team_id)
        return response


def count(what: str, outcome: object, seconds: float, **who: str | None) -> None:
    """Measures a request, and writes its line in the log."""
    REQUESTS.labels(what, outcome).observe(seconds)
    log.info("request", what=what, **who, outcome=outcome, milliseconds=round(seconds * 1000, 1))


def _what(req: AsyncBoltRequest, response: BoltResponse) -> str:
    """The command, action, view or event that a request is about; never what was typed, nor what was not signed."""
    if response.status == UNSIGNED:
        return "unsigned"
    body = req.body
    if "command" in body:
        return str(body["command"])
    if actions := body.get("actions"):
        return str(actions[0].get("action_id"))
    view, event = body.get("view") or {}, body.get("event") or {}
    named = (body.get("type"), view.get("callback_id"), event.get("type"), body.get("action_id"))
    return " ".join(str(name) for name in named if name)


@dataclass(frozen=True)
class Assembly:
    settings: Settings
    desk: Desk
    app: AsyncApp
    house: House
    session: ClientSession

    async def tick(self, on: date | None = None) -> int:
        """One round of the scheduler: let changes take effect, plan what is due, deliver what waits.

        Returns: how many alerts left.
        """
        await taking_effect.take_effect(self.desk)
        await alerts.plan(self.desk, on)
        await review_week.look_after(self.desk)
        return await self.house.courier.deliver(on)

    async def look_after_domains(self) -> int:
        """Looks at the domains whose proof is awaited, or that nobody has looked at for a week, until the next tick."""
        time, shutdown = asyncio.get_running_loop().time, self.house.courier.poster.shutdown
        until = time() + self.settings.tick_seconds * SHARE_OF_TICK

        def go_on() -> bool:
            return not shutdown.is_near and time() < until

        with shutdown.work():
            searched, checked = await asyncio.gather(
                look_for_proofs(self.desk, go_on), upkeep.look_after_domains(self.desk, go_on)
            )
        return searched + checked

    async def carry_on_imports(self) -> int:
        """Goes on with the files of customers whose process has died, and forgets old previews. Returns how many."""
        await forget_previews(self.desk)
        return await carry_on(self.house)

    async def close(self) -> None:
        await self.house.courier.come_to_rest()
        await self.house.finish()
        await self.session.close()
        await self.desk.store.close()


def make_clock(settings: Settings) -> Clock:
    return MovedClock(settings.clock_file) if settings.clock_file else SystemClock()


async def assemble(settings: Settings) -> Assembly:
    """Builds the bot, and asks Slack which workspace its token is for.

    Raises: BadCatalogue; SettingMissing; DatabaseTrouble; CannotStart when Slack does not answer or does not take the
        token.
    """
    token = _required(reveal(settings.slack_bot_token), "SLACK_BOT_TOKEN")
    review_channel = _required(settings.review_channel, "REVIEW_CHANNEL")
    catalogue = load_catalogue(settings.catalogue)
    store, lease = Store(settings.database_url.get_secret_value()), timedelta(seconds=settings.lease_seconds)
    links = links_from(reveal(settings.encryption_key) or token, settings.address)
    desk = Desk(store, make_clock(settings), catalogue, Dns(settings.dns_nameservers), lease, links)
    session = ClientSession()
    client = AsyncWebClient(token=token, base_url=settings.slack_api_url, session=session)
    key = reveal(settings.encryption_key)
    installations = Installations(desk, client, Fernet(key) if key else None)
    try:
        await require_database(store)
        home = await _home_of(installations)
    except BaseException:
        await session.close()
        await desk.store.close()
        raise
    clients = Clients(client, installations.of, home.workspace_id)
    sender = settings.mail_from or catalogue.support_address
    pace = Pace(settings.messages_per_second, settings.messages_per_minute)
    poster = Poster(clients, pace, patience=settings.lease_seconds / 2)
    courier = make_courier(desk, poster, review_channel, reveal(settings.smtp_url), sender, settings.reviewer_group)
    house = House(desk, courier, Reviewers(desk, clients, review_channel, settings.reviewer_group))
    app = _bolt_app(settings, installations, session)
    register(app, house)
    return Assembly(settings, desk, app, house, session)


def _bolt_app(settings: Settings, installations: Installations, session: ClientSession) -> AsyncApp:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        return await installations.authorize(enterprise_id, team_id)

    return LoggedApp(
        name="partner-desk",
        client=AsyncWebClient(base_url=settings.slack_api_url, session=session, retry_handlers=[]),
        authorize=cast(Authorize, authorize),
        signing_secret=reveal(settings.slack_signing_secret) or "",
        request_verification_enabled=True,
    )


async def _home_of(installations: Installations) -> Installation:
    try:
        return await installations.home()
    except SLACK_ERRORS as error:
        why = f"Slack does not answer, or does not take SLACK_BOT_TOKEN ({trouble(error).code})."
        raise CannotStart(why) from error


def _required(value: str | None, name: str) -> str:
    if not value:
        raise SettingMissing(name)
    return value
