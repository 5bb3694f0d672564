"""The list of customers as a file in the direct messages of whoever asked (mission row 18)."""

import asyncio
import time
from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.caller import Caller, caller_of
from handlers.customer_files import KINDS, ListFile, cells
from handlers.customer_list_view import query_in
from handlers.customer_words import looked_for, order_name
from handlers.customers import tell_in_list
from handlers.reader import Mrkdwn
from handlers.temporary_files import own_folder, sweep
from programme.customer_filters import Query
from programme.customer_list import Listing, all_customers
from programme.file_turns import Turn, turn

# Whoever waits longer than this is told how far it is, and told again as often.
PATIENCE_SECONDS = 2.0


class Progress:
    """A message that says how far a long export is; where it is a short one, there is none."""

    def __init__(self, caller: Caller, client: AsyncWebClient, channel: str) -> None:
        self._reader, self._client, self._channel = caller.reader, client, channel
        self._told_at = time.monotonic()
        self._ts: str | None = None

    async def tell(self, number: int) -> None:
        if time.monotonic() - self._told_at < PATIENCE_SECONDS:
            return
        self._told_at = time.monotonic()
        await self._show(
            self._reader.count(
                "Your file is being made: {number} customer so far…",
                "Your file is being made: {number} customers so far…",
                number,
            )
        )

    async def end(self, number: int) -> None:
        if self._ts is not None:
            ready = self._reader.count(
                "Your file is ready: {number} customer.", "Your file is ready: {number} customers.", number
            )
            await self._show(ready)

    async def fail(self) -> None:
        if self._ts is not None:
            await self._show(self._reader.text("Your file could not be made. Please try again in a minute."))

    async def _show(self, text: str) -> None:
        if self._ts is None:
            self._ts = str((await self._client.chat_postMessage(channel=self._channel, text=text))["ts"])
        else:
            await self._client.chat_update(channel=self._channel, ts=self._ts, text=text)


async def export(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """Makes one file at a time for each person: who clicks eight times gets one."""
    await ack()
    caller, kind = caller_of(context), str(body["actions"][0]["action_id"]).rpartition(".")[2]
    async with turn(caller.desk, caller.actor, kind) as mine:
        await tell_in_list(caller, client, body, _note(caller, mine))
        if mine is not None:
            await _send(caller, client, query_in(body["view"], caller.desk), kind, mine)


def _note(caller: Caller, mine: Turn | None) -> Mrkdwn:
    if mine is not None:
        return caller.reader.mrkdwn(":hourglass_flowing_sand: The file will be in your direct messages with me.")
    return caller.reader.mrkdwn(
        ":hourglass_flowing_sand: This file is being made already. If it is not in your direct messages with me in a "
        "minute, please ask for it again."
    )


async def _send(caller: Caller, client: AsyncWebClient, query: Query, kind: str, mine: Turn) -> None:
    channel = str((await client.conversations_open(users=caller.actor.user_id))["channel"]["id"])
    progress = Progress(caller, client, channel)
    try:
        with own_folder() as folder:
            name = caller.reader.text("customers")
            path = folder / f"{name}.{kind}"
            written = await _write(caller, KINDS[kind](path, caller.reader), query, progress, mine)
            if written is None:
                return
            number, today = written
            filename = f"{name}-{today:%Y-%m-%d}.{kind}"
            await client.files_upload_v2(
                channel=channel, file=str(path), filename=filename, title=filename,
                initial_comment=_comment(caller, query, number),
            )  # fmt: skip
    except Exception:
        await progress.fail()
        raise
    await progress.end(number)


async def _write(
    caller: Caller, file: ListFile, query: Query, progress: Progress, mine: Turn
) -> tuple[int, date] | None:
    """Writes page after page, beside all that goes on meanwhile.

    Returns: how many customers there are, and which day it is for the partner; None where this took so long that
        another process makes the file now.
    """
    number, today = 0, caller.desk.clock.now().date()
    async for listing in all_customers(caller.desk, caller.actor, query):
        await asyncio.to_thread(_write_page, caller, file, listing)
        number, today = number + len(listing.page.rows), listing.today
        await progress.tell(number)
        if not await mine.lasts():
            return None
    await asyncio.to_thread(file.close)
    return number, today


def _write_page(caller: Caller, file: ListFile, listing: Listing) -> None:
    for customer in listing.page.rows:
        file.add(cells(caller.reader, caller.desk.catalogue, customer, listing.today))


def _comment(caller: Caller, query: Query, number: int) -> Mrkdwn:
    reader = caller.reader
    total = reader.count("{number} customer", "{number} customers", number)
    facts = {"total": total, "order": order_name(reader, query)}
    if not query.is_narrowed:
        return reader.mrkdwn("*{total}*, ordered by {order}", **facts)
    what = looked_for(reader, caller.desk.catalogue, query)
    return reader.mrkdwn("*{total}*, ordered by {order}. Only: {what}", what=what, **facts)


def register(app: AsyncApp) -> None:
    sweep()  # what was being made when a process before this one was killed
    for kind in KINDS:
        app.action(f"customers.export.{kind}")(export)
