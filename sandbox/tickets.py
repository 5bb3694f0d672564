"""Things the bot may use for a short time: trigger ids, response URLs and Socket Mode addresses."""

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.day import Day
from sandbox.limits import Limits


@dataclass
class Trigger:
    """The right to open one modal for a user. `view` is the modal in which it arose."""

    user: str
    workspace: str
    view: str | None
    born: float = field(default_factory=time.monotonic)
    used: bool = False


@dataclass
class ResponseUrl:
    """The right to answer an interaction, in the conversation where it happened. `ts` is the message it came from."""

    user: str
    workspace: str
    conversation: str
    born: datetime
    ts: str | None = None
    ephemeral: bool = False
    response_to: str | None = None
    uses: int = 0


class TicketRefused(Exception):
    """The ticket is unknown, used up or too old; the text is Slack's error name."""


class Tickets:
    """The tickets that were given out."""

    def __init__(self, limits: Limits, day: Day) -> None:
        self._limits, self._day = limits, day
        self._triggers: dict[str, Trigger] = {}
        self._responses: dict[str, ResponseUrl] = {}
        self._sockets: set[str] = set()

    def new_trigger(self, user: str, workspace: str, view: str | None = None) -> str:
        """A trigger_id for something the user has just done."""
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = Trigger(user, workspace, view)
        return trigger_id

    def use_trigger(self, trigger_id: str) -> Trigger:
        """Exchange a trigger_id, once and in time."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise TicketRefused("invalid_trigger_id")
        if trigger.used:
            raise TicketRefused("exchanged_trigger_id")
        if time.monotonic() - trigger.born > self._limits.trigger_seconds:
            raise TicketRefused("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_response(self, response: ResponseUrl) -> str:
        """The token of a new response_url."""
        token = secrets.token_urlsafe(18)
        self._responses[token] = response
        return token

    def use_response(self, token: str) -> ResponseUrl:
        """Count one use of a response_url."""
        response = self._responses.get(token)
        if response is None:
            raise TicketRefused("invalid_url")
        if self._day.now() - response.born > timedelta(minutes=self._limits.response_minutes):
            raise TicketRefused("expired_url")
        if response.uses >= self._limits.response_uses:
            raise TicketRefused("used_url")
        response.uses += 1
        return response

    def new_socket(self) -> str:
        """A ticket for one Socket Mode connection."""
        ticket = secrets.token_urlsafe(18)
        self._sockets.add(ticket)
        return ticket

    def use_socket(self, ticket: str) -> bool:
        """Whether the ticket was good; it is not any more."""
        known = ticket in self._sockets
        self._sockets.discard(ticket)
        return known
