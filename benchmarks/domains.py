"""How fast domains are verified: `python -m benchmarks.domains`.

Our check is measured beside a bare loop of dnspython that asks the same questions of the same name server, so many at
once, and looks at no answer; in turn with it. The name server is NSD where it is installed, else the sandbox's, in a
process of its own. Then whole rounds are measured, with a database. It measures, and fails for nothing that is merely
slow.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import dns.asyncquery
import dns.message

from benchmarks.alerts import ENGINES, Place, places
from benchmarks.kit import rounds
from programme.catalogue import load_catalogue
from programme.dns import EDNS_PAYLOAD, Answer, Budget, Dns, Endpoint
from programme.proof import template_of
from programme.rounds import AT_ONCE
from programme.verification import Outcome, check, new_token
from tests.programme import authorities

ROOT = Path(__file__).resolve().parents[1]
LEAST_OF_BARE = 0.8  # what is hoped for
SECONDS = 5.0
TEMPLATE = template_of(load_catalogue())
STRETCH = 100  # domains
Question = tuple[str, str]
Work = list[Callable[[], Awaitable[object]]]


class Noting(Dns):
    """Notes what it is asked, for the bare loop to ask the same."""

    def __init__(self, server: Endpoint) -> None:
        super().__init__([server], SECONDS)
        self.asked: list[Question] = []

    async def lookup(
        self, name: str, rdtype: str, seconds: float | None = None, budget: Budget | None = None
    ) -> Answer:
        self.asked.append((name, rdtype))
        return await super().lookup(name, rdtype, seconds, budget)


def zones(tokens: dict[str, str]) -> dict[str, list[tuple[str, str, str]]]:
    """Domains as they come: most are proven by TXT, some by CNAME, some not yet."""
    some, made = random.Random(3), {}
    for domain, token in tokens.items():
        kind = some.choices(("txt", "cname", "none"), (6, 2, 2))[0]
        records = [(domain, "TXT", "v=spf1 include:spf.nordlicht.example ~all")]
        if kind != "none":
            proof = TEMPLATE.txt(domain, token) if kind == "txt" else TEMPLATE.cname(domain, token)
            records.append((proof.name, proof.type, proof.value))
        made[domain] = records
    return made


@contextmanager
def server_of(made: dict[str, list[tuple[str, str, str]]], which: str) -> Iterator[Endpoint]:
    if which == "nsd":
        with TemporaryDirectory(prefix="partner-desk-") as folder, authorities.nsd(made, Path(folder)) as server:
            yield server
        return
    command = [sys.executable, "-m", "benchmarks.kit.names_process"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:  # noqa: S603 - ourselves
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(made) + "\n")
        process.stdin.flush()
        host, _, port = process.stdout.readline().strip().partition(":")
        try:
            yield host, int(port)
        finally:
            process.stdin.close()


async def timed(work: Work, at_once: int) -> float:
    """The seconds that it takes to do everything, so many at once."""
    waiting = iter(work)

    async def worker() -> None:
        for one in waiting:
            await one()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return time.perf_counter() - began


async def measure(server: Endpoint, tokens: dict[str, str], options: argparse.Namespace) -> None:
    questions, outcomes = {}, []
    for domain, token in tokens.items():
        noting = Noting(server)
        outcomes.append((await check(noting, domain, token, TEMPLATE)).outcome)
        questions[domain] = noting.asked
    asked = sum(map(len, questions.values()))
    print(f"  {outcomes.count(Outcome.VERIFIED):,} verified, {asked:,} questions", flush=True)
    resolver = Dns([server], SECONDS)

    def ours(domain: str, token: str) -> Callable[[], Awaitable[object]]:
        return lambda: check(resolver, domain, token, TEMPLATE)

    def bare(asked: list[Question]) -> Callable[[], Awaitable[object]]:
        return lambda: bare_check(server, asked)

    our_work = [ours(domain, token) for domain, token in tokens.items()]
    bare_work = [bare(asked) for asked in questions.values()]
    turns = [await turn(our_work, bare_work, options.at_once) for _ in range(options.repetitions)]
    show(turns, len(tokens))


async def turn(our_work: Work, bare_work: Work, at_once: int) -> tuple[float, float]:
    """The seconds that ours and the bare loop take, in many short turns, so that both find the same machine."""
    ours = bare = 0.0
    for start in range(0, len(our_work), STRETCH):
        stretch = slice(start, start + STRETCH)
        ours += await timed(our_work[stretch], at_once)
        bare += await timed(bare_work[stretch], at_once)
    return ours, bare


async def bare_check(server: Endpoint, asked: list[Question]) -> None:
    """The first two questions at once, as a check asks them, then all others."""
    for some in (asked[:2], asked[2:]):
        await asyncio.gather(*(bare_lookup(server, question) for question in some))


async def bare_lookup(server: Endpoint, question: Question) -> None:
    host, port = server
    query = dns.message.make_query(*question, use_edns=0, payload=EDNS_PAYLOAD)
    await dns.asyncquery.udp_with_fallback(query, host, timeout=SECONDS, port=port)


def show(turns: list[tuple[float, float]], count: int) -> None:
    ours, bare = zip(*turns, strict=True)
    for name, seconds in (("ours", ours), ("bare dnspython", bare)):
        rates = [count / one for one in seconds]
        print(f"    {name:<16}{median(rates):8,.0f} domains/s  ({min(rates):,.0f} to {max(rates):,.0f})")
    ratios = [other / own for own, other in turns]
    ratio = median(bare) / median(ours)
    print(
        f"    ours / bare     {ratio:8.2f}  (turn by turn {min(ratios):.2f} to {max(ratios):.2f}; "
        f"wanted: at least {LEAST_OF_BARE})",
        flush=True,
    )


def main() -> None:
    options = _options()
    tokens = {f"customer{number}.example": new_token() for number in range(options.domains)}
    with places(options.engines) as found:
        for which in options.servers:
            _measure_at(which, tokens, found, options)


def _measure_at(which: str, tokens: dict[str, str], found: list[Place], options: argparse.Namespace) -> None:
    print(f"\n{options.domains:,} domains, {options.at_once} at once, at {which}", flush=True)
    with server_of(zones(tokens), which) as server:
        asyncio.run(measure(server, tokens, options))
        for place in found:
            rounds.show(place.name, asyncio.run(rounds.measure(server, tokens, place.new())))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.domains", description=__doc__)
    parser.add_argument("--domains", type=int, default=2_000)
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="domains")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--servers", nargs="+", choices=authorities.KINDS, default=[authorities.KINDS[-1]])
    return parser.parse_args()


if __name__ == "__main__":
    main()
