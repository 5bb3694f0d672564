"""Where the database is away, is not ours, or has no tables: one sentence, no secret, and the exit code 1."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.command_line import main
from tests.bot.conftest import Settle
from tests.bot.test_command_line import HUSH, bot, quiet

AWAY = HUSH["DATABASE_URL"]
MIGRATE = "has old tables, or none; run `python -m bot migrate`"


def _no_folder(folder: Path) -> str:
    return f"sqlite:///{folder / 'away' / 'desk.sqlite'}"


def _a_folder(folder: Path) -> str:
    (folder / "desk.sqlite").mkdir()
    return "sqlite:///desk.sqlite"


def _read_only(folder: Path) -> str:
    sqlite3.connect(folder / "desk.sqlite").close()
    (folder / "desk.sqlite").touch()
    return f"sqlite:///file:{folder / 'desk.sqlite'}?mode=ro&uri=true"


def _a_letter(folder: Path) -> str:
    (folder / "desk.sqlite").write_text("Dear partner, " * 100)
    return "sqlite:///desk.sqlite"


def _newer(folder: Path) -> str:
    with sqlite3.connect(folder / "desk.sqlite") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('later')")
    return "sqlite:///desk.sqlite"


class TestAsTyped:
    """Through processes, as a deployment does."""

    async def test_the_release_step_where_no_server_listens(self, tmp_path: Path) -> None:
        ended = await bot(tmp_path, {"DATABASE_URL": AWAY}, "migrate")
        assert re.fullmatch(
            r"The database postgresql://desk:\*\*\*@127\.0\.0\.1:9/desk cannot be used \(.*refused\); "
            r"check DATABASE_URL, and that the server runs\.\n",
            ended.err,
        )
        assert (ended.status, ended.out) == (1, "")
        assert quiet(ended.err)

    async def test_a_worker_where_the_folder_is_missing(self, tmp_path: Path) -> None:
        ended = await bot(tmp_path, HUSH | {"DATABASE_URL": _no_folder(tmp_path)}, "worker")
        folder = tmp_path / "away"
        assert ended.err == (
            f"The database sqlite:///{folder}/desk.sqlite has no folder; make {folder}, "
            "or set DATABASE_URL to a file elsewhere.\n"
        )
        assert (ended.status, ended.out) == (1, "")


class TestEachCommand:
    """In this process: quicker, and no different."""

    @pytest.mark.parametrize("command", ["serve", "socket", "worker", "alerts"])
    @pytest.mark.parametrize(
        ("address", "said"),
        [(AWAY, "check DATABASE_URL, and that"), ("sqlite:///desk.sqlite", MIGRATE)],
    )
    def test_ends_before_it_begins(
        self,
        command: str,
        address: str,
        said: str,
        settle: Settle,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        settle(HUSH | {"DATABASE_URL": address})
        assert main([command]) == 1
        told = capsys.readouterr()
        assert said in told.err
        assert told.err.count("\n") == 1
        assert quiet(told.err + told.out)

    @pytest.mark.parametrize(
        ("breaks", "said"),
        [
            (_no_folder, "has no folder; make "),
            (_a_folder, "cannot be written (unable to open database file); let this user write"),
            (_read_only, "cannot be written (attempt to write a readonly database); let this user write"),
            (_a_letter, "is no SQLite file (file is not a database); move it away"),
            (_newer, "has been migrated by a newer version of the bot"),
        ],
    )
    def test_what_keeps_a_file_from_being_migrated(
        self,
        breaks: Callable[[Path], str],
        said: str,
        tmp_path: Path,
        settle: Settle,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        settle({"DATABASE_URL": breaks(tmp_path)})
        assert main(["migrate"]) == 1
        assert said in capsys.readouterr().err

    def test_a_file_that_is_kept_busy(
        self,
        tmp_path: Path,
        settle: Settle,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        sqlite_address: str,
    ) -> None:
        """It cannot be migrated now; whoever wants to work with it begins, and waits for its turn."""
        monkeypatch.setattr("storage.store.PATIENCE_SECONDS", 0.1)
        with closing(sqlite3.connect(sqlite_address.removeprefix("sqlite:///"), isolation_level=None)) as somebody:
            somebody.execute("BEGIN IMMEDIATE")
            settle(HUSH | {"DATABASE_URL": sqlite_address})
            assert main(["migrate"]) == 1
            assert "is kept busy by somebody else (database is locked); try again" in capsys.readouterr().err
            assert main(["worker"]) == 2
            assert "Slack does not answer" in capsys.readouterr().err
