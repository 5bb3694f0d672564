"""What Slack tells by itself: people who changed, who came to the review channel or left it, where the bot is gone."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.caller import House, ask_slack
from programme.desk import Actor
from programme.people import deactivate
from programme.workspaces import uninstall


async def person_changed(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    house: House = context["house"]
    user = event["user"]
    actor = Actor(user.get("team_id") or context.team_id or "", user["id"])
    if not user.get("deleted"):
        await ask_slack(house, client, actor)
        return
    await deactivate(house.desk, actor)  # whoever is gone has no access, whether Slack answers now or not
    house.readers.look_again(actor)
    await house.courier.deliver_now()


async def channel_changed(event: dict[str, Any], context: AsyncBoltContext) -> None:
    house: House = context["house"]
    if event.get("channel") == house.reviewers.channel:
        await house.reviewers.refresh()


async def uninstalled(context: AsyncBoltContext) -> None:
    house: House = context["house"]
    await uninstall(house.desk, context.team_id or "")


async def tokens_revoked(event: dict[str, Any], context: AsyncBoltContext) -> None:
    """Slack names the people whose tokens are gone; ours is gone only when the bot is among them."""
    if event["tokens"].get("bot"):
        await uninstalled(context)


def register(app: AsyncApp) -> None:
    app.event("user_change")(person_changed)
    app.event("member_joined_channel")(channel_changed)
    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(tokens_revoked)
    app.event("member_left_channel")(channel_changed)
