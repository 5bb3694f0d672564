"""Everything that is due is looked at in one tick, and partners take turns, on both databases (mission rows 12, 19)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text

from programme import proof_search, upkeep
from programme.desk import Desk
from programme.verification import Finding, Outcome
from storage.models import Application, Customer, Partner
from storage.queries.upkeep import PROVEN, UNPROVEN, Waiting, partners_waiting
from tests.programme.house import Clock
from tests.storage.rows import NOW, VALUES

# Much less than usual, so that there are several batches.
AT_ONCE, BATCH = 4, 12
HOUR = timedelta(hours=1)
Tick = Callable[..., Awaitable[int]]
SEARCHES = {"verified_at": None, "proof_sought_at": NOW}
KINDS = pytest.mark.parametrize(
    ("tick", "waiting"), [(proof_search.look_for_proofs, UNPROVEN), (upkeep.look_after_domains, PROVEN)]
)


class Looked(list[str]):
    """The domains that were looked at, in their order; nothing is there, and no time passes."""

    async def __call__(self, _dns: object, domain: str, *_: object, **__: object) -> Finding:
        self.append(domain)
        await asyncio.sleep(0)
        return Finding(Outcome.NOTHING_FOUND)

    async def condition(self, _desk: Desk, customer: Customer, _partner: Partner) -> upkeep.Condition:
        await self(None, customer.domain)
        return upkeep.Condition(None, None, "")

    @property
    def of_partners(self) -> list[str]:
        return [domain.partition("-")[0] for domain in self]


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Looked:
    looked = Looked()
    monkeypatch.setattr("programme.proof_search.check", looked)
    monkeypatch.setattr("programme.upkeep.condition_of", looked.condition)
    monkeypatch.setattr("programme.rounds.A_SECOND", 1_000_000)
    monkeypatch.setattr("programme.rounds.AT_ONCE", AT_ONCE)
    monkeypatch.setattr("programme.rounds.BATCH", BATCH)
    return looked


async def fill(desk: Desk, waiting: Waiting, *due: tuple[int, timedelta], not_due: int = 0) -> None:
    """Partners 1, 2, … with so many domains each, and for how long they have been due."""
    now = desk.clock.now()
    partners, customers = [], list[dict[str, Any]]()
    for number, (count, since) in enumerate(due, start=1):
        partners.append(number)
        moments = [now - since] * count + [now + HOUR] * not_due
        customers += [_customer(number, index, waiting, moment) for index, moment in enumerate(moments)]
    rows = {
        Application: [VALUES[Application] | {"id": number, "user_id": f"U{number}"} for number in partners],
        Partner: [VALUES[Partner] | {"id": number, "application_id": number} for number in partners],
        Customer: customers,
    }
    async with desk.store.write() as session:
        for model, values in rows.items():
            await session.execute(insert(model), values)


def _customer(partner: int, index: int, waiting: Waiting, moment: Any) -> dict[str, Any]:
    name = f"p{partner}-{index}"
    state = SEARCHES if waiting is UNPROVEN else {"verified_at": NOW, "proof_sought_at": None}
    own = {"id": partner * 10_000 + index, "partner_id": partner, "domain": f"{name}.example"}
    return VALUES[Customer] | own | {"verification_token": name, waiting.due.key: moment} | state


@KINDS
async def test_all_that_is_due_is_looked_at_once_and_nothing_else(
    desk: Desk, looked: Looked, tick: Tick, waiting: Waiting
) -> None:
    await fill(desk, waiting, (29, HOUR), (1, HOUR), not_due=2)
    assert await tick(desk) == 30
    assert len(set(looked)) == len(looked) == 30
    assert await tick(desk) == 0


@KINDS
async def test_a_partner_with_much_holds_nobody_back(desk: Desk, looked: Looked, tick: Tick, waiting: Waiting) -> None:
    await fill(desk, waiting, (50, 9 * HOUR), (1, timedelta()), (8, HOUR))
    await tick(desk)
    assert set(looked.of_partners[:3]) == {"p1", "p2", "p3"}
    assert len(looked) - looked.of_partners[::-1].index("p3") <= 2 * BATCH


async def test_more_partners_than_a_batch_has_room_for_all_have_their_turn(
    desk: Desk, looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programme.rounds.BATCH", 4)
    await fill(desk, UNPROVEN, *[(2, HOUR)] * 9)
    assert await proof_search.look_for_proofs(desk) == 18
    assert len(set(looked.of_partners[:9])) == len(set(looked.of_partners[9:])) == 9


@KINDS
async def test_several_processes_share_the_work(desk: Desk, looked: Looked, tick: Tick, waiting: Waiting) -> None:
    await fill(desk, waiting, (12, HOUR), (12, HOUR), (12, HOUR))
    counts = await asyncio.gather(*(tick(desk) for _ in range(3)))
    assert sum(counts) == 36
    assert len(set(looked)) == len(looked) == 36


@KINDS
async def test_when_the_end_comes_what_was_not_begun_is_free_for_others_at_once(
    desk: Desk, looked: Looked, tick: Tick, waiting: Waiting
) -> None:
    await fill(desk, waiting, (30, HOUR))
    assert await tick(desk, lambda: len(looked) < 5) == len(looked)
    assert len(looked) < AT_ONCE + 5
    async with desk.store.read() as session:
        due = await session.scalars(select(Customer.id).where(waiting.due <= desk.clock.now()))
        assert len(due.all()) == 30 - len(looked)
    await tick(desk)
    assert len(set(looked)) == len(looked) == 30


async def test_what_goes_wrong_with_one_domain_holds_up_no_other(
    desk: Desk, looked: Looked, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dies_over_one(_dns: object, domain: str, *_: object, **__: object) -> Finding:
        if domain == "p1-0.example":
            raise RuntimeError(domain)
        return await looked(None, domain)

    monkeypatch.setattr("programme.proof_search.check", dies_over_one)
    await fill(desk, UNPROVEN, (20, HOUR))
    with pytest.raises(RuntimeError, match="p1-0"):
        await proof_search.look_for_proofs(desk)
    assert len(looked) == 19


async def test_no_more_than_so_many_at_once_and_a_second(
    desk: Desk, looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once, most, pauses = 0, 0, list[float]()
    sleep = asyncio.sleep

    async def counting(_dns: object, domain: str, *_: object, **__: object) -> Finding:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await sleep(0)
        at_once -= 1
        return Finding(Outcome.NOTHING_FOUND)

    async def paused(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("programme.proof_search.check", counting)
    monkeypatch.setattr("programme.rounds.A_SECOND", 0.001)
    monkeypatch.setattr("programme.rounds._pause", paused)
    await fill(desk, UNPROVEN, (2 * BATCH, HOUR))
    await proof_search.look_for_proofs(desk)
    assert most == AT_ONCE
    assert [round(seconds, -3) for seconds in pauses if seconds > 0] == [BATCH * 1000]


@KINDS
async def test_claims_read_an_index_of_each_partner(desk: Desk, tick: Tick, looked: Looked, waiting: Waiting) -> None:
    await fill(desk, waiting, (300, HOUR), (300, HOUR), not_due=600)
    async with desk.store.write() as session:
        await session.execute(text("ANALYZE"))
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, bound: Any, *_rest: Any) -> None:
        sent.append((statement, bound))

    event.listen(desk.store.engine.sync_engine, "before_cursor_execute", note)
    await tick(desk, lambda: len(looked) < BATCH)
    asking = next(one for one in sent if "min(" in one[0])
    claiming = next(one for one in sent if "LIMIT" in one[0])
    for statement, bound in (asking, claiming):
        plan = await _plan(desk, statement, bound)
        assert f"ix_customer_{waiting.due.key}" in plan, plan
        assert "Seq Scan on customer customer_" not in plan, plan  # those to claim; a small table may be read to write
        assert "SCAN customer" not in plan, plan


async def _plan(desk: Desk, statement: str, bound: Any) -> str:
    explain = "EXPLAIN QUERY PLAN" if desk.store.is_sqlite else "EXPLAIN"
    async with desk.store.engine.connect() as connection:
        return str((await connection.exec_driver_sql(f"{explain} {statement}", bound)).all())


async def test_partners_wait_only_with_what_is_due(desk: Desk) -> None:
    await fill(desk, UNPROVEN, (0, HOUR), (2, HOUR), not_due=1)
    async with desk.store.read() as session:
        assert await partners_waiting(session, UNPROVEN, desk.clock.now()) == [2]
        assert await partners_waiting(session, PROVEN, desk.clock.now()) == []
