"""conversations.*"""

from typing import Any

from sandbox.core import SlackRefused
from sandbox.objects import message_to_slack
from sandbox.web_api.call import Call, method
from sandbox.world import Conversation, Message

Json = dict[str, Any]

_KINDS = {"channel": "public_channel", "private": "private_channel", "im": "im"}
_FAMILY = {"channel": "channels", "private": "groups", "im": "im"}


def to_slack(call: Call, conversation: Conversation) -> Json:
    """A conversation as the API shows it."""
    shown: Json = {
        "id": conversation.id,
        "created": conversation.created,
        "is_im": conversation.kind == "im",
        "is_mpim": False,
        "is_archived": conversation.archived,
        "is_org_shared": False,
        "context_team_id": conversation.workspace,
        "updated": conversation.created * 1000,
    }
    if conversation.kind == "im":
        other = next((member for member in conversation.members if member != call.bot.id), call.bot.id)
        return shown | {"user": other, "is_open": True, "priority": 0}
    return shown | {
        "name": conversation.name,
        "name_normalized": conversation.name,
        "is_channel": conversation.kind == "channel",
        "is_group": conversation.kind == "private",
        "is_private": conversation.kind == "private",
        "is_general": conversation.name == "general",
        "is_shared": False,
        "is_ext_shared": False,
        "is_member": call.bot.id in conversation.members,
        "creator": conversation.creator,
        "topic": {"value": conversation.topic, "creator": conversation.creator, "last_set": conversation.created},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(conversation.members),
    }


def _readable(call: Call, scope: str) -> Conversation:
    conversation = call.conversation(call.text("channel", None))
    call.need(f"{_FAMILY[conversation.kind]}:{scope}")
    return conversation


def _of_wanted_kinds(call: Call, conversations: list[Conversation]) -> list[Conversation]:
    kinds = set(call.text("types", "public_channel").replace(" ", "").split(","))
    unknown = kinds - {"public_channel", "private_channel", "im", "mpim"}
    if unknown:
        raise SlackRefused("invalid_types")
    for kind, name in _KINDS.items():
        if name in kinds:
            call.need(f"{_FAMILY[kind]}:read")
    without_archived = call.flag("exclude_archived")
    return [c for c in conversations if _KINDS[c.kind] in kinds and not (without_archived and c.archived)]


@method("conversations.list")
async def list_(call: Call) -> Json:
    """All channels the bot can see."""
    everything = [
        one
        for one in call.core.world.conversations.values()
        if one.workspace == call.workspace.id and (one.kind == "channel" or call.bot.id in one.members)
    ]
    page, metadata = call.page(_of_wanted_kinds(call, everything))
    return {"channels": [to_slack(call, one) for one in page], "response_metadata": metadata}


@method("users.conversations")
async def of_user(call: Call) -> Json:
    """The conversations of a person, as far as the bot can see them; its own by default."""
    user = call.user(call.text("user", call.bot.id))
    both = [
        one for one in call.core.world.conversations_of(user.id) if one.kind == "channel" or call.bot.id in one.members
    ]
    page, metadata = call.page(_of_wanted_kinds(call, both))
    return {"channels": [to_slack(call, one) for one in page], "response_metadata": metadata}


@method("conversations.info")
async def info(call: Call) -> Json:
    """One conversation."""
    conversation = _readable(call, "read")
    shown = to_slack(call, conversation)
    if not call.flag("include_num_members"):
        shown.pop("num_members", None)
    return {"channel": shown | ({"locale": "en-US"} if call.flag("include_locale") else {})}


@method("conversations.members")
async def members(call: Call) -> Json:
    """Who is in a conversation."""
    page, metadata = call.page(_readable(call, "read").members)
    return {"members": page, "response_metadata": metadata}


@method("conversations.open", "im:write")
async def open_(call: Call) -> Json:
    """Open the direct messages with a person."""
    if call.text("channel"):
        conversation = call.conversation(call.text("channel"))
    else:
        users = [one for one in str(call.args.get("users") or "").replace(" ", "").split(",") if one]
        if isinstance(call.args.get("users"), list):
            users = call.args["users"]
        if len(users) != 1:
            raise SlackRefused("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
        user = call.user(users[0])
        if user.deactivated:
            raise SlackRefused("user_disabled")
        conversation = call.core.world.direct(call.bot.id, user.id)
    short = {"id": conversation.id}
    return {"channel": to_slack(call, conversation) if call.flag("return_im") else short}


@method("conversations.join", "channels:join")
async def join(call: Call) -> Json:
    """Come into a public channel."""
    conversation = call.conversation(call.text("channel", None))
    if conversation.kind != "channel":
        raise SlackRefused("method_not_supported_for_channel_type")
    if conversation.archived:
        raise SlackRefused("is_archived")
    answer: Json = {}
    if call.bot.id in conversation.members:
        answer = {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    else:
        conversation.members.append(call.bot.id)
        call.core.changes.tell("conversations")
    return {"channel": to_slack(call, conversation), **answer}


def _shown_page(call: Call, messages: list[Message]) -> Json:
    page, metadata = call.page(messages, default=100, most=999)
    with_metadata = call.flag("include_all_metadata")
    shown = [message_to_slack(call.core, one, with_metadata=with_metadata) for one in page]
    answer: Json = {"messages": shown, "has_more": bool(metadata["next_cursor"])}
    return answer | ({"response_metadata": metadata} if metadata["next_cursor"] else {})


def _in_time(call: Call, messages: list[Message]) -> list[Message]:
    oldest, latest = float(call.text("oldest", "0")), float(call.text("latest", "inf"))
    if call.flag("inclusive"):
        return [one for one in messages if oldest <= float(one.ts) <= latest]
    return [one for one in messages if oldest < float(one.ts) < latest]


def _must_be_in(call: Call, conversation: Conversation) -> None:
    if call.bot.id not in conversation.members:
        raise SlackRefused("not_in_channel")


@method("conversations.history")
async def history(call: Call) -> Json:
    """The messages of a conversation, newest first, without replies and without ephemeral ones."""
    conversation = _readable(call, "history")
    _must_be_in(call, conversation)
    messages = [
        one
        for one in call.core.world.all_messages(conversation.id)
        if not one.deleted and one.only_for is None and (one.thread_ts in (None, one.ts) or one.broadcast)
    ]
    return _shown_page(call, list(reversed(_in_time(call, messages))))


@method("conversations.replies")
async def replies(call: Call) -> Json:
    """A thread, its first message first."""
    conversation = _readable(call, "history")
    _must_be_in(call, conversation)
    parent = call.core.world.message(conversation.id, call.text("ts", None))
    if parent is None or parent.only_for is not None:
        raise SlackRefused("thread_not_found")
    thread = [parent, *call.core.world.replies(conversation.id, parent.thread_ts or parent.ts)]
    return _shown_page(call, _in_time(call, thread))
