"""What has to leave the house is held by one at a time, and by somebody else when its holder dies."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import TimeoutError as TooLong

from storage.models import Alert, Application, ChannelHealth, Customer, OutgoingMail, OutgoingMessage, Partner
from storage.outbox import LEASE, Sendable, claim, claim_alerts, message_of_key, renew, settle
from storage.store import Store
from tests.storage.rows import NOW, one_of_each, row

SECOND = timedelta(seconds=1)


async def fill(store: Store, count: int, **changes: object) -> None:
    async with store.write() as session:
        for number in range(1, count + 1):
            session.add(row(OutgoingMessage, id=number, key=f"k{number}", **changes))


async def claimed(store: Store, *, later: timedelta = timedelta(0), limit: int = 20) -> Sequence[OutgoingMessage]:
    async with store.write() as session:
        return await claim(session, OutgoingMessage, NOW + later, limit)


async def settled(store: Store, held: Sendable, status: str, **values: object) -> bool:
    async with store.write() as session:
        return await settle(session, held, status, **values)


async def renewed(store: Store, held: OutgoingMessage, lease_until: datetime) -> bool:
    async with store.write() as session:
        return held.id in await renew(session, [held], lease_until)


async def stored(store: Store) -> OutgoingMessage:
    async with store.read() as session:
        return (await session.scalars(select(OutgoingMessage))).one()


@pytest.mark.parametrize("model", [Alert, OutgoingMail, OutgoingMessage])
async def test_of_each_table_a_row_is_claimed_once(store: Store, model: type[Sendable]) -> None:
    async with store.write() as session:
        for each in one_of_each():
            session.add(each)
            await session.flush()
    async with store.write() as session:
        (held,) = await claim(session, model, NOW)
        assert (held.status, held.attempts, held.lease_until) == ("claimed", 1, NOW + LEASE)
        assert await claim(session, model, NOW) == []


async def test_the_oldest_come_first_and_no_more_than_wanted(store: Store) -> None:
    await fill(store, 5)
    assert [held.id for held in await claimed(store, limit=2)] == [1, 2]
    assert [held.id for held in await claimed(store, limit=2)] == [3, 4]
    assert [held.id for held in await claimed(store, limit=2)] == [5]


async def test_nothing_is_claimed_before_its_time(store: Store) -> None:
    await fill(store, 1, not_before=NOW + SECOND)
    assert await claimed(store) == []
    assert len(await claimed(store, later=SECOND)) == 1


@pytest.mark.parametrize("status", ["sent", "failed", "moot"])
async def test_what_is_done_is_done(store: Store, status: str) -> None:
    await fill(store, 1)
    (held,) = await claimed(store)
    assert await settled(store, held, status)
    assert not await settled(store, held, "waiting", not_before=NOW)
    assert await claimed(store, later=timedelta(days=365)) == []
    assert (await stored(store)).lease_until is None


async def test_settling_writes_down_what_came_of_it(store: Store) -> None:
    await fill(store, 1)
    (held,) = await claimed(store)
    assert await settled(store, held, "sent", sent_at=NOW, channel="C1", ts="1.2", last_error=None)
    row_now = await stored(store)
    assert (row_now.status, row_now.sent_at, row_now.channel, row_now.ts) == ("sent", NOW, "C1", "1.2")
    async with store.read() as session:
        found = await message_of_key(session, "k1")
        assert found is not None
        assert (found.id, await message_of_key(session, "k2")) == (row_now.id, None)


async def test_what_did_not_leave_waits_for_its_next_try(store: Store) -> None:
    await fill(store, 1)
    (held,) = await claimed(store)
    assert await settled(store, held, "waiting", not_before=NOW + timedelta(minutes=5), last_error="timeout")
    assert await claimed(store, later=LEASE + SECOND) == []
    (again,) = await claimed(store, later=timedelta(minutes=5))
    assert (again.attempts, again.last_error) == (2, "timeout")


class TestAHolderThatDied:
    async def test_keeps_its_claim_as_long_as_the_lease(self, store: Store) -> None:
        await fill(store, 1)
        await claimed(store)
        assert await claimed(store, later=LEASE) == []

    async def test_loses_it_to_the_next_who_knows_by_the_attempts(self, store: Store) -> None:
        await fill(store, 1)
        await claimed(store)
        (again,) = await claimed(store, later=LEASE + SECOND)
        assert (again.attempts, again.lease_until) == (2, NOW + LEASE + SECOND + LEASE)

    async def test_cannot_settle_any_more_when_it_was_only_slow(self, store: Store) -> None:
        await fill(store, 1)
        (slow,) = await claimed(store)
        (quick,) = await claimed(store, later=LEASE + SECOND)
        assert not await settled(store, slow, "failed", last_error="too slow")
        assert (await stored(store)).status == "claimed"
        assert await settled(store, quick, "sent")
        assert not await settled(store, slow, "waiting", not_before=NOW)
        row_now = await stored(store)
        assert (row_now.status, row_now.last_error) == ("sent", None)

    async def test_may_settle_late_as_long_as_nobody_else_has_taken_it(self, store: Store) -> None:
        await fill(store, 1)
        (slow,) = await claimed(store)
        assert await settled(store, slow, "sent")

    async def test_leaves_the_next_in_doubt_whether_it_has_left_already(self, store: Store) -> None:
        await fill(store, 1)
        (first,) = await claimed(store)
        assert not first.in_doubt
        (second,) = await claimed(store, later=LEASE + SECOND)
        assert second.in_doubt
        assert await settled(store, second, "waiting", not_before=NOW)
        (third,) = await claimed(store, later=LEASE + SECOND)
        assert third.in_doubt

    async def test_is_not_dead_as_long_as_it_renews(self, store: Store) -> None:
        await fill(store, 1)
        (held,) = await claimed(store)
        assert await renewed(store, held, NOW + 2 * LEASE)
        assert await claimed(store, later=LEASE + SECOND) == []
        (quick,) = await claimed(store, later=2 * LEASE + SECOND)
        assert not await renewed(store, held, NOW + 4 * LEASE)
        assert await settled(store, quick, "sent")
        assert not await renewed(store, quick, NOW + 4 * LEASE)


async def test_what_failed_plainly_is_not_in_doubt(store: Store) -> None:
    await fill(store, 1)
    (held,) = await claimed(store)
    assert await settled(store, held, "waiting", not_before=NOW)
    (again,) = await claimed(store)
    assert (again.attempts, again.in_doubt) == (2, False)


class TestAlerts:
    """Alerts are claimed by partner: those of one may leave in one message."""

    async def fill(self, store: Store, partners: int, each: int = 3) -> None:
        async with store.write() as session:
            for number in range(1, partners + 1):
                session.add(row(Application, id=number, user_id=f"U{number}"))
                await session.flush()
                place = {"alert_workspace": "T1", "alert_channel": f"C{number}"}
                session.add(row(Partner, id=number, application_id=number, **place))
                await session.flush()
                session.add(row(Customer, id=number, partner_id=number, verification_token=f"v{number}"))
                await session.flush()
                for days in range(each):
                    # Planned threshold by threshold, so that the partners' rows lie among each other.
                    numbers = {"id": days * partners + number, "partner_id": number, "customer_id": number}
                    session.add(row(Alert, days_before=days, not_before=NOW - number * SECOND, **numbers))

    async def claimed(self, store: Store, partners: int, later: timedelta = timedelta(0)) -> list[int]:
        """Whose alerts were claimed, a number an alert."""
        async with store.write() as session:
            return [alert.partner_id for alert in await claim_alerts(session, NOW + later, partners)]

    async def test_all_of_a_partner_and_the_longest_waiting_first(self, store: Store) -> None:
        await self.fill(store, 3)
        assert await self.claimed(store, 1) == [3, 3, 3]
        assert sorted(await self.claimed(store, 5)) == [1, 1, 1, 2, 2, 2]
        assert await self.claimed(store, 5) == []
        assert len(await self.claimed(store, 5, LEASE + SECOND)) == 9

    async def test_those_for_a_broken_channel_wait_until_it_is_mended(self, store: Store) -> None:
        await self.fill(store, 2)
        async with store.write() as session:
            session.add(ChannelHealth(workspace_id="T1", channel="C2", broken_since=NOW))
            session.add(ChannelHealth(workspace_id="T2", channel="C1", broken_since=NOW))
        assert await self.claimed(store, 5) == [1, 1, 1]
        async with store.write() as session:
            await session.execute(update(ChannelHealth).values(broken_since=None))
        assert await self.claimed(store, 5) == [2, 2, 2]

    @pytest.mark.parametrize(
        "changes",
        [
            {"alert_workspace": None, "alert_channel": None},
            {"status": "suspended", "suspended_at": NOW},
        ],
    )
    async def test_those_of_a_partner_without_a_channel_or_suspended_wait(
        self, store: Store, changes: dict[str, object]
    ) -> None:
        await self.fill(store, 2)
        async with store.write() as session:
            await session.execute(update(Partner).where(Partner.id == 2).values(changes))
        assert await self.claimed(store, 5) == [1, 1, 1]
        as_before = {
            "alert_workspace": "T1", "alert_channel": "C2", "status": "active", "suspended_at": None,
        }  # fmt: skip
        async with store.write() as session:
            await session.execute(update(Partner).where(Partner.id == 2).values(as_before))
        assert await self.claimed(store, 5) == [2, 2, 2]

    async def test_several_claimers_share_the_partners_between_them(self, store: Store) -> None:
        await self.fill(store, 12)
        taken: list[list[int]] = []

        async def work() -> None:
            while held := await self.claimed(store, 2):
                taken.append(held)

        await asyncio.gather(*(work() for _ in range(4)))
        assert sorted(partner for held in taken for partner in held) == sorted([*range(1, 13)] * 3)


async def test_a_claim_that_was_never_committed_is_none(store: Store) -> None:
    await fill(store, 1)
    async with store.write() as session:
        assert len(await claim(session, OutgoingMessage, NOW)) == 1
        await session.rollback()
    (held,) = await claimed(store)
    assert held.attempts == 1


async def test_many_claimers_share_the_rows_between_them(store: Store) -> None:
    await fill(store, 100)
    taken: list[int] = []

    async def work() -> None:
        while held := await claimed(store, limit=3):
            assert len(held) <= 3
            taken.extend(each.id for each in held)

    await asyncio.gather(*(work() for _ in range(8)))
    assert sorted(taken) == list(range(1, 101))


async def test_postgresql_skips_what_another_transaction_is_claiming(postgres_address: str) -> None:
    """Neither transaction waits for the other."""
    store = Store(postgres_address)
    await fill(store, 4)
    async with store.write() as first, store.write() as second, asyncio.timeout(5):
        of_first = await claim(first, OutgoingMessage, NOW, limit=2)
        of_second = await claim(second, OutgoingMessage, NOW)
        assert [held.id for held in of_first] == [1, 2]
        assert [held.id for held in of_second] == [3, 4]
        assert await claim(second, OutgoingMessage, NOW) == []
    await store.close()


async def test_postgresql_keeps_to_the_limit_by_whatever_plan(postgres_address: str) -> None:
    """With small tables it may choose a nested loop, which would run a subquery again for each row."""
    store = Store(postgres_address)
    await fill(store, 30)
    async with store.write() as session:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            await session.execute(text(f"SET LOCAL enable_{way} = off"))
        assert [held.id for held in await claim(session, OutgoingMessage, NOW, limit=3)] == [1, 2, 3]
    await store.close()


async def test_sqlite_lets_the_second_wait_for_the_first(sqlite_address: str) -> None:
    store = Store(sqlite_address)
    await fill(store, 4)
    async with store.write() as first:
        of_first = await claim(first, OutgoingMessage, NOW, limit=3)
        waiting = asyncio.create_task(claimed(store))
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
    assert [held.id for held in of_first] == [1, 2, 3]
    assert [held.id for held in await waiting] == [4]
    await store.close()


async def test_sqlite_serves_the_writers_of_a_process_in_the_order_they_came(sqlite_address: str) -> None:
    store, served = Store(sqlite_address), list[int]()
    await fill(store, 1)

    async def write(number: int) -> None:
        async with store.write() as session:
            await session.execute(update(OutgoingMessage).values(attempts=number))
            await asyncio.sleep(0.005)
            served.append(number)

    await asyncio.gather(*(write(number) for number in range(80)))
    assert served == list(range(80))
    await store.close()


async def test_who_does_not_get_to_write_in_time_is_told_so(
    sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.store.PATIENCE_SECONDS", 0.05)
    store = Store(sqlite_address)
    async with store.write():
        with pytest.raises(TooLong):
            async with store.write():
                pass
    async with store.write():
        pass
    await store.close()
