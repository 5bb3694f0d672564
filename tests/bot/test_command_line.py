"""`python -m bot …` as somebody types it: what it says, and what it never says."""

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.command_line import main, parser
from bot.doctor import _public_url, doctor
from bot.settings import Settings
from programme.dns import Dns
from sandbox import Sandbox
from tests.bot.conftest import Settle

ROOT = Path(__file__).parents[2]
HUSH = {
    "DATABASE_URL": "postgresql://desk:hush-1@127.0.0.1:9/desk?password=hush-2",
    "SLACK_BOT_TOKEN": "xoxb-hush-3",
    "SLACK_SIGNING_SECRET": "hush-4",
    "SLACK_APP_TOKEN": "xapp-hush-5",
    "SLACK_CLIENT_SECRET": "hush-6",
    "SMTP_URL": "smtp://desk:hush-7@127.0.0.1:9",
    "ENCRYPTION_KEY": Fernet.generate_key().decode(),
    "SLACK_API_URL": "http://127.0.0.1:9/",
    "REVIEW_CHANNEL": "C1",
}


@dataclass(frozen=True)
class Ended:
    """A command that has come to its end."""

    status: int
    out: str
    err: str


def machine(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process: these settings and no others."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT)} | dict(environment)


async def bot(folder: Path, environment: Mapping[str, str], *arguments: str) -> Ended:
    """Runs a command in a folder of its own."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *arguments, cwd=folder, stdout=pipe, stderr=pipe, env=machine(environment)
    )
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


def secrets_of(sandbox: Sandbox) -> list[str]:
    return [sandbox.keys.signing_secret, sandbox.environment["SLACK_BOT_TOKEN"]]


def quiet(said: str) -> bool:
    return "hush" not in said and HUSH["ENCRYPTION_KEY"] not in said and "Traceback" not in said


# Breaks something in a workspace, and gives the settings that change.
Breaks = Callable[[Sandbox, Path], dict[str, str]]


def _changed(**settings: str) -> Breaks:
    return lambda _sandbox, _folder: settings


def _archived(sandbox: Sandbox, _folder: Path) -> dict[str, str]:
    sandbox.workplace.archive("partner-reviews")
    return {}


def _left(sandbox: Sandbox, _folder: Path) -> dict[str, str]:
    sandbox.workplace.remove_bot("partner-reviews")
    return {}


def _elsewhere(sandbox: Sandbox, _folder: Path) -> dict[str, str]:
    return {"review_channel": sandbox.workplace.add_channel("open", ["Ben"], with_bot=False).id}


def _empty(_sandbox: Sandbox, folder: Path) -> dict[str, str]:
    return {"database_url": f"sqlite:///{folder / 'empty.sqlite'}"}


def _slip(_sandbox: Sandbox, folder: Path) -> dict[str, str]:
    shipped = (ROOT / "programme/catalogue.toml").read_text(encoding="utf-8")
    (folder / "catalogue.toml").write_text(shipped.replace("days = 15", "days = 0", 1), encoding="utf-8")
    return {"catalogue": str(folder / "catalogue.toml")}


class TestDoctor:
    async def test_all_is_well_in_the_sandbox(self, tmp_path: Path, sqlite_address: str) -> None:
        async with Sandbox() as sandbox:
            ended = await bot(tmp_path, sandbox.environment | {"DATABASE_URL": sqlite_address}, "doctor")
            assert sandbox.refusals == []
        assert (ended.status, ended.err) == (0, "")
        lines = ended.out.splitlines()
        assert [line for line in lines if not line.startswith(("ok  ", "note"))] == []
        for looked_at in ("database", "Slack token", "Slack scopes", "review channel", "DNS", "mail", "catalogue"):
            assert any(looked_at in line for line in lines), looked_at
        assert not any(
            secret in ended.out for secret in (sandbox.keys.signing_secret, sandbox.environment["SLACK_BOT_TOKEN"])
        )

    async def test_where_nothing_answers_it_says_so_and_no_secret(self, tmp_path: Path) -> None:
        ended = await bot(tmp_path, HUSH, "doctor")
        assert ended.status == 1
        assert quiet(ended.out + ended.err)
        ill = [line for line in ended.out.splitlines() if line.startswith("MEND")]
        for what, mend in {
            "database postgresql://desk:***@127.0.0.1:9/desk": "check DATABASE_URL",
            "Slack token": "copy the bot token",
            "mail": "check SMTP_URL",
        }.items():
            assert any(what in line and mend in line for line in ill), what

    def test_without_any_setting(
        self,
        settle: Settle,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        settle({"DNS_NAMESERVERS": "127.0.0.1:9"})
        monkeypatch.setattr("bot.doctor.Dns", partial(Dns, seconds=0.2))
        assert main(["doctor"]) == 1
        out = capsys.readouterr().out
        for missing in ("SLACK_BOT_TOKEN: not set; ", "REVIEW_CHANNEL: not set; ", "neither is set", "bot migrate"):
            assert missing in out
        assert "DNS: no name server answers; check DNS_NAMESERVERS" in out

    @pytest.mark.parametrize(
        ("breaks", "said"),
        [
            (_changed(slack_bot_token="xoxb-hush"), "Slack token: Slack does not take it (invalid_auth)"),
            (_archived, "review channel #partner-reviews: it is archived"),
            (_left, "not to be seen (channel_not_found); invite the bot to it"),
            (_elsewhere, "review channel #open: the bot is not in it; type `/invite"),
            (_changed(review_channel="C404"), "review channel C404: not to be seen (channel_not_found)"),
            (_empty, "has old tables, or none; run `python -m bot migrate`"),
            (_slip, "catalogue.toml: trial.days: "),
        ],
    )
    async def test_what_is_ill(
        self, breaks: Breaks, said: str, tmp_path: Path, sqlite_address: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        async with Sandbox() as sandbox:
            settings = {name.lower(): value for name, value in sandbox.environment.items()}
            settings |= {"database_url": sqlite_address} | breaks(sandbox, tmp_path)
            status = await doctor(Settings.model_validate(settings), argparse.Namespace())
        out = capsys.readouterr().out
        assert [said in line for line in out.splitlines() if line.startswith("MEND")] == [True]
        assert status == 1
        assert quiet(out)

    @pytest.mark.parametrize(
        ("host", "is_local"),
        [("127.0.0.1", True), ("[::1]", True), ("[::]", True), ("localhost", True), ("desk.example", False)],
    )
    def test_links_in_letters_lead_away_from_this_machine(self, host: str, is_local: bool) -> None:
        given = {"smtp_url": "smtp://mail.example", "public_url": f"http://{host}:3000"}
        assert bool(_public_url(Settings.model_validate(given)).mend) == is_local
        assert not _public_url(Settings.model_validate(given | {"smtp_url": None})).mend

    async def test_what_one_can_do_without(self, sqlite_address: str, capsys: pytest.CaptureFixture[str]) -> None:
        async with Sandbox() as sandbox:
            settings = {name.lower(): value for name, value in sandbox.environment.items() if name != "SMTP_URL"}
            status = await doctor(
                Settings.model_validate(settings | {"database_url": sqlite_address}), argparse.Namespace()
            )
        assert status == 0
        assert "note  mail: no server set" in capsys.readouterr().out


class TestStarting:
    @pytest.mark.parametrize(
        ("command", "given", "missing"),
        [
            ("serve", {}, "SLACK_SIGNING_SECRET"),
            ("socket", {}, "SLACK_APP_TOKEN"),
            ("worker", {}, "SLACK_BOT_TOKEN"),
            ("alerts", {}, "SLACK_BOT_TOKEN"),
            ("serve", {"SLACK_SIGNING_SECRET": "hush"}, "SLACK_BOT_TOKEN"),
            ("serve", {"SLACK_SIGNING_SECRET": "hush", "SLACK_BOT_TOKEN": "hush"}, "REVIEW_CHANNEL"),
        ],
    )
    def test_what_is_missing_is_named(
        self,
        settle: Settle,
        capsys: pytest.CaptureFixture[str],
        command: str,
        given: dict[str, str],
        missing: str,
    ) -> None:
        settle(given)
        assert main([command]) == 2
        said = capsys.readouterr()
        assert said.err.startswith(f"{missing} is not set. `python -m bot doctor`")
        assert quiet(said.err + said.out)

    def test_without_slack_it_says_so_and_no_secret(
        self, settle: Settle, capsys: pytest.CaptureFixture[str], sqlite_address: str
    ) -> None:
        settle(HUSH | {"DATABASE_URL": sqlite_address})
        assert main(["serve"]) == 2
        said = capsys.readouterr()
        assert "Slack does not answer" in said.err
        assert quiet(said.out + said.err)

    def test_settings_that_will_not_do_are_named_without_their_values(
        self, settle: Settle, capsys: pytest.CaptureFixture[str]
    ) -> None:
        wrong = {"ENCRYPTION_KEY": "hush", "DATABASE_URL": "hush", "SMTP_URL": "hush", "PORT": "web"}
        settle(HUSH | wrong)
        assert main(["worker"]) == 2
        said = capsys.readouterr()
        assert {line.partition(" ")[0] for line in said.err.splitlines()} == set(wrong)
        assert quiet(said.out + said.err)


async def test_migrated_and_served(tmp_path: Path) -> None:
    """A deployment from nothing: the release step, then the server, which ends when it is told to."""
    database = f"sqlite:///{tmp_path / 'desk.sqlite'}"
    async with Sandbox() as sandbox:
        environment = sandbox.environment | {"DATABASE_URL": database, "LOG_FORMAT": "json"}
        assert (await bot(tmp_path, environment, "migrate")).status == 0
        ended = await bot(tmp_path, environment, "alerts", "--today", "2026-10-07")
        assert (ended.status, ended.out.strip()) == (0, "0 planned, 0 sent")
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--no-scheduler",
            cwd=tmp_path, stderr=asyncio.subprocess.PIPE, env=machine(environment | {"PORT": port}),
        )  # fmt: skip
        try:
            ready, posted = await _answers(process, f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
            _, err = await asyncio.wait_for(process.communicate(), 20)
        assert (ready, posted) == ("ready", 401)
        # The server ends in order first, and then by the signal that it was given.
        assert process.returncode in (0, -signal.SIGTERM)
        lines = [json.loads(line) for line in err.decode().splitlines()]
        assert {"serving", "request"} <= {line["event"] for line in lines}
        assert [line for line in lines if line["level"] != "info"] == []
        assert not any(secret in err.decode() for secret in secrets_of(sandbox))


async def _answers(process: asyncio.subprocess.Process, address: str) -> tuple[str, int]:
    """What a server says once it is there: whether it is ready, and what it makes of an unsigned request."""
    async with httpx.AsyncClient(base_url=address, trust_env=False) as web, asyncio.timeout(60):
        while process.returncode is None:
            try:
                ready = await web.get("/readyz")
            except httpx.ConnectError:
                await asyncio.sleep(0.05)
                continue
            return ready.text, (await web.post("/slack/events")).status_code
    raise AssertionError("it has ended")


def test_the_commands_of_the_contract() -> None:
    args = parser().parse_args(["alerts", "--today", "2026-10-07", "--dry-run"])
    assert (args.today, args.dry_run) == (date(2026, 10, 7), True)
    for command in ("serve", "socket"):
        assert parser().parse_args([command, "--no-scheduler"]).no_scheduler
        assert not parser().parse_args([command]).no_scheduler
    for command in ("worker", "migrate", "doctor"):
        assert parser().parse_args([command]).command == command


@pytest.mark.parametrize("typed", [[], ["alert"], ["alerts", "--today", "7.10.2026"], ["worker", "--no-scheduler"]])
def test_what_is_no_command_is_told_the_usage(typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(typed)
    assert ended.value.code == 2
    assert "usage: python -m bot" in capsys.readouterr().err
