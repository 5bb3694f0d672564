"""The end of this process: whoever carries something out of the house waits no longer, and ends what it has begun."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any


class Stopped(Exception):
    """The process ends, and this has not been begun: somebody else may have it."""


@dataclass
class Shutdown:
    """Whoever waits is sent home, whoever has begun comes to an end."""

    is_near: bool = False
    _waits: set[asyncio.Timeout] = field(default_factory=set)
    _under_way: set[asyncio.Task[Any]] = field(default_factory=set)

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """Around a wait before something is begun. Raises Stopped when the end comes first."""
        if self.is_near:
            raise Stopped
        try:
            async with asyncio.timeout(None) as wait:
                self._waits.add(wait)
                try:
                    yield
                finally:
                    self._waits.discard(wait)
        except TimeoutError:
            if wait.expired():
                raise Stopped from None
            raise

    @contextmanager
    def work(self) -> Iterator[None]:
        """Around what the end should wait for."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - there is always one where something is awaited
        self._under_way.add(task)
        try:
            yield
        finally:
            self._under_way.discard(task)

    async def come(self, seconds: float) -> None:
        """Ends all waits, and lets what is under way come to its end.

        Args:
            seconds: how long that may take; what takes longer is left to the one who takes it over.
        """
        self.is_near, now = True, asyncio.get_running_loop().time()
        while self._waits:
            self._waits.pop().reschedule(now)
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)
