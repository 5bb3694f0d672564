"""What all parts of the sandbox share."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.changes import Changes
from sandbox.day import Day
from sandbox.faults import Faults
from sandbox.limits import Limits, Throttle
from sandbox.manifest import Manifest
from sandbox.tickets import Tickets
from sandbox.world import Installation, User, World


class SlackRefused(Exception):
    """The API does not do what it was asked. `error` is Slack's name for it, `messages` say where and why.

    `retry_after` is set, in seconds, when the call was one too many (HTTP 429).
    """

    def __init__(
        self, error: str, messages: list[str] | None = None, *, retry_after: int | None = None, **extra: Any
    ) -> None:
        super().__init__(error)
        self.error, self.messages, self.retry_after, self.extra = error, messages or [], retry_after, extra


@dataclass(frozen=True)
class ApiCall:
    """One call of the app, for tests to look at."""

    method: str
    args: dict[str, Any]
    error: str | None


@dataclass(frozen=True)
class Refusal:
    """Something the app sent that Slack would not take. `method` is a Web API method or the kind of acknowledgement."""

    method: str
    error: str
    detail: list[str]


@dataclass
class Core:
    """The state and the rules, without any server."""

    manifest: Manifest
    limits: Limits
    world: World
    day: Day
    changes: Changes = field(default_factory=Changes)
    faults: Faults = field(default_factory=Faults)
    calls: list[ApiCall] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    address: str = ""

    def __post_init__(self) -> None:
        self.tickets = Tickets(self.limits, self.day)
        self.throttle = Throttle(self.limits)
        self.calls_under_way = 0

    def refuse(self, method: str, error: str, detail: list[str] | None = None) -> None:
        """Write down that something was refused."""
        self.refusals.append(Refusal(method, error, detail or []))

    def installation_of(self, user: User) -> Installation | None:
        """The app in the workspace of a user."""
        return self.world.installation_in(user.workspace)

    def bot_of(self, user: User) -> Installation:
        """The app in the workspace of a user; LookupError when it is not installed there."""
        installation = self.installation_of(user)
        if installation is None:
            raise LookupError("The app is not installed in this workspace.")
        return installation

    def time(self) -> int:
        """The sandbox's present in whole seconds since 1970."""
        return int(self.day.now().timestamp())
