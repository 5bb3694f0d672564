"""Undoing an import: what leaves the list and what stays, for whom, until when, and whoever dies over it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from programme import customer_import, customers, removals
from programme.desk import Actor, Desk
from programme.import_undo import UNDO_HOURS, begin_undo, undo_some
from storage.models import Alert, Customer, CustomerImport, OutgoingMessage
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock, at_once
from tests.programme.test_customer_import import LEASE_OVER, Dies, _works, begun, many, row

ONE, FEW = 1, 4


@pytest.fixture
async def lite(sqlite_address: str, clock: Clock) -> AsyncIterator[Desk]:
    """For what both databases do alike."""
    store = Store(sqlite_address)
    yield house.make_desk(store, clock)
    await store.close()


async def imported(desk: Desk, number: int = 3) -> Actor:
    """The admin of a partner with so many imported customers and one that was added by hand."""
    admin = await house.partner(desk)
    await house.customer(desk, admin, domain="hand.example")
    await begun(desk, admin, *many(number))
    done = await _works(desk)
    assert done is not None
    await customer_import.finish(desk, done)
    return admin


async def undone(desk: Desk) -> CustomerImport | None:
    """One who undoes a file to its end, as far as it is theirs."""
    claimed = now = await customer_import.claim(desk)
    while claimed is not None and now is not None and now.status == "undoing":
        now = await undo_some(desk, claimed)
    return now


async def listed(desk: Desk) -> list[str]:
    return sorted(one.domain for one in await house.rows(desk, Customer) if one.left_on is None)


async def test_what_came_with_the_file_leaves_but_for_what_is_proven_by_now(desk: Desk) -> None:
    admin = await imported(desk)
    hand, first, *_ = await house.rows(desk, Customer)
    await house.prove(desk, first.id)
    async with desk.store.write() as session:
        for customer_id in (hand.id, first.id, first.id + 1):
            session.add(_waiting(customer_id))
    await begin_undo(desk, admin, ONE)
    done = await undone(desk)
    assert done is not None
    assert (done.status, done.added, done.removed) == ("undone", 3, 2)
    assert await listed(desk) == ["hand.example", "kunde2.example"]
    by_hand = await house.customer(desk, admin, domain="another.example")
    await removals.remove(desk, admin, by_hand.id)
    *_, imported_one, alone = await house.rows(desk, Customer)
    columns = set(Customer.__mapper__.columns.keys()) - {
        "id", "domain", "domain_key", "verification_token", "import_id",
    }  # fmt: skip
    assert {name: getattr(imported_one, name) for name in columns} == {name: getattr(alone, name) for name in columns}
    assert [alert.status for alert in await house.rows(desk, Alert)] == ["waiting", "waiting", "moot"]
    *removed, single = await house.audited(desk, "removed")
    assert [(one.subject_id, one.user_id, one.after) for one in removed] == [
        (customer_id, admin.user_id, None) for customer_id in (first.id + 1, first.id + 2)
    ]
    assert [set(one.before or {}) for one in removed] == [set(single.before or {})] * 2
    (told,) = [one for one in await house.rows(desk, OutgoingMessage) if one.kind == "import_undone"]
    assert (told.recipient, told.about["import_id"]) == (admin.user_id, ONE)
    assert [one.after for one in await house.audited(desk, "import_undone")] == [
        {"file": "list.csv", "customers_removed": 2}
    ]


def _waiting(customer_id: int) -> Alert:
    now = house.Clock().now()
    return Alert(
        partner_id=1, customer_id=customer_id, kind="unverified", due_on=now.date(), days_before=-3,
        planned_on=now.date(), not_before=now,
    )  # fmt: skip


async def test_saying_it_many_times_undoes_it_once(desk: Desk) -> None:
    admin = await imported(desk)
    ends, refusals = await at_once(begin_undo(desk, admin, ONE) for _ in range(8))
    assert (len(ends), refusals) == (8, [])
    await at_once(undone(desk) for _ in range(3))
    assert (await begin_undo(desk, admin, ONE)).status == "undone"
    assert await customer_import.claim(desk) is None
    assert await listed(desk) == ["hand.example"]
    assert len(await house.audited(desk, "removed")) == 3
    assert len(await house.audited(desk, "import_undo_asked")) == len(await house.audited(desk, "import_undone")) == 1


async def test_who_dies_over_it_leaves_nothing_half_done_and_is_followed_by_another(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programme.import_undo.AT_ONCE", FEW)
    admin = await imported(desk, 2 * FEW)
    await begin_undo(desk, admin, ONE)
    first = await customer_import.claim(desk)
    assert first is not None
    await undo_some(desk, first)

    async def dies(*_: object, **__: object) -> None:
        raise Dies

    with monkeypatch.context() as patch:
        patch.setattr("programme.import_undo.audit.record_all", dies)  # after the customers, before the count
        with pytest.raises(Dies):
            await undo_some(desk, first)
    assert len(await listed(desk)) == 1 + FEW
    assert await customer_import.claim(desk) is None  # it is somebody's
    clock.moment += LEASE_OVER
    done = await undone(desk)
    assert done is not None
    assert (done.status, done.removed) == ("undone", 2 * FEW)
    assert await undo_some(desk, first) is None
    assert len(await house.audited(desk, "removed")) == 2 * FEW


async def test_asked_while_what_was_refused_is_given_back_it_waits_for_that(lite: Desk) -> None:
    admin = await house.partner(lite)
    await begun(lite, admin, row(2))
    done = await _works(lite)
    assert done is not None
    assert (await begin_undo(lite, admin, ONE)).status == "reporting"
    await customer_import.finish(lite, done)
    after = await undone(lite)
    assert after is not None
    assert (after.status, await listed(lite)) == ("undone", [])


async def test_who_may_and_until_when(lite: Desk, clock: Clock) -> None:
    admin = await imported(lite)
    stranger = await house.partner(lite, "U2")
    assert await house.reason(begin_undo(lite, stranger, ONE)) == "import_gone"
    assert await house.reason(begin_undo(lite, admin, 99)) == "import_gone"
    preview = await begun(lite, admin, row(99))
    assert await house.reason(begin_undo(lite, admin, preview.id)) == "import_gone"  # it is being written
    clock.moment += timedelta(hours=UNDO_HOURS, seconds=1)
    assert await house.reason(begin_undo(lite, admin, ONE)) == "import_kept"
    assert len(await listed(lite)) == 4


async def test_what_is_proven_or_added_again_meanwhile_stays(lite: Desk) -> None:
    admin = await imported(lite)
    await begin_undo(lite, admin, ONE)
    first = (await house.rows(lite, Customer))[1]
    await removals.remove(lite, admin, first.id)
    await customers.add(lite, admin, house.CUSTOMER | {"domain": first.domain})
    await undone(lite)
    assert await listed(lite) == ["hand.example", first.domain]
