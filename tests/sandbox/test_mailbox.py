"""The sandbox's mailbox, written to over the wire by aiosmtplib."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from email.message import EmailMessage

import aiosmtplib
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from sandbox.mailbox import Mailbox, read_letter


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    await mailbox.start()
    yield mailbox
    await mailbox.stop()


def letter(to: str = "marie@dupont.example", subject: str = "Willkommen, Zoë") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Partner Desk <desk@nordlicht.example>"
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 05 Oct 2026 10:00:00 +0000"
    message.set_content("Grüße aus dem Norden\n")
    return message


async def send(mailbox: Mailbox, message: EmailMessage, recipients: list[str] | None = None) -> None:
    host, port = mailbox.address.split(":")
    await aiosmtplib.send(message, hostname=host, port=int(port), recipients=recipients, timeout=5)


async def test_a_letter_can_be_read(mailbox: Mailbox) -> None:
    message = letter()
    message.add_alternative("<p>Grüße</p>", subtype="html")
    message["X-Kind"] = "welcome"
    await send(mailbox, message)
    [kept] = mailbox.letters()
    assert kept.recipients == ("marie@dupont.example",)
    assert kept.sender == "Partner Desk <desk@nordlicht.example>"
    assert (kept.to, kept.subject) == ("marie@dupont.example", "Willkommen, Zoë")
    assert kept.date == "Mon, 05 Oct 2026 10:00:00 +0000"
    assert kept.text.splitlines() == ["Grüße aus dem Norden"]
    assert kept.html.splitlines() == ["<p>Grüße</p>"]
    assert kept.headers["X-Kind"] == "welcome"


async def test_recipients_are_those_of_the_delivery(mailbox: Mailbox) -> None:
    await send(mailbox, letter(), ["hidden@martin.example", "marie@dupont.example"])
    [kept] = mailbox.letters()
    assert kept.recipients == ("hidden@martin.example", "marie@dupont.example")
    assert kept.to == "marie@dupont.example"


async def test_waiting_ends_when_the_letter_comes(mailbox: Mailbox) -> None:
    waiting = asyncio.create_task(mailbox.wait_for(to="Marie@Dupont.example", subject="Second"))
    await send(mailbox, letter(to="paul@martin.example", subject="Second"))
    await send(mailbox, letter(subject="First"))
    assert not waiting.done()
    started = time.monotonic()
    await send(mailbox, letter(subject="The Second"))
    assert [found.id for found in await waiting] == ["m3"]
    assert time.monotonic() - started < 2
    assert [found.id for found in await mailbox.wait_for(subject="Second", count=2)] == ["m1", "m3"]


async def test_waiting_in_vain_tells_what_came_instead(mailbox: Mailbox) -> None:
    await send(mailbox, letter(subject="Another matter"))
    with pytest.raises(TimeoutError, match="Another matter"):
        await mailbox.wait_for(subject="Welcome", within=0.05)


@pytest.mark.parametrize("code", [451, 550])
async def test_it_refuses_as_often_as_told(mailbox: Mailbox, code: int) -> None:
    mailbox.refuse(2, code)
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await send(mailbox, letter())
        assert refused.value.code == code
    assert mailbox.letters() == []
    await send(mailbox, letter())
    assert len(mailbox.letters()) == 1


async def test_a_lost_answer_leaves_the_letter_delivered(mailbox: Mailbox) -> None:
    mailbox.drop()
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(mailbox, letter())
    assert len(mailbox.letters()) == 1
    await send(mailbox, letter())
    assert len(mailbox.letters()) == 2


async def test_faults_can_be_taken_back(mailbox: Mailbox) -> None:
    mailbox.refuse(5)
    mailbox.drop(5)
    mailbox.clear()
    await send(mailbox, letter())


async def test_stopping_cuts_open_connections_and_keeps_letters(mailbox: Mailbox) -> None:
    await send(mailbox, letter())
    host, port = mailbox.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    assert (await reader.readline()).startswith(b"220")
    await asyncio.wait_for(mailbox.stop(), 2)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await mailbox.start(int(port))
    assert len(mailbox.letters()) == 1


async def test_the_page_reads_the_letters(mailbox: Mailbox) -> None:
    changes: list[int] = []
    mailbox.on_change = lambda: changes.append(len(mailbox.letters()))
    await send(mailbox, letter())
    transport = httpx.ASGITransport(app=Starlette(routes=mailbox.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.example") as page:
        [row] = (await page.get("/page/mail")).json()["letters"]
    assert sorted(row) == ["date", "from", "headers", "html", "id", "recipients", "subject", "text", "to"]
    assert (row["id"], row["from"]) == ("m1", "Partner Desk <desk@nordlicht.example>")
    assert changes == [1]


async def test_what_is_dumped_can_be_loaded(mailbox: Mailbox) -> None:
    await send(mailbox, letter())
    other = Mailbox()
    other.load(json.loads(json.dumps(mailbox.dump())))
    assert other.letters() == mailbox.letters()
    assert other.dump() == mailbox.dump()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"Subject: only a header", ""),
        (b"From: <\r\nTo: @,;\r\n\r\nbody", "body"),
        (b"Content-Type: text/plain; charset=klingon\r\n\r\nbody", "body"),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n", ""),
    ],
)
def test_badly_made_letters_are_read_all_the_same(content: bytes, text: str) -> None:
    assert read_letter("m1", "desk@nordlicht.example", ("marie@dupont.example",), content).text == text


HEADERS = st.sampled_from([b"From: ", b"Subject: ", b"Content-Type: ", b"Content-Transfer-Encoding: ", b"Date: "])
PIECES = st.sampled_from([b"<", b"@", b'"', b"(", b"[", b"text/", b"multipart/mixed; boundary=x", b"=?utf-8?q?"])


@given(st.lists(st.tuples(HEADERS, st.lists(PIECES | st.binary(max_size=5)).map(b"".join))), st.binary(max_size=50))
def test_no_letter_is_too_bad_to_be_kept_and_shown(headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    content = b"".join(name + value + b"\r\n" for name, value in headers) + b"\r\n" + body
    kept = read_letter("m1", "", (), content)
    json.dumps(kept.as_json(), ensure_ascii=False).encode()
