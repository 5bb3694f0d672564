"""The benchmark of the list works, and divides the right way round; how fast it finds us is not for a test to say."""

import asyncio
import sys
from pathlib import Path

import pytest

from benchmarks import customers
from benchmarks.kit.asking import Turn

ROOT = Path(__file__).resolve().parents[1]
TINY = ("--customers", "1500", "--requests", "6", "--repetitions", "1", "--at-once", "2", "--engines", "sqlite")


async def test_it_measures_the_list_beside_a_bare_app() -> None:
    command, pipe = ("benchmarks.customers", *TINY), asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", *command, cwd=ROOT, stdout=pipe, stderr=pipe)
    told, errors = (text.decode() for text in await process.communicate())
    assert process.returncode == 0, errors[-1000:]
    assert "1,500 customers of 15 partners" in told
    for name in customers.TITLES.values():
        assert f"    {name}" in told
    assert '/partner-customers / "hi"' in told
    assert "last page / first page" in told


def test_the_rate_of_ours_is_divided_by_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    rates = {
        "hi": (100, 200, 400), "select": (50, 100, 100), "modal": (50, 50, 50), "command": (50, 50, 100),
        "first page": (40, 40, 40), "last page": (40, 50, 20),
    }  # fmt: skip
    customers.show({name: [Turn(100, 100 / rate, 0.2) for rate in them] for name, them in rates.items()})
    told = " ".join(capsys.readouterr().out.split())
    assert (
        "/partner-customers 50 requests/s (50 to 100); 2.00 ms of a processor each, 10% of one: limited by waiting"
        in told
    )
    assert '/partner-customers / "hi" 0.25 (turn by turn 0.25 to 0.50; wanted: at least 0.5)' in told
    assert 'bare SELECT 1 / "hi" 0.50 (turn by turn 0.25 to 0.50)' in told
    assert "/partner-customers / a modal 1.00 (turn by turn 1.00 to 2.00)" in told
    assert "last page / first page 1.00 (turn by turn 0.50 to 1.25; wanted: 0.90 to 1.10)" in told


def test_each_comes_first_as_often_as_the_others() -> None:
    assert [customers.in_turn("abc", turn) for turn in range(4)] == [list("abc"), list("bca"), list("cab"), list("abc")]
