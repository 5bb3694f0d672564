"""A partner's customers from a file: checked, shown, and then written in the background (mission rows 11 and 22).

A file is written some rows at a time, each time in one transaction together with how far it has come: whoever dies over
it leaves nothing half done, and whoever takes it up goes on where that ended. A partner imports one file at a time.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import require_console, require_console_change
from programme.customers import columns_of_new
from programme.desk import Actor, Desk
from programme.import_rows import CheckedFile, CheckedRow, refused
from programme.proof_pauses import gone_by
from programme.refusals import Refused
from storage.models import CustomerImport, ImportRow, Partner, Person
from storage.queries import customers, imports, members, people

# Written at once: a fiftieth of the largest file, so that there is something to be seen, in some milliseconds, so that
# others who write to the same database hardly wait.
AT_ONCE = 100
# So long a preview is good for; what it was made of is then forgotten.
PREVIEW_HOURS = 24
# Processes that have tried: whatever kills each of them is in the file.
MOST_ATTEMPTS = 20
# While a file has rows that can be given back.
GIVEN_BACK_IN = ("ready", "running", "reporting")
NOT_REACHED, FAILED = "not_reached", "failed"
LONGEST_NAME = 255


@dataclass(frozen=True)
class Preview:
    """What would come of a file.

    Args:
        file: as it was, with what the database knows about its rows.
    """

    import_id: int
    file: CheckedFile

    @property
    def good(self) -> int:
        return sum(row.values is not None for row in self.file.rows)

    @property
    def refused(self) -> list[CheckedRow]:
        return [row for row in self.file.rows if row.values is None]


async def prepare(desk: Desk, actor: Actor, name: str, file: CheckedFile) -> Preview:
    """Keeps a checked file until somebody says yes to it, in place of one that the same person has sent before.

    Args:
        name: the file's.
    Raises: Refused as `may_add`.
    """
    now = desk.clock.now()
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        told = await _told_apart(session, desk, partner, file)
        who = (partner.id, actor.workspace_id, actor.user_id)
        await members.lock_member(session, *who)  # of files sent at once, each drops those before it
        await imports.drop_of(session, *who)
        row = CustomerImport(
            partner_id=partner.id, made_by_workspace=actor.workspace_id, made_by=actor.user_id, made_at=now,
            file_name=name[:LONGEST_NAME], kind=file.kind, headings=file.headings, total=len(told.rows),
            good=sum(one.values is not None for one in told.rows),
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await imports.write_rows(session, [_kept(row, one) for one in told.rows])
    return Preview(row.id, told)


async def _told_apart(session: AsyncSession, desk: Desk, partner: Partner, file: CheckedFile) -> CheckedFile:
    """Rows of customers that the partner has, or that somebody else has proven to hold, are refused."""
    domains = [row.values["domain"] for row in file.rows if row.values]
    theirs = await customers.domains_among(session, partner.id, domains)
    taken = await customers.held_elsewhere(session, partner.id, domains, _gone_by(desk))

    def told(row: CheckedRow) -> CheckedRow:
        domain = row.values["domain"] if row.values else None
        if domain in theirs:
            return refused(row, "already_yours")
        return refused(row, "taken") if domain in taken else row

    return replace(file, rows=[told(row) for row in file.rows])


def _gone_by(desk: Desk) -> date:
    return gone_by(desk.clock.now(), desk.catalogue.verification)


def _kept(file: CustomerImport, row: CheckedRow) -> dict[str, Any]:
    return {
        "partner_id": file.partner_id, "import_id": file.id, "number": row.number, "cells": row.cells,
        "customer": row.values, "wrong": row.wrong or None,
    }  # fmt: skip


async def begin(desk: Desk, actor: Actor, import_id: int) -> CustomerImport:
    """Somebody says yes to a file that they have sent. Saying it again changes nothing.

    Raises: Refused as `may_add`, or with "import_gone" or "import_running" (another file of the partner's is written).
    """
    try:
        async with desk.store.write() as session:
            return await _begin(session, desk, actor, import_id)
    except IntegrityError:
        raise Refused("import_running") from None


async def _begin(session: AsyncSession, desk: Desk, actor: Actor, import_id: int) -> CustomerImport:
    partner = await require_console_change(session, desk, actor)
    file = await imports.locked(session, partner.id, import_id)
    if file is None or file.status == "dropped" or sender(file) != actor or file.good == 0:
        raise Refused("import_gone")
    if file.status != "ready":
        return file
    file.status, file.started_at = "running", desk.clock.now()
    await session.flush()
    outbox.owe_message(
        session, desk, progress_key(file.id), "import_progress", actor, partner_id=partner.id, import_id=file.id
    )
    after: dict[str, object] = {"file": file.file_name, "rows": file.total, "good": file.good}
    audit.record(session, file.started_at, actor, "import_started", ("import", file.id), partner.id, after=after)
    return file


def progress_key(import_id: int) -> str:
    """The key of the message that shows how far a file is."""
    return f"import:{import_id}"


async def claim(desk: Desk) -> CustomerImport | None:
    """A file to write, or to report on; nobody else takes it for the length of a lease."""
    now = desk.clock.now()
    async with desk.store.read() as session:
        if not await imports.is_any_free(session, now):
            return None
    async with desk.store.write() as session:
        file = await imports.claim(session, now, now + desk.lease)
        if file is not None and file.attempts > MOST_ATTEMPTS and file.status == "running":
            await _end(session, desk, file, FAILED)
        return file


async def write_some(desk: Desk, claimed: CustomerImport) -> CustomerImport | None:
    """Writes the next rows of a file; after the last one it is to be reported on.

    Returns: the file as it is then; None where another process has it by now.
    """
    async with desk.store.write() as session:
        file = await still_ours(session, claimed)
        if file is None or file.status != "running":
            return file
        try:
            partner = await require_console_change(session, desk, sender(file))
        except Refused as no:
            await _end(session, desk, file, no.reason)
            return file
        rows = await imports.next_rows(session, file, AT_ONCE)
        if rows:
            await _write(session, desk, partner, file, rows)
        if len(rows) < AT_ONCE:
            await _end(session, desk, file, None)
        file.lease_until = desk.clock.now() + desk.lease
        return file


async def still_ours(session: AsyncSession, claimed: CustomerImport) -> CustomerImport | None:
    file = await imports.locked(session, claimed.partner_id, claimed.id)
    return file if file is not None and file.attempts == claimed.attempts else None


async def _write(
    session: AsyncSession, desk: Desk, partner: Partner, file: CustomerImport, rows: list[ImportRow]
) -> None:
    """Adds what can still be added, with its audit rows; the others are refused."""
    values = {str((row.customer or {})["domain"]): row for row in rows}
    taken = await customers.held_elsewhere(session, partner.id, list(values), _gone_by(desk))
    new = [
        columns_of_new(desk, partner, dict(row.customer or {})) | {"import_id": file.id}
        for domain, row in values.items()
        if domain not in taken
    ]
    added = await imports.add_customers(session, new) if new else {}
    told = {("customer", customer_id): values[domain].customer or {} for domain, customer_id in added.items()}
    await audit.record_all(session, desk.clock.now(), sender(file), "added", partner.id, told)
    for reason, domains in (("taken", taken), ("already_yours", values.keys() - added.keys() - taken)):
        await imports.refuse_rows(session, file, [values[one].number for one in domains], {"domain": reason})
    file.reached, file.done, file.added = rows[-1].number, file.done + len(rows), file.added + len(added)


async def _end(session: AsyncSession, desk: Desk, file: CustomerImport, stopped_by: str | None) -> None:
    """Nothing more is written; whoever sent the file is told.

    Args:
        stopped_by: why not all has been written; None where it has.
    """
    file.status, file.stopped_by, file.ended_at = "reporting", stopped_by, desk.clock.now()
    await session.flush()
    if stopped_by is not None:
        await imports.refuse_rest(session, file, {"domain": NOT_REACHED})
    outbox.owe_message(
        session, desk, f"{progress_key(file.id)}:done", "import_done", sender(file),
        partner_id=file.partner_id, import_id=file.id,
    )  # fmt: skip
    after: dict[str, object] = {
        "file": file.file_name,
        "customers_added": file.added,
        "rows_refused": file.total - file.added,
        "stopped_by": stopped_by,
    }
    audit.record(session, file.ended_at, sender(file), "imported", ("import", file.id), file.partner_id, after=after)


def sender(file: CustomerImport) -> Actor:
    return Actor(file.made_by_workspace, file.made_by)


async def refused_of(desk: Desk, actor: Actor, import_id: int) -> tuple[CustomerImport, list[ImportRow]]:
    """The refused rows of a file, for giving them back to whoever has sent it.

    Raises: Refused with "no_partner", "no_console" or "import_gone".
    """
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        file = await imports.file_of(session, partner.id, import_id)
        if file is None or file.status not in GIVEN_BACK_IN or sender(file) != actor:
            raise Refused("import_gone")
        return file, await imports.refused_rows(session, file)


async def file_of(desk: Desk, partner_id: int, import_id: int) -> CustomerImport | None:
    """A file as it is now, for telling of it."""
    async with desk.store.read() as session:
        return await imports.file_of(session, partner_id, import_id)


async def sender_of(desk: Desk, file: CustomerImport) -> Person | None:
    """Who has sent a file, as a reader."""
    async with desk.store.read() as session:
        return await people.person(session, file.made_by_workspace, file.made_by)


def is_given_back(file: CustomerImport) -> bool:
    """Whether whoever has sent it gets what was refused: not once they do not belong to the partner any more."""
    return file.total > file.added and file.stopped_by in (None, "suspended", FAILED)


async def rows_to_give_back(desk: Desk, file: CustomerImport) -> list[ImportRow]:
    """The refused rows of a file that this process reports on."""
    async with desk.store.read() as session:
        return await imports.refused_rows(session, file)


async def hold(desk: Desk, claimed: CustomerImport) -> bool:
    """Makes sure of a claim right before something is done that cannot be undone. False when it has been lost."""
    async with desk.store.write() as session:
        file = await still_ours(session, claimed)
        if file is not None:
            file.lease_until = desk.clock.now() + desk.lease
        return file is not None


async def finish(desk: Desk, claimed: CustomerImport) -> None:
    """Whoever sent the file has got what was refused; what stood in it is forgotten. They may want it undone by now."""
    async with desk.store.write() as session:
        file = await still_ours(session, claimed)
        if file is not None:
            file.status, file.lease_until = "undoing" if file.undo_asked_at else "finished", None
            await imports.forget_rows(session, file)


async def forget_previews(desk: Desk) -> None:
    """What nobody has said yes to for a day."""
    before = desk.clock.now() - timedelta(hours=PREVIEW_HOURS)
    async with desk.store.read() as session:
        if not await imports.is_any_old(session, before):
            return
    async with desk.store.write() as session:
        await imports.drop_before(session, before)
