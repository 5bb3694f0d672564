"""files.*, the way Slack wants uploads today: an address, the bytes, and a completion."""

import mimetypes
from typing import Any

from sandbox import posting
from sandbox.core import SlackRefused
from sandbox.files import can_see
from sandbox.objects import file_to_slack, message_to_slack
from sandbox.web_api.call import Call, method
from sandbox.world import Conversation, File

Json = dict[str, Any]


@method("files.getUploadURLExternal", "files:write")
async def get_upload_url(call: Call) -> Json:
    """An address to send a file's bytes to."""
    name, length = call.text("filename", None), call.number("length", 0)
    if length <= 0:
        raise SlackRefused("invalid_arguments", ["[ERROR] missing required field: length"])
    file = File(
        id=call.core.world.new_id("F"),
        workspace=call.workspace.id,
        name=name,
        size=length,
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
        alt_text=call.text("alt_txt"),
        created=call.core.time(),
        user=call.bot.id,
    )
    call.core.world.files[file.id] = file
    return {"upload_url": f"{call.core.address}/files/upload/{file.id}", "file_id": file.id}


@method("files.completeUploadExternal", "files:write")
async def complete_upload(call: Call) -> Json:
    """Finish uploads, and share them in conversations when any are named."""
    wanted = call.json("files") or []
    files = [_finish(call, one) for one in wanted]
    if not files:
        raise SlackRefused("invalid_arguments", ["[ERROR] missing required field: files"])
    named = call.text("channels") or call.text("channel_id")
    for channel in [one for one in named.split(",") if one]:
        _share(call, channel, files)
    return {"files": [file_to_slack(call.core, file.id) for file in files]}


def _finish(call: Call, wanted: Json) -> File:
    file = call.core.world.files.get(wanted.get("id", ""))
    if file is None or file.workspace != call.workspace.id or file.content is None:
        raise SlackRefused("file_not_found")
    file.title = wanted.get("title") or file.name
    file.complete = True
    return file


def _share(call: Call, channel: str, files: list[File]) -> None:
    conversation = _shareable(call, channel)
    draft = posting.Draft(
        text=call.text("initial_comment"),
        blocks=call.json("blocks", "invalid_blocks_format"),
        thread_ts=call.text("thread_ts") or None,
        files=[file.id for file in files],
    )
    posting.check(draft)
    message = posting.post(call.core, conversation, call.bot.id, draft)
    message_to_slack(call.core, message)
    for file in files:
        file.channels.append(conversation.id)


def _shareable(call: Call, channel: str) -> Conversation:
    conversation = call.conversation(channel)
    if conversation.archived:
        raise SlackRefused("is_archived")
    if call.bot.id not in conversation.members:
        raise SlackRefused("not_in_channel")
    return conversation


@method("files.info", "files:read")
async def info(call: Call) -> Json:
    """One file."""
    file = call.core.world.files.get(call.text("file", None))
    if file is None or not can_see(call.core, call.caller, file):
        raise SlackRefused("file_not_found")
    return {"file": file_to_slack(call.core, file.id)}
