"""One file of customers at a time for each person, on both databases, whichever process makes it."""

from datetime import timedelta

import pytest

from programme import file_turns
from programme.desk import Actor, Desk
from programme.refusals import Refused
from storage.models import EXPORT_KINDS, CustomerExport
from storage.queries import exports
from tests.programme import house
from tests.programme.house import Clock


async def _ask(desk: Desk, actor: Actor, kind: str = "csv") -> bool:
    """Whether somebody gets a turn now. It ends at once."""
    async with file_turns.turn(desk, actor, kind) as mine:
        return mine is not None


async def test_who_asks_again_meanwhile_gets_no_second_file(desk: Desk) -> None:
    emma, olivia = await house.partner(desk), await house.partner(desk, "U2")
    async with file_turns.turn(desk, emma, "csv") as mine:
        assert mine is not None
        assert not await _ask(desk, emma)
        for kind in EXPORT_KINDS[1:]:
            assert await _ask(desk, emma, kind), "each kind by itself"
        assert await _ask(desk, olivia)
        assert not await _ask(desk, emma), "whoever was refused has ended nothing"
    assert await _ask(desk, emma)
    assert await house.rows(desk, CustomerExport) == []


async def test_of_many_who_ask_at_once_one_gets_a_turn(desk: Desk) -> None:
    emma = await house.partner(desk)
    turns = [file_turns.turn(desk, emma, "csv") for _ in range(8)]
    given, _ = await house.at_once(one.__aenter__() for one in turns)
    assert [one is not None for one in given].count(True) == 1


async def test_a_process_that_died_holds_nobody_up_for_longer_than_a_lease(desk: Desk, clock: Clock) -> None:
    emma = await house.partner(desk)
    async with file_turns.turn(desk, emma, "csv") as dead:
        assert dead is not None
        clock.moment += desk.lease - timedelta(seconds=1)
        assert await dead.lasts(), "who is heard of keeps the turn"
        clock.moment += desk.lease - timedelta(seconds=1)
        assert not await _ask(desk, emma)
        clock.moment += timedelta(seconds=1)
        async with file_turns.turn(desk, emma, "csv") as heir:
            assert heir is not None
            assert not await dead.lasts()
            assert await heir.lasts()
            await file_turns.turn(desk, emma, "csv").__aenter__()
            assert not await _ask(desk, emma)


async def test_a_clock_that_is_put_back_holds_nobody_up_either(desk: Desk, clock: Clock) -> None:
    emma = await house.partner(desk)
    now = clock.moment
    async with desk.store.write() as session:  # by a process that dies over it
        assert await exports.claim(session, emma.workspace_id, emma.user_id, "csv", "t", now, now + desk.lease)
    clock.moment -= desk.lease
    assert not await _ask(desk, emma), "two machines' clocks differ by less than that"
    clock.moment -= timedelta(hours=1)
    assert await _ask(desk, emma)


async def test_who_has_no_customers_to_see_gets_no_turn(desk: Desk) -> None:
    with pytest.raises(Refused, match="no_partner"):
        await _ask(desk, await house.person(desk, "U7"))
