"""api, auth, apps, oauth, team and bots."""

from typing import Any

from sandbox.core import SlackRefused
from sandbox.objects import bot_profile
from sandbox.web_api.call import Call, method

Json = dict[str, Any]


@method("api.test", caller="nobody")
async def api_test(call: Call) -> Json:
    """Echo, or fail on demand."""
    if call.text("error"):
        raise SlackRefused(call.text("error"), args=call.args)
    return {"args": call.args}


@method("auth.test")
async def auth_test(call: Call) -> Json:
    """Whose token this is."""
    return {
        "url": f"https://{call.workspace.domain}.slack.com/",
        "team": call.workspace.name,
        "user": call.bot.handle,
        "team_id": call.workspace.id,
        "user_id": call.bot.id,
        "bot_id": call.caller.bot_id,
        "is_enterprise_install": False,
    }


@method("apps.connections.open", caller="app")
async def connections_open(call: Call) -> Json:
    """The address of a new Socket Mode connection."""
    address = call.core.address.replace("http://", "ws://")
    return {"url": f"{address}/socket/{call.core.tickets.new_socket()}"}


@method("team.info", "team:read")
async def team_info(call: Call) -> Json:
    """The workspace."""
    workspace = call.workspace
    return {
        "team": {
            "id": workspace.id,
            "name": workspace.name,
            "domain": workspace.domain,
            "url": f"https://{workspace.domain}.slack.com/",
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }


@method("bots.info", "users:read")
async def bots_info(call: Call) -> Json:
    """The app's own bot."""
    if call.text("bot", call.caller.bot_id) != call.caller.bot_id:
        raise SlackRefused("bot_not_found")
    return {"bot": bot_profile(call.core, call.caller)}
