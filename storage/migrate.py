"""Brings a database to the newest shape, and tells whether it has it."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.store import Store

# Any number will do, as long as it is this one everywhere.
ADVISORY_LOCK = 7_302_511


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


async def migrate(store: Store) -> None:
    """Applies the migrations that are missing, in one transaction; several processes wait for each other."""
    async with store.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        if not store.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ADVISORY_LOCK})
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))


async def is_migrated(store: Store) -> bool:
    """Whether the database has every migration that this code knows."""
    async with store.engine.connect() as connection:
        current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return current == _newest()


@cache
def _newest() -> str | None:
    return ScriptDirectory.from_config(alembic_config()).get_current_head()
