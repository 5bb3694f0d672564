"""Migrations lead to the models' tables, whatever happens on the way."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect, text
from sqlalchemy.exc import DBAPIError

import storage.models  # noqa: F401 - fills the metadata
from storage.base import Model
from storage.migrate import is_migrated, migrate
from storage.store import Store
from tests.databases import PostgresTemplate

# Imports first, so that all are off the line at the same moment.
MIGRATES = """
import asyncio, gc, sys
gc.disable()  # a quarter of what loading takes
from storage.migrate import migrate
from storage.store import Store
async def run():
    store = Store(sys.argv[1])
    await migrate(store)
    await store.close()
import alembic.autogenerate, storage.models
print("ready", flush=True)
sys.stdin.readline()
asyncio.run(run())
"""


@pytest.fixture(params=["sqlite", "postgres"])
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    postgres: PostgresTemplate = request.getfixturevalue("postgres")
    address = postgres.empty()
    yield address
    postgres.drop(address)


@pytest.fixture
async def empty(empty_address: str) -> AsyncIterator[Store]:
    """A database without tables."""
    store = Store(empty_address)
    yield store
    await store.close()


async def test_the_migrations_lead_to_the_models(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Model.metadata))

    async with store.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_what_a_comparison_overlooks_is_there_too(store: Store) -> None:
    """Alembic compares neither check constraints nor the conditions of indexes; what they refuse has its own tests."""

    def kept(connection: Connection) -> tuple[set[str], set[str]]:
        database, where = inspect(connection), f"{connection.dialect.name}_where"
        checks, partial = set(), set()
        for table in Model.metadata.tables:
            checks |= {str(check["name"]) for check in database.get_check_constraints(table)}
            indexes = database.get_indexes(table)
            partial |= {str(index["name"]) for index in indexes if where in index.get("dialect_options", {})}
        return checks, partial

    async with store.engine.connect() as connection:
        checks, partial = await connection.run_sync(kept)
    tables = Model.metadata.tables.values()
    assert checks == {str(c.name) for table in tables for c in table.constraints if isinstance(c, CheckConstraint)}
    indexes = [index for table in tables for index in table.indexes]
    assert partial == {str(index.name) for index in indexes if index.dialect_options["postgresql"]["where"] is not None}


async def test_migrated_or_not(empty: Store) -> None:
    assert not await is_migrated(empty)
    await migrate(empty)
    assert await is_migrated(empty)


async def test_migrating_again_keeps_everything(empty: Store) -> None:
    await migrate(empty)
    async with empty.write() as session:
        await session.execute(text("INSERT INTO reviewer VALUES ('T1', 'U1', '2026-01-02 03:04:05')"))
    await migrate(empty)
    assert await is_migrated(empty)
    async with empty.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM reviewer")) == 1


async def test_a_database_of_a_later_version_is_not_taken_for_ours(empty: Store) -> None:
    await migrate(empty)
    async with empty.write() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    assert not await is_migrated(empty)


async def test_a_migration_that_fails_leaves_nothing_behind(empty: Store) -> None:
    last = "CREATE TABLE trial_extension (id INTEGER)"
    async with empty.write() as session:
        await session.execute(text(last))
    with pytest.raises(DBAPIError):
        await migrate(empty)
    async with empty.engine.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["trial_extension"]


async def test_several_processes_may_migrate_at_once(empty: Store) -> None:
    address = empty.url.render_as_string(hide_password=False)
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATES, address, stdin=pipe, stdout=pipe, stderr=pipe, cwd=Path(__file__).parents[2]
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    ends = await asyncio.gather(*(process.communicate(b"go\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], [errors.decode()[-500:] for _, errors in ends]
    assert await is_migrated(empty)
