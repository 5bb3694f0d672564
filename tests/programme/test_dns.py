"""Lookups, over the wire, at the sandbox's name server."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from typing import Any

import dns.resolver
import dnslib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programme.dns import Answer, Budget, Dns, Endpoint, Result
from sandbox.nameserver import NameServer


def endpoint(server: NameServer) -> Endpoint:
    host, port = server.address.split(":")
    return host, int(port)


@pytest.fixture
async def server() -> AsyncIterator[NameServer]:
    server = NameServer()
    await server.start()
    server.add("dupont.example", "TXT", "hello")
    yield server
    await server.stop()


@pytest.fixture
def resolver(server: NameServer) -> Dns:
    return Dns([endpoint(server)], seconds=5)


@pytest.fixture
def nobody() -> Iterator[Endpoint]:
    """A port that takes questions and never answers."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()


class TestGivenServers:
    async def test_found(self, resolver: Dns) -> None:
        answer = await resolver.lookup("Dupont.example", "TXT")
        assert answer == Answer("Dupont.example", "TXT", Result.FOUND, ("hello",))

    async def test_the_kinds_of_nothing(self, server: NameServer, resolver: Dns) -> None:
        server.add("www.martin.example", "A", "192.0.2.7")
        results = {
            name: (await resolver.lookup(name, "TXT")).result
            for name in ("nobody.example", "www.nobody.example", "nowhere.dupont.example", "www.martin.example")
        }
        assert results == {
            "nobody.example": Result.NO_SUCH_DOMAIN,
            "www.nobody.example": Result.NO_SUCH_DOMAIN,
            "nowhere.dupont.example": Result.NO_SUCH_NAME,
            "www.martin.example": Result.NO_SUCH_RECORD,
        }

    async def test_aliases_in_a_circle_or_without_end_are_not_followed_for_ever(
        self, server: NameServer, resolver: Dns, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server.add("a.dupont.example", "CNAME", "b.dupont.example")
        server.add("b.dupont.example", "CNAME", "a.dupont.example")
        assert (await resolver.lookup("a.dupont.example", "TXT")).result == Result.LOOPING
        assert (await resolver.lookup("a.dupont.example", "CNAME")).values == ("b.dupont.example",)

        async def on_and_on(server: Endpoint, query: dns.message.Message, until: float) -> dns.message.Message:
            response, name = dns.message.make_response(query), query.question[0].name
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", f"on.{name}"))
            return dns.message.from_wire(response.to_wire())

        monkeypatch.setattr("programme.dns_question._told", on_and_on)
        endless = await resolver.lookup("a.dupont.example", "TXT")
        assert (endless.result, endless.aliases[:1]) == (Result.LOOPING, ("on.a.dupont.example",))

    async def test_values_are_texts(self, server: NameServer, resolver: Dns) -> None:
        server.add("dupont.example", "MX", "10 MX.Nordlicht.example")
        server.add("a.dupont.example", "CNAME", "Verify.Nordlicht.example")
        server.add("b.dupont.example", "A", "192.0.2.7")
        assert (await resolver.lookup("dupont.example", "MX")).values == ("10 mx.nordlicht.example",)
        assert (await resolver.lookup("a.dupont.example", "CNAME")).values == ("verify.nordlicht.example",)
        assert (await resolver.lookup("b.dupont.example", "A")).values == ("192.0.2.7",)

    async def test_a_long_txt_is_put_together(self, server: NameServer, resolver: Dns) -> None:
        server.add("long.dupont.example", "TXT", "ü" * 200)
        assert (await resolver.lookup("long.dupont.example", "TXT")).values == ("ü" * 200,)

    async def test_bytes_that_are_no_text_are_shown_all_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sandbox.nameserver._rdata", lambda _record: dnslib.TXT([b"caf\xe9"]))
        server = NameServer()
        await server.start()
        server.add("dupont.example", "TXT", "x")
        answer = await Dns([endpoint(server)]).lookup("dupont.example", "TXT")
        await server.stop()
        assert answer.values == ("caf\\xe9",)

    @pytest.mark.parametrize(("size", "ways"), [(900, [True]), (3000, [True, False])])
    async def test_an_answer_too_long_for_udp_comes_over_tcp(
        self, server: NameServer, resolver: Dns, monkeypatch: pytest.MonkeyPatch, size: int, ways: list[bool]
    ) -> None:
        over_udp: list[bool] = []
        reply_to = server.reply_to

        async def noted(wire: bytes, **how: bool) -> bytes | None:
            over_udp.append(how["over_udp"])
            return await reply_to(wire, **how)

        monkeypatch.setattr(server, "reply_to", noted)
        server.add("long.dupont.example", "TXT", "x" * size)
        assert (await resolver.lookup("long.dupont.example", "TXT")).values == ("x" * size,)
        assert over_udp == ways

    async def test_an_answer_to_another_question_is_not_listened_to(
        self, server: NameServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reply_to = server.reply_to

        async def for_somebody_else(wire: bytes, **how: bool) -> bytes | None:
            return await reply_to(bytes([wire[0] ^ 1]) + wire[1:], **how)

        monkeypatch.setattr(server, "reply_to", for_somebody_else)
        answer = await Dns([endpoint(server)], seconds=0.1).lookup("dupont.example", "TXT")
        assert answer.result == Result.SILENT

    async def test_aliases_are_followed_and_told(self, server: NameServer, resolver: Dns) -> None:
        server.add("a.dupont.example", "CNAME", "b.martin.example")
        server.add("b.martin.example", "CNAME", "dupont.example")
        answer = await resolver.lookup("a.dupont.example", "TXT")
        assert answer.values == ("hello",)
        assert answer.aliases == ("b.martin.example", "dupont.example")

    @pytest.mark.parametrize("target", ["nowhere.dupont.example", "www.nobody.example"])
    async def test_an_alias_to_nothing_is_a_name_without_the_record(
        self, server: NameServer, resolver: Dns, target: str
    ) -> None:
        server.add("a.dupont.example", "CNAME", target)
        answer = await resolver.lookup("a.dupont.example", "TXT")
        assert (answer.result, answer.aliases[0]) == (Result.NO_SUCH_RECORD, target)

    @pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "FORMERR", "NOTIMP"])
    async def test_failing(self, server: NameServer, resolver: Dns, rcode: str) -> None:
        server.fail("dupont.example", rcode)
        assert (await resolver.lookup("dupont.example", "TXT")).result == Result.FAILING

    async def test_silence_ends_in_time(self, nobody: Endpoint) -> None:
        started = time.monotonic()
        answer = await Dns([nobody], seconds=0.2).lookup("dupont.example", "TXT")
        assert answer.result == Result.SILENT
        assert time.monotonic() - started < 1
        shorter = await Dns([nobody], seconds=60).lookup("dupont.example", "TXT", seconds=0.1)
        assert shorter.result == Result.SILENT

    async def test_a_question_that_got_lost_is_asked_again(
        self, server: NameServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reply_to = server.reply_to
        lost: list[bytes] = []

        async def loses_the_first(wire: bytes, **how: bool) -> bytes | None:
            if not lost:
                lost.append(wire)
                return None
            return await reply_to(wire, **how)

        monkeypatch.setattr(server, "reply_to", loses_the_first)
        assert (await Dns([endpoint(server)], seconds=1).lookup("dupont.example", "TXT")).values == ("hello",)

    async def test_the_next_server_is_asked_when_one_is_silent_or_fails(
        self, server: NameServer, nobody: Endpoint
    ) -> None:
        asked: list[bytes] = []

        class Failing(NameServer):
            async def reply_to(self, wire: bytes, *, over_udp: bool) -> bytes | None:
                asked.append(wire)
                return await super().reply_to(wire, over_udp=over_udp)

        failing = Failing()
        await failing.start()
        failing.fail()
        working = Dns([nobody, endpoint(failing), endpoint(server)], seconds=1)
        assert (await working.lookup("dupont.example", "TXT")).values == ("hello",)
        broken = Dns([nobody, endpoint(failing)], seconds=0.3)
        assert (await broken.lookup("dupont.example", "TXT")).result == Result.FAILING
        assert len(asked) == 2
        await failing.stop()

    async def test_lookups_of_one_purpose_ask_no_more_questions_than_they_may(self, resolver: Dns) -> None:
        budget = Budget(2)
        results = [(await resolver.lookup("dupont.example", "TXT", budget=budget)).result for _ in range(3)]
        assert results == [Result.FOUND, Result.FOUND, Result.FAILING]

    async def test_a_name_too_long_for_the_dns_is_not_in_it(self, resolver: Dns) -> None:
        name = ".".join(["abcdefghi"] * 30)
        assert (await resolver.lookup(name, "TXT")).result == Result.NO_SUCH_NAME

    @settings(max_examples=50)
    @given(st.binary(max_size=60), st.integers(0, 15))
    async def test_whatever_a_server_sends_there_is_an_outcome(self, noise: bytes, rcode: int) -> None:
        async def noisy(wire: bytes, *, over_udp: bool) -> bytes:
            return wire[:2] + bytes([0x84, 0x80 | rcode]) + wire[4:] + noise

        server = NameServer()
        server.reply_to = noisy  # type: ignore[method-assign]
        await server.start()
        answer = await Dns([endpoint(server)], seconds=0.03).lookup("dupont.example", "TXT")
        await server.stop()
        assert answer.result in Result

    def test_a_server_is_given_by_its_address(self) -> None:
        with pytest.raises(ValueError, match="localhost"):
            Dns([("localhost", 53)])


class Parent(NameServer):
    """Plays the system's resolver, and delegates some domains to other servers."""

    def __init__(self) -> None:
        super().__init__()
        self.delegated: dict[str, list[tuple[str, str | None]]] = {}

    async def reply_to(self, wire: bytes, *, over_udp: bool) -> bytes | None:
        query = dnslib.DNSRecord.parse(wire)
        for zone, hosts in self.delegated.items():
            if zone == "." or query.q.qname.matchSuffix(zone):
                packed: bytes = _delegation(query, zone, hosts).pack()
                return packed
        return await super().reply_to(wire, over_udp=over_udp)


def _delegation(query: Any, zone: str, hosts: list[tuple[str, str | None]]) -> Any:
    message = query.reply(ra=0, aa=0)
    for host, address in hosts:
        message.add_auth(dnslib.RR(zone, dnslib.QTYPE.NS, rdata=dnslib.NS(host), ttl=60))
        if address:
            message.add_ar(dnslib.RR(host, dnslib.QTYPE.A, rdata=dnslib.A(address), ttl=60))
    return message


@pytest.fixture
async def parent() -> AsyncIterator[Parent]:
    """The server of `example`, which delegates `dupont.example` to the server at 192.0.2.2."""
    parent = Parent()
    await parent.start()
    parent.add_zone("example")
    parent.delegated["dupont.example"] = [("ns.dupont.example", "192.0.2.2")]
    yield parent
    await parent.stop()


@pytest.fixture
async def system() -> AsyncIterator[NameServer]:
    """The system's resolver: it knows the servers of the zones above, and remembers an older `dupont.example`."""
    system = NameServer()
    await system.start()
    for zone in ("example", "test"):
        system.add_zone(zone)
    system.add("ns.sandbox.example", "A", "192.0.2.1")
    system.add("dupont.example", "TXT", "stale")
    yield system
    await system.stop()


@pytest.fixture
def places(parent: Parent, server: NameServer, nobody: Endpoint) -> dict[str, Endpoint]:
    return {"192.0.2.1": endpoint(parent), "192.0.2.2": endpoint(server), "192.0.2.3": nobody}


@pytest.fixture
def authoritative(system: NameServer, places: dict[str, Endpoint]) -> Dns:
    resolver = Dns(reach=places.get)
    stub = dns.asyncresolver.Resolver(configure=False)
    stub.nameservers, stub.port = ["127.0.0.1"], endpoint(system)[1]
    stub.cache = dns.resolver.LRUCache()
    resolver._system = stub
    return resolver


class TestTheDomainsOwnServers:
    async def test_the_delegation_is_followed(self, authoritative: Dns) -> None:
        assert (await authoritative.lookup("dupont.example", "TXT")).values == ("hello",)

    async def test_those_that_the_domain_is_delegated_to_are_told(self, parent: Parent, authoritative: Dns) -> None:
        hosts = ["ns2.hoster.example", "ns1.hoster.example"]
        parent.delegated["dupont.example"] = [(host, "192.0.2.2") for host in hosts]
        for name in ("dupont.example", "nowhere.dupont.example"):
            assert (await authoritative.lookup(name, "TXT")).servers == tuple(hosts)
        assert (await authoritative.lookup("nobody.example", "TXT")).servers == ()

    async def test_what_was_published_a_moment_ago_is_seen(self, server: NameServer, authoritative: Dns) -> None:
        assert (await authoritative.lookup("a.dupont.example", "TXT")).result == Result.NO_SUCH_NAME
        server.add("a.dupont.example", "TXT", "new")
        assert (await authoritative.lookup("a.dupont.example", "TXT")).values == ("new",)

    async def test_a_domain_that_moved_a_moment_ago_is_asked_at_its_new_servers(
        self, parent: Parent, authoritative: Dns
    ) -> None:
        parent.delegated["dupont.example"] = [("ns.elsewhere.example", "192.0.2.3")]
        assert (await authoritative.lookup("dupont.example", "TXT", seconds=0.2)).result == Result.SILENT
        parent.delegated["dupont.example"] = [("ns.dupont.example", "192.0.2.2")]
        assert (await authoritative.lookup("dupont.example", "TXT")).values == ("hello",)

    async def test_a_domain_that_is_not_delegated_does_not_exist(self, authoritative: Dns) -> None:
        assert (await authoritative.lookup("nobody.example", "TXT")).result == Result.NO_SUCH_DOMAIN
        assert (await authoritative.lookup("www.nobody.example", "TXT")).result == Result.NO_SUCH_DOMAIN

    async def test_a_server_without_address_in_the_delegation_is_looked_up(
        self, system: NameServer, parent: Parent, authoritative: Dns
    ) -> None:
        system.add("ns.hoster.example", "A", "192.0.2.2")
        parent.delegated["dupont.example"] = [("ns.lost.example", None), ("ns.hoster.example", None)]
        assert (await authoritative.lookup("dupont.example", "TXT")).values == ("hello",)

    async def test_one_of_two_servers_is_enough(self, parent: Parent, authoritative: Dns) -> None:
        parent.delegated["dupont.example"] = [("ns1.dupont.example", "192.0.2.3"), ("ns2.dupont.example", "192.0.2.2")]
        assert (await authoritative.lookup("dupont.example", "TXT", seconds=1)).values == ("hello",)

    async def test_a_subdomain_may_have_servers_of_its_own(
        self, parent: Parent, places: dict[str, Endpoint], authoritative: Dns
    ) -> None:
        below = NameServer()
        await below.start()
        below.add("mail.dupont.example", "TXT", "below")
        places["192.0.2.4"] = endpoint(below)
        middle = Parent()
        await middle.start()
        middle.delegated["mail.dupont.example"] = [("ns.mail.dupont.example", "192.0.2.4")]
        places["192.0.2.2"] = endpoint(middle)
        answer = await authoritative.lookup("mail.dupont.example", "TXT")
        await asyncio.gather(below.stop(), middle.stop())
        assert answer.values == ("below",)

    async def test_an_alias_into_another_domain_is_asked_there(
        self, parent: Parent, server: NameServer, authoritative: Dns
    ) -> None:
        server.add("a.dupont.example", "CNAME", "b.martin.test")
        parent.add("b.martin.test", "TXT", "there")
        answer = await authoritative.lookup("a.dupont.example", "TXT")
        assert (answer.values, answer.aliases) == (("there",), ("b.martin.test",))

    async def test_servers_that_do_not_have_the_domain_are_failing(
        self, parent: Parent, places: dict[str, Endpoint], authoritative: Dns
    ) -> None:
        lame = Parent()
        await lame.start()
        lame.delegated["."] = [("ns.root.example", "192.0.2.1")]
        places["192.0.2.2"] = endpoint(lame)
        answer = await authoritative.lookup("dupont.example", "TXT")
        await lame.stop()
        assert answer.result == Result.FAILING

    async def test_delegations_that_go_round_in_circles_or_nowhere_are_failing(
        self, parent: Parent, authoritative: Dns
    ) -> None:
        parent.delegated["dupont.example"] = [("ns.lost.example", None)]
        assert (await authoritative.lookup("dupont.example", "TXT")).result == Result.FAILING
        parent.delegated["dupont.example"] = [("ns.dupont.example", "192.0.2.1")]
        assert (await authoritative.lookup("dupont.example", "TXT")).result == Result.FAILING

    async def test_a_system_without_resolver_or_with_a_broken_one_has_an_outcome(
        self, system: NameServer, authoritative: Dns
    ) -> None:
        system.fail()
        assert (await authoritative.lookup("dupont.example", "TXT")).result == Result.FAILING
        system.silent()
        started = time.monotonic()
        assert (await authoritative.lookup("dupont.example", "TXT", seconds=0.2)).result == Result.SILENT
        assert time.monotonic() - started < 1
        authoritative._system = dns.asyncresolver.Resolver(configure=False)
        assert (await authoritative.lookup("dupont.example", "TXT")).result == Result.FAILING
