"""Letters: drawn from the database when they leave, sent over SMTP."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path

import aiosmtplib
from jinja2 import Environment, FileSystemLoader, select_autoescape

from handlers.courier import MailTrouble, NotYet
from handlers.mail_server import mail_trouble, read_smtp_url
from programme.desk import Desk
from programme.forms import ascii_email
from storage.models import OutgoingMail

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("letters")), autoescape=select_autoescape(["html"])
)


@dataclass(frozen=True)
class Letter:
    """What a letter says, as plain text; the drawing adds the form.

    Args:
        link: where its one button leads, with the button's words.
        copied: lines that are to be copied as they stand, each with what it is.
    """

    subject: str
    greeting: str
    paragraphs: list[str]
    closing: str
    link: tuple[str, str] | None = None
    copied: tuple[tuple[str, str], ...] = ()


DrawLetter = Callable[[Desk, OutgoingMail], Awaitable[Letter | None]]


@dataclass(frozen=True)
class PostOffice:
    """Sends letters over SMTP.

    Args:
        url: an SMTP_URL, as handlers.mail_server reads it.
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
        message["Auto-Submitted"] = "auto-generated"
        facts = {"letter": letter, "language": mail.language, "name": programme}
        message.set_content(_templates.get_template("letter.txt").render(facts))
        message.add_alternative(_templates.get_template("letter.html").render(facts), subtype="html")
        message["Content-Language"] = mail.language  # before the parts it would become the first one's
        return message

    async def _hand_over(self, url: str, message: EmailMessage) -> None:
        try:
            await aiosmtplib.send(message, **read_smtp_url(url).connection())
        except (aiosmtplib.SMTPException, OSError) as error:
            raise mail_trouble(error) from error
