"""Processes that begin at once: each is forked from one that has loaded the bot, and from then on is on its own.

To load the bot takes a second of a processor, and these tests start and kill dozens of processes.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sandbox.botprocess import die_with_parent

ROOT = Path(__file__).parents[2]
STOP_SECONDS = 8.0

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["bot.command_line", "tests.chaos.hand"])


class Fork:
    """A process that does some work.

    Args:
        work: a function of a module, with what it is given; what it returns is the exit code.
        environment: beside what this process inherited.
        log: the file that its output is added to.
    """

    def __init__(self, work: Callable[..., int], *given: Any, environment: Mapping[str, str], log: Path) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
        settings = inherited | dict(environment)
        self._process = _context.Process(target=_begin, args=(work, given, settings, log), daemon=True)
        self._process.start()

    @property
    def is_running(self) -> bool:
        return self._process.is_alive()

    async def ended(self) -> int:
        """Wait for the end of the process. Returns its exit code."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        self._process.join()
        return self._process.exitcode or 0

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        self._process.kill()

    async def stop(self) -> None:
        """Ask the process to end, and make it."""
        self._process.terminate()
        try:
            await asyncio.wait_for(self.ended(), STOP_SECONDS)
        except TimeoutError:
            self.kill()
            await self.ended()


def _begin(work: Callable[..., int], given: tuple[Any, ...], settings: dict[str, str], log: Path) -> None:
    """In the new process."""
    die_with_parent(signal.SIGKILL)
    os.setsid()
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(settings)
    with log.open("ab") as file:
        for output in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), output.fileno())
    sys.exit(work(*given))
