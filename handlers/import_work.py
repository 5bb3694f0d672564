"""Writes files of customers in the background, shows how far they are, gives back what was refused, and undoes them.

Any process may do it, and go on where another one has died: what has been written, and how far, is in the database.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import structlog

from handlers.caller import House
from handlers.import_files import post_refused, refused_name
from handlers.import_messages import progress_post
from handlers.posting import Poster, Repaint
from handlers.reader import Reader
from handlers.slack_errors import SLACK_ERRORS, Passing, SlackTrouble, trouble
from programme import customer_import, outbox
from programme.desk import Desk
from programme.import_undo import undo_some
from storage.models import CustomerImport

log = structlog.get_logger()

# Slack takes some fifty changes of messages a minute.
SHOWN_EVERY_SECONDS = 1.2


async def carry_on(house: House) -> int:
    """Works at every file that nobody else works at. Returns how many."""
    done = 0
    while (file := await customer_import.claim(house.desk)) is not None:
        done += 1
        try:
            await _work(house, file)
        except Exception:
            # Its lease runs out, and it is taken up again.
            log.exception("import_interrupted", id=file.id, attempts=file.attempts)
    return done


async def carry_on_quietly(house: House) -> None:
    """For a listener after which it begins. If it fails, the scheduler takes it up."""
    await house.courier.deliver_now()  # the message that shows how far it is
    try:
        await carry_on(house)
    except Exception:
        log.exception("imports_not_looked_for")


async def _work(house: House, claimed: CustomerImport) -> None:
    desk, poster = house.desk, house.courier.poster
    reader = await _reader_of(desk, claimed)
    progress = Progress(desk, poster, reader)
    file: CustomerImport | None = claimed
    while file is not None and file.status == "running":
        file = await customer_import.write_some(desk, claimed)
        if file is not None and file.status == "running":
            progress.tell(file)
    if file is not None and file.status == "reporting":
        await progress.end(file)
        await house.courier.deliver_now()
        await _give_back(desk, poster, reader, file)
        await customer_import.finish(desk, claimed)
    while file is not None and file.status == "undoing":
        file = await undo_some(desk, claimed)
    if file is not None and file.status == "undone":
        await house.courier.deliver_now()


async def _reader_of(desk: Desk, file: CustomerImport) -> Reader:
    person = await customer_import.sender_of(desk, file)
    return Reader(person.language, person.time_zone) if person else Reader()


@dataclass
class Progress:
    """Follows a file in its message, beside the writing, which never waits for Slack."""

    desk: Desk
    poster: Poster
    reader: Reader
    _next: float = field(default_factory=lambda: time.monotonic() + SHOWN_EVERY_SECONDS)
    _task: asyncio.Task[None] | None = None

    def tell(self, file: CustomerImport) -> None:
        """Shows how far it is, unless that was shown a moment ago, or is just being shown."""
        if time.monotonic() < self._next or (self._task is not None and not self._task.done()):
            return
        self._next = time.monotonic() + SHOWN_EVERY_SECONDS
        self._task = asyncio.create_task(self._show(file))

    async def end(self, file: CustomerImport) -> None:
        if self._task is not None:
            await self._task
        await self._show(file)

    async def _show(self, file: CustomerImport) -> None:
        message = await outbox.message_of(self.desk, customer_import.progress_key(file.id))
        if message is None or message.status != "sent":
            return
        place, ts = message.channel or "", message.ts or ""
        await self.poster.turn(message.workspace_id, place)
        try:
            await self.poster.repaint(message.workspace_id, Repaint(place, ts, progress_post(self.reader, file)))
        except SlackTrouble as error:
            log.warning("progress_not_shown", id=file.id, error=error.code)


async def _give_back(desk: Desk, poster: Poster, reader: Reader, file: CustomerImport) -> None:
    """Posts the refused rows, unless they stand there already.

    Raises: Passing, when it may work later.
    """
    if not customer_import.is_given_back(file):
        return
    rows = await customer_import.rows_to_give_back(desk, file)
    try:
        channel = await poster.direct(file.made_by_workspace, file.made_by)
        client = await poster.clients.of(file.made_by_workspace)
        if file.attempts > 1 and await _stands(client, channel, refused_name(reader, file), file):
            return
        await poster.turn(file.made_by_workspace, channel)
        if not await customer_import.hold(desk, file):
            return  # it took so long that somebody else has it
        await post_refused(client, channel, reader, desk.catalogue, file, rows)
    except Passing:
        raise
    except SlackTrouble as final:
        log.warning("refused_rows_not_given_back", id=file.id, error=final.code)
    except SLACK_ERRORS as error:
        if isinstance(found := trouble(error), Passing):
            raise found from error
        log.warning("refused_rows_not_given_back", id=file.id, error=found.code)


async def _stands(client: Any, channel: str, name: str, file: CustomerImport) -> bool:
    """Whether somebody who died over it had posted the file."""
    oldest = file.ended_at.timestamp() if file.ended_at else 0
    page = await client.conversations_history(channel=channel, oldest=f"{oldest:.6f}", limit=100)
    return any(one.get("name") == name for message in page["messages"] for one in message.get("files") or [])
