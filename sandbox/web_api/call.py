"""One call of a Web API method: its arguments, who calls, and the table of methods."""

import json
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.core import Core, SlackRefused
from sandbox.world import Conversation, Installation, User, Workspace

Json = dict[str, Any]
Run = Callable[["Call"], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """A method: what it does, the scopes it needs, and whose token it wants."""

    run: Run
    scopes: frozenset[str] = frozenset()
    caller: Literal["bot", "app", "nobody"] = "bot"


METHODS: dict[str, Method] = {}


def method(name: str, *scopes: str, caller: Literal["bot", "app", "nobody"] = "bot") -> Callable[[Run], Run]:
    """Enter a function into the table of methods. `caller` is whose token it wants."""

    def enter(run: Run) -> Run:
        METHODS[name] = Method(run, frozenset(scopes), caller)
        return run

    return enter


class Call:
    """The arguments of a call, read the way Slack reads them: from JSON, a form or the query, as text or typed."""

    def __init__(self, core: Core, name: str, args: Json, caller: Installation | None) -> None:
        self.core, self.name, self.args, self._caller = core, name, args, caller

    @property
    def caller(self) -> Installation:
        """The app in the workspace whose token was sent."""
        if self._caller is None:
            raise SlackRefused("not_authed")
        return self._caller

    @property
    def bot(self) -> User:
        """The app's bot."""
        return self.core.world.users[self.caller.bot_user]

    @property
    def workspace(self) -> Workspace:
        """The workspace whose token was sent."""
        return self.core.world.workspaces[self.caller.workspace]

    def text(self, name: str, default: str | None = "") -> str:
        """A text; without a default (None) it has to be there."""
        value = self.args.get(name)
        if value is None or value == "":
            if default is None:
                raise SlackRefused("invalid_arguments", [f"[ERROR] missing required field: {name}"])
            return default
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no; Slack takes 1, true and their opposites."""
        value = self.args.get(name)
        return default if value is None else str(value).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.args.get(name) or default)
        except ValueError:
            raise SlackRefused("invalid_arguments", [f"[ERROR] must be an integer: {name}"]) from None

    def json(self, name: str, problem: str = "invalid_arguments") -> Any:
        """A structure, which is a text of JSON when the call was a form; None when it is not there."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise SlackRefused(problem, [f"[ERROR] not valid JSON: {name}"]) from None

    def need(self, *scopes: str) -> None:
        """Raise missing_scope unless the bot has these scopes."""
        missing = self.core.manifest.lacks_scopes(frozenset(scopes))
        if missing:
            provided = ",".join(sorted(self.core.manifest.scopes or ()))
            raise SlackRefused("missing_scope", needed=",".join(sorted(missing)), provided=provided)

    def user(self, user_id: str) -> User:
        """A person of the caller's workspace."""
        user = self.core.world.users.get(user_id)
        if user is None or user.workspace != self.workspace.id:
            raise SlackRefused("user_not_found")
        return user

    def conversation(self, conversation_id: str) -> Conversation:
        """A conversation that the bot can see: a private one only when it is in it."""
        conversation = self.core.world.conversations.get(conversation_id)
        if conversation is None or conversation.workspace != self.workspace.id:
            raise SlackRefused("channel_not_found")
        if conversation.kind != "channel" and self.bot.id not in conversation.members:
            raise SlackRefused("channel_not_found")
        return conversation

    def page(self, items: list[Any], default: int = 100, most: int = 1000) -> tuple[list[Any], Json]:
        """One page of a list, and the response_metadata with the cursor of the next."""
        limit = min(self.number("limit", default) or default, most)
        start = self._start(self.text("cursor"))
        after = start + limit
        cursor = b64encode(f"next:{after}".encode()).decode() if after < len(items) else ""
        return items[start:after], {"next_cursor": cursor}

    def _start(self, cursor: str) -> int:
        if not cursor:
            return 0
        try:
            return int(b64decode(cursor, validate=True).decode().removeprefix("next:"))
        except ValueError:
            raise SlackRefused("invalid_cursor") from None
