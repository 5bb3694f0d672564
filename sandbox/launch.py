"""Starts sandbox and bot together, and ends them together."""

import argparse
import asyncio
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from pathlib import Path
from typing import Any, Literal

import httpx

from sandbox import story
from sandbox.botprocess import BotFailed, BotProcess
from sandbox.server import Sandbox
from sandbox.serving import HOST, free_socket
from sandbox.store import Store

PROJECT = Path(__file__).resolve().parent.parent
READY_SECONDS = 60.0
ASK_AGAIN_SECONDS = 0.2
PORTS_TO_TRY = 50
OURS = ("state.json", "clock", "bot.log", "bot.sqlite3*")


class CannotStart(RuntimeError):
    """Something stands in the way; the text says what, and what to do."""


def main() -> int:
    """The command line. Returns the exit code."""
    options = _parser().parse_args()
    try:
        with _only_one(options.data):
            asyncio.run(_run(options))
    except (CannotStart, BotFailed) as failed:
        _say(str(failed))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="forget everything and start anew")
    parser.add_argument("--port", type=int, default=8700, help="where the page is (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=PROJECT / ".sandbox", help="the folder that keeps the state")
    parser.add_argument("--socket", action="store_true", help="run the bot in Socket Mode")
    parser.add_argument("--no-story", action="store_true", help="start with an empty workspace")
    return parser


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Two sandboxes in one folder would overwrite each other's state."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(f"A sandbox is already running with its data in {folder}.") from None
        yield


async def _run(options: argparse.Namespace) -> None:
    fresh = options.fresh or not _was_finished(options.data)
    if fresh:
        _clear(options.data)
    stopped = _stop_on_signals()
    async with _sandbox(options, fresh) as sandbox:
        bot_port = _free_port(sandbox)
        bot = BotProcess(_environment(sandbox, options.data, bot_port), options.data / "bot.log", PROJECT)
        try:
            await _until_stopped(stopped, _live(sandbox, bot, bot_port, options))
        finally:
            await bot.stop()
    _say("Everything has ended.")


async def _live(sandbox: Sandbox, bot: BotProcess, bot_port: int, options: argparse.Namespace) -> None:
    """From the start of the bot to its end, which is a failure."""
    mode = "socket" if options.socket else "serve"
    _say("Starting the bot …")
    await bot.run("migrate")
    await bot.start(mode)
    sandbox.bot_url = f"http://{HOST}:{bot_port}"
    ended = asyncio.create_task(bot.wait_and_complain(mode))
    try:
        await _first_of(ended, _begin(sandbox, options))
        _say(f"\n  Open {sandbox.address}\n\n  The bot's log is {options.data / 'bot.log'}. Ctrl-C ends everything.")
        await ended
    finally:
        ended.cancel()
        await asyncio.gather(ended, return_exceptions=True)


async def _begin(sandbox: Sandbox, options: argparse.Namespace) -> None:
    await (_connected(sandbox) if options.socket else _ready(sandbox.bot_url))
    world = sandbox.core.world
    if not world.finished and not options.no_story:
        _say("Playing what has happened so far …")
        if not await _play(sandbox):
            return
    world.finished = True
    sandbox.save()


async def _play(sandbox: Sandbox) -> bool:
    """Whether the story could be told. The sandbox is of use without it; the next start begins anew."""
    try:
        await story.play(sandbox)
    except AssertionError as stuck:
        _say(f"The story could not be told to its end: {stuck}")
        return False
    return True


async def _first_of(ended: asyncio.Task[None], work: Coroutine[Any, Any, None]) -> None:
    """Do the work, unless the bot ends before it is done."""
    working = asyncio.create_task(work)
    try:
        await asyncio.wait({ended, working}, return_when=asyncio.FIRST_COMPLETED)
        await (working if working.done() else ended)
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def _until_stopped(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    working, waiting = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    finally:
        for task in (working, waiting):
            task.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)


async def _ready(bot_url: str) -> None:
    """Wait until the bot says that it is ready."""
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    async with httpx.AsyncClient(trust_env=False) as client:
        while asyncio.get_running_loop().time() < deadline:
            if await _is_ready(client, bot_url):
                return
            await asyncio.sleep(ASK_AGAIN_SECONDS)
    raise BotFailed(f"The bot was not ready after {READY_SECONDS:.0f} seconds.")


async def _is_ready(client: httpx.AsyncClient, bot_url: str) -> bool:
    try:
        return (await client.get(f"{bot_url}/readyz", timeout=2)).is_success
    except httpx.HTTPError:
        return False


async def _connected(sandbox: Sandbox) -> None:
    """Wait until the bot has connected over Socket Mode."""
    connections = sandbox.sockets.connections
    if not await sandbox.core.changes.wait_for(lambda: connections or None, READY_SECONDS):
        raise BotFailed(f"The bot has not connected after {READY_SECONDS:.0f} seconds.")


@contextlib.asynccontextmanager
async def _sandbox(options: argparse.Namespace, fresh: bool) -> AsyncIterator[Sandbox]:
    """The sandbox on the wanted port, or on the next free one."""
    port = _next_free(options.port)
    if port != options.port:
        _say(f"Port {options.port} is taken; using {port}.")
    delivery: Literal["http", "socket"] = "socket" if options.socket else "http"
    async with Sandbox(data=options.data, fresh=fresh, port=port, delivery=delivery) as sandbox:
        yield sandbox


def _next_free(port: int) -> int:
    for candidate in range(port, port + PORTS_TO_TRY):
        with contextlib.suppress(OSError), free_socket(candidate):
            return candidate
    raise CannotStart(f"The ports {port} to {port + PORTS_TO_TRY - 1} are all taken; choose another with --port.")


def _free_port(sandbox: Sandbox) -> int:
    """A port for the bot, beside the page's."""
    return _next_free(int(sandbox.address.rpartition(":")[2]) + 1)


def _environment(sandbox: Sandbox, data: Path, bot_port: int) -> dict[str, str]:
    database = os.environ.get("DATABASE_URL") or f"sqlite+aiosqlite:///{data.resolve() / 'bot.sqlite3'}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLACK_")}
    own = {
        "DATABASE_URL": database,
        "PORT": str(bot_port),
        "PUBLIC_URL": f"http://{HOST}:{bot_port}",
        "TICK_SECONDS": "2",
        "PYTHONUNBUFFERED": "1",
    }
    return inherited | sandbox.environment | own


def _was_finished(data: Path) -> bool:
    """Whether the last start got as far as the end of the story; half a story is no beginning."""
    try:
        saved = Store(data).load()
    except ValueError:
        raise CannotStart(f"The state in {data} cannot be read. Start anew with --fresh.") from None
    return bool(saved and saved["world"].get("finished"))


def _clear(data: Path) -> None:
    """Only what is ours: the folder may have been chosen by mistake."""
    for pattern in OURS:
        for path in data.glob(pattern):
            path.unlink()


def _stop_on_signals() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
