"""A copy of the PostgreSQL template that a test has used is the next test's: nothing of the first is left in it."""

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from storage.models import Application
from storage.store import Store
from tests.databases import PostgresTemplate
from tests.storage.rows import VALUES


async def change(address: str, *statements: str) -> None:
    """Writes an application, which gets the next id, and does whatever else."""
    store = Store(address)
    values = {name: value for name, value in VALUES[Application].items() if name != "id"}
    async with store.write() as session:
        await session.execute(insert(Application).values(values))
        for statement in statements:
            await session.execute(text(statement))
    await store.close()


async def test_rows_are_gone_and_ids_begin_anew(postgres: PostgresTemplate) -> None:
    address = postgres.copy()
    await change(address)
    postgres.give_back(address)
    assert postgres.copy() == address
    await change(address)
    store = Store(address)
    async with store.read() as session:
        assert list(await session.scalars(select(Application.id))) == [1]
    await store.close()
    postgres.give_back(address)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX once ON customer (plan)",
        "ALTER TABLE customer ADD once INTEGER",
        "DROP TABLE customer_note",
        "UPDATE alembic_version SET version_num = 'older'",
    ],
)
async def test_a_database_of_another_shape_is_nobodys(postgres: PostgresTemplate, statement: str) -> None:
    address = postgres.copy()
    await change(address, statement)
    postgres.give_back(address)
    assert postgres.copy() != address


async def test_who_is_still_connected_has_nothing_to_say(postgres: PostgresTemplate) -> None:
    address = postgres.copy()
    store = Store(address)
    async with store.engine.connect() as connection:
        await connection.execute(text("LOCK TABLE customer"))
        postgres.give_back(address)
        with pytest.raises(DBAPIError):
            await connection.execute(text("SELECT 1"))
    await store.close()
    assert postgres.copy() == address
    postgres.give_back(address)
