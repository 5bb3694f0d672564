"""The programme without Slack, for each test: on both databases, by a clock that the test moves."""

from collections.abc import AsyncIterator

import pytest

from programme.desk import Desk
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
