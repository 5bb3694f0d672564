"""Messages: posted, changed, deleted."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.blocks import Surface, check_blocks
from sandbox.core import Core, SlackRefused
from sandbox.markup import pings
from sandbox.world import Conversation, Message

Json = dict[str, Any]

MOST_TEXT = 40_000
MOST_TEXT_IN_BLOCKS = 12_000


@dataclass
class Draft:
    """What a message is to say."""

    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    names_too: bool = False
    subtype: str | None = None
    response_to: str | None = None


def check(draft: Draft, most_text: int = MOST_TEXT) -> None:
    """Raise SlackRefused when Slack would not take the message."""
    if len(draft.text) > most_text:
        raise SlackRefused("msg_too_long")
    if draft.blocks:
        _refuse_invalid(check_blocks(draft.blocks, Surface.MESSAGE))
        if _text_length(draft.blocks) > MOST_TEXT_IN_BLOCKS:
            raise SlackRefused("msg_blocks_too_long")
    for number, attachment in enumerate(draft.attachments or []):
        blocks = attachment.get("blocks") or []
        _refuse_invalid(check_blocks(blocks, Surface.MESSAGE, f"/attachments/{number}/blocks"))
    if not (draft.text.strip() or draft.blocks or draft.attachments or draft.files):
        raise SlackRefused("no_text")
    _check_metadata(draft.metadata)


def _refuse_invalid(problems: list[str]) -> None:
    if problems:
        raise SlackRefused("invalid_blocks", problems)


def _check_metadata(metadata: Json | None) -> None:
    if metadata is None:
        return
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackRefused("invalid_metadata_format", ["[ERROR] event_type and event_payload are required"])


def _text_length(value: Any) -> int:
    if isinstance(value, list):
        return sum(_text_length(part) for part in value)
    if not isinstance(value, dict):
        return 0
    own = len(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(_text_length(part) for part in value.values())


def with_block_ids(core: Core, blocks: list[Json] | None) -> list[Json] | None:
    """The blocks with the ids that Slack makes up where the app gave none."""
    if not blocks:
        return None
    return [_with_ids(core, block) for block in blocks]


def _with_ids(core: Core, block: Json) -> Json:
    named = {**block, "block_id": block.get("block_id") or core.world.new_id("b")}
    if "elements" in block and block["type"] == "actions":
        named["elements"] = [_with_action_id(core, element) for element in block["elements"]]
    for key in ("element", "accessory"):
        if key in block and block[key].get("type") != "image":
            named[key] = _with_action_id(core, block[key])
    return named


def _with_action_id(core: Core, element: Json) -> Json:
    return {**element, "action_id": element.get("action_id") or core.world.new_id("a")}


def post(core: Core, conversation: Conversation, user: str, draft: Draft, *, only_for: str | None = None) -> Message:
    """Put a message into a conversation; the draft was checked before."""
    ts = core.day.next_ts()
    message = Message(
        ts=ts,
        conversation=conversation.id,
        user=user,
        text=draft.text,
        blocks=with_block_ids(core, draft.blocks),
        attachments=draft.attachments,
        thread_ts=draft.thread_ts,
        broadcast=draft.broadcast,
        only_for=only_for,
        files=draft.files,
        metadata=draft.metadata,
        response_to=draft.response_to,
        subtype=draft.subtype,
        pings=pings(draft.text, draft.blocks, core.world, names_too=draft.names_too),
    )
    core.world.all_messages(conversation.id).append(message)
    if only_for is None:
        conversation.read[user] = ts
    tell(core, "message", message)
    return message


def change(core: Core, message: Message, draft: Draft) -> None:
    """Replace what a message says; the draft was checked before. Slack marks it as edited only without blocks."""
    message.text = draft.text
    message.blocks = with_block_ids(core, draft.blocks)
    message.attachments = draft.attachments
    message.edited = message.edited or not draft.blocks
    if draft.metadata is not None:
        message.metadata = draft.metadata
    if draft.files:
        message.files = draft.files
    message.pings = pings(draft.text, draft.blocks, core.world, names_too=draft.names_too)
    tell(core, "changed", message)


def delete(core: Core, message: Message) -> None:
    """Take a message away."""
    message.deleted = True
    tell(core, "deleted", message)


def tell(core: Core, kind: str, message: Message) -> None:
    """Nudge those who can see the message."""
    conversation = core.world.conversations[message.conversation]
    readers = {message.only_for} if message.only_for else set(conversation.members)
    core.changes.tell(kind, only_for=readers, conversation=conversation.id, ts=message.ts)
