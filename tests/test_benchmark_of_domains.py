"""The benchmark of domains works, and divides the right way round; how fast it finds us is not for a test to say."""

import asyncio
import re
import sys
from pathlib import Path

import pytest

from benchmarks import domains
from programme.dns import Endpoint
from programme.verification import check, new_token
from tests.programme import authorities

ROOT = Path(__file__).resolve().parents[1]
TINY = ("--domains", "60", "--repetitions", "2", "--engines", "sqlite")


async def test_it_measures_ours_and_a_bare_loop_at_each_name_server() -> None:
    command = ("benchmarks.domains", *TINY, "--servers", *authorities.KINDS)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *command, cwd=ROOT, stdout=pipe, stderr=pipe)
    told, errors = (text.decode() for text in await process.communicate())
    assert process.returncode == 0, errors[-1000:]
    for server in authorities.KINDS:
        part = told.partition(f"60 domains, 20 at once, at {server}")[2]
        assert "42 verified, 204 questions" in part
        assert "bare dnspython" in part
        assert "ours / bare" in part
        assert re.search(r"sqlite +searched +[\d,]+ domains/s, [\d,]+ million a week", part)
        assert re.search(r"sqlite +checked again +[\d,]+ domains/s", part)


def test_the_rate_of_ours_is_divided_by_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    domains.show([(2.0, 1.0), (4.0, 4.0), (4.0, 1.0)], 100)
    told = " ".join(capsys.readouterr().out.split())
    assert "ours 25 domains/s (25 to 50)" in told
    assert "ours / bare 0.25 (turn by turn 0.25 to 1.00; wanted: at least 0.8)" in told


async def test_the_bare_loop_asks_the_same_questions() -> None:
    tokens = {f"customer{number}.example": new_token() for number in range(20)}
    async with authorities.sandbox(domains.zones(tokens)) as server:
        ours, bare = [await asked(server, tokens, is_bare) for is_bare in (False, True)]
    assert ours == bare
    assert ours > 2 * len(tokens)


async def asked(server: Endpoint, tokens: dict[str, str], is_bare: bool) -> int:
    """How many questions reach the name server."""
    async with authorities.line_to(server) as (place, line):
        for domain, token in tokens.items():
            noting = domains.Noting(server if is_bare else place)
            await check(noting, domain, token, domains.TEMPLATE)
            if is_bare:
                await domains.bare_check(place, noting.asked)
        return sum(line.asked.values())
