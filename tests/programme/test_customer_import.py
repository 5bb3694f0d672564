"""Importing customers: what is written, by whom, and what becomes of it when processes die or race."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from programme import customer_import, customers
from programme.customer_import import AT_ONCE, MOST_ATTEMPTS, PREVIEW_HOURS, Preview
from programme.desk import Actor, Desk
from programme.import_rows import CheckedFile, CheckedRow, check_file
from programme.refusals import Refused
from programme.tables import MOST_ROWS
from storage.models import Customer, CustomerImport, ImportRow, Member, OutgoingMessage, Partner
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock, at_once

LEASE_OVER = timedelta(minutes=2)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return house.make_desk(store, clock)


def row(number: int, domain: str | None = None) -> CheckedRow:
    domain = domain or f"kunde{number}.example"
    values = house.CUSTOMER | {"domain": domain, "licences": 12}
    return CheckedRow(number, domain, [domain], values, {})


def bad_row(number: int) -> CheckedRow:
    return CheckedRow(number, "?", ["?"], None, {"domain": "bad_characters"})


def file(*rows: CheckedRow) -> CheckedFile:
    return CheckedFile("csv", ["Domain"], [], list(rows))


def many(count: int, first: int = 2) -> list[CheckedRow]:
    return [row(number) for number in range(first, first + count)]


async def begun(desk: Desk, actor: Actor, *rows: CheckedRow) -> CustomerImport:
    preview = await customer_import.prepare(desk, actor, "list.csv", file(*rows))
    return await customer_import.begin(desk, actor, preview.import_id)


async def worked(desk: Desk, claimed: CustomerImport | None) -> CustomerImport | None:
    """One who writes a file to its end, as far as it is theirs."""
    now = claimed
    while claimed is not None and now is not None and now.status == "running":
        now = await customer_import.write_some(desk, claimed)
    return now


async def domains(desk: Desk) -> list[str]:
    return sorted(one.domain for one in await house.rows(desk, Customer))


async def refused(desk: Desk) -> dict[int, dict[str, str] | None]:
    return {one.number: one.wrong for one in await house.rows(desk, ImportRow) if one.customer is None}


async def test_what_is_good_is_written_with_what_follows_from_it(desk: Desk) -> None:
    admin = await house.partner(desk)
    await begun(desk, admin, row(2), bad_row(3), row(4))
    assert await domains(desk) == []
    done = await worked(desk, await customer_import.claim(desk))
    assert done is not None
    assert (done.status, done.total, done.good, done.done, done.added) == ("reporting", 3, 2, 2, 2)
    by_hand = await house.customer(desk, admin, domain="hand.example")
    imported = [one for one in await house.rows(desk, Customer) if one.domain != "hand.example"]
    own = {"id", "domain", "domain_key", "verification_token", "import_id"}
    for one in imported:
        assert {name: getattr(one, name) for name in set(Customer.__mapper__.columns.keys()) - own} == {
            name: getattr(by_hand, name) for name in set(Customer.__mapper__.columns.keys()) - own
        }
    assert len({one.verification_token for one in imported}) == 2
    added = await house.audited(desk, "added")
    assert [(one.subject_id, one.user_id, one.after) for one in added[:2]] == [
        (one.id, admin.user_id, house.CUSTOMER | {"domain": one.domain, "licences": 12}) for one in imported
    ]
    (told,) = await house.audited(desk, "imported")
    assert told.after == {"file": "list.csv", "customers_added": 2, "rows_refused": 1, "stopped_by": None}
    keys = [message.key for message in await house.rows(desk, OutgoingMessage) if message.kind.startswith("import")]
    assert keys == ["import:1", "import:1:done"]
    assert await refused(desk) == {3: {"domain": "bad_characters"}}
    await customer_import.finish(desk, done)
    assert await house.rows(desk, ImportRow) == []
    assert await customer_import.claim(desk) is None


async def test_what_the_database_knows_is_in_the_preview(desk: Desk) -> None:
    """Of another partner's customers only that one cannot be added whose domain is proven."""
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    await house.customer(desk, admin, domain="mine.example")
    await house.customer(desk, other, domain="unproven.example")
    proven = await house.customer(desk, other, domain="proven.example")
    await change(desk, Customer, proven.id, verified_at=desk.clock.now(), verified_by_method="txt")
    rows = [row(2, "mine.example"), row(3, "unproven.example"), row(4, "proven.example"), bad_row(5)]
    preview = await customer_import.prepare(desk, admin, "list.csv", file(*rows))
    assert preview.good == 1
    assert {one.number: one.wrong["domain"] for one in preview.refused} == {
        2: "already_yours", 4: "taken", 5: "bad_characters",
    }  # fmt: skip


async def change(desk: Desk, model: type[Any], row_id: int, **values: Any) -> None:
    async with desk.store.write() as session:
        found = await session.get_one(model, row_id)
        for name, value in values.items():
            setattr(found, name, value)


class Dies(Exception):
    """Stands for the end of a process."""


async def test_who_dies_between_two_chunks_is_followed_by_another(desk: Desk, clock: Clock) -> None:
    admin = await house.partner(desk)
    await begun(desk, admin, *many(3 * AT_ONCE + 1))
    first = await customer_import.claim(desk)
    assert first is not None
    await customer_import.write_some(desk, first)
    assert await customer_import.claim(desk) is None  # it is somebody's
    clock.moment += LEASE_OVER
    second = await customer_import.claim(desk)
    assert second is not None
    assert (second.attempts, second.reached, second.done, second.added) == (2, AT_ONCE + 1, AT_ONCE, AT_ONCE)
    # It was not dead, only slow: the file is not its any more.
    assert await customer_import.write_some(desk, first) is None
    assert (await customer_import.hold(desk, first), await customer_import.hold(desk, second)) == (False, True)
    done = await worked(desk, second)
    assert done is not None
    assert (done.status, done.added) == ("reporting", 3 * AT_ONCE + 1)
    assert len(await house.rows(desk, Customer)) == len(await house.audited(desk, "added")) == 3 * AT_ONCE + 1


async def test_who_dies_within_a_chunk_has_written_nothing_of_it(
    desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await house.partner(desk)
    await begun(desk, admin, *many(AT_ONCE + 5))
    claimed = await customer_import.claim(desk)
    assert claimed is not None
    await customer_import.write_some(desk, claimed)

    def dies(*_: Any) -> None:
        raise Dies

    with monkeypatch.context() as patch:
        patch.setattr("programme.customer_import.imports.refuse_rows", dies)  # after the customers, before the cursor
        with pytest.raises(Dies):
            await customer_import.write_some(desk, claimed)
    assert len(await house.rows(desk, Customer)) == AT_ONCE
    clock.moment += LEASE_OVER
    done = await worked(desk, await customer_import.claim(desk))
    assert done is not None
    assert done.added == len(await house.rows(desk, Customer)) == AT_ONCE + 5


async def test_two_processes_write_each_row_once(desk: Desk) -> None:
    admin = await house.partner(desk)
    await begun(desk, admin, *many(2 * AT_ONCE + 7))
    ends, _ = await at_once(_works(desk) for _ in range(4))
    assert [end.added for end in ends if end is not None] == [2 * AT_ONCE + 7]
    assert len(await house.rows(desk, Customer)) == 2 * AT_ONCE + 7


async def _works(desk: Desk) -> CustomerImport | None:
    return await worked(desk, await customer_import.claim(desk))


async def test_two_processes_take_a_file_each(desk: Desk) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    mine, theirs = await begun(desk, admin, row(2)), await begun(desk, other, row(2))
    taken = [await customer_import.claim(desk) for _ in range(3)]
    assert [one.id if one else None for one in taken] == [mine.id, theirs.id, None]


async def test_a_customer_added_by_hand_meanwhile_is_refused_not_doubled(desk: Desk) -> None:
    admin = await house.partner(desk)
    await begun(desk, admin, *many(AT_ONCE))
    by_hand = [f"kunde{number}.example" for number in range(2, AT_ONCE, 7)]
    adding = (customers.add(desk, admin, house.CUSTOMER | {"domain": domain}) for domain in by_hand)
    ends, late = await at_once([_works(desk), *adding])
    done = next(end for end in ends if isinstance(end, CustomerImport))
    assert await domains(desk) == sorted(f"kunde{number}.example" for number in range(2, AT_ONCE + 2))
    assert len(await house.audited(desk, "added")) == AT_ONCE
    told = await refused(desk)
    assert done.added + len(told) == AT_ONCE
    assert len(told) + len(late) == len(by_hand)
    assert set(map(str, told.values())) <= {"{'domain': 'already_yours'}"}


async def test_what_somebody_proves_meanwhile_is_not_added(desk: Desk) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    proven = await house.customer(desk, other, domain="kunde3.example")
    await begun(desk, admin, *many(3))
    await change(desk, Customer, proven.id, verified_at=desk.clock.now(), verified_by_method="txt")
    await _works(desk)
    assert await refused(desk) == {3: {"domain": "taken"}}
    assert await domains(desk) == ["kunde2.example", "kunde3.example", "kunde4.example"]


async def test_saying_yes_many_times_begins_once(desk: Desk) -> None:
    admin = await house.partner(desk)
    preview = await customer_import.prepare(desk, admin, "list.csv", file(*many(3)))
    ends, refusals = await at_once(customer_import.begin(desk, admin, preview.import_id) for _ in range(8))
    assert (len(ends), refusals) == (8, [])
    assert len(await house.audited(desk, "import_started")) == 1
    await _works(desk)
    assert (await customer_import.begin(desk, admin, preview.import_id)).status == "reporting"
    assert len(await domains(desk)) == 3


async def test_a_partner_imports_one_file_at_a_time(desk: Desk) -> None:
    """Two of its people at once; another partner is not in the way."""
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    colleague = await house.person(desk, "U3")
    await _joins(desk, colleague, of=1)
    mine = await customer_import.prepare(desk, admin, "a.csv", file(row(2, "a.example")))
    theirs = await customer_import.prepare(desk, colleague, "b.csv", file(row(2, "b.example")))
    ends, refusals = await at_once(
        customer_import.begin(desk, who, one.import_id) for who, one in ((admin, mine), (colleague, theirs))
    )
    assert (len(ends), refusals) == (1, ["import_running"])
    await begun(desk, other, row(2, "c.example"))
    await _works(desk)
    late = (colleague, theirs) if ends[0].id == mine.import_id else (admin, mine)
    assert (await customer_import.begin(desk, late[0], late[1].import_id)).status == "running"


async def _joins(desk: Desk, who: Actor, of: int) -> None:
    async with desk.store.write() as session:
        session.add(
            Member(
                partner_id=of, workspace_id=who.workspace_id, user_id=who.user_id, role="member",
                joined_at=desk.clock.now(),
            )
        )  # fmt: skip


async def _suspended(desk: Desk) -> None:
    await change(desk, Partner, 1, status="suspended", suspended_at=desk.clock.now())


async def _removed(desk: Desk) -> None:
    async with desk.store.write() as session:
        await session.delete(await session.get_one(Member, (1, house.HOME, "U1")))


@pytest.mark.parametrize(
    ("happens", "reason", "gets_rows"), [(_suspended, "suspended", True), (_removed, "no_partner", False)]
)
async def test_who_may_not_add_any_more_is_stopped(
    desk: Desk, happens: Callable[[Desk], Awaitable[None]], reason: str, gets_rows: bool
) -> None:
    admin = await house.partner(desk)
    await begun(desk, admin, *many(AT_ONCE), bad_row(AT_ONCE + 2), *many(2, AT_ONCE + 3))
    claimed = await customer_import.claim(desk)
    assert claimed is not None
    await customer_import.write_some(desk, claimed)
    await happens(desk)
    done = await worked(desk, claimed)
    assert done is not None
    assert (done.status, done.stopped_by, done.added) == ("reporting", reason, AT_ONCE)
    assert customer_import.is_given_back(done) is gets_rows
    rest = {AT_ONCE + 3: {"domain": "not_reached"}, AT_ONCE + 4: {"domain": "not_reached"}}
    assert await refused(desk) == {AT_ONCE + 2: {"domain": "bad_characters"}} | rest
    assert len(await house.rows(desk, Customer)) == AT_ONCE


async def test_what_kills_everybody_is_given_up(desk: Desk, clock: Clock) -> None:
    admin = await house.partner(desk)
    await begun(desk, admin, *many(2))
    for _ in range(MOST_ATTEMPTS):
        claimed = await customer_import.claim(desk)
        assert claimed is not None
        assert claimed.status == "running"
        clock.moment += LEASE_OVER
    last = await customer_import.claim(desk)
    assert last is not None
    assert (last.status, last.stopped_by) == ("reporting", "failed")
    assert await domains(desk) == []


class TestPreviews:
    async def refusal(self, desk: Desk, actor: Actor, import_id: int) -> str:
        with pytest.raises(Refused) as no:
            await customer_import.begin(desk, actor, import_id)
        with pytest.raises(Refused):
            await customer_import.refused_of(desk, actor, import_id)
        return no.value.reason

    async def prepared(self, desk: Desk, actor: Actor) -> Preview:
        return await customer_import.prepare(desk, actor, "list.csv", file(row(2), bad_row(3)))

    async def test_a_newer_file_takes_the_place_of_the_older(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        older, newer = await self.prepared(desk, admin), await self.prepared(desk, admin)
        assert await self.refusal(desk, admin, older.import_id) == "import_gone"
        assert {one.import_id for one in await house.rows(desk, ImportRow)} == {newer.import_id}

    async def test_of_files_that_are_sent_at_once_one_waits(self, desk: Desk) -> None:
        admin, colleague = await house.partner(desk), await house.person(desk, "U3")
        await _joins(desk, colleague, of=1)
        sent, _ = await at_once(self.prepared(desk, who) for who in [admin] * 5 + [colleague] * 3)
        ready = [one for one in await house.rows(desk, CustomerImport) if one.status == "ready"]
        assert sorted(one.made_by for one in ready) == ["U1", "U3"]
        assert {one.id for one in ready} <= {preview.import_id for preview in sent}
        assert {one.import_id for one in await house.rows(desk, ImportRow)} == {one.id for one in ready}

    async def test_a_file_is_its_senders_own(self, desk: Desk) -> None:
        admin, other = await house.partner(desk), await house.partner(desk, "U2")
        colleague = await house.person(desk, "U3")
        await _joins(desk, colleague, of=1)
        preview = await self.prepared(desk, admin)
        for stranger, import_id in ((other, preview.import_id), (colleague, preview.import_id), (admin, 99)):
            assert await self.refusal(desk, stranger, import_id) == "import_gone"

    async def test_a_days_old_one_is_forgotten(self, desk: Desk, clock: Clock) -> None:
        admin = await house.partner(desk)
        preview = await self.prepared(desk, admin)
        clock.moment += timedelta(hours=PREVIEW_HOURS, minutes=-1)
        await customer_import.forget_previews(desk)
        assert len(await house.rows(desk, ImportRow)) == 2
        clock.moment += timedelta(minutes=2)
        await customer_import.forget_previews(desk)
        assert await house.rows(desk, ImportRow) == []
        assert await self.refusal(desk, admin, preview.import_id) == "import_gone"

    async def test_nothing_good_is_not_begun(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        preview = await customer_import.prepare(desk, admin, "list.csv", file(bad_row(2)))
        with pytest.raises(Refused, match="import_gone"):
            await customer_import.begin(desk, admin, preview.import_id)
        told, rows = await customer_import.refused_of(desk, admin, preview.import_id)
        assert (told.good, [one.number for one in rows]) == (0, [2])


async def test_a_chunk_takes_the_same_few_statements_however_many_rows(desk: Desk) -> None:
    admin = await house.partner(desk)
    counts = []
    for rows in (many(2), many(AT_ONCE - 1, 1000)):
        await begun(desk, admin, *rows)
        claimed = await customer_import.claim(desk)
        assert claimed is not None
        counts.append(await _statements(desk, customer_import.write_some(desk, claimed)))
        await customer_import.finish(desk, claimed)
    assert counts[0] == counts[1] < 20


async def test_five_thousand_rows(sqlite_address: str) -> None:
    """The largest file, from its bytes to its customers."""
    store = Store(sqlite_address)
    desk = house.make_desk(store)
    admin = await house.partner(desk)
    lines = (f"k{number}.example,K,a@k{number}.example,standard,5,yearly" for number in range(MOST_ROWS))
    content = "\n".join(["Domain,Company,E-mail,Plan,Licences,Term", *lines]).encode()
    preview = await customer_import.prepare(desk, admin, "list.csv", check_file(desk.catalogue, content))
    await customer_import.begin(desk, admin, preview.import_id)
    done = await _works(desk)
    assert done is not None
    assert (done.total, done.added) == (MOST_ROWS, MOST_ROWS)
    assert len(await domains(desk)) == MOST_ROWS
    await store.close()


async def _statements(desk: Desk, work: Awaitable[object]) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(desk.store.engine.sync_engine, "before_cursor_execute", note)
    try:
        await work
    finally:
        event.remove(desk.store.engine.sync_engine, "before_cursor_execute", note)
    return len(seen)
