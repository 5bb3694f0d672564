"""Brings a database to the newest shape, and tells whether it has it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.store import Store


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


async def migrate(store: Store) -> None:
    """Applies the migrations that are missing, in one transaction."""
    async with store.engine.execution_options(begin="IMMEDIATE").begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))


async def is_migrated(store: Store) -> bool:
    """Whether the database has every migration that this code knows."""
    newest = ScriptDirectory.from_config(alembic_config()).get_current_head()
    async with store.engine.connect() as connection:
        current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return current == newest
