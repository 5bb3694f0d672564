"""Notes on a customer, for the partner's own people: they go neither to the customer nor to another partner.

Everybody of the partner reads and writes them; changing or removing one is for whoever wrote it, and for admins.
"""

import hashlib
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from programme.access import require_console, require_console_change
from programme.customers import Found, found, record_change, theirs
from programme.desk import Actor, Desk
from programme.forms import Rule, read_fields, text_up_to
from programme.refusals import Refused
from storage.models import LONGEST_NOTE, CustomerNote, Member
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


def may_change(note: CustomerNote, member: Member) -> bool:
    """Whether somebody may change or remove a note of their partner's; asked again when they do."""
    return member.role == "admin" or (note.written_by_workspace, note.written_by) == (
        member.workspace_id,
        member.user_id,
    )


def stamp(text: str) -> str:
    """Tells a text from others, in little room."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


async def note_to_change(desk: Desk, actor: Actor, note_id: int) -> tuple[Found, CustomerNote]:
    """A note that the actor may change. Raises Refused as `change_note`, but for what is typed."""
    async with desk.store.read() as session:
        return await _changeable(session, desk, actor, note_id)


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
            record_change(session, desk, actor, customer, "note_written", None, {"note_text": text})
        return await found(session, desk, actor, customer)


async def change_note(desk: Desk, actor: Actor, note_id: int, typed: dict[str, str], seen: str) -> Found:
    """Gives a note another text.

    Args:
        typed: `text`.
        seen: the stamp of the text that the actor saw; what somebody else has written meanwhile is not lost.
    Raises: BadInput; Refused with "unknown_note", "not_your_note", "note_changed", or as programme.customers.find.
    """
    text = read_fields(typed, RULES)["text"] or ""
    async with desk.store.write() as session:
        seen_by, note = await _changeable(session, desk, actor, note_id, to_change=True)
        if note.text == text:
            return seen_by
        if stamp(note.text) != seen:
            raise Refused("note_changed", organisation=seen_by.customer.organisation)
        before, now = note.text, desk.clock.now()
        await customer_notes.change(
            session, note, text=text, edited_by_workspace=actor.workspace_id, edited_by=actor.user_id, edited_at=now
        )
        facts = {"note_text": before}, {"note_text": text}
        record_change(session, desk, actor, seen_by.customer, "note_changed", *facts)
        return seen_by


async def remove_note(desk: Desk, actor: Actor, customer_id: int, note_id: int) -> Found:
    """Takes a note away; doing it twice takes it away once.

    Raises: Refused with "suspended", "unknown_customer" or "not_your_note".
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        note = await customer_notes.one(session, CustomerNote, partner.id, note_id, to_change=True)
        seen_by = await found(session, desk, actor, customer)
        if note is None or note.customer_id != customer.id:
            return seen_by
        _check(note, seen_by)
        await customer_notes.remove(session, note)
        record_change(session, desk, actor, customer, "note_removed", {"note_text": note.text}, None)
        return seen_by


async def _changeable(
    session: AsyncSession, desk: Desk, actor: Actor, note_id: int, *, to_change: bool = False
) -> tuple[Found, CustomerNote]:
    partner = await require_console_change(session, desk, actor)
    note = await customer_notes.one(session, CustomerNote, partner.id, note_id, to_change=to_change)
    if note is None:
        raise Refused("unknown_note")
    customer = await theirs(session, partner, note.customer_id)
    seen_by = await found(session, desk, actor, customer)
    _check(note, seen_by)
    return seen_by, note


def _check(note: CustomerNote, seen_by: Found) -> None:
    if not may_change(note, seen_by.member):
        raise Refused("not_your_note")
