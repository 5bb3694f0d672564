"""chat and reactions."""

import re
from typing import Any

from sandbox import posting
from sandbox.core import SlackRefused
from sandbox.objects import message_to_slack
from sandbox.web_api.call import Call, method
from sandbox.world import Conversation, Message

Json = dict[str, Any]

MOST_TEXT_IN_UPDATE = 4_000
_TS = re.compile(r"\d{10}\.\d{6}")


def read_draft(call: Call) -> posting.Draft:
    """What the message of a call is to say."""
    blocks = call.json("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise SlackRefused("invalid_blocks_format")
    metadata = call.json("metadata", "metadata_too_large")
    return posting.Draft(
        text=call.text("text"),
        blocks=blocks,
        attachments=call.json("attachments", "invalid_attachments"),
        thread_ts=call.text("thread_ts") or None,
        broadcast=call.flag("reply_broadcast"),
        metadata=metadata,
        names_too=call.flag("link_names") or call.text("parse") == "full",
    )


def target(call: Call) -> Conversation:
    """Where a message is to go: a conversation the bot is in, or a person, to whom it writes directly."""
    wanted = call.text("channel", None)
    if wanted.startswith(("U", "W")):
        return _direct(call, wanted)
    named = call.core.world.channel_named(call.workspace.id, wanted) if wanted.startswith("#") else None
    conversation = call.conversation(named.id if named else wanted)
    if conversation.archived:
        raise SlackRefused("is_archived")
    may_post_anywhere = call.core.manifest.scopes is not None and "chat:write.public" in call.core.manifest.scopes
    if call.bot.id not in conversation.members and not may_post_anywhere:
        raise SlackRefused("not_in_channel")
    return conversation


def _direct(call: Call, user_id: str) -> Conversation:
    user = call.core.world.users.get(user_id)
    if user is None or user.workspace != call.workspace.id or user.deactivated or user.id == call.bot.id:
        raise SlackRefused("channel_not_found")
    return call.core.world.direct(call.bot.id, user.id)


def _check_thread(call: Call, conversation: Conversation, draft: posting.Draft) -> None:
    if draft.thread_ts is None:
        return
    if not _TS.fullmatch(draft.thread_ts):
        raise SlackRefused("invalid_thread_ts")
    if call.core.world.message(conversation.id, draft.thread_ts) is None:
        raise SlackRefused("thread_not_found")


@method("chat.postMessage", "chat:write")
async def post_message(call: Call) -> Json:
    """Post for all in a conversation."""
    draft = read_draft(call)
    posting.check(draft)
    conversation = target(call)
    _check_thread(call, conversation, draft)
    wait = call.core.throttle.message(call.workspace.id, conversation.id)
    if wait:
        raise SlackRefused("ratelimited", retry_after=wait)
    message = posting.post(call.core, conversation, call.bot.id, draft)
    return {"channel": conversation.id, "ts": message.ts, "message": message_to_slack(call.core, message)}


@method("chat.postEphemeral", "chat:write")
async def post_ephemeral(call: Call) -> Json:
    """Post for one person in a conversation."""
    draft = read_draft(call)
    posting.check(draft)
    conversation = target(call)
    _check_thread(call, conversation, draft)
    user = call.text("user", None)
    if user not in conversation.members:
        raise SlackRefused("user_not_in_channel")
    message = posting.post(call.core, conversation, call.bot.id, draft, only_for=user)
    return {"message_ts": message.ts}


def _own_message(call: Call, not_own: str) -> Message:
    conversation = call.conversation(call.text("channel", None))
    message = call.core.world.message(conversation.id, call.text("ts", None))
    if message is None or message.only_for is not None:
        raise SlackRefused("message_not_found")
    if message.user != call.bot.id:
        raise SlackRefused(not_own)
    if conversation.archived:
        raise SlackRefused("is_archived")
    return message


@method("chat.update", "chat:write")
async def update(call: Call) -> Json:
    """Change one of the bot's own messages. Blocks that are not sent again stay, unless a text is sent alone."""
    draft = read_draft(call)
    message = _own_message(call, "cant_update_message")
    if "text" not in call.args:
        draft.text = message.text
        if "blocks" not in call.args:
            draft.blocks = message.blocks
    draft.files = message.files
    posting.check(draft, MOST_TEXT_IN_UPDATE)
    posting.change(call.core, message, draft)
    shown = message_to_slack(call.core, message)
    return {"channel": message.conversation, "ts": message.ts, "text": message.text, "message": shown}


@method("chat.delete", "chat:write")
async def delete(call: Call) -> Json:
    """Delete one of the bot's own messages."""
    message = _own_message(call, "cant_delete_message")
    posting.delete(call.core, message)
    return {"channel": message.conversation, "ts": message.ts}


@method("chat.getPermalink")
async def get_permalink(call: Call) -> Json:
    """The address of a message."""
    conversation = call.conversation(call.text("channel", None))
    ts = call.text("message_ts", None)
    if call.core.world.message(conversation.id, ts) is None:
        raise SlackRefused("message_not_found")
    address = f"{call.core.address}/archives/{conversation.id}/p{ts.replace('.', '')}"
    return {"channel": conversation.id, "permalink": address}


@method("reactions.add", "reactions:write")
async def add_reaction(call: Call) -> Json:
    """Add an emoji to a message."""
    conversation = call.conversation(call.text("channel", None))
    message = call.core.world.message(conversation.id, call.text("timestamp", None))
    if message is None or message.only_for is not None:
        raise SlackRefused("message_not_found")
    name = call.text("name", None)
    reaction = next((one for one in message.reactions if one["name"] == name), None)
    if reaction is None:
        reaction = {"name": name, "users": [], "count": 0}
        message.reactions.append(reaction)
    if call.bot.id in reaction["users"]:
        raise SlackRefused("already_reacted")
    reaction["users"].append(call.bot.id)
    reaction["count"] = len(reaction["users"])
    posting.tell(call.core, "changed", message)
    return {}
