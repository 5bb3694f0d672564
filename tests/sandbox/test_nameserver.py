"""The sandbox's name server, asked over the wire by dnspython."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette

from sandbox.nameserver import NameServer
from sandbox.zones import RecordError


@pytest.fixture
async def server() -> AsyncIterator[NameServer]:
    server = NameServer()
    await server.start()
    yield server
    await server.stop()


async def ask(
    server: NameServer,
    name: str,
    kind: str = "TXT",
    *,
    tcp: bool = False,
    edns: int | None = None,
    within: float = 5.0,
) -> dns.message.Message:
    host, port = server.address.split(":")
    query = dns.message.make_query(name, kind, use_edns=edns is not None, payload=edns)
    ask_over = dns.asyncquery.tcp if tcp else dns.asyncquery.udp
    return await ask_over(query, host, port=int(port), timeout=within)


def answers(message: dns.message.Message) -> list[str]:
    return [
        f"{rrset.name} {dns.rdatatype.to_text(rrset.rdtype)} {rdata}" for rrset in message.answer for rdata in rrset
    ]


@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize(
    ("kind", "value", "answer"),
    [
        ("A", "192.0.2.7", "192.0.2.7"),
        ("AAAA", "2001:db8::7", "2001:db8::7"),
        ("CNAME", "target.nordlicht.example", "target.nordlicht.example."),
        ("MX", "10 mx.nordlicht.example", "10 mx.nordlicht.example."),
        ("NS", "ns1.nordlicht.example", "ns1.nordlicht.example."),
        ("TXT", 'a "quoted" thing', '"a \\"quoted\\" thing"'),
    ],
)
async def test_a_published_record_is_answered(
    server: NameServer, kind: str, value: str, answer: str, tcp: bool
) -> None:
    server.add("host.dupont.example", kind, value)
    message = await ask(server, "HOST.Dupont.example", kind, tcp=tcp)
    assert [text.lower() for text in answers(message)] == [f"host.dupont.example. {kind.lower()} {answer}"]
    assert message.flags & dns.flags.AA
    assert message.answer[0].ttl == 300


async def test_unknown_domain_unknown_name_and_unknown_type_are_told_apart(server: NameServer) -> None:
    server.add("mail.dupont.example", "A", "192.0.2.7")
    unknown_domain = await ask(server, "nobody.example")
    unknown_name = await ask(server, "www.dupont.example")
    other_type = await ask(server, "mail.dupont.example")
    between = await ask(server, "dupont.example")
    assert unknown_domain.rcode() == dns.rcode.NXDOMAIN
    assert str(unknown_domain.authority[0].name) == "example."
    assert unknown_name.rcode() == dns.rcode.NXDOMAIN
    assert str(unknown_name.authority[0].name) == "dupont.example."
    for message in (other_type, between):
        assert message.rcode() == dns.rcode.NOERROR
        assert not message.answer
        assert str(message.authority[0].name) == "dupont.example."


async def test_a_name_above_a_published_one_exists(server: NameServer) -> None:
    server.add("a.b.dupont.example", "A", "192.0.2.7")
    assert (await ask(server, "b.dupont.example")).rcode() == dns.rcode.NOERROR


async def test_a_zone_answers_for_its_soa_and_name_servers(server: NameServer) -> None:
    server.add_zone("dupont.example")
    assert answers(await ask(server, "dupont.example", "SOA"))[0].startswith("dupont.example. SOA ns.sandbox.example.")
    assert answers(await ask(server, "dupont.example", "NS")) == ["dupont.example. NS ns.sandbox.example."]
    server.add("dupont.example", "NS", "ns1.elsewhere.example")
    assert answers(await ask(server, "dupont.example", "NS")) == ["dupont.example. NS ns1.elsewhere.example."]


async def test_a_domain_below_a_public_suffix_is_its_own_zone(server: NameServer) -> None:
    server.add("www.dupont.co.uk", "A", "192.0.2.7")
    assert (await ask(server, "dupont.co.uk")).rcode() == dns.rcode.NOERROR
    assert (await ask(server, "martin.co.uk")).rcode() == dns.rcode.NXDOMAIN


async def test_aliases_are_followed_inside(server: NameServer) -> None:
    server.add("a.dupont.example", "CNAME", "b.martin.example")
    server.add("b.martin.example", "CNAME", "c.martin.example")
    server.add("c.martin.example", "TXT", "the end")
    assert answers(await ask(server, "a.dupont.example")) == [
        "a.dupont.example. CNAME b.martin.example.",
        "b.martin.example. CNAME c.martin.example.",
        'c.martin.example. TXT "the end"',
    ]
    assert len(answers(await ask(server, "a.dupont.example", "CNAME"))) == 1


async def test_an_alias_that_leads_away_or_round_in_circles_ends(server: NameServer) -> None:
    server.add("away.dupont.example", "CNAME", "host.unknown.example")
    server.add("dead.dupont.example", "CNAME", "nothing.dupont.example")
    server.add("one.dupont.example", "CNAME", "two.dupont.example")
    server.add("two.dupont.example", "CNAME", "one.dupont.example")
    assert (await ask(server, "away.dupont.example")).rcode() == dns.rcode.NOERROR
    assert (await ask(server, "dead.dupont.example")).rcode() == dns.rcode.NXDOMAIN
    assert (await ask(server, "one.dupont.example")).rcode() == dns.rcode.NOERROR


async def test_long_txt_is_split_into_strings(server: NameServer) -> None:
    server.add("dupont.example", "TXT", "é" * 150)
    rdata = (await ask(server, "dupont.example")).answer[0][0]
    assert [len(part) for part in rdata.strings] == [255, 45]
    assert b"".join(rdata.strings).decode() == "é" * 150


async def test_a_long_answer_asks_to_come_back_over_tcp(server: NameServer) -> None:
    for number in range(3):
        server.add("dupont.example", "TXT", str(number) * 200)
    short = await ask(server, "dupont.example")
    assert short.flags & dns.flags.TC
    assert not short.answer
    assert len(answers(await ask(server, "dupont.example", edns=1232))) == 3
    assert len(answers(await ask(server, "dupont.example", tcp=True))) == 3
    server.add("dupont.example", "TXT", "4" * 1000)
    assert (await ask(server, "dupont.example", edns=4096)).flags & dns.flags.TC


async def test_a_star_speaks_for_names_that_do_not_exist(server: NameServer) -> None:
    server.add("*.dupont.example", "TXT", "star")
    server.add("www.dupont.example", "A", "192.0.2.7")
    assert answers(await ask(server, "any.thing.dupont.example")) == ['any.thing.dupont.example. TXT "star"']
    assert answers(await ask(server, "www.dupont.example")) == []
    assert (await ask(server, "below.www.dupont.example")).rcode() == dns.rcode.NXDOMAIN
    assert answers(await ask(server, "dupont.example")) == []


async def test_international_names_are_kept_in_ascii(server: NameServer) -> None:
    record = server.add("Müller.example.", "TXT", "hallo")
    assert record.name == "xn--mller-kva.example"
    assert answers(await ask(server, "müller.example")) == ['xn--mller-kva.example. TXT "hallo"']


async def test_a_removed_record_is_gone_and_its_domain_stays(server: NameServer) -> None:
    record = server.add("www.dupont.example", "TXT", "here")
    server.remove(record.id)
    assert server.records() == []
    assert (await ask(server, "dupont.example")).rcode() == dns.rcode.NOERROR
    with pytest.raises(KeyError):
        server.remove(record.id)


async def test_it_fails_for_a_name_and_below_until_cleared(server: NameServer) -> None:
    server.add("www.dupont.example", "TXT", "here")
    server.add("martin.example", "TXT", "here")
    server.fail("dupont.example")
    assert (await ask(server, "www.dupont.example")).rcode() == dns.rcode.SERVFAIL
    assert (await ask(server, "martin.example")).rcode() == dns.rcode.NOERROR
    server.fail(rcode="REFUSED")
    assert (await ask(server, "martin.example")).rcode() == dns.rcode.REFUSED
    server.clear()
    assert answers(await ask(server, "www.dupont.example"))


@pytest.mark.parametrize("tcp", [False, True])
async def test_silence(server: NameServer, tcp: bool) -> None:
    server.add("dupont.example", "TXT", "here")
    server.silent("dupont.example")
    with pytest.raises(dns.exception.Timeout):
        await ask(server, "dupont.example", tcp=tcp, within=0.1)


async def test_a_late_answer_holds_nobody_else_up(server: NameServer) -> None:
    server.add("dupont.example", "TXT", "here")
    server.late("dupont.example", seconds=0.2)
    started = time.monotonic()
    late = asyncio.create_task(ask(server, "dupont.example"))
    await ask(server, "martin.example")
    assert not late.done()
    assert answers(await late)
    assert time.monotonic() - started >= 0.2


async def test_stopping_does_not_wait_for_late_answers_or_open_connections(server: NameServer) -> None:
    server.late("dupont.example", seconds=60)
    host, port = server.address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    for name in ("martin.example", "dupont.example"):
        wire = dns.message.make_query(name, "TXT").to_wire()
        writer.write(len(wire).to_bytes(2) + wire)
    await reader.readexactly(int.from_bytes(await reader.readexactly(2)))
    await asyncio.wait_for(server.stop(), 2)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await server.start(int(port))
    assert server.address == f"{host}:{port}"


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("", "TXT", "x"),
        ("a..example", "TXT", "x"),
        ("a b.example", "TXT", "x"),
        ("a.*.example", "TXT", "x"),
        ("-a.example", "TXT", "x"),
        ("x" * 64 + ".example", "TXT", "x"),
        ("☃︎☃.\u0301.example", "TXT", "x"),
        (".".join(["x" * 60] * 5), "TXT", "x"),
        ("dupont.example", "SPF", "x"),
        ("dupont.example", "TXT", ""),
        ("dupont.example", "TXT", "x" * 4001),
        ("dupont.example", "A", "2001:db8::7"),
        ("dupont.example", "AAAA", "192.0.2.7"),
        ("dupont.example", "MX", "mx.dupont.example"),
        ("dupont.example", "MX", "70000 mx.dupont.example"),
        ("dupont.example", "CNAME", "other.example"),
    ],
)
def test_a_record_that_nobody_would_publish_is_refused(name: str, kind: str, value: str) -> None:
    server = NameServer()
    with pytest.raises(RecordError, match=r"\.$"):
        server.add(name, kind, value)
    assert server.dump() == NameServer().dump()


def test_doubles_and_company_for_an_alias_are_refused() -> None:
    server = NameServer()
    server.add("www.dupont.example", "CNAME", "dupont.example")
    server.add("dupont.example", "TXT", "x")
    for name, kind, value in [("www.dupont.example", "TXT", "x"), ("dupont.example", "TXT", "x")]:
        with pytest.raises(RecordError):
            server.add(name, kind, value)
    assert len(server.records()) == 2


@given(st.text(), st.text(), st.integers())
def test_nothing_typed_does_worse_than_be_refused(name: str, value: str, ttl: int) -> None:
    server = NameServer()
    for kind in ("A", "AAAA", "CNAME", "MX", "NS", "TXT", value):
        try:
            server.add(name, kind, value, ttl)
        except RecordError:
            continue


@given(st.binary(max_size=80))
async def test_noise_on_the_wire_is_survived(noise: bytes) -> None:
    server = NameServer()
    header = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    await server.reply_to(noise, over_udp=True)
    await server.reply_to(header + noise, over_udp=True)


async def test_a_name_that_is_not_ascii_on_the_wire_is_survived(server: NameServer) -> None:
    wire = dns.message.make_query("muller.example", "TXT").to_wire().replace(b"muller", "müler".encode())
    assert await server.reply_to(wire, over_udp=True) is None


async def test_an_answer_is_not_answered(server: NameServer) -> None:
    response = dns.message.make_response(dns.message.make_query("dupont.example", "TXT"))
    assert await server.reply_to(response.to_wire(), over_udp=True) is None


def test_what_is_dumped_can_be_loaded() -> None:
    server, other = NameServer(), NameServer()
    server.remove(server.add("dupont.example", "TXT", "first").id)
    server.add("dupont.example", "TXT", "second", ttl=60)
    server.add_zone("martin.example")
    other.load(json.loads(json.dumps(server.dump())))
    assert other.dump() == server.dump()
    assert other.add("dupont.example", "TXT", "third").id not in {record.id for record in server.records()}


async def test_the_page_lists_publishes_and_removes(server: NameServer) -> None:
    changes: list[int] = []
    server.on_change = lambda: changes.append(len(server.records()))
    transport = httpx.ASGITransport(app=Starlette(routes=server.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.example") as page:
        typed = {"name": "Dupont.example", "type": "txt", "value": "hello", "ttl": 60}
        assert (await page.post("/page/dns", json=typed)).status_code == 200
        listed = (await page.get("/page/dns")).json()
        row = {"id": "r1", "name": "dupont.example", "type": "TXT", "value": "hello", "ttl": 60}
        assert listed == {"records": [row], "zones": ["dupont.example"], "server": server.address}
        assert (await page.delete("/page/dns/r1")).json() == {"ok": True}
        gone = await page.delete("/page/dns/r1")
        assert (gone.status_code, list(gone.json())) == (404, ["error"])
    assert changes == [1, 0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe\xff",
        b'{"name": 1, "type": "A", "value": "192.0.2.1"}',
        b'{"name": "dupont.example", "type": "A"}',
        b'{"name": "dupont.example", "type": "A", "value": "192.0.2.1", "ttl": "soon"}',
    ],
)
async def test_the_page_is_told_what_is_wrong(server: NameServer, body: bytes) -> None:
    transport = httpx.ASGITransport(app=Starlette(routes=server.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.example") as page:
        refused = await page.post("/page/dns", content=body)
    assert refused.status_code == 400
    assert refused.json()["error"].endswith(".")
    assert server.records() == []
