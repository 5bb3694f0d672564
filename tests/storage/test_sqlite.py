"""SQLite's driver: one trip to its thread for each statement, and the transactions as ever."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from storage import sqlite
from storage.models import Person
from storage.store import Store
from tests.storage.rows import VALUES


@pytest.fixture
async def store(sqlite_address: str) -> AsyncIterator[Store]:
    store = Store(sqlite_address)
    yield store
    await store.close()


async def add(store: Store, user_id: str) -> None:
    async with store.write() as session:
        session.add(Person(**VALUES[Person] | {"user_id": user_id}))


async def test_who_reads_sees_one_state_from_the_first_statement_on(store: Store) -> None:
    people = select(func.count()).select_from(Person)
    async with store.read() as session:
        await add(store, "U1")
        assert await session.scalar(people) == 1
        await add(store, "U2")
        assert await session.scalar(people) == 1
    async with store.read() as session:
        assert await session.scalar(people) == 2


async def test_what_fails_leaves_nothing_behind(store: Store) -> None:
    await add(store, "U1")
    with pytest.raises(IntegrityError):
        await add(store, "U1")
    await add(store, "U2")
    async with store.read() as session:
        found = await session.execute(text("SELECT user_id FROM person ORDER BY user_id"))
        assert [row.user_id for row in found] == ["U1", "U2"]


async def test_a_statement_is_one_trip(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[str] = []
    run = sqlite._run

    def noted(connection: object, begin: str | None, how: str, operation: str, parameters: object) -> object:
        trips.append(f"{begin}; {operation}" if begin else operation)
        return run(connection, begin, how, operation, parameters)  # type: ignore[arg-type]

    await store.ping()  # what a new connection is asked besides
    monkeypatch.setattr(sqlite, "_run", noted)
    async with store.read() as session:
        for number in (1, 2):
            await session.execute(text(f"SELECT {number}"))
    assert trips == ["BEGIN DEFERRED; SELECT 1", "SELECT 2"]
