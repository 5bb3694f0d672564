"""The state as the page shows it to one person."""

from datetime import UTC, datetime
from typing import Any

from sandbox import markup
from sandbox.acts import Acts
from sandbox.core import Core
from sandbox.files import page_address
from sandbox.world import SLACKBOT, Conversation, Installation, Message, User, View

Json = dict[str, Any]

PROBLEMS = {
    "operation_timeout": "It did not answer within 3 seconds.",
    "dispatch_failed": "It cannot be reached.",
}


def state(core: Core, acts: Acts, me: User) -> Json:
    """Everything around the conversations."""
    workspace = core.world.workspaces[me.workspace]
    bot = core.installation_of(me)
    return {
        "workspace": workspace.model_dump(),
        "me": person(me),
        "people": [person(one) for one in core.world.people(me.workspace) if not one.deactivated],
        "conversations": [conversation(core, one, me, bot) for one in core.world.conversations_of(me.id)],
        "app": _app(core, bot),
        "commands": [vars(one) for one in core.manifest.commands or ()],
        "day": day(core),
        "bot": bot_health(acts),
    }


def bot_health(acts: Acts) -> Json:
    """Whether the bot answered last, and if not, what happened in words."""
    problem = acts.health.last_error
    words = None if problem is None else PROBLEMS.get(problem, f"It answered with {problem}.")
    return {"reachable": acts.health.reachable, "last_error": words}


def day(core: Core) -> Json:
    """The sandbox's present."""
    return {"now": core.day.now().isoformat(), "moved_days": core.day.moved_days}


def person(user: User) -> Json:
    """Somebody to act as."""
    return {
        "id": user.id,
        "name": user.handle,
        "real_name": user.real_name,
        "title": user.title,
        "initials": _initials(user.real_name),
        "color": f"#{user.color}",
        "locale": user.locale,
        "tz": user.tz,
        "role": user.role,
        "is_guest": user.is_guest,
    }


def _initials(name: str) -> str:
    words = name.split()
    return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else name[:2].upper()


def _app(core: Core, bot: Installation | None) -> Json:
    if bot is None:
        return {"id": "", "bot_user_id": "", "name": core.manifest.name, "initials": _initials(core.manifest.name)}
    name = core.world.users[bot.bot_user].real_name
    return {"id": bot.app_id, "bot_user_id": bot.bot_user, "name": name, "initials": _initials(name)}


def conversation(core: Core, one: Conversation, me: User, bot: Installation | None) -> Json:
    """One entry of the list at the side."""
    other = next((member for member in one.members if member != me.id), me.id) if one.kind == "im" else None
    is_app = bot is not None and other == bot.bot_user
    return {
        "id": one.id,
        "kind": "app" if is_app else one.kind,
        "name": markup.name_of(other, core.world) if other else one.name,
        "topic": one.topic,
        "unread": _unread(core, one, me),
        "with": other,
        "archived": one.archived,
        "has_bot": bot is not None and bot.bot_user in one.members,
    }


def _unread(core: Core, one: Conversation, me: User) -> int:
    last = one.read.get(me.id, "")
    new = (m for m in core.world.seen_by(me.id, one.id) if m.ts > last and m.user != me.id)
    return sum(in_channel(message) for message in new)


def in_channel(message: Message) -> bool:
    """Whether a message stands in the conversation itself, not only in a thread."""
    return message.thread_ts in (None, message.ts) or message.broadcast


def message(core: Core, one: Message) -> Json:
    """One message."""
    author = core.world.users.get(one.user)
    replies = list(core.world.replies(one.conversation, one.ts))
    return {
        "ts": one.ts,
        "conversation": one.conversation,
        "user": one.user,
        "name": markup.name_of(one.user, core.world),
        "is_bot": one.user == SLACKBOT or bool(author and author.is_bot),
        "text": one.text,
        "blocks": with_images(core, one.blocks),
        "attachments": one.attachments,
        "ephemeral": one.only_for is not None,
        "edited": one.edited,
        "deleted": one.deleted,
        "thread_ts": one.thread_ts,
        "reply_count": len(replies),
        "files": [_file(core, file) for file in one.files],
        "time": datetime.fromtimestamp(float(one.ts), UTC).isoformat(),
        "response_to": one.response_to,
        "reactions": one.reactions,
    }


def _file(core: Core, file_id: str) -> Json:
    file = core.world.files[file_id]
    return {
        "id": file.id,
        "name": file.title or file.name,
        "mimetype": file.mimetype,
        "size": file.size,
        "url": page_address(file),
    }


def view(core: Core, one: View) -> Json:
    """A modal or the Home tab."""
    payload = one.payload
    return {
        "id": one.id,
        "hash": one.hash,
        "type": payload["type"],
        "callback_id": payload.get("callback_id") or "",
        "title": payload.get("title"),
        "submit": payload.get("submit"),
        "close": payload.get("close"),
        "blocks": with_images(core, one.blocks),
        "private_metadata": "",
        "errors": one.errors,
        "banner": one.banner,
    }


def with_images(core: Core, value: Any) -> Any:
    """The blocks, with an address for every picture that is a file of the workspace."""
    if isinstance(value, list):
        return [with_images(core, part) for part in value]
    if not isinstance(value, dict):
        return value
    filled = {name: with_images(core, part) for name, part in value.items()}
    if value.get("type") == "image" and value.get("slack_file"):
        filled["image_url"] = _address(core, value["slack_file"])
    return filled


def _address(core: Core, slack_file: Json) -> str:
    file = core.world.files.get(slack_file.get("id", ""))
    return page_address(file) if file else str(slack_file.get("url", ""))
