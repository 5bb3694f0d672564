"""Letters: drawn from the database when they leave, sent over SMTP."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
from jinja2 import Environment, FileSystemLoader, select_autoescape

from handlers.courier import MailTrouble, NotYet
from handlers.reader import Reader
from programme.desk import Desk
from programme.forms import ascii_email
from storage.models import OutgoingMail

PATIENCE_SECONDS = 15

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("letters")), autoescape=select_autoescape(["html"])
)


@dataclass(frozen=True)
class Letter:
    """What a letter says, as plain text; the drawing adds the form.

    Args:
        link: where its one button leads, with the button's words.
    """

    subject: str
    greeting: str
    paragraphs: list[str]
    link: tuple[str, str]
    closing: str


DrawLetter = Callable[[Desk, OutgoingMail], Awaitable[Letter | None]]


@dataclass(frozen=True)
class PostOffice:
    """Sends letters over SMTP.

    Args:
        url: `smtp://[user:password@]host[:port]`, with STARTTLS where the server offers it, or `smtps://…`.
        sender: the From line, an address with or without a name.
        letters: how each kind of letter is drawn.
    """

    url: str | None
    sender: str
    letters: Mapping[str, DrawLetter]

    async def send(self, desk: Desk, mail: OutgoingMail) -> None:
        """Raises NotYet while no mail server is set; MailTrouble when the server does not take it."""
        if not self.url:
            raise NotYet("SMTP_URL is not set")
        letter = await self.letters[mail.kind](desk, mail)
        if letter is None:
            raise MailTrouble("what it was about is gone", passing=False)
        await self._hand_over(self.url, self._envelope(desk, mail, letter))

    def _envelope(self, desk: Desk, mail: OutgoingMail, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        programme = desk.catalogue.programme.name[mail.language]
        name, address = parseaddr(self.sender)
        message["From"] = Address(name or programme, addr_spec=address)
        message["To"] = Address(addr_spec=ascii_email(mail.recipient))
        # A line break in a subject would begin another header.
        message["Subject"] = " ".join(letter.subject.split())
        message["Reply-To"] = desk.catalogue.support_address
        message["Date"] = format_datetime(desk.clock.now())
        message["Message-ID"] = mail.message_id
        message["Content-Language"] = mail.language
        message["Auto-Submitted"] = "auto-generated"
        facts = {"letter": letter, "language": mail.language, "name": programme}
        message.set_content(_templates.get_template("letter.txt").render(facts))
        message.add_alternative(_templates.get_template("letter.html").render(facts), subtype="html")
        return message

    async def _hand_over(self, url: str, message: EmailMessage) -> None:
        try:
            await aiosmtplib.send(message, **connection(url))
        except aiosmtplib.SMTPResponseException as error:
            raise MailTrouble(f"{error.code} {error.message}", passing=error.code < 500) from error
        except aiosmtplib.SMTPRecipientsRefused as error:
            passing = all(refused.code < 500 for refused in error.recipients)
            raise MailTrouble(str(error), passing=passing) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailTrouble(f"{type(error).__name__}: {error}", passing=True) from error


def connection(url: str) -> dict[str, Any]:
    """The arguments of aiosmtplib for an SMTP_URL."""
    parts = urlsplit(url)
    return {
        "hostname": parts.hostname,
        "port": parts.port or (465 if parts.scheme == "smtps" else 587),
        "use_tls": parts.scheme == "smtps",
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "timeout": PATIENCE_SECONDS,
    }


def reader_of(mail: OutgoingMail) -> Reader:
    return Reader(mail.language)
