"""Notes on a customer: among the partner's own people, changed by whoever wrote them and by admins."""

import pytest
from sqlalchemy import update

from handlers.partner_trail import details
from handlers.reader import Reader
from programme import customer_notes as notes
from programme.desk import Actor, Desk
from programme.meanwhile import Fate
from programme.refusals import BadInput, Refused
from storage.models import AuditRow, Customer, CustomerNote, Partner
from storage.store import Store
from tests.programme import house
from tests.programme.colleagues import joined
from tests.programme.house import CATALOGUE


@pytest.fixture
def desk(store: Store) -> Desk:
    return house.make_desk(store)


@pytest.fixture
async def admin(desk: Desk) -> Actor:
    admin = await house.partner(desk)
    await house.customer(desk, admin)
    return admin


def of(text: str) -> str:
    """What a form keeps that was opened on a note."""
    return notes.stamp_of_note(CustomerNote(text=text))


async def texts(desk: Desk, actor: Actor) -> list[str]:
    return [note.text for note in (await notes.notes(desk, actor, 1)).page.rows]


async def told(desk: Desk) -> list[tuple[str, object, object]]:
    """What the history says of notes."""
    rows = [row for row in await house.rows(desk, AuditRow) if row.action.startswith("note_")]
    return [(row.action, (row.before or {}).get("note_text"), (row.after or {}).get("note_text")) for row in rows]


async def test_one_form_makes_one_note_and_the_history_has_every_text(desk: Desk, admin: Actor) -> None:
    clicks = [notes.write_note(desk, admin, 1, {"text": " Budget in spring \n"}, "k1") for _ in range(3)]
    assert len((await house.at_once(clicks))[0]) == 3
    assert await texts(desk, admin) == ["Budget in spring"]
    seen = of("Budget in spring")
    for _ in range(2):
        await notes.change_note(desk, admin, 1, 1, {"text": "Budget in summer"}, seen)
    (note,) = (await notes.notes(desk, admin, 1)).page.rows
    assert (note.edited_by, note.edited_at) == (admin.user_id, desk.clock.now())
    for _ in range(2):
        await notes.remove_note(desk, admin, 1, note.id)
    assert await told(desk) == [
        ("note_written", None, "Budget in spring"),
        ("note_changed", "Budget in spring", "Budget in summer"),
        ("note_removed", "Budget in summer", None),
    ]
    gone = await notes.change_note(desk, admin, 1, note.id, {"text": "Budget"}, seen)
    assert (gone.fate, gone.now) == (Fate.GONE, None)


async def test_a_note_is_its_writers_and_the_admins(desk: Desk, admin: Actor) -> None:
    writer, other = await joined(desk, admin, "U5"), await joined(desk, admin, "U6")
    await notes.write_note(desk, writer, 1, {"text": "Mine"}, "k1")
    assert await texts(desk, other) == ["Mine"]
    seen = of("Mine")
    for refused in (
        notes.change_note(desk, other, 1, 1, {"text": "Theirs"}, seen),
        notes.remove_note(desk, other, 1, 1),
        notes.note_to_change(desk, other, 1),
    ):
        with pytest.raises(Refused, match="not_your_note"):
            await refused
    await notes.change_note(desk, writer, 1, 1, {"text": "Still mine"}, seen)
    await notes.remove_note(desk, admin, 1, 1)
    assert await texts(desk, other) == []


async def test_strangers_and_the_suspended(desk: Desk, admin: Actor) -> None:
    """Another partner's are as if there were none; who is suspended reads, and changes nothing."""
    await notes.write_note(desk, admin, 1, {"text": "Ours"}, "k1")
    stranger = await house.partner(desk, "U2")
    await house.customer(desk, stranger, domain="theirs.example")
    for which in (1, 99):
        for refused in (
            notes.notes(desk, stranger, which),
            notes.write_note(desk, stranger, which, {"text": "Hello"}, "k9"),
            notes.change_note(desk, stranger, which, 1, {"text": "Hello"}, of("Ours")),
            notes.remove_note(desk, stranger, which, 1),
        ):
            with pytest.raises(Refused, match="unknown_customer"):
                await refused
    with pytest.raises(Refused, match="unknown_note"):
        await notes.note_to_change(desk, stranger, 1)
    # Their own customer, and a note on ours: as one that is gone.
    assert (await notes.change_note(desk, stranger, 2, 1, {"text": "Hello"}, of("Ours"))).fate is Fate.GONE
    await notes.remove_note(desk, stranger, 2, 1)
    with pytest.raises(Refused, match="no_partner"):
        await notes.notes(desk, house.BEN, 1)
    async with desk.store.write() as session:
        await session.execute(update(Partner).values(status="suspended", suspended_at=desk.clock.now()))
    assert await texts(desk, admin) == ["Ours"]
    for refused in (
        notes.write_note(desk, admin, 1, {"text": "More"}, "k2"),
        notes.change_note(desk, admin, 1, 1, {"text": "More"}, of("Ours")),
        notes.remove_note(desk, admin, 1, 1),
    ):
        with pytest.raises(Refused, match="suspended"):
            await refused


async def test_they_are_leafed_through_the_newest_first(desk: Desk, admin: Actor) -> None:
    for number in range(7):
        await notes.write_note(desk, admin, 1, {"text": f"Note {number}"}, f"k{number}")
    first = (await notes.notes(desk, admin, 1)).page
    await notes.write_note(desk, admin, 1, {"text": "Meanwhile"}, "meanwhile")
    assert first.after is not None
    second = (await notes.notes(desk, admin, 1, after=first.after[0])).page
    assert [note.text for note in [*first.rows, *second.rows]] == [f"Note {number}" for number in range(6, -1, -1)]
    assert second.before is not None
    back = (await notes.notes(desk, admin, 1, before=second.before[0])).page
    assert [note.id for note in back.rows] == [note.id for note in first.rows]


@pytest.mark.parametrize(
    ("text", "why"), [("  \n", "missing"), ("n" * 3001, "too_long"), ("\u202enoitacov", "unreadable")]
)
async def test_what_is_no_note(desk: Desk, admin: Actor, text: str, why: str) -> None:
    with pytest.raises(BadInput) as bad:
        await notes.write_note(desk, admin, 1, {"text": text}, "k1")
    assert bad.value.fields == {"text": why}
    assert await house.rows(desk, CustomerNote) == []


async def test_the_reviewers_trail_says_that_there_is_a_note_and_not_what(desk: Desk, admin: Actor) -> None:
    await notes.write_note(desk, admin, 1, {"text": "They pay late"}, "k1")
    row = next(row for row in await house.rows(desk, AuditRow) if row.action == "note_written")
    assert "They pay late" in details(Reader(), CATALOGUE, row, is_own=True)
    assert "They pay late" not in details(Reader(), CATALOGUE, row)
    assert len(await house.rows(desk, Customer)) == 1
