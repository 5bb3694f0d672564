"""Several processes that act for people at the same moment."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Act:
    """Something that somebody does.

    Args:
        who: workspace and user.
        what: one of tests.chaos.hand's ACTS.
        about: what it is done to, as its arguments.
    """

    who: tuple[str, str]
    what: str
    about: tuple[Any, ...] = ()

    def line(self) -> bytes:
        return f"{json.dumps({'as': self.who, 'do': self.what, 'with': self.about})}\n".encode()


class Hands:
    """Processes with the same settings; each does one thing at a time, all of them together."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self._processes = processes

    @classmethod
    async def start(cls, environment: Mapping[str, str], log: Path, number: int = 3) -> Self:
        hands = cls([await _process(environment, log) for _ in range(number)])
        for process in hands._processes:
            await _read(process)
        return hands

    async def do(self, acts: Sequence[Act]) -> list[dict[str, Any]]:
        """Does them at once, or as many at once as there are processes. Returns what became of each."""
        answers: list[dict[str, Any]] = []
        for start in range(0, len(acts), len(self._processes)):
            together = acts[start : start + len(self._processes)]
            answers += await asyncio.gather(
                *(_tell(process, act) for process, act in zip(self._processes, together, strict=False))
            )
        return answers

    async def stop(self) -> None:
        for process in self._processes:
            if process.stdin:
                process.stdin.close()
        await asyncio.gather(*(process.wait() for process in self._processes))


async def _process(environment: Mapping[str, str], log: Path) -> Process:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    with log.open("ab") as errors:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.chaos.hand", stdin=PIPE, stdout=PIPE, stderr=errors,
            env=inherited | dict(environment), cwd=ROOT,
        )  # fmt: skip


async def _tell(process: Process, act: Act) -> dict[str, Any]:
    assert process.stdin is not None
    process.stdin.write(act.line())
    return await _read(process)


async def _read(process: Process) -> dict[str, Any]:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_SECONDS)
    answer: dict[str, Any] = json.loads(line)
    return answer
