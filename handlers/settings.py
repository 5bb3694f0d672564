"""A partner's settings: where its alerts arrive, when, in which form and language (mission row 24)."""

from dataclasses import asdict
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.reader import Mrkdwn, Reader
from handlers.settings_again import settings_again, unwarned_again
from handlers.settings_view import settings_view, unwarned_view, zone_name
from handlers.slack_errors import SLACK_ERRORS, ChannelGone, TokenGone, trouble
from handlers.views import show_modal
from programme import channels
from programme.access import rights
from programme.clock import time_zones
from programme.partner_settings import (
    change_language_and_zone,
    change_settings,
    may_change_settings,
    read_language_and_zone,
    read_settings,
    settings_of,
    stamp_of_settings,
)
from programme.refusals import BadInput
from storage.models import Partner


async def open_settings(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    partner, member = await settings_of(caller.desk, caller.actor)
    may_change = rights(partner, member).may_administer
    if caller.desk.catalogue.has_console(partner.expertise):
        health = await channels.health_of(caller.desk, partner)
        view = settings_view(
            caller.reader, caller.desk.catalogue, partner, health, may_change, stamp_of_settings(partner)
        )
    else:
        view = unwarned_view(caller.reader, caller.desk.catalogue, partner, may_change, stamp_of_settings(partner))
    await ack()
    await show_modal(client, body, view)


async def save(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    before = await may_change_settings(caller.desk, caller.actor)
    wanted = read_settings(caller.desk.catalogue.alerts, b.typed(view))
    is_new = wanted.alert_channel is not None and await _is_new(caller, before, wanted.alert_channel)
    if is_new:
        await _can_post(client, wanted.alert_channel or "")
    saved = await change_settings(caller.desk, caller.actor, wanted, _seen(view))
    partner = saved.partner
    if not saved.done:
        health = await channels.health_of(caller.desk, partner)
        await ack(response_action="update", view=settings_again(caller, saved, asdict(wanted), health))
        return
    await ack()
    if is_new:
        reader = Reader(partner.language, partner.time_zone)
        await _post(client, caller, partner, _introduction(reader, partner))


async def save_unwarned(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    wanted = read_language_and_zone(b.typed(view))
    saved = await change_language_and_zone(caller.desk, caller.actor, wanted, _seen(view))
    if saved.done:
        await ack()
    else:
        await ack(response_action="update", view=unwarned_again(caller, saved, wanted))


def _seen(view: dict[str, Any]) -> str:
    """The stamp of the settings that a form began with."""
    return str((b.remembered(view) or {}).get("seen"))


async def _is_new(caller: Caller, before: Partner, channel: str) -> bool:
    """A channel chosen for the first time; or once more, after it was broken."""
    health = await channels.health_of(caller.desk, before)
    return channel != before.alert_channel or (health is not None and health.broken_since is not None)


async def test_channel(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    partner = await may_change_settings(caller.desk, caller.actor)
    reader = Reader(partner.language, partner.time_zone)
    await _post(client, caller, partner, reader.mrkdwn(":bell: This is a test. Alerts arrive here."))
    health = await channels.health_of(caller.desk, partner)
    seen = _seen(body["view"])  # what has been typed since stays, so what it is compared with does, too
    view = settings_view(caller.reader, caller.desk.catalogue, partner, health, may_change=True, seen=seen)
    await client.views_update(view_id=body["view"]["id"], view=view)


async def suggest_zones(ack: AsyncAck, payload: dict[str, Any]) -> None:
    begun = payload.get("value", "").casefold().replace(" ", "_")
    fitting = sorted(zone for zone in time_zones() if begun in zone.casefold() and "/" in zone)
    await ack(options=[b.option(zone_name(zone), zone).to_dict() for zone in fitting[:100]])


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


def _introduction(reader: Reader, partner: Partner) -> Mrkdwn:
    return reader.mrkdwn(
        ":bell: *The alerts of {partner} will arrive here:* before a trial or a subscription ends, from {hour}:00 on.",
        partner=partner.name,
        hour=partner.alert_hour,
    )


async def _post(client: AsyncWebClient, caller: Caller, partner: Partner, text: Mrkdwn) -> None:
    """Says something in the alert channel, and keeps whether that worked."""
    channel = partner.alert_channel or ""
    try:
        await client.chat_postMessage(channel=channel, text=text, blocks=b.drawn([b.section(text)]), unfurl_links=False)
    except SLACK_ERRORS as error:
        failure = trouble(error)
        if not isinstance(failure, (ChannelGone, TokenGone)):
            raise
        await channels.broke(caller.desk, partner, [], failure.code)
    else:
        await channels.mended(caller.desk, partner.alert_workspace or "", channel)


def register(app: AsyncApp) -> None:
    app.command("/partner-settings")(open_settings)
    app.action("settings.open")(open_settings)
    app.action("settings.test")(test_channel)
    app.view("settings")(save)
    app.view("settings_unwarned")(save_unwarned)
    app.options("time_zone")(suggest_zones)
