"""A partner's settings: where its alerts arrive, at which hour, in which language (mission row 24)."""

from typing import Any
from zoneinfo import available_timezones

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import (
    Block,
    ConversationFilter,
    ConversationSelectElement,
    ExternalDataSelectElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import caller_of
from handlers.reader import Mrkdwn, Reader
from handlers.slack_errors import ChannelGone, trouble
from handlers.views import show_modal
from programme.partners import change_settings, may_change_settings, settings_of
from programme.refusals import BadInput
from storage.models import Partner

LANGUAGE_NAMES = {"en": "English", "fr": "Français", "de": "Deutsch"}


async def open_settings(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    partner, member = await settings_of(caller.desk, caller.actor)
    await ack()
    await show_modal(client, body, settings_view(caller.reader, partner, is_admin=member.role == "admin"))


async def save(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    typed = b.typed(view)
    channel = typed["channel"] or None
    before = await may_change_settings(caller.desk, caller.actor)
    if channel and channel != before.alert_channel:
        await _can_post(client, channel)
    partner = await change_settings(
        caller.desk,
        caller.actor,
        channel=channel,
        hour=int(typed["hour"]),
        language=typed["language"],
        time_zone=typed["time_zone"],
    )
    await ack()
    if channel and channel != before.alert_channel:
        await _introduce(client, partner)


async def suggest_zones(ack: AsyncAck, payload: dict[str, Any]) -> None:
    begun = payload.get("value", "").casefold().replace(" ", "_")
    fitting = sorted(zone for zone in available_timezones() if begun in zone.casefold() and "/" in zone)
    await ack(options=[b.option(_zone_name(zone), zone).to_dict() for zone in fitting[:100]])


async def _can_post(client: AsyncWebClient, channel: str) -> None:
    """Raises BadInput for a channel that the bot is not in, or that is archived."""
    try:
        known = await client.conversations_info(channel=channel)
    except SlackApiError as error:
        if isinstance(trouble(error), ChannelGone):
            raise BadInput({"channel": "bot_not_in_channel"}) from None
        raise
    if known["channel"].get("is_archived"):
        raise BadInput({"channel": "channel_gone"})
    if not known["channel"].get("is_member"):
        raise BadInput({"channel": "bot_not_in_channel"})


async def _introduce(client: AsyncWebClient, partner: Partner) -> None:
    reader = Reader(partner.language, partner.time_zone)
    text = reader.mrkdwn(
        ":bell: *The alerts of {partner} will arrive here:* before a trial or a subscription ends, from {hour}:00 on.",
        partner=partner.name,
        hour=partner.alert_hour,
    )
    await client.chat_postMessage(
        channel=partner.alert_channel or "", text=text, blocks=b.drawn([b.section(text)]), unfurl_links=False
    )


def settings_view(reader: Reader, partner: Partner, is_admin: bool) -> View:
    note = reader.mrkdwn("*{partner}*", partner=partner.name)
    if not is_admin:
        blocks = [b.section(note), *_shown(reader, partner)]
        return b.modal(reader, reader.text("Settings"), blocks, callback="settings_shown")
    return b.modal(
        reader,
        reader.text("Settings"),
        [b.section(note), *_inputs(reader, partner)],
        callback="settings",
        submit=reader.text("Save"),
        close=reader.text("Cancel"),
    )


def _shown(reader: Reader, partner: Partner) -> list[Block]:
    channel = Mrkdwn(f"<#{partner.alert_channel}>") if partner.alert_channel else reader.mrkdwn("none yet")
    return [
        b.fields(
            reader.mrkdwn("*Alert channel*\n{value}", value=channel),
            reader.mrkdwn("*Hour of the alerts*\n{value}", value=f"{partner.alert_hour}:00"),
            reader.mrkdwn("*Language of the alerts*\n{value}", value=LANGUAGE_NAMES[partner.language]),
            reader.mrkdwn("*Time zone*\n{value}", value=_zone_name(partner.time_zone)),
        ),
        b.context(reader.mrkdwn("Only an admin of your company can change this.")),
    ]


def _inputs(reader: Reader, partner: Partner) -> list[Block]:
    hours = [b.option(f"{hour}:00", str(hour)) for hour in range(24)]
    languages = [b.option(name, code) for code, name in LANGUAGE_NAMES.items()]
    return [
        b.field(
            "channel",
            reader.text("Alert channel"),
            ConversationSelectElement(
                action_id="chosen",
                initial_conversation=partner.alert_channel,
                filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
            ),
            hint=reader.text("Here you are warned before a trial or a subscription ends. I have to be in it."),
            optional=True,
        ),
        b.field(
            "hour",
            reader.text("Hour of the alerts"),
            StaticSelectElement(action_id="chosen", options=hours, initial_option=hours[partner.alert_hour]),
        ),
        b.field(
            "language",
            reader.text("Language of the alerts"),
            StaticSelectElement(
                action_id="chosen",
                options=languages,
                initial_option=languages[list(LANGUAGE_NAMES).index(partner.language)],
            ),
        ),
        b.field(
            "time_zone",
            reader.text("Time zone"),
            ExternalDataSelectElement(
                action_id="time_zone",
                initial_option=b.option(_zone_name(partner.time_zone), partner.time_zone),
                min_query_length=2,
            ),
        ),
    ]


def _zone_name(zone: str) -> str:
    return zone.replace("_", " ")


def register(app: AsyncApp) -> None:
    app.command("/partner-settings")(open_settings)
    app.action("settings.open")(open_settings)
    app.view("settings")(save)
    app.options("time_zone")(suggest_zones)
