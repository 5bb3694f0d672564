"""The mail server: what SMTP_URL says of it, and what it means when it does not take a letter.

One rule: `smtps://` is TLS from the start. `smtp://` is STARTTLS where the server offers it, and only STARTTLS where
there is a password, which never leaves in clear. `?starttls=required` asks for it without a password too;
`?starttls=never` does without, for a relay of one's own. Certificates are always verified.
"""

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import aiosmtplib

from handlers.courier import MailTrouble

PATIENCE_SECONDS = 15
SUBMISSIONS_PORT, SUBMISSION_PORT = 465, 587
FORM = "write smtp://host, or smtp://user:password@host:port, or the same with smtps; in a password %40 stands for @"
# A server that wants another login, or TLS first, takes none of our letters: somebody will mend that.
NOT_ABOUT_THE_LETTER = (530, 534, 535, 538)


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed over.

    Args:
        starttls: None for where it is offered; always None with `from_start`, which is TLS from the first byte on.
    """

    host: str
    port: int
    from_start: bool
    starttls: bool | None
    user: str | None
    password: str | None

    def connection(self) -> dict[str, Any]:
        """The arguments of aiosmtplib."""
        return {
            "hostname": self.host,
            "port": self.port,
            "use_tls": self.from_start,
            "start_tls": False if self.from_start else self.starttls,
            "username": self.user,
            "password": self.password,
            "timeout": PATIENCE_SECONDS,
        }


def read_smtp_url(url: str) -> MailServer:
    """Raises ValueError with a sentence, in which nothing of the address stands: it may contain a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(FORM) from None
    is_plain = parts.path in ("", "/") and not parts.fragment
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == 0 or not is_plain:
        raise ValueError(FORM)
    if bool(parts.username) != bool(parts.password):
        raise ValueError(f"there must be both a user and a password, or neither; {FORM}")
    from_start = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (SUBMISSIONS_PORT if from_start else SUBMISSION_PORT),
        from_start=from_start,
        starttls=_starttls(parts, from_start),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _starttls(parts: SplitResult, from_start: bool) -> bool | None:
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    if set(asked) - {"starttls"} or asked.get("starttls", "never") not in ("required", "never"):
        raise ValueError("after the question mark only starttls=required or starttls=never can stand")
    if from_start and asked:
        raise ValueError("smtps is TLS from the start, without STARTTLS; leave out what follows the question mark")
    if asked.get("starttls") == "never":
        if parts.password and not _is_this_machine(parts.hostname or ""):
            raise ValueError("starttls=never would send the password for everybody to read; leave one of them out")
        return False
    is_needed = bool(parts.password) or "starttls" in asked
    return True if is_needed and not from_start else None


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def mail_trouble(error: Exception) -> MailTrouble:
    """What to do about an error of aiosmtplib, or of the network: final is only what the server says of this letter."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        refused = error.recipients
        return MailTrouble(_said(refused[0]), passing=not all(_is_final(one) for one in refused))
    if isinstance(error, aiosmtplib.SMTPResponseException):
        is_final = isinstance(error, aiosmtplib.SMTPDataError) and _is_final(error)
        return MailTrouble(_said(error), passing=not is_final)
    return MailTrouble(f"{type(error).__name__}: {error}", passing=True)


def _is_final(error: aiosmtplib.SMTPResponseException) -> bool:
    return error.code >= 500 and error.code not in NOT_ABOUT_THE_LETTER


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return f"{error.code} {error.message}"


def advice(error: Exception) -> str:
    """How to mend a connection that did not come about, for whoever runs the bot."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return "the server does not take user and password; check them in SMTP_URL"
    if _is_about_certificates(error):
        return (
            "the server's certificate is not trusted; check the host in SMTP_URL, "
            "or name the file of your own certificate authority in SSL_CERT_FILE"
        )
    if "STARTTLS extension not supported" in str(error):
        return "the server offers no STARTTLS, and a password never leaves in clear; check SMTP_URL, or use smtps"
    return f"the server does not take us ({type(error).__name__}); check SMTP_URL"


def _is_about_certificates(error: BaseException | None) -> bool:
    """Whether the server's certificate is what is wrong; the libraries wrap that into errors of their own."""
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None
