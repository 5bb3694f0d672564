"""`python -m sandbox`: what it hands over, what it prints, and that nothing is left; once with the bot itself.

In all other tests a stand-in takes the place of the bot.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.story import GREENFIELD, HARBOUR, MILLER, NORTHGATE, PENNINE

SERVES_WITHIN_SECONDS = 60
PROJECT = Path(__file__).resolve().parents[2]

LAUNCH = "import sys, pathlib, sandbox.launch as l; l.PROJECT = pathlib.Path({folder!r}); sys.exit(l.main())"

BOT = """
import http.server, json, os, pathlib, sys
here = pathlib.Path(__file__).parent
command = sys.argv[1]
(here / f"{command}.json").write_text(json.dumps({**os.environ, "PID": str(os.getpid())}))
if os.environ.get("BREAK") == command:
    sys.exit("cannot " + command)

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass

if command == "serve":
    http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""


class Launch:
    """One run of the launcher."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.process: subprocess.Popen[str] | None = None
        self.printed = ""

    def start(self, *options: str, story: bool = False, **environment: str) -> subprocess.Popen[str]:
        """With the stand-in for the bot."""
        program = ["-c", LAUNCH.format(folder=str(self.folder))]
        return self._start(program, *options, *([] if story else ["--no-story"]), **environment)

    def start_in_earnest(self, *options: str) -> subprocess.Popen[str]:
        """With the bot itself, as `make run` does."""
        return self._start(["-m", "sandbox"], *options)

    def _start(self, program: list[str], *options: str, **environment: str) -> subprocess.Popen[str]:
        words = [sys.executable, *program, "--data", str(self.data), *options]
        clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.process = subprocess.Popen(  # noqa: S603 (our own program)
            words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=PROJECT, env=clean | environment
        )
        return self.process

    def opened(self) -> str:
        """The address that is printed once everything runs."""
        assert self.process is not None
        assert self.process.stdout is not None
        self.printed = ""
        for line in self.process.stdout:
            self.printed += line
            if found := re.search(r"Open (http://\S+)", line):
                return found[1]
        raise AssertionError(f"It ended without an address: {self.printed}")

    def told(self, command: str = "serve") -> dict[str, str]:
        """The environment that the bot was given."""
        told: dict[str, str] = json.loads((self.folder / "bot" / f"{command}.json").read_text())
        return told

    def end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.communicate(timeout=15)
        return self.process.returncode


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "__main__.py").write_text(BOT)
    launch = Launch(tmp_path)
    yield launch
    if launch.process is not None:
        if launch.process.poll() is None:
            launch.process.kill()
        launch.process.communicate()


def look(address: str, what: str, person: str, **query: str) -> str:
    """What the page shows of something to a person, as it is sent."""
    return httpx.get(f"{address}/page/{what}", params={"as": person, **query}, trust_env=False).raise_for_status().text


def sees(address: str, person: str, what: str, *words: str, **query: str) -> bool:
    """Whether all the words are shown to a person at last; the bot has some seconds to show them."""
    deadline = time.monotonic() + 10
    while not all(word in look(address, what, person, **query) for word in words):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def who_and_where(address: str, name: str) -> tuple[str, dict[str, str]]:
    """The person's id, and the ids of their conversations by name."""
    first = json.loads(look(address, "state", ""))
    person = next(one["id"] for one in first["people"] if one["real_name"] == name)
    state = json.loads(look(address, "state", person))
    return person, {one["name"]: one["id"] for one in state["conversations"]}


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def free_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return str(one.getsockname()[1])


def is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2] if Path("/proc").exists() else True


def gone(pid: str) -> bool:
    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_everything_and_ends_everything(launch: Launch, number: int) -> None:
    port = free_port()
    launch.start("--port", port)
    assert launch.opened() == f"http://127.0.0.1:{port}"
    told = launch.told()
    assert told["SLACK_API_URL"] == f"http://127.0.0.1:{port}/api/"
    assert told["SLACK_BOT_TOKEN"].startswith("xoxb-")
    assert told["DATABASE_URL"] == f"sqlite+aiosqlite:///{launch.data / 'bot.sqlite3'}"
    assert float(Path(told["CLOCK_FILE"]).read_text()) == 0
    assert (launch.told("migrate")["ENCRYPTION_KEY"], told["TICK_SECONDS"]) == (told["ENCRYPTION_KEY"], "2")
    assert {"REVIEW_CHANNEL", "DNS_NAMESERVERS", "SMTP_URL", "MAIL_FROM", "SLACK_SIGNING_SECRET"} <= set(told)
    assert launch.end(number) == 0
    assert gone(told["PID"])


def test_a_second_start_knows_the_first_and_a_fresh_one_does_not(launch: Launch) -> None:
    tokens = []
    for options in ([], [], ["--fresh"]):
        launch.start("--port", free_port(), *options)
        launch.opened()
        tokens.append(launch.told()["SLACK_BOT_TOKEN"])
        launch.end(signal.SIGTERM)
    assert tokens[0] == tokens[1] != tokens[2]


@pytest.mark.parametrize("command", ["migrate", "serve"])
def test_a_bot_that_does_not_start_is_quoted(launch: Launch, command: str) -> None:
    process = launch.start("--port", free_port(), BREAK=command)
    printed, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"`python -m bot {command}` ended with exit code 1" in printed
    assert f"cannot {command}" in printed


def test_a_story_that_gets_stuck_is_said_and_begun_anew(launch: Launch) -> None:
    tokens = []
    for story in (True, False):
        launch.start("--port", free_port(), story=story)
        launch.opened()
        tokens.append(launch.told()["SLACK_BOT_TOKEN"])
        launch.end(signal.SIGTERM)
        assert ("could not be told to its end" in launch.printed) is story
    assert tokens[0] != tokens[1]


def test_a_port_that_is_taken_is_said(launch: Launch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        launch.start("--port", str(port))
        address = launch.opened()
    assert int(address.rpartition(":")[2]) > port


def test_one_folder_has_one_sandbox(launch: Launch) -> None:
    launch.start("--port", free_port())
    launch.opened()
    second = Launch(launch.folder)
    printed, _ = second.start("--port", free_port()).communicate(timeout=30)
    assert "already running" in printed


def test_an_own_database_is_kept(launch: Launch) -> None:
    launch.start("--port", free_port(), DATABASE_URL="postgresql+psycopg://db.example/desk")
    launch.opened()
    assert launch.told()["DATABASE_URL"] == "postgresql+psycopg://db.example/desk"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the children of a process in a file")
def test_a_newcomer_finds_a_partner_with_customers_and_leaves_nothing_behind(launch: Launch) -> None:
    began = time.monotonic()
    process = launch.start_in_earnest("--port", free_port())
    address = launch.opened()
    assert time.monotonic() - began < SERVES_WITHIN_SECONDS
    assert "could not be told" not in launch.printed
    (bot,) = children(process.pid)

    ben, _ = who_and_where(address, "Ben Okafor")
    assert sees(address, ben, "home", "You review applications")
    emma, places = who_and_where(address, "Emma Clarke")
    alerts = places["clarke-alerts"]
    assert sees(address, emma, "messages", MILLER.organisation, "trial ends in 3 days", conversation=alerts)
    command = {"as": emma, "conversation": places["general"], "text": "/partner-customers"}
    httpx.post(f"{address}/page/command", json=command, trust_env=False).raise_for_status()
    customers = (HARBOUR, MILLER, NORTHGATE, PENNINE, GREENFIELD)
    assert sees(address, emma, "views", *(customer.domain for customer in customers))

    assert launch.end(signal.SIGINT) == 0
    assert gone(bot)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a process that was killed")
def test_the_bot_does_not_outlive_a_sandbox_that_is_killed(launch: Launch) -> None:
    launch.start("--port", free_port())
    launch.opened()
    pid = launch.told()["PID"]
    assert is_alive(pid)
    launch.end(signal.SIGKILL)
    assert gone(pid)
