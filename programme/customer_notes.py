"""Notes on a customer, for the partner's own people: they go neither to the customer nor to another partner.

Everybody of the partner reads and writes them; changing or removing one is for whoever wrote it, and for admins.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console, require_console_change
from programme.customers import Found, found, record_change, theirs
from programme.desk import Actor, Desk
from programme.forms import Rule, read_fields, text_up_to
from programme.meanwhile import Fate, Saved, fate, stamp
from programme.refusals import Refused
from storage.models import LONGEST_NOTE, CustomerNote
from storage.queries import customer_notes
from storage.queries.paging import Page

RULES = {"text": Rule(text_up_to(LONGEST_NOTE))}


@dataclass(frozen=True)
class Notes:
    """A page of a customer's notes, the newest first."""

    found: Found
    page: Page[CustomerNote]


async def notes(
    desk: Desk, actor: Actor, customer_id: int, after: int | None = None, before: int | None = None
) -> Notes:
    """For everybody of the partner, one that is suspended included. Raises Refused as programme.customers.find.

    Args:
        after, before: the id of the note to go on from.
    """
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        page = await customer_notes.notes(session, partner.id, customer.id, after, before)
        return Notes(await found(session, desk, actor, customer), page)


def may_change(note: CustomerNote, seen_by: Found) -> bool:
    """Whether somebody may change or remove a note of their partner's; asked again when they do."""
    may, member = seen_by.rights, seen_by.member
    is_own = (note.written_by_workspace, note.written_by) == (member.workspace_id, member.user_id)
    return may.may_administer or (may.may_change and is_own)


def stamp_of_note(note: CustomerNote) -> str:
    """What a form keeps of the note that it shows, for `change_note`."""
    return stamp(_facts(note.text))


async def note_to_change(desk: Desk, actor: Actor, note_id: int) -> tuple[Found, CustomerNote]:
    """A note that the actor may change, for a form. Raises Refused with "unknown_note", or as `change_note`."""
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor)
        note = await customer_notes.one(session, CustomerNote, partner.id, note_id)
        if note is None:
            raise Refused("unknown_note")
        seen_by = await found(session, desk, actor, await theirs(session, partner, note.customer_id))
        _check(note, seen_by)
        return seen_by, note


async def write_note(desk: Desk, actor: Actor, customer_id: int, typed: dict[str, str], key: str) -> Found:
    """Adds a note; the same form sent twice adds one.

    Args:
        typed: `text`.
        key: tells the form from others.
    Raises: BadInput; Refused as programme.customers.find, or "suspended".
    """
    text = read_fields(typed, RULES)["text"]
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        is_new = await customer_notes.write_once(
            session, CustomerNote, partner_id=partner.id, customer_id=customer.id, key=key[:32], text=text,
            written_by_workspace=actor.workspace_id, written_by=actor.user_id, written_at=desk.clock.now(),
        )  # fmt: skip
        if is_new:
            record_change(session, desk, actor, customer, "note_written", None, _facts(text))
        return await found(session, desk, actor, customer)


async def change_note(
    desk: Desk, actor: Actor, customer_id: int, note_id: int, typed: dict[str, str], seen: str
) -> Saved[CustomerNote]:
    """Gives a note another text, if it still has the one that was shown. Saving the same twice changes it once.

    Args:
        typed: `text`.
        seen: the stamp of the note that the actor saw.
    Raises: BadInput; Refused with "suspended", "unknown_customer" or "not_your_note".
    """
    text = read_fields(typed, RULES)["text"] or ""
    async with desk.store.write() as session:
        seen_by, note = await _theirs(session, desk, actor, customer_id, note_id)
        before, after = _facts(note.text) if note else None, _facts(text)
        what = fate(before, after, seen)
        if note is not None and what is Fate.SAVED:
            now = desk.clock.now()
            await customer_notes.change(
                session, note, text=text, edited_by_workspace=actor.workspace_id, edited_by=actor.user_id, edited_at=now
            )
            record_change(session, desk, actor, seen_by.customer, "note_changed", before, after)
        return Saved(seen_by, what, note if what is Fate.CHANGED else None)


async def remove_note(desk: Desk, actor: Actor, customer_id: int, note_id: int) -> Found:
    """Takes a note away; doing it twice takes it away once.

    Raises: Refused with "suspended", "unknown_customer" or "not_your_note".
    """
    async with desk.store.write() as session:
        seen_by, note = await _theirs(session, desk, actor, customer_id, note_id)
        if note is not None:
            await customer_notes.remove(session, note)
            record_change(session, desk, actor, seen_by.customer, "note_removed", _facts(note.text), None)
        return seen_by


async def _theirs(
    session: AsyncSession, desk: Desk, actor: Actor, customer_id: int, note_id: int
) -> tuple[Found, CustomerNote | None]:
    """A customer, and a note on it to change; None where it is gone. Raises Refused as `change_note`."""
    partner = await require_console_change(session, desk, actor)
    customer = await theirs(session, partner, customer_id)
    note = await customer_notes.one(session, CustomerNote, partner.id, note_id, to_change=True)
    seen_by = await found(session, desk, actor, customer)
    if note is None or note.customer_id != customer.id:
        return seen_by, None
    _check(note, seen_by)
    return seen_by, note


def _check(note: CustomerNote, seen_by: Found) -> None:
    if not may_change(note, seen_by):
        raise Refused("not_your_note")


def _facts(text: str | None) -> dict[str, Any]:
    """For the audit trail."""
    return {"note_text": text}
