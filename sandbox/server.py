"""The sandbox: everything put together, started and stopped as one."""

import tempfile
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from sandbox import cast
from sandbox.acts import Acts
from sandbox.core import ApiCall, Core, Refusal
from sandbox.day import Day
from sandbox.delivery import BotUrl, Delivery, HttpDelivery
from sandbox.faults import Faults
from sandbox.limits import Limits
from sandbox.mailbox import Mailbox
from sandbox.manifest import Manifest
from sandbox.nameserver import NameServer
from sandbox.oauth import OAuth
from sandbox.page import page_routes
from sandbox.people import find_person
from sandbox.person import Person
from sandbox.serving import HOST, WebServer
from sandbox.sockets import SocketDelivery
from sandbox.store import Keys, Store
from sandbox.web import build_app
from sandbox.workplace import Workplace
from sandbox.world import Installation, World

MANIFEST = Path(__file__).resolve().parent.parent / "app_manifest.yml"


class Sandbox:
    """A Slack workspace, a name server and a mailbox on this machine.

    bot_url: where the bot listens; may be set later, before anything is sent to it.
    manifest: the app's manifest, or the path of its file (by default the project's own).
    delivery: `http` sends signed requests to the bot, `socket` waits for it to connect.
    workplace: what people do beside the bot, such as archiving a channel.
    data: the folder that keeps the state; without one nothing is kept. fresh: forget what was kept.
    port, dns_port, smtp_port: 0 takes a free one; OSError is raised at the start when one is taken.
    """

    def __init__(
        self,
        *,
        bot_url: str = "",
        manifest: Manifest | Path | None = None,
        limits: Limits | None = None,
        delivery: Literal["http", "socket"] = "http",
        data: Path | None = None,
        fresh: bool = False,
        port: int = 0,
        dns_port: int = 0,
        smtp_port: int = 0,
    ) -> None:
        self._scratch = None if data else tempfile.TemporaryDirectory(prefix="sandbox-")
        folder = data or Path(self._scratch.name if self._scratch else ".")
        self._store = Store(data)
        saved = None if fresh else self._store.load()
        self.is_new = saved is None
        self.keys = Keys.model_validate(saved["keys"]) if saved else Keys()
        self.core = _core(saved, folder, _manifest(manifest), limits or Limits())
        self.dns, self.mail = NameServer(), Mailbox()
        if saved:
            self.dns.load(saved["dns"])
            self.mail.load(saved["mail"])
        self._bot = BotUrl(bot_url)
        self._ports = (port, dns_port, smtp_port)
        self.sockets = SocketDelivery(self.app_id, self.core.tickets, self.core.changes, self.core.limits.ack_seconds)
        self._delivery = delivery
        self.acts = Acts(self.core, self._make_delivery(), self.keys.verification)
        self._people: dict[str, Person] = {}
        self.workplace = Workplace(self.core, self.acts.events)
        self.oauth = OAuth(self.core, self.keys.client_id, self.keys.client_secret)
        panels = [*self.dns.routes(), *self.mail.routes(), *page_routes(self.core, self.acts, self.workplace)]
        self._web = WebServer(build_app(self.core, self.keys.app_token, self.sockets, self.oauth, panels))

    def _make_delivery(self) -> Delivery:
        if self._delivery == "socket":
            return self.sockets
        return HttpDelivery(self._bot, self.keys.signing_secret, self.core.limits.ack_seconds)

    async def start(self) -> None:
        """Listen on all ports. When one is taken, everything is stopped again and OSError raised."""
        web_port, dns_port, smtp_port = self._ports
        try:
            self.core.address = f"http://{HOST}:{self._web.bind(web_port)}"
            await self.dns.start(dns_port)
            await self.mail.start(smtp_port)
            await self._web.start()
        except OSError:
            await self.stop()
            raise
        self.dns.on_change = lambda: self.core.changes.tell("dns")
        self.mail.on_change = lambda: self.core.changes.tell("mail")
        self.core.changes.on_any(lambda: self._store.save_soon(self._state))
        self.save()

    async def stop(self) -> None:
        """Stop listening, and save."""
        self.dns.on_change = self.mail.on_change = None
        await self.acts.events.stop()
        await self.sockets.stop()
        await self.acts.delivery.stop()
        await self._web.stop()
        await self.dns.stop()
        await self.mail.stop()
        await self._store.stop()
        self.save()
        if self._scratch:
            self._scratch.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def save(self) -> None:
        """Save the state now."""
        self._store.save(self._state())

    async def saved(self) -> None:
        """Wait until the latest changes are on disk."""
        await self._store.saved()

    def _state(self) -> dict[str, Any]:
        self.core.world.offset_seconds = self.core.day.offset_seconds
        return {
            "keys": self.keys.model_dump(),
            "world": self.core.world.model_dump(mode="json"),
            "dns": self.dns.dump(),
            "mail": self.mail.dump(),
        }

    @property
    def address(self) -> str:
        """Where the page is, without a slash at the end."""
        return self.core.address

    @property
    def bot_url(self) -> str:
        """Where the bot listens."""
        return self._bot.base

    @bot_url.setter
    def bot_url(self, url: str) -> None:
        self._bot.base = url

    @property
    def installation(self) -> Installation:
        """The app in the home workspace."""
        found = self.core.world.installation_in(self.core.world.home)
        if found is None:
            raise LookupError("The app is not installed in the home workspace.")
        return found

    @property
    def app_id(self) -> str:
        """The app's id."""
        return next(iter(self.core.world.installations.values())).app_id

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a bot that is to live in this sandbox; database and port are the launcher's business."""
        review = self.core.world.channel_named(self.core.world.home, cast.REVIEW_CHANNEL)
        environment = {
            "SLACK_BOT_TOKEN": self.installation.token,
            "SLACK_SIGNING_SECRET": self.keys.signing_secret,
            "SLACK_API_URL": f"{self.address}/api/",
            "REVIEW_CHANNEL": review.id if review else "",
            "DNS_NAMESERVERS": self.dns.address,
            "SMTP_URL": f"smtp://{self.mail.address}",
            "MAIL_FROM": "partners@nordlicht.example",
            "ENCRYPTION_KEY": self.keys.encryption_key,
            "CLOCK_FILE": str(self.core.day.clock_file),
        }
        return environment | ({"SLACK_APP_TOKEN": self.keys.app_token} if self._delivery == "socket" else {})

    @property
    def oauth_environment(self) -> dict[str, str]:
        """What a bot needs besides to be installed into several workspaces."""
        return {"SLACK_CLIENT_ID": self.keys.client_id, "SLACK_CLIENT_SECRET": self.keys.client_secret}

    @property
    def faults(self) -> Faults:
        """Where the sandbox is told to break."""
        return self.core.faults

    @property
    def calls(self) -> list[ApiCall]:
        """Every call of the Web API, in order."""
        return self.core.calls

    @property
    def refusals(self) -> list[Refusal]:
        """Everything the app sent that Slack would have refused."""
        return self.core.refusals

    @property
    def pings(self) -> list[str]:
        """Everybody the app has alerted with a mention, as `@channel` or `@Anna Richter`."""
        bots = {one.bot_user for one in self.core.world.installations.values()}
        everything = (m for messages in self.core.world.messages.values() for m in messages)
        return [ping for message in everything if message.user in bots for ping in message.pings]

    def person(self, name: str) -> Person:
        """Somebody to act as, by first name or full name."""
        user = find_person(self.core.world, name)
        return self._people.setdefault(user.id, Person(self.acts, user.id))

    def move_day(self, *, days: int | None = None, to: date | None = None) -> None:
        """Move to 10:00 UTC of a later date; the bot's clock file is written before this returns."""
        self.core.day.move(days=days, to=to)
        self.core.changes.tell("day")


def _manifest(given: Manifest | Path | None) -> Manifest:
    return given if isinstance(given, Manifest) else Manifest.load(given or MANIFEST)


def _core(saved: dict[str, Any] | None, folder: Path, manifest: Manifest, limits: Limits) -> Core:
    world = World.model_validate(saved["world"]) if saved else World()
    day = Day((folder / "clock").resolve(), world.offset_seconds)
    if saved is None:
        world = cast.nordlicht(int(day.now().timestamp()))
    for messages in world.messages.values():
        for message in messages[-1:]:
            day.remember(round(float(message.ts) * 1_000_000))
    return Core(manifest, limits, world, day)
