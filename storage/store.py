"""The database: one engine, and sessions to read and to write with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import TimeoutError as TooLong
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from storage.sqlite import begin_to_read, driver

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
# A person waits for the answer and Slack waits 3 s: whoever cannot have the database by then is told so.
PATIENCE_SECONDS = 2
MOST_CONNECTIONS = 15  # of a process, to its database


def database_url(address: str) -> URL:
    """The address as given in DATABASE_URL, with the driver that this project uses.

    Args:
        address: `sqlite:///file`, `postgresql://…` or `postgres://…`; a driver that is named already is kept.
    """
    url = make_url(address)
    return url.set(drivername=DRIVERS.get(url.drivername, url.drivername))


class Store:
    """Opens sessions. `read` sees what is committed: SQLite shows one state to all its statements, PostgreSQL to each
    the newest. `write` is one transaction, taken for writing from its start.

    Args:
        address: as in DATABASE_URL.
    """

    def __init__(self, address: str) -> None:
        self.url = database_url(address)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = create_async_engine(self.url, **_engine_options(self.is_sqlite))
        if self.is_sqlite:
            _prepare_sqlite(self.engine.sync_engine)
        else:
            _keep_values_out_of_errors(self.engine.sync_engine)
        # To begin and to end a transaction are trips of their own, and would show nothing else (READ COMMITTED).
        reading = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = async_sessionmaker(reading, expire_on_commit=False)
        # SQLite upgrades a read transaction to a write one only if nobody wrote in between: writers say so at BEGIN.
        writing = self.engine.execution_options(begin="IMMEDIATE")
        self._writing = async_sessionmaker(writing, expire_on_commit=False)
        self._queue = asyncio.Lock()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with self._reading() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        async with self._turn(), self._writing() as session, session.begin():
            yield session

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Writers of this process stand in line: SQLite lets in whoever happens to ask next, and the unlucky starve."""
        if not self.is_sqlite:
            yield
            return
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._queue.acquire()
        except TimeoutError:
            raise TooLong(f"No turn to write within {PATIENCE_SECONDS} s") from None
        try:
            yield
        finally:
            self._queue.release()

    async def ping(self) -> None:
        """Raises sqlalchemy.exc.SQLAlchemyError when the database does not answer."""
        async with self.read() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def _engine_options(is_sqlite: bool) -> dict[str, Any]:
    # What errors say is logged; what was to be written is nothing for a log.
    # Beyond its size a pool closes each connection after use, and to open the next one costs more than most statements.
    always = {"hide_parameters": True, "pool_size": MOST_CONNECTIONS, "max_overflow": 0}
    if is_sqlite:
        return always | {"connect_args": {"timeout": PATIENCE_SECONDS}, "module": driver}
    return always | {
        "connect_args": {"connect_timeout": PATIENCE_SECONDS},
        "pool_timeout": PATIENCE_SECONDS,
        "pool_pre_ping": True,
    }


def _keep_values_out_of_errors(engine: Engine) -> None:
    """PostgreSQL adds to what went wrong the row in which it did."""

    @event.listens_for(engine, "handle_error")
    def _shorten(context: ExceptionContext) -> None:
        told = getattr(context.original_exception, "diag", None)
        if told is None or not told.message_primary:
            return
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None:
                error.args = (told.message_primary,)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions begin where SQLAlchemy says, see _begin
        cursor = connection.cursor()
        for pragma in ("journal_mode = WAL", "foreign_keys = ON", "synchronous = NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("begin")
        if writing is None:
            begin_to_read(connection)
        else:
            connection.exec_driver_sql(f"BEGIN {writing}")
