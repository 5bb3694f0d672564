"""A mail server on this machine that keeps every letter for reading, and that can be told to break."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HOST = "127.0.0.1"
OWN_NAME = "mail.sandbox.example"


@dataclass(frozen=True)
class Letter:
    """One letter as a reader sees it.

    `recipients` is whom the server was told to deliver to, whatever the To header says. `text` and `html` are ""
    where the letter has no such part. A header that occurs several times has its values on several lines.
    """

    id: str
    sender: str
    recipients: tuple[str, ...]
    to: str
    subject: str
    date: str
    text: str
    html: str
    headers: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        """The letter as the page reads it, with `from` for the sender."""
        data = asdict(self)
        data["from"] = data.pop("sender")
        return data


@dataclass
class _Refusal:
    times: int
    code: int


class Mailbox:
    """An SMTP server in the running event loop; `on_change` is called without arguments after each letter."""

    def __init__(self) -> None:
        self.on_change: Callable[[], None] | None = None
        self.address = ""
        self._letters: list[Letter] = []
        self._last_id = 0
        self._arrived = asyncio.Condition()
        self._refusal = _Refusal(0, 451)
        self._drops = 0
        self._server: asyncio.Server | None = None
        self._connections: set[Any] = set()

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; 0 takes a free port. Raises OSError when the port is taken."""
        self._server = await asyncio.get_running_loop().create_server(self._connection, HOST, port)
        self.address = f"{HOST}:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Stop listening and cut the connections that are open; the letters stay."""
        if not self._server:
            return
        self._server.close()
        for connection in self._connections:
            if connection.transport:
                connection.transport.abort()
        # One turn of the loop for the connections to notice, one for their tasks to end.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await self._server.wait_closed()
        self._connections.clear()
        self._server = None

    def letters(self) -> list[Letter]:
        """All letters, oldest first."""
        return list(self._letters)

    async def wait_for(
        self, to: str | None = None, subject: str | None = None, count: int = 1, within: float = 5.0
    ) -> list[Letter]:
        """The letters to a recipient (any case) whose subject contains these words, once there are `count` of them.

        `within` is in seconds; raises TimeoutError, which tells what did arrive.
        """

        def wanted() -> list[Letter]:
            return [letter for letter in self._letters if _matches(letter, to, subject)]

        try:
            async with asyncio.timeout(within), self._arrived:
                await self._arrived.wait_for(lambda: len(wanted()) >= count)
        except TimeoutError:
            seen = [(letter.recipients, letter.subject) for letter in self._letters]
            missing = f"no {count} letter(s) to {to} about {subject!r} within {within} s"
            raise TimeoutError(f"{missing}, only {seen}") from None
        return wanted()

    def refuse(self, times: int = 1, code: int = 451) -> None:
        """Answer the next letters with this code and keep none of them: 4xx passes, 5xx is for good."""
        self._refusal = _Refusal(times, code)

    def drop(self, times: int = 1) -> None:
        """Keep the next letters, but lose the connection before the sender is told."""
        self._drops = times

    def clear(self) -> None:
        """Take every letter and tell so."""
        self._refusal.times = self._drops = 0

    def dump(self) -> dict[str, Any]:
        """The letters as data that JSON can carry; faults are not kept."""
        return {"letters": [asdict(letter) for letter in self._letters], "last": self._last_id}

    def load(self, data: dict[str, Any]) -> None:
        """Put back what `dump` gave, in place of what is here."""
        self._letters = [Letter(**{**row, "recipients": tuple(row["recipients"])}) for row in data["letters"]]
        self._last_id = int(data["last"])
        self._changed()

    def routes(self) -> list[Route]:
        """The page's route: read the letters, oldest first."""
        return [Route("/page/mail", self._list, methods=["GET"])]

    async def handle_DATA(self, connection: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take one letter, or break as told; called by aiosmtpd, which sends the answer."""
        if self._refusal.times > 0:
            self._refusal.times -= 1
            return f"{self._refusal.code} The sandbox was told to refuse this letter"
        await self._keep(envelope)
        if self._drops > 0:
            self._drops -= 1
            connection.transport.abort()
            # Never answer: aiosmtpd cancels this call when it notices that the connection is gone.
            await asyncio.get_running_loop().create_future()
        return "250 OK"

    async def _keep(self, envelope: Any) -> None:
        self._last_id += 1
        letter = read_letter(f"m{self._last_id}", envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content)
        self._letters.append(letter)
        async with self._arrived:
            self._arrived.notify_all()
        self._changed()

    def _connection(self) -> Any:
        # hostname: without it, aiosmtpd asks the system's resolver for the name of this machine.
        loop = asyncio.get_running_loop()
        self._connections = {connection for connection in self._connections if connection.transport}
        connection = SMTP(self, hostname=OWN_NAME, ident="sandbox", enable_SMTPUTF8=True, loop=loop)
        self._connections.add(connection)
        return connection

    def _changed(self) -> None:
        if self.on_change:
            self.on_change()

    async def _list(self, _request: Request) -> Response:
        return JSONResponse({"letters": [letter.as_json() for letter in self._letters]})


def read_letter(letter_id: str, sender: str, recipients: tuple[str, ...], content: bytes) -> Letter:
    """Read a letter from its bytes, however badly it is made."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    headers: dict[str, str] = {}
    for name, raw in message.raw_items():
        value = _header(name, raw)
        headers[name] = f"{headers[name]}\n{value}" if name in headers else value
    known = {name.lower(): value for name, value in headers.items()}
    return Letter(
        id=letter_id,
        sender=known.get("from", sender),
        recipients=recipients,
        to=known.get("to", ", ".join(recipients)),
        subject=known.get("subject", ""),
        date=known.get("date", ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=headers,
    )


def _header(name: str, raw: str) -> str:
    try:
        value = str(email.policy.default.header_fetch_parse(name, raw))
    except Exception:
        # The standard parser stumbles over headers that break its grammar, with errors of many kinds.
        value = raw
    return _printable(value)


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body((kind,))
        return _printable(str(part.get_content())) if part else ""
    except Exception:
        # As above; an unknown charset is among the errors. What is left to read is the raw text.
        payload = message.get_payload()
        return _printable(payload) if kind == "plain" and isinstance(payload, str) else ""


def _printable(text: str) -> str:
    # Bytes that are no text come out of the parser as lone surrogates, which JSON cannot carry.
    return text.encode("utf-8", "replace").decode("utf-8")


def _matches(letter: Letter, to: str | None, subject: str | None) -> bool:
    is_for_them = to is None or to.lower() in (recipient.lower() for recipient in letter.recipients)
    return is_for_them and (subject is None or subject in letter.subject)
