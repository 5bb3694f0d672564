"""users and usergroups."""

from typing import Any

from sandbox.core import SlackRefused
from sandbox.objects import user_to_slack
from sandbox.web_api.call import Call, method
from sandbox.world import UserGroup

Json = dict[str, Any]


@method("users.info", "users:read")
async def info(call: Call) -> Json:
    """One person."""
    user = call.user(call.text("user", None))
    return {"user": user_to_slack(call.core, user, with_locale=call.flag("include_locale"))}


@method("users.list", "users:read")
async def list_(call: Call) -> Json:
    """Everybody in the workspace, those who have left included."""
    everybody = [user for user in call.core.world.users.values() if user.workspace == call.workspace.id]
    page, metadata = call.page(everybody)
    with_locale = call.flag("include_locale")
    shown = [user_to_slack(call.core, user, with_locale=with_locale) for user in page]
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
