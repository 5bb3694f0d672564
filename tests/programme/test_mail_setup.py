"""The checks of a domain's mail, over the wire, at authoritative name servers (mission row 12)."""

import shutil
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from programme.dns import Dns, Endpoint
from programme.mail_check import MOST_QUESTIONS, PARTS, Check, Line, State
from programme.mail_setup import check_mail
from tests.programme import authorities
from tests.programme.house import CATALOGUE
from tests.programme.mail_zones import DOUBTFUL, GOOD, MISSING, MISTAKES, NO_ANSWER, WRONG, ZONES, Record


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    made = Path(mkdtemp(prefix="partner-desk-nsd-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="module")
def nsd(folder: Path) -> Iterator[Endpoint]:
    with authorities.nsd(ZONES, folder) as server:
        yield server


@pytest.fixture(params=authorities.KINDS)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Endpoint]:
    """Each of the name servers that this machine has, with all zones."""
    if request.param == "nsd":
        yield request.getfixturevalue("nsd")
        return
    async with authorities.sandbox(ZONES) as server:
        yield server


async def checked(server: Endpoint, domain: str, seconds: float = 5.0) -> dict[str, Check]:
    setup = await check_mail(Dns([server], seconds), domain, CATALOGUE, "eu")
    assert tuple(check.part for check in setup.checks) == PARTS
    return {check.part: check for check in setup.checks}


def states(checks: dict[str, Check]) -> dict[str, State]:
    return {part: check.state for part, check in checks.items()}


def words(check: Check) -> set[str]:
    return {remark.word for remark in check.remarks}


@pytest.mark.parametrize("domain", ["good.example", "xn--mller-kva.example"])
async def test_in_order(server: Endpoint, domain: str) -> None:
    checks = await checked(server, domain)
    assert states(checks) == dict.fromkeys(PARTS, GOOD)
    assert [check.paste for check in checks.values()] == [()] * 4
    assert checks["mx"].found == ("10 mx.nordlicht.example", "20 mx2.nordlicht.example", "50 mx3.nordlicht.example")


@pytest.mark.parametrize("part", PARTS)
async def test_every_mistake_is_noticed_and_no_other(server: Endpoint, part: str) -> None:
    for name, (_, state, noticed) in MISTAKES[part].items():
        checks = await checked(server, f"{part}-{name}.example")
        assert (checks[part].state, words(checks[part])) == (state, noticed), name
        assert states(checks) == dict.fromkeys(PARTS, GOOD) | {part: state}, name
        assert (checks[part].paste == ()) or state is not GOOD, name


# What is only mended by having less in the record, which only the customer can choose.
HOPELESS = {"too_many_lookups"}


def published(domain: str, check: Check) -> dict[str, list[Record]]:
    """All zones, with what a check says to publish in the place of what it says to delete."""
    removed, pasted = ([_record(line) for line in lines] for lines in (check.remove, check.paste))
    return ZONES | {domain: [*(record for record in ZONES[domain] if record not in removed), *pasted]}


def _record(line: Line) -> Record:
    return line.name, line.type, line.value if line.priority is None else f"{line.priority} {line.value}"


@pytest.mark.parametrize("part", PARTS)
async def test_what_is_to_be_published_mends_it(part: str) -> None:
    for name in MISTAKES[part]:
        domain = f"{part}-{name}.example"
        async with authorities.sandbox(ZONES) as server:
            check = (await checked(server, domain))[part]
        if (check.paste or check.remove) and not words(check) & HOPELESS:
            async with authorities.sandbox(published(domain, check)) as server:
                mended = (await checked(server, domain))[part]
            assert mended.works, (name, mended)


async def test_nothing_there(server: Endpoint) -> None:
    checks = await checked(server, "bare.example")
    assert states(checks) == dict.fromkeys(PARTS, MISSING)
    lines = {(line.host, line.type, line.value, line.priority) for check in checks.values() for line in check.paste}
    assert lines == {
        ("@", "MX", "mx.nordlicht.example", 10),
        ("@", "MX", "mx2.nordlicht.example", 20),
        ("@", "MX", "mx3.nordlicht.example", 50),
        ("@", "TXT", "v=spf1 include:spf.nordlicht.example ~all", None),
        ("nordlicht._domainkey", "CNAME", "dkim.nordlicht.example", None),
        ("_dmarc", "TXT", "v=DMARC1; p=quarantine", None),
    }


async def test_a_domain_that_does_not_exist(server: Endpoint) -> None:
    checks = await checked(server, "nobody.example")
    assert {word for check in checks.values() for word in words(check)} == {"no_such_domain"}
    assert states(checks) == dict.fromkeys(PARTS, MISSING)


async def test_a_zone_that_its_server_cannot_load(server: Endpoint) -> None:
    checks = await checked(server, "failing.example")
    assert states(checks) == dict.fromkeys(PARTS, NO_ANSWER)
    assert {word for check in checks.values() for word in words(check)} == {"servers_failing"}


async def test_a_subdomain_stands_under_the_policy_of_the_domain_above(server: Endpoint) -> None:
    checks = await checked(server, "mail.below.example")
    assert states(checks) == dict.fromkeys(PARTS, GOOD)
    assert words(checks["dmarc"]) == {"inherited"}


async def test_a_star_is_no_record_of_the_domain(server: Endpoint) -> None:
    checks = await checked(server, "star.example")
    assert states(checks) == {"mx": MISSING, "spf": MISSING, "dkim": WRONG, "dmarc": MISSING}
    below = await checked(server, "mail.star.example")
    assert states(below) == {"mx": WRONG, "spf": WRONG, "dkim": WRONG, "dmarc": MISSING}


async def test_another_data_centre_has_other_records(server: Endpoint) -> None:
    setup = await check_mail(Dns([server]), "good.example", CATALOGUE, "us")
    assert [check.state for check in setup.checks] == [WRONG, WRONG, DOUBTFUL, GOOD]
    assert words(setup.checks[0]) == {"none_of_ours", "other_centre"}


async def test_questions_that_get_lost_are_asked_again(server: Endpoint) -> None:
    async with authorities.line_to(server, lose=1) as (place, line):
        checks = await checked(place, "good.example", seconds=2)
    assert states(checks) == dict.fromkeys(PARTS, GOOD)
    assert set(line.asked.values()) == {2}


async def test_silence_is_an_answer_in_time(server: Endpoint) -> None:
    began = time.monotonic()
    async with authorities.line_to(server, lose=99) as (place, _):
        checks = await checked(place, "good.example", seconds=0.3)
    assert time.monotonic() - began < 2
    assert {word for check in checks.values() for word in words(check)} == {"servers_silent"}


async def test_no_domain_makes_us_ask_many_questions(server: Endpoint) -> None:
    for domain in ZONES:
        async with authorities.line_to(server, lose=0) as (place, line):
            await checked(place, domain, seconds=2)
        assert sum(line.asked.values()) <= MOST_QUESTIONS, domain
