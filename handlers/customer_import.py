"""Importing customers from a file (mission rows 11 and 22)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers import import_view as shown
from handlers.caller import Caller, caller_of
from handlers.customer_words import on_its_way
from handlers.import_files import post_example, post_refused
from handlers.import_messages import undoing_post
from handlers.import_work import carry_on_quietly
from handlers.slack_errors import SLACK_ERRORS
from handlers.slack_files import download
from handlers.views import show_modal
from programme.customer_import import begin, prepare, refused_of
from programme.customers import may_add
from programme.file_turns import turn
from programme.import_rows import check_file
from programme.import_undo import begin_undo
from programme.refusals import BadInput, Refused
from programme.tables import MOST_BYTES
from storage.base import is_id

log = structlog.get_logger()

# Files are read beside all that goes on meanwhile, so many at once: a workbook may take a gigabyte, and seconds.
_READERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="import")
# What answers a form has to have arrived before what comes after it.
ANSWERED_SECONDS = 0.1


async def open_form(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    await may_add(caller.desk, caller.actor)
    await ack()
    view, form = body.get("view") or {}, shown.form_view(caller.reader)
    if view.get("callback_id") == shown.UNDER_WAY:
        await client.views_update(view_id=view["id"], view=form)
    else:
        await show_modal(client, body, form)


async def take_form(
    ack: AsyncAck, body: dict[str, Any], view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    """Says at once that the file is being read, then what is in it."""
    caller, file = caller_of(context), _file_in(view)
    await may_add(caller.desk, caller.actor)
    await ack(response_action="update", view=shown.reading_view(caller.reader, file["name"]))
    answer, _ = await asyncio.gather(_read(caller, client, file), asyncio.sleep(ANSWERED_SECONDS))
    await _show(caller, client, body["view"]["id"], answer)


def _file_in(view: dict[str, Any]) -> dict[str, Any]:
    """Raises BadInput for none, or one that is too large."""
    files = view["state"]["values"]["file"]["chosen"].get("files") or []
    if not files:
        raise BadInput({"file": "no_file"})
    file: dict[str, Any] = files[0]
    if int(file.get("size") or 0) > MOST_BYTES:
        raise BadInput({"file": "file_too_large"})
    return file


async def _read(caller: Caller, client: AsyncWebClient, file: dict[str, Any]) -> View:
    """The preview of a file, or the form with what is wrong with it."""
    desk, reader = caller.desk, caller.reader
    try:
        content = await _fetched(client, file)
        checked = await asyncio.get_running_loop().run_in_executor(_READERS, check_file, desk.catalogue, content)
        preview = await prepare(desk, caller.actor, str(file["name"]), checked)
    except Refused as refused:
        return shown.refused_view(reader, desk.catalogue, refused)
    return shown.preview_view(reader, desk.catalogue, str(file["name"]), preview)


async def _fetched(client: AsyncWebClient, file: dict[str, Any]) -> bytes:
    try:
        return await download(client, file, MOST_BYTES)
    except SLACK_ERRORS as error:
        log.warning("file_not_given", file=file["id"], error=str(error))
        raise Refused("file_not_given") from error


async def _show(caller: Caller, client: AsyncWebClient, view_id: str, view: View) -> None:
    """In the window, or in the person's direct messages where they have closed it meanwhile."""
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        log.info("import_closed_meanwhile", error=str(error))
        blocks = [block for block in b.drawn(view.blocks or []) if block["type"] != "input"]
        title = caller.reader.text("Import customers")
        await client.chat_postMessage(channel=caller.actor.user_id, text=title, blocks=blocks)


async def start(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    caller = caller_of(context)
    await begin(caller.desk, caller.actor, _which(body))
    await ack()
    caller.house.afterwards(carry_on_quietly(caller.house))
    if view := body.get("view"):
        await client.views_update(view_id=view["id"], view=shown.started_view(caller.reader))
    else:
        text = shown.started_text(caller.reader)
        await respond(text=text, blocks=b.drawn([b.section(text)]), replace_original=True)


async def take_back(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext, respond: AsyncRespond) -> None:
    caller = caller_of(context)
    file = await begin_undo(caller.desk, caller.actor, _which(body))
    await ack()
    caller.house.afterwards(carry_on_quietly(caller.house))
    post = undoing_post(caller.reader, file)
    await respond(text=post.text, blocks=b.drawn(post.blocks), replace_original=True)


async def give_refused(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    """The refused rows before anything is imported; who clicks eight times gets them once."""
    caller = caller_of(context)
    file, rows = await refused_of(caller.desk, caller.actor, _which(body))
    await ack()
    async with turn(caller.desk, caller.actor, "refused") as mine:
        if mine is not None:
            channel = str((await client.conversations_open(users=caller.actor.user_id))["channel"]["id"])
            await post_refused(client, channel, caller.reader, caller.desk.catalogue, file, rows)


async def give_example(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    await may_add(caller.desk, caller.actor)
    await ack()
    note = on_its_way(caller.reader)
    async with turn(caller.desk, caller.actor, "example") as mine:
        if mine is not None:
            channel = str((await client.conversations_open(users=caller.actor.user_id))["channel"]["id"])
            await post_example(client, channel, caller.reader, caller.desk.catalogue)
            note = caller.reader.mrkdwn(":page_facing_up: The example is in your direct messages with me.")
        if view := body.get("view"):
            await client.views_update(view_id=view["id"], view=shown.form_view(caller.reader, note))


def _which(body: dict[str, Any]) -> int:
    """The file that a button is for. Raises Refused for a button that is not one of ours."""
    value = b.pressed(body)
    if not is_id(value):
        raise Refused("import_gone")
    return value


def register(app: AsyncApp) -> None:
    app.action("import.open")(open_form)
    app.view("import")(take_form)
    app.action("import.begin")(start)
    app.action("import.undo")(take_back)
    app.action("import.refused")(give_refused)
    app.action("import.example")(give_example)
