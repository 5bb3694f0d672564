"""Bots that are served over HTTP, each in one process of its own."""

import asyncio
import os
import secrets
import socket
import sys
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.kit.processes import ROOT

BARE = ("-m", "benchmarks.kit.hi_process")
OURS = ("-m", "bot", "serve", "--no-scheduler")
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Served:
    """A bot that answers.

    Args:
        address: where Slack's requests go; `secret`: what they are signed with.
    """

    address: str
    secret: str
    process: int

    def busy(self) -> float:
        """The processor seconds that it has taken so far, in steps of a hundredth; 0 where nobody counts them."""
        counted = Path(f"/proc/{self.process}/stat")
        if not counted.exists():
            return 0.0
        user, system = counted.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def served(command: tuple[str, ...], slack: str, log: Path, **settings: str) -> AsyncIterator[Served]:
    """A bot, until the block ends.

    Args:
        command: BARE or OURS.
        slack: where the Web API is.
        log: what it has to say goes there, as it would in earnest.
    """
    port, secret = _free_port(), secrets.token_hex(16)
    own = {
        "PORT": str(port), "SLACK_API_URL": slack, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": secret,
        "REVIEW_CHANNEL": "C1", **settings,
    }  # fmt: skip
    inherited: Mapping[str, str] = {name: text for name, text in os.environ.items() if not name.startswith("SLACK_")}
    with log.open("w") as said:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, env={**inherited, **own}, cwd=ROOT, stdout=said, stderr=said
        )
        try:
            await _answers(f"http://127.0.0.1:{port}/healthz", process, log)
            yield Served(f"http://127.0.0.1:{port}/slack/events", secret, process.pid)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _answers(address: str, process: Process, log: Path) -> None:
    """Waits until it does. Raises RuntimeError with the last words of a bot that does not."""
    end = time.monotonic() + PATIENCE_SECONDS
    async with httpx.AsyncClient() as client:
        while time.monotonic() < end and process.returncode is None:
            try:
                await client.get(address)
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return
    raise RuntimeError(f"It does not answer: {_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text()[-1000:]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
