"""Starts the other processes, and reads what they tell."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.kit.customers import NOW

ROOT = Path(__file__).resolve().parents[2]
CLOCK = "clock"


@dataclass
class Slack:
    """A Slack that listens.

    Args:
        environment: what a bot that lives in it has to know.
    """

    environment: dict[str, str]
    workspace: str
    channels: list[str]
    process: subprocess.Popen[str]

    def count_from_now(self) -> None:
        self._ask("counted from now")

    def arrived(self) -> dict[str, Any]:
        """What has arrived (moments in seconds), what was refused, how long this process was busy since the count."""
        return self._ask("what came?")

    def _ask(self, question: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{question}\n")
        self.process.stdin.flush()
        return _answer(self.process)


@contextmanager
def slack(channels: int = 0, per_second: float = 1.0, per_minute: int = 600) -> Iterator[Slack]:
    limits = ["--channels", str(channels), "--per-second", str(per_second), "--per-minute", str(per_minute)]
    command = [sys.executable, "-m", "benchmarks.kit.slack_process", *limits]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:  # noqa: S603 - ourselves
        try:
            yield Slack(**_answer(process), process=process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the sandbox has ended"
    answer: dict[str, Any] = json.loads(line)
    return answer


def set_clock(folder: Path) -> None:
    """It is the morning of `customers` now."""
    (folder / CLOCK).write_text(str(NOW.timestamp() - time.time()))


def bot(task: str, address: str, slack: Slack, folder: Path, **settings: str) -> dict[str, float]:
    """What a bot of its own took for a task, by the clock that `set_clock` has left in the folder."""
    own = {"DATABASE_URL": address, "CLOCK_FILE": str(folder / CLOCK), "LOG_FORMAT": "text", **settings}
    inherited: Mapping[str, str] = {name: text for name, text in os.environ.items() if not name.startswith("SLACK_")}
    ended = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-m", "benchmarks.kit.bot_process", task],
        env={**inherited, **slack.environment, **own},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(ended.stdout.splitlines()[-1])
    return told
