"""Domains that are due are claimed partner by partner, by one at a time, and given back to nobody's harm."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text, update

from storage.models import Application, Customer, Partner
from storage.queries.upkeep import PROVEN, UNPROVEN, Waiting, claim, give_back, partners_waiting
from storage.store import Store
from tests.storage.rows import NOW, VALUES

LATER = NOW + timedelta(minutes=5)
EACH = 3
BOTH = pytest.mark.parametrize("waiting", [UNPROVEN, PROVEN], ids=["unproven", "proven"])


async def fill(store: Store, waiting: Waiting, partners: int = 2, **changes: object) -> None:
    """Partners with three domains each, due for one, two and three hours: 10, 11 and 12 of the first."""
    state = {"proof_due_at": None, "verified_at": NOW if waiting is PROVEN else None} | changes
    numbers = range(1, partners + 1)
    customers = [
        VALUES[Customer]
        | state
        | {
            "id": partner * 10 + index,
            "partner_id": partner,
            "domain": f"d{partner}-{index}.example",
            "verification_token": f"v{partner}-{index}",
            waiting.due.key: NOW - timedelta(hours=index + 1),
        }
        for partner in numbers
        for index in range(EACH)
    ]
    async with store.write() as session:
        await session.execute(
            insert(Application), [VALUES[Application] | {"id": n, "user_id": f"U{n}"} for n in numbers]
        )
        await session.execute(insert(Partner), [VALUES[Partner] | {"id": n, "application_id": n} for n in numbers])
        await session.execute(insert(Customer), customers)


async def claimed(store: Store, waiting: Waiting, partners: list[int], share: int) -> list[int]:
    async with store.write() as session:
        return [customer.id for customer, _ in await claim(session, waiting, partners, share, NOW, LATER)]


@BOTH
async def test_of_each_partner_its_share_of_what_has_waited_longest(store: Store, waiting: Waiting) -> None:
    await fill(store, waiting, partners=3)
    assert await claimed(store, waiting, [1, 3], 2) == [11, 12, 31, 32]
    async with store.read() as session:
        assert sorted(await partners_waiting(session, waiting, NOW)) == [1, 2, 3]
    assert await claimed(store, waiting, [1, 2, 3], 9) == [10, 20, 21, 22, 30]
    async with store.read() as session:
        assert await partners_waiting(session, waiting, NOW) == []
        assert sorted(await partners_waiting(session, waiting, LATER)) == [1, 2, 3]


async def test_who_has_left_waits_for_nothing(store: Store) -> None:
    await fill(store, PROVEN, status="left", left_on=NOW.date())
    async with store.read() as session:
        assert await partners_waiting(session, PROVEN, NOW) == []
    assert await claimed(store, PROVEN, [1, 2], 9) == []


@BOTH
async def test_several_claimers_share_the_domains_between_them(store: Store, waiting: Waiting) -> None:
    await fill(store, waiting, partners=6)
    taken: list[int] = []

    async def work() -> None:
        while held := await claimed(store, waiting, [1, 2, 3, 4, 5, 6], 1):
            taken.extend(held)

    await asyncio.gather(*(work() for _ in range(4)))
    assert len(taken) == len(set(taken)) == 6 * EACH


@BOTH
async def test_only_what_is_still_claimed_is_given_back(store: Store, waiting: Waiting) -> None:
    await fill(store, waiting)
    assert await claimed(store, waiting, [1], 9) == [10, 11, 12]
    soon = NOW + timedelta(minutes=1)
    async with store.write() as session:
        await session.execute(update(Customer).where(Customer.id == 11).values({waiting.due: soon}))
        await give_back(session, waiting, [10, 11], LATER, NOW)
    async with store.read() as session:
        found = await session.execute(select(Customer.id, waiting.due).where(Customer.partner_id == 1))
        due = {row[0]: row[1] for row in found}
    assert due == {10: NOW, 11: soon, 12: LATER}


async def test_postgresql_skips_what_another_transaction_is_claiming_or_changing(postgres_address: str) -> None:
    store = Store(postgres_address)
    await fill(store, UNPROVEN)
    async with store.write() as first, store.write() as second, asyncio.timeout(5):
        await first.execute(select(Customer).where(Customer.id == 22).with_for_update())
        of_first = await claim(first, UNPROVEN, [1], 2, NOW, LATER)
        of_second = await claim(second, UNPROVEN, [1, 2], 9, NOW, LATER)
        assert [customer.id for customer, _ in of_first] == [11, 12]
        assert [customer.id for customer, _ in of_second] == [10, 20, 21]
    await store.close()


async def test_postgresql_keeps_to_the_share_by_whatever_plan(postgres_address: str) -> None:
    """With small tables it may choose a nested loop, which would run a subquery again for each row."""
    store = Store(postgres_address)
    await fill(store, UNPROVEN, partners=3)
    async with store.write() as session:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            await session.execute(text(f"SET LOCAL enable_{way} = off"))
        found = await claim(session, UNPROVEN, [1, 2], 1, NOW, LATER)
    assert [customer.id for customer, _ in found] == [12, 22]
    await store.close()
