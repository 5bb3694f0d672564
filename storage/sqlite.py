"""SQLite's driver, with one trip to its thread for each statement.

aiosqlite makes four: for a cursor, for the statement, for its rows, and to put the cursor away. Each costs more than
most of our statements do.
"""

import sqlite3
from collections import deque
from dataclasses import dataclass
from typing import Any

import aiosqlite
from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


@dataclass(frozen=True)
class _Done:
    """What is left of a cursor when its statement has run."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None

    def close(self) -> None:
        """It is closed already."""


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ()
    _awaitable_cursor_close = False

    def _make_new_cursor(self, _connection: Any) -> Any:
        return _Done()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._run("execute", operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._run("executemany", operation, seq_of_parameters)

    async def _run(self, how: str, operation: Any, parameters: Any) -> None:
        connection: Any = self._connection
        adapted: Any = self._adapt_connection
        async with adapted._execute_mutex:
            begin, adapted.begins_with = adapted.begins_with, None
            asked = (connection._conn, begin, how, operation, parameters)
            self._cursor, self._rows = await connection._execute(_run, *asked)


def _run(
    connection: sqlite3.Connection, begin: str | None, how: str, operation: str, parameters: Any
) -> tuple[_Done, deque[Any]]:
    """In the thread of the connection."""
    cursor = connection.cursor()
    try:
        if begin:
            cursor.execute(begin)
        getattr(cursor, how)(operation, parameters)
        rows = deque(cursor.fetchall() if cursor.description else ())
        return _Done(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()


class _Connection(AsyncAdapt_aiosqlite_connection):
    """A connection that begins a transaction on the trip of its first statement.

    Args:
        begins_with: what the next statement is preceded by, on the same trip.
    """

    __slots__ = ("begins_with",)
    _cursor_cls = _Cursor

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.begins_with: str | None = None

    def rollback(self) -> None:
        """No trip where nothing was begun, as after each commit, when the connection goes back to the others."""
        self.begins_with = None
        if self._connection.in_transaction:
            super().rollback()

    def commit(self) -> None:
        self.begins_with = None
        super().commit()


def begin_to_read(connection: Connection) -> None:
    """A transaction that reads begins with its first statement: before that, SQLite would do nothing anyway."""
    adapted: Any = connection.connection.dbapi_connection
    adapted.begins_with = "BEGIN DEFERRED"


class _Driver(AsyncAdapt_aiosqlite_dbapi):
    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        return _Connection(self, super().connect(*arg, async_creator_fn=_open, **kw)._connection)


async def _open(*arg: Any, **kw: Any) -> aiosqlite.Connection:
    """Where the file cannot be opened, the thread has ended before anybody hears of it: it would speak to a loop that
    may be closed by then."""
    opening = aiosqlite.connect(*arg, **kw)
    opening._thread.daemon = True
    try:
        return await opening
    except sqlite3.Error:
        opening._thread.join()
        raise


driver = _Driver(aiosqlite, sqlite3)
