"""The benchmarks work; how fast they find us is not for a test to say."""

import asyncio
import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import pytest

from benchmarks import alerts
from benchmarks.kit import delivery, planning
from benchmarks.kit.bare import Bare
from benchmarks.kit.processes import Slack
from programme.desk import Desk

ROOT = Path(__file__).resolve().parents[1]
TINY = ("--customers", "400", "--repetitions", "1", "--alerts", "40", "--channels", "8", "--per-minute", "8000")


async def test_the_benchmark_of_alerts_measures_planning_and_delivery() -> None:
    """On one database: what the other does otherwise, the next test sees without a process for every figure."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.alerts", *TINY, "--engines", "sqlite", cwd=ROOT, stdout=pipe, stderr=pipe
    )
    told, errors = (text.decode() for text in await process.communicate())
    assert process.returncode == 0, errors[-1000:]
    planned, _, delivered = told.partition("Planning on sqlite")[2].partition("Delivery on sqlite")
    assert "ours / INSERT … SELECT" in planned
    assert "peak memory of planning" in planned
    assert all(int(number) > 0 for number in re.findall(r"(\d+) (?:alerts of earlier mornings|due)", planned))
    assert "40 messages in" in delivered
    assert "answers 429: 0; other refusals: 0" in delivered


def test_planning_is_measured_on_postgresql_too() -> None:
    with alerts.places(["postgresql"]) as (place,):
        address = place.new()
        planning.fill(address, 400, 4)
        result = asyncio.run(planning.measure(address, 1))
    assert place.name == "postgresql"
    assert result.written > 0
    assert result.due > 0
    for times in (result.first, result.again):
        assert [len(seconds) for seconds in (times.find, times.write, times.plan)] == [1, 1, 1]


def test_ours_is_divided_by_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    alerts._show("a round", planning.Times(find=[1.0, 1.0, 2.0], write=[2.0, 2.0, 4.0], plan=[3.0, 5.0, 4.0]))
    told = " ".join(capsys.readouterr().out.split())
    assert "SELECT 1.000 s (1.000 to 2.000) INSERT … SELECT 2.000 s (2.000 to 4.000) ours 4.000 s" in told
    assert "ours / INSERT … SELECT 2.00 (turn by turn 1.00 to 2.50; wanted: at most 1.5)" in told
    assert "ours / SELECT 4.00 (turn by turn 2.00 to 5.00)" in told


class Arrived:
    """A Slack that tells what came: a hundred messages, ten a second, but for a slow beginning and end."""

    workspace, channels = "T1", ("C1",)

    def count_from_now(self) -> None:
        pass

    def arrived(self) -> dict[str, Any]:
        steady = [100 + number / 10 for number in range(90)]
        times = [*range(5), *steady, *range(200, 205)]
        return {"arrived": times, "refused": ["ratelimited", "msg_too_long", "ratelimited"], "busy": 5.0}


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> delivery.Delivered:
    told = {"seconds": 20.0, "busy": 19.0, "megabytes": 120.0}
    monkeypatch.setattr(delivery, "bot", lambda *_, **__: told)
    return delivery.deliver("", cast(Slack, Arrived()), 10.0, 900, Path())


def test_a_delivery_is_measured_in_its_steady_state(delivered: delivery.Delivered) -> None:
    assert (delivered.sent, delivered.too_many, delivered.refused) == (100, 2, 1)
    assert delivered.rate == pytest.approx(10.0)
    assert delivered.allowed == 15.0
    assert (delivered.bot_busy, delivered.slack_busy, delivered.megabytes) == (0.95, 0.25, 120.0)
    assert delivered.limited_by == "the bot's processor"


def test_a_delivery_is_told_in_shares_of_what_the_limits_allow(
    delivered: delivery.Delivered, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(alerts, "set_clock", lambda _: None)
    monkeypatch.setattr(alerts, "slack", lambda *_: nullcontext(Arrived()))
    monkeypatch.setattr(alerts, "bot", lambda *_, **__: {"megabytes": 80.0})
    monkeypatch.setattr(delivery, "fill", lambda *_: None)
    monkeypatch.setattr(delivery, "deliver", lambda *_: delivered)
    monkeypatch.setattr(sys, "argv", ["alerts", "--per-minute", "900"])
    alerts._deliver(alerts.Place("sqlite", lambda: "", Path()), alerts._options())
    told = capsys.readouterr().out
    for words in (
        "limits: 1.5 a second in a channel, 900 a minute in all (1.5 times Slack's)",
        "100 messages in 20.0 s; in the steady state 10.0 a second",
        "66.7% of the 15.0 that the limit allows (wanted: at least 95%)",
        "answers 429: 2; other refusals: 1",
        "processor: bot 95%, sandbox 25% of one",
        "peak memory of delivery: 120 MB, of a bot at rest: 80 MB; ratio 1.50 (wanted: under 1.5)",
    ):
        assert words in told


@pytest.mark.parametrize(("written", "planned"), [([(1, 1, "trial", "d", 7)], 2), ([(1, 2, "trial", "d", 7)], 1)])
async def test_who_finds_other_rows_is_not_measured(
    written: list[tuple[Any, ...]], planned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Other:
        def find(self) -> list[tuple[Any, ...]]:
            return [(1, 1, "trial", "d", 7)]

        def all(self, _: str) -> list[tuple[Any, ...]]:
            return written

    async def plan(_: Desk) -> int:
        return planned

    monkeypatch.setattr("programme.alerts.plan", plan)
    with pytest.raises(AssertionError):
        await planning._check(cast(Desk, None), cast(Bare, Other()))
