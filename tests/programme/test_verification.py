"""Proofs of a domain, checked over the wire at the sandbox's name server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from programme.dns import Answer, Budget, Dns
from programme.verification import Finding, Outcome, ProofTemplate, Record, check, new_token
from sandbox.nameserver import NameServer

DOMAIN = "dupont.example"
TOKEN = "vabcdefghijklmnopqrstuvwxyz"
OTHER_TOKEN = "vzyxwvutsrqponmlkjihgfedcba"
TARGET = "verify.nordlicht.example"
TEMPLATE = ProofTemplate(
    txt_value="nordlicht-verification={token}.verify.nordlicht.example", cname_host="{token}", cname_target=TARGET
)
TXT = TEMPLATE.txt(DOMAIN, TOKEN)
CNAME = TEMPLATE.cname(DOMAIN, TOKEN)


@pytest.fixture
async def server() -> AsyncIterator[NameServer]:
    server = NameServer()
    await server.start()
    server.add_zone(DOMAIN)
    yield server
    await server.stop()


class Noting(Dns):
    """Asks the sandbox's name server, and notes how long each lookup might have taken."""

    def __init__(self, server: NameServer, seconds: float = 5.0) -> None:
        host, port = server.address.split(":")
        super().__init__([(host, int(port))], seconds)
        self.allowed: list[float] = []

    async def lookup(
        self, name: str, rdtype: str, seconds: float | None = None, budget: Budget | None = None
    ) -> Answer:
        self.allowed.append(self.seconds if seconds is None else seconds)
        return await super().lookup(name, rdtype, seconds, budget)


async def checked(server: NameServer, domain: str = DOMAIN, seconds: float = 5.0) -> Finding:
    return await check(Noting(server, seconds), domain, TOKEN, TEMPLATE)


def publish(server: NameServer, *records: Record) -> None:
    for record in records:
        server.add(record.name, record.type, record.value)


def test_the_records_to_publish() -> None:
    assert Record("TXT", DOMAIN, f"nordlicht-verification={TOKEN}.verify.nordlicht.example") == TXT
    assert Record("CNAME", f"{TOKEN}.{DOMAIN}", TARGET) == CNAME


def test_the_host_is_what_the_panel_of_the_registered_domain_asks_for() -> None:
    assert (TXT.host, CNAME.host) == ("@", TOKEN)
    below = "shop.new.dupont.co.uk"
    assert TEMPLATE.txt(below, TOKEN).host == "shop.new"
    assert TEMPLATE.cname(below, TOKEN).host == f"{TOKEN}.shop.new"


def test_tokens_cannot_be_guessed_and_are_host_names() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch("[a-z][a-z2-7]{26}", token) for token in tokens)
    # Each of the 26 places after the first carries its bits: 25 of them five, the last one three.
    alphabets = [{token[place] for token in tokens} for place in range(1, 27)]
    assert [len(alphabet) for alphabet in alphabets] == [32] * 25 + [8]


class TestVerified:
    async def test_by_txt(self, server: NameServer) -> None:
        publish(server, Record("TXT", DOMAIN, "v=spf1 -all"), TXT)
        assert await checked(server) == Finding(Outcome.VERIFIED, "txt", (TXT,))

    async def test_by_cname(self, server: NameServer) -> None:
        publish(server, CNAME)
        assert await checked(server) == Finding(Outcome.VERIFIED, "cname", (CNAME,))

    async def test_by_either_when_the_other_is_wrong(self, server: NameServer) -> None:
        publish(server, TEMPLATE.txt(DOMAIN, OTHER_TOKEN), CNAME)
        assert (await checked(server)).method == "cname"

    async def test_by_txt_while_the_other_name_fails(self, server: NameServer) -> None:
        publish(server, TXT)
        server.fail(CNAME.name)
        assert (await checked(server)).outcome == Outcome.VERIFIED

    async def test_by_cname_while_nothing_is_heard_of_the_other(
        self, server: NameServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(server, CNAME)
        server.silent(DOMAIN)
        monkeypatch.setattr("programme.verification.new_token", lambda: "stranger")
        for heard in (CNAME.name, "stranger.dupont.example"):
            server.late(heard, seconds=0)
        assert (await checked(server, seconds=0.5)).method == "cname"

    @pytest.mark.parametrize("form", ['"{}"', "  {} ", "“{}”", '" {}. "', "{}.", "'{}'"])
    async def test_whatever_stands_around_the_value(self, server: NameServer, form: str) -> None:
        publish(server, Record("TXT", DOMAIN, form.format(TXT.value)))
        assert (await checked(server)).outcome == Outcome.VERIFIED

    async def test_in_capitals(self, server: NameServer) -> None:
        publish(server, Record("TXT", DOMAIN, TXT.value.upper()))
        assert (await checked(server)).outcome == Outcome.VERIFIED

    async def test_when_the_txt_comes_in_several_strings_or_over_tcp(self, server: NameServer) -> None:
        template = ProofTemplate("x" * 300 + "{token}", "{token}", TARGET)
        for number in range(5):
            server.add(DOMAIN, "TXT", f"{number}" * 250)
        publish(server, template.txt(DOMAIN, TOKEN))
        assert (await check(Noting(server), DOMAIN, TOKEN, template)).outcome == Outcome.VERIFIED

    async def test_an_international_domain(self, server: NameServer) -> None:
        server.add("müller.example", "TXT", TXT.value)
        assert (await checked(server, "xn--mller-kva.example")).outcome == Outcome.VERIFIED

    async def test_a_subdomain(self, server: NameServer) -> None:
        domain = "mail.dupont.example"
        publish(server, TEMPLATE.txt(domain, TOKEN))
        assert (await checked(server, domain)).outcome == Outcome.VERIFIED
        assert (await checked(server)).outcome == Outcome.NOTHING_FOUND

    async def test_a_star_with_this_very_token_speaks_for_a_subdomain(self, server: NameServer) -> None:
        server.add("*.dupont.example", "TXT", TXT.value)
        assert (await checked(server, "mail.dupont.example")).method == "txt"

    async def test_a_record_of_its_own_beside_a_star_that_points_elsewhere(self, server: NameServer) -> None:
        publish(server, CNAME, Record("CNAME", "*.dupont.example", "landing.dupont.example"))
        assert (await checked(server)).method == "cname"


class TestNotVerified:
    async def test_nothing_there(self, server: NameServer) -> None:
        server.add(DOMAIN, "TXT", "v=spf1 -all")
        assert await checked(server) == Finding(Outcome.NOTHING_FOUND)
        assert await checked(server, "mail.dupont.example") == Finding(Outcome.NOTHING_FOUND)

    async def test_no_such_domain(self, server: NameServer) -> None:
        assert await checked(server, "nobody.example") == Finding(Outcome.NO_SUCH_DOMAIN)
        assert await checked(server, "mail.nobody.example") == Finding(Outcome.NO_SUCH_DOMAIN)

    @pytest.mark.parametrize(
        "value",
        [
            TXT.value.replace(TOKEN, OTHER_TOKEN),
            TXT.value.replace("=", " = "),
            TXT.value + " and more",
            TXT.value.removesuffix(TARGET) + "dupont.example",
            TOKEN,
            TXT.value.replace(TOKEN, "{token}"),
        ],
    )
    async def test_another_value_that_looks_like_ours_is_shown(self, server: NameServer, value: str) -> None:
        publish(server, Record("TXT", DOMAIN, "v=spf1 -all"), Record("TXT", DOMAIN, value))
        assert await checked(server) == Finding(Outcome.WRONG_VALUE, found=(Record("TXT", DOMAIN, value),))

    async def test_another_target_is_shown(self, server: NameServer) -> None:
        wrong = Record("CNAME", CNAME.name, "verify.nordlicht.example.dupont.example")
        publish(server, wrong)
        assert await checked(server) == Finding(Outcome.WRONG_VALUE, found=(wrong,))

    async def test_only_a_few_are_shown_and_those_cut(self, server: NameServer) -> None:
        for number in range(9):
            server.add(DOMAIN, "TXT", f"nordlicht-verification={number}" + "x" * 400)
        finding = await checked(server)
        assert len(finding.found) == 5
        assert all(len(record.value) == 200 and record.value.endswith("…") for record in finding.found)

    @pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED"])
    async def test_failing(self, server: NameServer, rcode: str) -> None:
        publish(server, TXT, CNAME)
        server.fail(DOMAIN, rcode)
        assert await checked(server) == Finding(Outcome.SERVER_FAILING)

    async def test_failing_for_one_of_the_two_names_only(self, server: NameServer) -> None:
        server.fail(CNAME.name)
        assert await checked(server) == Finding(Outcome.SERVER_FAILING)

    async def test_silent(self, server: NameServer) -> None:
        publish(server, TXT, CNAME)
        server.silent(DOMAIN)
        dns = Noting(server, seconds=0.2)
        assert await check(dns, DOMAIN, TOKEN, TEMPLATE) == Finding(Outcome.SERVER_SILENT)
        assert len(dns.allowed) == 2

    async def test_later_lookups_have_the_time_that_the_first_have_left(self, server: NameServer) -> None:
        server.late(DOMAIN, seconds=0.1)
        dns = Noting(server, seconds=5.0)
        assert await check(dns, DOMAIN, TOKEN, TEMPLATE) == Finding(Outcome.NOTHING_FOUND)
        assert len(dns.allowed) == 6
        assert dns.allowed[:2] == [3.0, 3.0]
        assert all(3.0 < seconds <= 4.9 for seconds in dns.allowed[2:])

    async def test_another_tokens_proof_is_none(self, server: NameServer) -> None:
        publish(server, TXT, CNAME)
        finding = await check(Noting(server), DOMAIN, OTHER_TOKEN, TEMPLATE)
        assert finding == Finding(Outcome.WRONG_VALUE, found=(TXT,))


class TestWrongName:
    @pytest.mark.parametrize(
        "record",
        [
            Record("TXT", "dupont.example.dupont.example", TXT.value),
            Record("CNAME", f"{TOKEN}.dupont.example.dupont.example", TARGET),
            Record("TXT", CNAME.name, TXT.value),
        ],
    )
    async def test_the_right_record_at_a_wrong_name(self, server: NameServer, record: Record) -> None:
        publish(server, record)
        assert await checked(server) == Finding(Outcome.WRONG_NAME, found=(record,))

    @pytest.mark.parametrize(
        "record",
        [
            Record("TXT", "dupont.example", TXT.value),
            Record("TXT", "new.dupont.example", TXT.value),
            Record("TXT", "shop.new.dupont.example.dupont.example", TXT.value),
            Record("TXT", "shop.new.shop.new.dupont.example", TXT.value),
            Record("CNAME", f"{TOKEN}.dupont.example", TARGET),
            Record("CNAME", f"{TOKEN}.new.dupont.example", TARGET),
            Record("CNAME", f"{TOKEN}.shop.new.dupont.example.dupont.example", TARGET),
        ],
        ids=lambda record: f"{record.type} {record.name}",
    )
    async def test_what_belongs_at_a_subdomain_is_found_above_it(self, server: NameServer, record: Record) -> None:
        domain = "shop.new.dupont.example"
        server.add(domain, "A", "192.0.2.7")
        publish(server, record)
        assert await checked(server, domain) == Finding(Outcome.WRONG_NAME, found=(record,))

    async def test_a_star_above_a_subdomain_is_no_record_of_its_own(self, server: NameServer) -> None:
        server.add("shop.dupont.example", "A", "192.0.2.7")
        server.add("*.dupont.example", "CNAME", TARGET)
        assert await checked(server, "shop.dupont.example") == Finding(Outcome.NOTHING_FOUND)

    async def test_matters_more_than_an_old_value_at_the_right_name(self, server: NameServer) -> None:
        publish(server, TEMPLATE.txt(DOMAIN, OTHER_TOKEN), Record("TXT", "dupont.example.dupont.example", TXT.value))
        assert (await checked(server)).outcome == Outcome.WRONG_NAME

    async def test_a_wrong_value_at_a_wrong_name_is_nothing(self, server: NameServer) -> None:
        server.add("dupont.example.dupont.example", "TXT", "v=spf1 -all")
        assert (await checked(server)).outcome == Outcome.NOTHING_FOUND

    async def test_behind_an_alias_others_could_have_published_it(self, server: NameServer) -> None:
        domain = "shop.dupont.example"
        server.add(domain, "CNAME", "host.hoster.example")
        server.add("host.hoster.example", "TXT", TXT.value)
        finding = await checked(server, domain)
        assert finding == Finding(Outcome.WRONG_NAME, found=(Record("TXT", "host.hoster.example", TXT.value),))

    async def test_a_domain_too_long_to_be_appended_twice(self, server: NameServer) -> None:
        domain = ".".join(["a" * 60] * 3 + [DOMAIN])
        server.add(domain, "A", "192.0.2.7")
        assert (await checked(server, domain)).outcome == Outcome.NOTHING_FOUND


class TestWildcards:
    async def test_a_star_that_points_to_us_names_no_token(self, server: NameServer) -> None:
        star = Record("CNAME", "*.dupont.example", TARGET)
        publish(server, star)
        assert await checked(server) == Finding(Outcome.WILDCARD, found=(star,))
        publish(server, TXT)
        assert (await checked(server)).method == "txt"

    async def test_a_star_that_points_elsewhere_is_nothing_of_ours(self, server: NameServer) -> None:
        publish(server, Record("CNAME", "*.dupont.example", "landing.dupont.example"))
        assert await checked(server) == Finding(Outcome.NOTHING_FOUND)

    async def test_a_chain_that_ends_at_us_may_be_a_strangers(self, server: NameServer) -> None:
        publish(server, Record("CNAME", CNAME.name, "host.hoster.example"))
        publish(server, Record("CNAME", "host.hoster.example", TARGET))
        finding = await checked(server)
        assert finding == Finding(Outcome.WRONG_VALUE, found=(Record("CNAME", CNAME.name, "host.hoster.example"),))

    async def test_aliases_that_lead_in_a_circle_are_told(self, server: NameServer) -> None:
        shop, token = "shop.dupont.example", TEMPLATE.cname("shop.dupont.example", TOKEN)
        publish(server, Record("CNAME", shop, "a.dupont.example"), Record("CNAME", "a.dupont.example", shop))
        finding = await checked(server, shop)
        assert (finding.outcome, [record.name for record in finding.found]) == (Outcome.ALIAS_LOOP, [shop])
        publish(server, token)  # below it there may be a proof all the same
        assert (await checked(server, shop)).method == "cname"

    async def test_a_star_with_other_txt_is_nothing_of_ours(self, server: NameServer) -> None:
        server.add("*.dupont.example", "TXT", "v=spf1 -all")
        assert await checked(server) == Finding(Outcome.NOTHING_FOUND)

    async def test_no_proof_while_it_cannot_be_told_whether_there_is_a_star(
        self, server: NameServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publish(server, CNAME)
        monkeypatch.setattr("programme.verification.new_token", lambda: "stranger")
        server.fail("stranger.dupont.example")
        assert await checked(server) == Finding(Outcome.SERVER_FAILING)
        server.silent("stranger.dupont.example")
        assert await checked(server, seconds=0.2) == Finding(Outcome.SERVER_SILENT)


async def test_txt_and_cname_are_looked_up_at_once_and_no_more_when_proven(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(server, TXT)
    waiting: list[bytes] = []
    both = asyncio.Event()
    reply_to = server.reply_to

    async def when_both_have_come(wire: bytes, *, over_udp: bool) -> bytes | None:
        waiting.append(wire)
        if len(waiting) == 2:
            both.set()
        await both.wait()
        return await reply_to(wire, over_udp=over_udp)

    monkeypatch.setattr(server, "reply_to", when_both_have_come)
    assert (await checked(server)).outcome == Outcome.VERIFIED
    assert len(waiting) == 2
