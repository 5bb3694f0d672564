"""The programme without Slack, for each test: on both databases, by a clock that the test moves."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from programme.desk import Desk
from programme.dns import Dns
from sandbox.nameserver import NameServer
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.partnership import EMMA
from tests.programme.two_partners import Two, two_partners


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return house.make_desk(store, clock)


@pytest.fixture
async def names() -> AsyncIterator[NameServer]:
    """A name server that knows the domain of the usual customer, and no records yet."""
    server = NameServer()
    await server.start()
    server.add_zone(house.CUSTOMER["domain"])
    yield server
    await server.stop()


@pytest.fixture
def asking_desk(store: Store, clock: Clock, names: NameServer) -> Desk:
    """A desk that asks that name server."""
    host, _, port = names.address.partition(":")
    return replace(house.make_desk(store, clock), dns=Dns([(host, int(port))], seconds=1))


@pytest.fixture
async def sqlite_desk(sqlite_address: str) -> AsyncIterator[Desk]:
    """With Emma's partner, for what both databases do alike."""
    store = Store(sqlite_address)
    desk = house.make_desk(store)
    await house.partner(desk, EMMA.user_id)
    yield desk
    await store.close()


@pytest.fixture
async def two(desk: Desk) -> Two:
    return await two_partners(desk)
