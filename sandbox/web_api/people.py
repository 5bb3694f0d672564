"""users and usergroups."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.core import SlackRefused
from sandbox.web_api.call import Call, method
from sandbox.world import User, UserGroup

Json = dict[str, Any]


def to_slack(call: Call, user: User, *, with_locale: bool = False) -> Json:
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
    if not user.is_bot and not call.core.manifest.lacks_scopes(frozenset({"users:read.email"})):
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


@method("users.info", "users:read")
async def info(call: Call) -> Json:
    """One person."""
    user = call.user(call.text("user", None))
    return {"user": to_slack(call, user, with_locale=call.flag("include_locale"))}


@method("users.list", "users:read")
async def list_(call: Call) -> Json:
    """Everybody in the workspace, those who have left included."""
    everybody = [user for user in call.core.world.users.values() if user.workspace == call.workspace.id]
    page, metadata = call.page(everybody)
    with_locale = call.flag("include_locale")
    shown = [to_slack(call, user, with_locale=with_locale) for user in page]
    return {"members": shown, "cache_ts": call.core.time(), "response_metadata": metadata}


def group_to_slack(group: UserGroup) -> Json:
    """A user group as the API shows it."""
    return {
        "id": group.id,
        "team_id": group.workspace,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_delete": 1 if group.disabled else 0,
        "user_count": len(group.members),
        "users": group.members,
    }


@method("usergroups.list", "usergroups:read")
async def groups(call: Call) -> Json:
    """The user groups of the workspace."""
    found = [one for one in call.core.world.groups.values() if one.workspace == call.workspace.id]
    if not call.flag("include_disabled"):
        found = [one for one in found if not one.disabled]
    shown = [group_to_slack(one) for one in found]
    if not call.flag("include_users"):
        for one in shown:
            del one["users"]
    return {"usergroups": shown}


@method("usergroups.users.list", "usergroups:read")
async def group_members(call: Call) -> Json:
    """Who is in a user group."""
    group = call.core.world.groups.get(call.text("usergroup", None))
    if group is None or group.workspace != call.workspace.id:
        raise SlackRefused("no_such_subteam")
    if group.disabled and not call.flag("include_disabled"):
        raise SlackRefused("subteam_disabled")
    return {"users": group.members}
