"""The bot as a process of its own, which never outlives the sandbox."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import deque
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 8.0
SHOWN_LINES = 25


class BotFailed(RuntimeError):
    """The bot did not start, or ended by itself. The text has the last lines of its log."""


class BotProcess:
    """Runs `python -m bot …` with its output in a log file."""

    def __init__(self, environment: dict[str, str], log: Path, folder: Path) -> None:
        self._environment, self._log, self._folder = environment, log, folder
        self._process: Process | None = None

    async def run(self, *words: str) -> None:
        """Run a command of the bot to its end. Raises BotFailed when it ends badly."""
        await self.start(*words)
        await self.wait_and_complain(*words, may_end=True)

    async def start(self, *words: str) -> None:
        """Start a command of the bot."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *words,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self._folder,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    async def wait_and_complain(self, *words: str, may_end: bool = False) -> None:
        """Wait for the end of the process. Raises BotFailed, unless it may end and ended well."""
        if self._process is None:
            raise BotFailed("The bot was not started.")
        code = await self._process.wait()
        if code or not may_end:
            command = " ".join(("python -m bot", *words))
            raise BotFailed(f"`{command}` ended with exit code {code}. Its last lines:\n{self._tail()}")

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def ended(self) -> int:
        """Wait for the end of the process. Returns its exit code; 0 when it was not started."""
        return await self._process.wait() if self._process else 0

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        if self.is_running:
            self._signal(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask the process to end, and make it."""
        if self._process is None or self._process.returncode is not None:
            return
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        """The whole process group: the bot may have started something itself."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _tail(self) -> str:
        with self._log.open(encoding="utf-8", errors="replace") as log:
            return "".join(deque(log, SHOWN_LINES))


def die_with_parent(by: signal.Signals = signal.SIGTERM) -> None:
    """On Linux the kernel ends this process when its parent dies in whatever way; elsewhere there is no such thing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, by)
