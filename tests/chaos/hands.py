"""Several processes that act for people at the same moment."""

import asyncio
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.chaos import hand
from tests.chaos.fork import Fork

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


@dataclass(frozen=True)
class Hand:
    """One of the processes, and the line to it."""

    process: Fork
    hears: asyncio.StreamReader
    tells: asyncio.StreamWriter

    @classmethod
    async def start(cls, environment: Mapping[str, str], log: Path) -> Self:
        ours, theirs = socket.socketpair()
        with theirs:
            process = Fork(hand.main, theirs, environment=environment, log=log)
        return cls(process, *await asyncio.open_connection(sock=ours))

    async def do(self, act: Act) -> dict[str, Any]:
        self.tells.write(act.line())
        return await self.answer()

    async def answer(self) -> dict[str, Any]:
        line = await asyncio.wait_for(self.hears.readline(), PATIENCE_SECONDS)
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def stop(self) -> None:
        self.tells.close()
        await self.process.ended()


class Hands:
    """Processes with the same settings; each does one thing at a time, all of them together."""

    def __init__(self, hands: Sequence[Hand]) -> None:
        self._hands = hands

    @classmethod
    async def start(cls, environment: Mapping[str, str], log: Path, number: int = 3) -> Self:
        hands = cls([await Hand.start(environment, log) for _ in range(number)])
        for one in hands._hands:
            await one.answer()
        return hands

    async def do(self, acts: Sequence[Act]) -> list[dict[str, Any]]:
        """Does them at once, or as many at once as there are processes. Returns what became of each."""
        answers: list[dict[str, Any]] = []
        for start in range(0, len(acts), len(self._hands)):
            together = zip(self._hands, acts[start : start + len(self._hands)], strict=False)
            answers += await asyncio.gather(*(one.do(act) for one, act in together))
        return answers

    async def stop(self) -> None:
        await asyncio.gather(*(one.stop() for one in self._hands))
