"""Files on their way to somebody stay on no disk, even when the process that makes them is killed."""

import fcntl
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from handlers import temporary_files
from handlers.customer_files import XlsxFile
from handlers.reader import Reader

KILLED = """
import os, signal
from handlers.temporary_files import own_folder
with own_folder() as folder:
    (folder / "customers.csv").write_text("all of them")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(temporary_files, "YOUNG_SECONDS", 0.0)
    return tmp_path


def test_what_a_killed_process_leaves_goes_when_another_one_begins(folder: Path) -> None:
    ended = subprocess.run(  # noqa: S603 - what stands above
        [sys.executable, "-c", KILLED], env=os.environ | {"TMPDIR": str(folder)}, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert [file.name for file in folder.rglob("*.csv")] == ["customers.csv"]
    with temporary_files.own_folder() as mine:
        assert list(folder.iterdir()) == [mine]
    assert list(folder.iterdir()) == []


def test_what_is_being_made_is_left_alone(folder: Path) -> None:
    (folder / "somebody-elses").mkdir()
    (folder / f"{temporary_files.PREFIX}file").write_text("no folder")
    (folder / f"{temporary_files.PREFIX}link").symlink_to(folder / "somebody-elses")
    before = set(folder.iterdir())
    with temporary_files.own_folder() as first, temporary_files.own_folder() as second:
        (first / "customers.csv").write_text("all of them")
        temporary_files.sweep()
        assert set(folder.iterdir()) == {*before, first, second}
    assert set(folder.iterdir()) == before


def test_one_that_has_just_been_made_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is made before it can be marked."""
    monkeypatch.setattr(temporary_files, "YOUNG_SECONDS", 60.0)
    young = folder / f"{temporary_files.PREFIX}young"
    young.mkdir()
    temporary_files.sweep()
    assert young.exists()


def test_one_that_cannot_be_marked_is_used_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("not on this disk")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with temporary_files.own_folder() as mine, temporary_files.own_folder():
        assert mine.exists()
    assert list(folder.iterdir()) == []


def test_a_workbook_keeps_its_rows_where_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    elsewhere.mkdir()
    here.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    book = XlsxFile(here / "customers.xlsx", Reader("en"))
    book.add(["dupont.example"] * 10)
    assert list(elsewhere.iterdir()) == []
    assert list(here.iterdir()) != []
    book.close()
    assert [one.name for one in here.iterdir()] == ["customers.xlsx"]
