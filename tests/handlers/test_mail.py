"""Letters over a real SMTP server: TLS, login, what is final and what passes; and how SMTP_URL is read."""

import asyncio
import ipaddress
import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import aiosmtplib
import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from handlers.courier import MailTrouble, NotYet
from handlers.mail import Letter, PostOffice
from handlers.mail_server import MailServer, advice, read_smtp_url
from programme.clock import FixedClock
from programme.desk import Desk
from storage.models import OutgoingMail
from tests.programme.house import CATALOGUE
from tests.storage.rows import row

USER, PASSWORD = "desk", "p@ss/word"
LOGIN = "desk:p%40ss%2Fword@"
NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@dataclass
class Server:
    """An SMTP server of this machine, and what it heard."""

    port: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    letters: list[bytes] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd's name
        envelope.rcpt_tos.append(address)
        return self.replies.get("RCPT", "250 OK")

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        envelope.mail_from = address
        return self.replies.get("MAIL", "250 OK")

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if reply := self.replies.get("DATA"):
            return reply
        self.letters.append(envelope.content)
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, _server: Any, session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins.append(f"{mechanism} {'encrypted' if session.ssl is not None else 'clear'}")
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)


@dataclass(frozen=True)
class Certificate:
    """A certificate that nobody has signed but itself."""

    file: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    made.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    made.key.write_bytes(key.private_bytes(*plain))
    return made


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """The same, on a machine that trusts it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    return certificate


@asynccontextmanager
async def serving(
    tls: Certificate | None = None, *, from_start: bool = False, login: bool = False
) -> AsyncIterator[Server]:
    """A server with STARTTLS where there is a certificate, or TLS from the start."""
    kept = Server()
    loop = asyncio.get_running_loop()
    context = tls.context() if tls else None
    wants: dict[str, Any] = {"authenticator": kept.authenticate, "auth_required": True} if login else {}
    connections: list[Any] = []

    def connection() -> Any:
        starttls = None if from_start else context
        encrypted = from_start or not context
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a login without STARTTLS is what some tests are about
            made = SMTP(
                kept, hostname="mail.example", loop=loop, tls_context=starttls, auth_require_tls=not encrypted, **wants
            )
        connections.append(made)
        return made

    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=context if from_start else None)
    kept.port = server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        server.close()
        for one in connections:
            if one.transport:
                one.transport.abort()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await server.wait_closed()


async def draw(_desk: Desk, _mail: OutgoingMail) -> Letter:
    return Letter("Welcome", "Welcome!", ["You are <in>."], "Bye", ("https://store.example/?a=1&b=2", "Open"))


async def send(url: str) -> None:
    """One letter over an SMTP_URL. Raises MailTrouble."""
    desk = Desk(None, FixedClock(NOW), CATALOGUE, None)  # type: ignore[arg-type]
    office = PostOffice(url, "partners@nordlicht.example", {"welcome": draw})
    await office.send(desk, row(OutgoingMail))


async def trouble(url: str) -> MailTrouble:
    with pytest.raises(MailTrouble) as raised:
        await send(url)
    assert PASSWORD not in str(raised.value)
    return raised.value


class TestWhatArrives:
    async def test_starttls_and_login(self, trusted: Certificate) -> None:
        async with serving(trusted, login=True) as server:
            await send(f"smtp://{LOGIN}127.0.0.1:{server.port}")
        assert (len(server.letters), server.was_encrypted) == (1, [True])
        assert {one.split()[1] for one in server.logins} == {"encrypted"}

    async def test_tls_from_the_start_and_login(self, trusted: Certificate) -> None:
        async with serving(trusted, from_start=True, login=True) as server:
            await send(f"smtps://{LOGIN}127.0.0.1:{server.port}")
        assert len(server.letters) == len(server.logins) == 1

    async def test_starttls_where_it_is_offered(self, trusted: Certificate) -> None:
        async with serving(trusted) as server:
            await send(f"smtp://127.0.0.1:{server.port}")
        assert server.was_encrypted == [True]

    async def test_in_clear_where_it_is_not(self) -> None:
        async with serving() as server:
            await send(f"smtp://127.0.0.1:{server.port}")
        assert server.was_encrypted == [False]

    async def test_never_starttls_for_a_relay_whose_certificate_nobody_has_signed(
        self, certificate: Certificate
    ) -> None:
        async with serving(certificate) as server:
            await send(f"smtp://127.0.0.1:{server.port}?starttls=never")
        assert server.was_encrypted == [False]

    async def test_a_password_in_clear_on_this_machine_for_who_says_so(self) -> None:
        async with serving(login=True) as server:
            await send(f"smtp://{LOGIN}127.0.0.1:{server.port}?starttls=never")
        assert {one.split()[1] for one in server.logins} == {"clear"}
        assert len(server.letters) == 1

    async def test_a_letter_has_both_forms_and_says_the_same(self) -> None:
        async with serving() as server:
            await send(f"smtp://127.0.0.1:{server.port}")
        letter = message_from_bytes(server.letters[0], policy=policy.default)
        assert [part.get_content_type() for part in letter.walk()] == [
            "multipart/alternative", "text/plain", "text/html",
        ]  # fmt: skip
        text, html = (letter.get_body((kind,)) for kind in ("plain", "html"))
        assert text is not None
        assert html is not None
        assert "You are <in>." in text.get_content()
        assert "https://store.example/?a=1&b=2" in text.get_content()
        assert "You are &lt;in&gt;." in html.get_content()
        assert 'href="https://store.example/?a=1&amp;b=2"' in html.get_content()
        assert letter["Message-ID"] == "<1@desk.example>"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert letter["Content-Language"] == "en"


class TestWhatPasses:
    """What is wrong with the server or the settings befalls all letters: none is lost while somebody mends it."""

    async def test_a_wrong_password(self, trusted: Certificate) -> None:
        async with serving(trusted, login=True) as server:
            told = await trouble(f"smtp://desk:hush@127.0.0.1:{server.port}")
        assert told.passing
        assert str(told).startswith("535 ")
        assert (server.letters, set(server.logins)) == ([], {"LOGIN encrypted", "PLAIN encrypted"})

    async def test_no_starttls_for_a_password(self) -> None:
        async with serving(login=True) as server:
            told = await trouble(f"smtp://{LOGIN}127.0.0.1:{server.port}")
        assert told.passing
        assert "STARTTLS" in str(told)
        assert (server.letters, server.logins) == ([], [])

    async def test_no_starttls_where_it_is_required(self) -> None:
        async with serving() as server:
            told = await trouble(f"smtp://127.0.0.1:{server.port}?starttls=required")
        assert told.passing
        assert server.letters == []

    @pytest.mark.parametrize("from_start", [True, False])
    @pytest.mark.parametrize("login", [LOGIN, ""])
    async def test_a_certificate_that_is_not_trusted(
        self, certificate: Certificate, from_start: bool, login: str
    ) -> None:
        async with serving(certificate, from_start=from_start, login=bool(login)) as server:
            told = await trouble(f"smtp{'s' * from_start}://{login}127.0.0.1:{server.port}")
        assert told.passing
        assert "certificate" in str(told).lower()
        assert (server.letters, server.logins) == ([], [])

    async def test_a_certificate_of_another_host(self, trusted: Certificate) -> None:
        async with serving(trusted, login=True) as server:
            told = await trouble(f"smtp://{LOGIN}localhost:{server.port}")
        assert told.passing
        assert (server.letters, server.logins) == ([], [])

    async def test_a_login_that_was_forgotten(self, trusted: Certificate) -> None:
        async with serving(trusted, login=True) as server:
            told = await trouble(f"smtp://127.0.0.1:{server.port}")
        assert told.passing
        assert str(told).startswith("530 ")

    @pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
    async def test_a_server_that_is_busy(self, step: str) -> None:
        async with serving() as server:
            server.replies[step] = "451 Later"
            told = await trouble(f"smtp://127.0.0.1:{server.port}")
        assert told.passing
        assert str(told) == "451 Later"

    async def test_a_sender_that_is_not_allowed(self) -> None:
        async with serving() as server:
            server.replies["MAIL"] = "553 Not yours"
            assert (await trouble(f"smtp://127.0.0.1:{server.port}")).passing

    async def test_a_server_that_wants_a_login_for_each_recipient(self) -> None:
        async with serving() as server:
            server.replies["RCPT"] = "530 Log in first"
            assert (await trouble(f"smtp://127.0.0.1:{server.port}")).passing

    async def test_nobody_there(self) -> None:
        async with serving() as server:
            pass
        assert (await trouble(f"smtp://127.0.0.1:{server.port}")).passing

    async def test_no_server_set(self) -> None:
        with pytest.raises(NotYet):
            await send("")


@pytest.mark.parametrize(("step", "reply"), [("RCPT", "550 Nobody of that name"), ("DATA", "554 This is spam")])
async def test_what_the_server_says_of_one_letter_is_final(step: str, reply: str) -> None:
    async with serving() as server:
        server.replies[step] = reply
        told = await trouble(f"smtp://127.0.0.1:{server.port}")
    assert not told.passing
    assert str(told) == reply


class TestSmtpUrl:
    @pytest.mark.parametrize(
        ("url", "server"),
        [
            ("smtp://mail.example", MailServer("mail.example", 587, False, None, None, None)),
            ("smtp://mail.example:25/", MailServer("mail.example", 25, False, None, None, None)),
            ("smtps://mail.example", MailServer("mail.example", 465, True, None, None, None)),
            (f"smtp://{LOGIN}mail.example", MailServer("mail.example", 587, False, True, USER, PASSWORD)),
            (f"smtps://{LOGIN}[::1]:4", MailServer("::1", 4, True, None, USER, PASSWORD)),
            ("smtp://h?starttls=required", MailServer("h", 587, False, True, None, None)),
            ("smtp://h?starttls=never", MailServer("h", 587, False, False, None, None)),
            (f"smtp://{LOGIN}localhost?starttls=never", MailServer("localhost", 587, False, False, USER, PASSWORD)),
            (f"smtp://{LOGIN}127.0.0.9?starttls=never", MailServer("127.0.0.9", 587, False, False, USER, PASSWORD)),
        ],
    )
    def test_is_read(self, url: str, server: MailServer) -> None:
        assert read_smtp_url(url) == server

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("hush", "write smtp://host"),
            ("http://h", "write smtp://host"),
            ("smtp://", "write smtp://host"),
            ("smtp://h:0", "write smtp://host"),
            ("smtp://h:port", "write smtp://host"),
            ("smtp://h/hush", "write smtp://host"),
            ("smtp://u:1#hush@h", "write smtp://host"),
            ("smtp://u:hu/sh@h", "write smtp://host"),
            ("smtp://hush@h", "both a user and a password"),
            ("smtp://:hush@h", "both a user and a password"),
            ("smtp://u:@h", "both a user and a password"),
            ("smtp://u:1?hush@h", "after the question mark"),
            ("smtp://h?tls=hush", "after the question mark"),
            ("smtp://h?starttls=hush", "after the question mark"),
            ("smtp://h?starttls", "after the question mark"),
            ("smtp://h?starttls=never&tls=hush", "after the question mark"),
            ("smtps://h?starttls=required", "TLS from the start"),
            ("smtp://u:hush@mail.example?starttls=never", "for everybody to read"),
            ("smtp://u:hush@192.0.2.7?starttls=never", "for everybody to read"),
            ("smtp://u:hush@localhost.example?starttls=never", "for everybody to read"),
        ],
    )
    def test_is_refused_with_a_sentence_and_no_secret(self, url: str, said: str) -> None:
        with pytest.raises(ValueError) as refused:  # noqa: PT011 - its words are looked at below
            read_smtp_url(url)
        assert said in str(refused.value)
        assert "hush" not in str(refused.value)


class TestAdvice:
    """What the doctor says."""

    async def said(self, url: str) -> str:
        try:
            async with aiosmtplib.SMTP(**read_smtp_url(url).connection()):
                return ""
        except (aiosmtplib.SMTPException, OSError) as error:
            return advice(error)

    async def test_of_a_wrong_password(self, trusted: Certificate) -> None:
        async with serving(trusted, login=True) as server:
            assert "check them in SMTP_URL" in await self.said(f"smtp://u:hush@127.0.0.1:{server.port}")
            assert await self.said(f"smtp://{LOGIN}127.0.0.1:{server.port}") == ""

    @pytest.mark.parametrize("from_start", [True, False])
    async def test_of_a_certificate(self, certificate: Certificate, from_start: bool) -> None:
        async with serving(certificate, from_start=from_start) as server:
            said = await self.said(f"smtp{'s' * from_start}://127.0.0.1:{server.port}")
        assert "certificate is not trusted" in said

    async def test_of_no_starttls(self) -> None:
        async with serving() as server:
            assert "offers no STARTTLS" in await self.said(f"smtp://{LOGIN}127.0.0.1:{server.port}")

    async def test_of_nobody_there(self) -> None:
        async with serving() as server:
            pass
        assert "check SMTP_URL" in await self.said(f"smtp://127.0.0.1:{server.port}")
