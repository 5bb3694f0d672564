"""What waits to leave the house, as the programme asks for it."""

import pytest

from programme import outbox
from storage.models import OutgoingMail, OutgoingMessage
from storage.outbox import Sendable
from storage.store import Store
from tests.programme.house import make_desk


@pytest.fixture
async def sqlite_store(sqlite_address: str) -> Store:
    return Store(sqlite_address)


@pytest.mark.parametrize("model", [OutgoingMessage, OutgoingMail])
async def test_who_finds_nothing_to_send_has_held_up_nobody(sqlite_store: Store, model: type[Sendable]) -> None:
    desk = make_desk(sqlite_store)
    async with sqlite_store.write():
        assert await outbox.claim(desk, model) == []
    await sqlite_store.close()


async def test_who_finds_no_alert_to_send_has_held_up_nobody(sqlite_store: Store) -> None:
    desk = make_desk(sqlite_store)
    async with sqlite_store.write():
        assert await outbox.claim_alerts(desk, 10) == []
    await sqlite_store.close()
