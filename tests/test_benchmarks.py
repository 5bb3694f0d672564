"""The benchmarks work; how fast they find us is not for a test to say."""

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TINY = ("--customers", "400", "--repetitions", "1", "--alerts", "40", "--channels", "8", "--per-minute", "8000")


async def test_the_benchmark_of_alerts_measures_planning_and_delivery_on_both_databases() -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.alerts", *TINY, cwd=ROOT, stdout=pipe, stderr=pipe
    )
    told, errors = (text.decode() for text in await process.communicate())
    assert process.returncode == 0, errors[-1000:]
    for engine in ("sqlite", "postgresql"):
        planning, _, delivery = told.partition(f"Planning on {engine}")[2].partition(f"Delivery on {engine}")
        assert "ours / INSERT … SELECT" in planning
        assert "peak memory of planning" in planning
        assert "40 messages in" in delivery
        assert "answers 429: 0; other refusals: 0" in delivery
