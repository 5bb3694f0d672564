"""What Slack tells us about people: changed profiles, and who came to or left the review channel."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.caller import House, ask_slack
from programme.desk import Actor


async def person_changed(event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    house: House = context["house"]
    user = event["user"]
    await ask_slack(house.desk, client, Actor(user.get("team_id") or context.team_id or "", user["id"]))


async def channel_changed(event: dict[str, Any], context: AsyncBoltContext) -> None:
    house: House = context["house"]
    if event.get("channel") == house.reviewers.channel:
        await house.reviewers.refresh()


def register(app: AsyncApp) -> None:
    app.event("user_change")(person_changed)
    app.event("member_joined_channel")(channel_changed)
    app.event("member_left_channel")(channel_changed)
