"""Workers that are struck down and get up again."""

import asyncio
from pathlib import Path
from random import Random

from bot.command_line import main
from sandbox.botprocess import BotFailed
from tests.chaos.fork import Fork

SHOWN_LINES = 40


class Crew:
    """Some that do what `python -m bot worker` does, each a process of its own.

    Args:
        environment: their settings.
        log: the file that all of them write to.
        random: who is struck, and how long after the call that it was decided at.
    """

    def __init__(self, environment: dict[str, str], log: Path, random: Random, size: int = 2) -> None:
        self._environment, self._log, self._random, self._size = environment, log, random, size
        self._workers: list[Fork] = []
        self._watches: list[asyncio.Task[None]] = []
        self._struck: set[Fork] = set()
        self.kills = 0

    async def start(self) -> None:
        """Everybody begins to work."""
        self._workers = [self._new() for _ in range(self._size)]
        self._watches = [asyncio.create_task(self._watch(place)) for place in range(self._size)]

    def _new(self) -> Fork:
        return Fork(main, ["worker"], environment=self._environment, log=self._log)

    async def _watch(self, place: int) -> None:
        """Who was struck begins again. Raises BotFailed for one that ended by itself."""
        while True:
            worker = self._workers[place]
            code = await worker.ended()
            if worker not in self._struck:
                raise BotFailed(f"A worker ended by itself, with exit code {code}:\n{self._last_lines()}")
            self._struck.discard(worker)
            self._workers[place] = self._new()

    def _last_lines(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-SHOWN_LINES:])

    def strike(self) -> None:
        """Kills somebody, now or in a moment."""
        loop, worker = asyncio.get_running_loop(), self._random.choice(self._workers)
        loop.call_later(self._random.choice((0, 0, self._random.uniform(0, 0.3))), self._kill, worker)

    def _kill(self, worker: Fork) -> None:
        if self._watches and worker.is_running:
            self._struck.add(worker)
            self.kills += 1
            worker.kill()

    async def cut(self) -> None:
        """Kills everybody at once; nobody gets up again before `start`."""
        await self._stop_watching()
        for worker in self._workers:
            self.kills += worker.is_running
            worker.kill()
        for worker in self._workers:
            await worker.ended()

    async def stop(self) -> None:
        """Everybody goes home in good order."""
        await self._stop_watching()
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def _stop_watching(self) -> None:
        """Raises what the watches have seen."""
        watches, self._watches = self._watches, []
        self._struck.clear()
        for watch in watches:
            watch.cancel()
        ends = await asyncio.gather(*watches, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end
