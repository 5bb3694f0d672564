"""Messages, files, bots and users as the API and the payloads show them."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.core import Core
from sandbox.files import private_address
from sandbox.world import Installation, Message, User

Json = dict[str, Any]


def message_to_slack(core: Core, message: Message, *, with_metadata: bool = True) -> Json:
    """A message as the API and the payloads show it."""
    author = core.world.users.get(message.user)
    shown: Json = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": author.workspace if author else core.world.home,
    }
    bot = next((one for one in core.world.installations.values() if one.bot_user == message.user), None)
    if bot:
        shown |= {"bot_id": bot.bot_id, "app_id": bot.app_id, "bot_profile": bot_profile(core, bot)}
    optional = {
        "blocks": message.blocks,
        "attachments": message.attachments,
        "thread_ts": message.thread_ts,
        "metadata": message.metadata if with_metadata else None,
        "reactions": message.reactions,
        "subtype": message.subtype,
    }
    shown |= {name: value for name, value in optional.items() if value}
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.ts}
    if message.files:
        shown["files"] = [file_to_slack(core, file) for file in message.files]
    return shown | _thread_of(core, message)


def _thread_of(core: Core, message: Message) -> Json:
    replies = list(core.world.replies(message.conversation, message.ts))
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
    }


def bot_profile(core: Core, bot: Installation) -> Json:
    """The app's bot as messages and bots.info show it."""
    return {
        "id": bot.bot_id,
        "app_id": bot.app_id,
        "user_id": bot.bot_user,
        "name": core.world.users[bot.bot_user].real_name,
        "deleted": not bot.active,
        "updated": 0,
        "icons": {},
        "team_id": bot.workspace,
    }


def file_to_slack(core: Core, file_id: str) -> Json:
    """A file as the API shows it."""
    file = core.world.files[file_id]
    kind = file.name.rpartition(".")[2].lower()
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": file.user,
        "user_team": file.workspace,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "alt_txt": file.alt_text,
        "url_private": private_address(core, file),
        "url_private_download": private_address(core, file, download=True),
        "permalink": private_address(core, file),
        "channels": file.channels,
        "groups": [],
        "ims": [],
        "file_access": "visible",
    }


def user_to_slack(core: Core, user: User, *, with_locale: bool = False) -> Json:
    """A user as the API shows them; the e-mail address only with its scope."""
    offset = datetime.now(UTC).astimezone(ZoneInfo(user.tz)).utcoffset()
    profile = {
        "title": user.title,
        "phone": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": user.real_name.split()[0],
        "display_name_normalized": user.real_name.split()[0],
        "first_name": user.real_name.split()[0],
        "last_name": user.real_name.split()[-1],
        "team": user.workspace,
    }
    if not user.is_bot and not core.manifest.lacks_scopes(frozenset({"users:read.email"})):
        profile["email"] = user.email
    shown: Json = {
        "id": user.id,
        "team_id": user.workspace,
        "name": user.handle,
        "deleted": user.deactivated,
        "color": user.color,
        "real_name": user.real_name,
        "tz": user.tz,
        "tz_label": user.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": profile,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": user.updated,
        "is_email_confirmed": not user.is_bot,
    }
    return shown | ({"locale": user.locale} if with_locale else {})
