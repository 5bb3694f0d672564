"""Whose name servers count for a domain: what the answer names when nothing was found there (mission row 19)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from programme.dns import Answer, Budget, Dns, Result
from programme.name_servers import MOST_NAMED, name_servers
from programme.verification import Outcome, ProofTemplate, check

TEMPLATE = ProofTemplate("proof={token}", "{token}", "verify.nordlicht.example")
DELEGATED = ("ns2.hoster.example", "ns1.hoster.example")


@dataclass
class Known(Dns):
    """Knows some answers, by name and type, and notes what it is asked."""

    answers: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    servers: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    seconds: float = 5.0
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def lookup(
        self, name: str, rdtype: str, seconds: float | None = None, budget: Budget | None = None
    ) -> Answer:
        self.asked.append((name, rdtype))
        await asyncio.sleep(0)
        values = self.answers.get((name, rdtype), ())
        result = Result.FOUND if values else Result.NO_SUCH_RECORD
        return Answer(name, rdtype, result, values, self.aliases, self.servers)


async def test_those_of_the_zone_that_holds_the_domain() -> None:
    above = {("v3.example", "NS"): ("ns1.above.example",)}
    assert await name_servers(Known(above), "shop.v3.example") == ("ns1.above.example",)
    own = above | {("shop.v3.example", "NS"): ("ns1.below.example",)}
    assert await name_servers(Known(own), "shop.v3.example") == ("ns1.below.example",)
    assert await name_servers(Known(), "shop.v3.example") == ()


async def test_in_order_and_four_at_most() -> None:
    many = tuple(f"ns{number}.hoster.example" for number in (3, 1, 6, 2, 5, 4))
    named = await name_servers(Known({("v3.example", "NS"): many}), "v3.example")
    assert named == tuple(sorted(many))[:MOST_NAMED] == tuple(sorted(many))[:4]


async def test_those_that_an_alias_leads_to_are_not_the_domains() -> None:
    aliased = Known({("shop.v3.example", "NS"): ("ns1.shops.example",)}, aliases=("shops.example",))
    assert await name_servers(aliased, "shop.v3.example") == ()


@pytest.mark.parametrize("servers", [(), DELEGATED])
async def test_they_are_asked_for_only_where_they_are_not_known_already(servers: tuple[str, ...]) -> None:
    known = Known({("v3.example", "NS"): ("ns1.asked.example",)}, servers)
    finding = await check(known, "v3.example", "token", TEMPLATE)
    assert finding.outcome is Outcome.NOTHING_FOUND
    assert finding.servers == (tuple(sorted(servers)) or ("ns1.asked.example",))
    assert ("v3.example", "NS") not in known.asked or not servers


async def test_nobody_wants_to_know_them_where_nobody_waits_for_the_answer() -> None:
    known = Known({("v3.example", "NS"): ("ns1.asked.example",)})
    finding = await check(known, "v3.example", "token", TEMPLATE, why=False)
    assert (finding.outcome, finding.servers) == (Outcome.NOTHING_FOUND, ())
    assert len(known.asked) == 2
