"""How payloads reach the bot: signed HTTP requests, as Slack makes them."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import urlencode

import aiohttp

Json = dict[str, Any]

Kind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(frozen=True)
class Envelope:
    """One payload for the bot. `retry` counts from 1 when an event is sent again, with the reason."""

    kind: Kind
    payload: Json
    retry: int = 0
    retry_reason: str = ""


@dataclass(frozen=True)
class Answer:
    """What came back. `problem` is None when the bot acknowledged; else Slack's name for what went wrong."""

    body: Any = None
    problem: str | None = None


TIMEOUT = "operation_timeout"
UNREACHABLE = "dispatch_failed"


class Delivery(Protocol):
    """A way to the bot."""

    async def send(self, envelope: Envelope) -> Answer:
        """Deliver, and wait for the acknowledgement. Never raises: what goes wrong is in the answer."""

    async def stop(self) -> None:
        """Let go of connections."""


def sign(secret: str, timestamp: str, body: str) -> str:
    """Slack's signature of a request (version v0)."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return f"v0={digest}"


class HttpDelivery:
    """Posts to the bot's request URL.

    Arguments: where the URL is kept (it may change while the sandbox runs), the signing secret, and the seconds within
    which the bot must answer.
    """

    def __init__(self, url: "BotUrl", secret: str, ack_seconds: float) -> None:
        self._url, self._secret = url, secret
        self._patience = aiohttp.ClientTimeout(total=ack_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, envelope: Envelope) -> Answer:
        body, content_type = _encode(envelope)
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
        }
        if envelope.retry:
            headers |= {"X-Slack-Retry-Num": str(envelope.retry), "X-Slack-Retry-Reason": envelope.retry_reason}
        try:
            return await self._post(body.encode(), headers)
        except TimeoutError:
            return Answer(problem=TIMEOUT)
        except aiohttp.ClientError:
            return Answer(problem=UNREACHABLE)

    async def _post(self, body: bytes, headers: dict[str, str]) -> Answer:
        session = self._session = self._session or aiohttp.ClientSession(timeout=self._patience)
        async with session.post(self._url.events, data=body, headers=headers, allow_redirects=False) as response:
            if response.status not in range(200, 300):
                return Answer(problem=f"http_{response.status}")
            return Answer(body=_decode(await response.text(errors="replace")))

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()


@dataclass
class BotUrl:
    """Where the bot listens, such as http://127.0.0.1:3000."""

    base: str = ""

    @property
    def events(self) -> str:
        """The request URL of everything that Slack sends."""
        return f"{self.base.rstrip('/')}/slack/events"


def _encode(envelope: Envelope) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload), "application/json"
    if envelope.kind == "slash_commands":
        return urlencode(envelope.payload), form
    return urlencode({"payload": json.dumps(envelope.payload)}), form


def _decode(text: str) -> Any:
    """The body: JSON where it is JSON, else a text, else None."""
    text = text.strip()
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
