"""What an error says is logged: it tells what went wrong, and nothing of what was to be written."""

import traceback

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from storage.models import Application
from storage.store import Store
from tests.storage.rows import VALUES

SECRET = "Geheime Firma"


async def told(store: Store, **values: object) -> str:
    with pytest.raises(SQLAlchemyError) as error:
        async with store.write() as session:
            await session.execute(insert(Application).values({**VALUES[Application], "company": SECRET, **values}))
    return "".join(traceback.format_exception(error.value))


async def test_a_value_that_the_database_refuses_is_not_repeated(store: Store) -> None:
    said = await told(store, status="lost")
    assert "status" in said
    assert SECRET not in said


async def test_nor_is_one_that_is_there_already(store: Store) -> None:
    async with store.write() as session:
        await session.execute(text("CREATE UNIQUE INDEX once ON application (company)"))
        await session.execute(insert(Application).values({**VALUES[Application], "company": SECRET}))
    said = await told(store, id=2)
    assert IntegrityError.__name__ in said
    assert SECRET not in said
