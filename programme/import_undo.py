"""A file that was imported by mistake is undone for a day: what came of it leaves the list again (mission row 11).

As one customer does that was added by mistake (programme.removals): who has proven its domain meanwhile stays, and the
history keeps the others. They are taken off some at a time, each time in one transaction together with how many that
were: whoever dies over it leaves nothing half done, and whoever takes it up goes on where that ended.
"""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import require_console_change
from programme.clock import today
from programme.customer_import import AT_ONCE, progress_key, sender, still_ours
from programme.customers import WHO
from programme.desk import Actor, Desk
from programme.moving import taken_off
from programme.refusals import Refused
from storage.models import CustomerImport, Partner
from storage.queries import imports, mapping, partnerships

UNDO_HOURS = 24


async def begin_undo(desk: Desk, actor: Actor, import_id: int) -> CustomerImport:
    """Somebody takes back a file that they have imported. Saying it again changes nothing.

    Raises: Refused as programme.customers.may_add, or with "import_gone" or "import_kept" (it is too long ago).
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        file = await imports.locked(session, partner.id, import_id)
        if file is None or file.ended_at is None or sender(file) != actor:
            raise Refused("import_gone")
        if file.undo_asked_at is not None:
            return file
        now = desk.clock.now()
        if now > file.ended_at + timedelta(hours=UNDO_HOURS):
            raise Refused("import_kept", hours=UNDO_HOURS)
        file.undo_asked_at = now
        if file.status == "finished":  # else it is, once whoever has sent it has got what was refused
            file.status = "undoing"
        audit.record(session, now, actor, "import_undo_asked", ("import", file.id), partner.id)
        return file


async def undo_some(desk: Desk, claimed: CustomerImport) -> CustomerImport | None:
    """Takes the next customers of a file off the list; after the last one whoever has sent it is told.

    Returns: the file as it is then; None where another process has it by now.
    """
    async with desk.store.write() as session:
        file = await still_ours(session, claimed)
        if file is None or file.status != "undoing":
            return file
        partner = await partnerships.partner(session, file.partner_id)
        if partner is None:
            raise ValueError("Every file has a partner")
        number = await _take_off_some(session, desk, partner, file)
        file.removed += number
        file.lease_until = desk.clock.now() + desk.lease
        if number < AT_ONCE:
            _end(session, desk, file)
        return file


async def _take_off_some(session: AsyncSession, desk: Desk, partner: Partner, file: CustomerImport) -> int:
    found = await imports.lock_unproven(session, file, AT_ONCE)
    ids = [one.id for one in found]
    before: dict[tuple[str, int], audit.Facts] = {
        ("customer", one.id): {name: getattr(one, name) for name in WHO} for one in found
    }
    values = taken_off(today(desk.clock, partner.time_zone))
    await imports.change_customers(session, file, ids, values)
    await mapping.forget_alerts(session, partner.id, ids)
    await audit.record_all(session, desk.clock.now(), sender(file), "removed", partner.id, before, is_before=True)
    return len(ids)


def _end(session: AsyncSession, desk: Desk, file: CustomerImport) -> None:
    file.status, file.lease_until = "undone", None
    outbox.owe_message(
        session, desk, f"{progress_key(file.id)}:undone", "import_undone", sender(file),
        partner_id=file.partner_id, import_id=file.id,
    )  # fmt: skip
    after: audit.Facts = {"file": file.file_name, "customers_removed": file.removed}
    subject = ("import", file.id)
    audit.record(session, desk.clock.now(), sender(file), "import_undone", subject, file.partner_id, after=after)
