"""How a partner's settings look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ConversationFilter,
    ConversationSelectElement,
    ExternalDataSelectElement,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.reader import LANGUAGE_NAMES, Mrkdwn, Reader, mail_link
from handlers.suspension import suspension
from programme.catalogue import Catalogue
from programme.schedule import days_of
from storage.models import ChannelHealth, Partner


@dataclass(frozen=True)
class Again:
    """A form that was sent and is shown once more, because somebody else has changed the settings meanwhile.

    Args:
        chosen: the partner as it would be; it is never stored.
    """

    chosen: Partner
    notice: Sequence[Block]


def settings_view(
    reader: Reader,
    catalogue: Catalogue,
    partner: Partner,
    health: ChannelHealth | None,
    may_change: bool,
    seen: str = "",
    again: Again | None = None,
) -> View:
    """For admins a form; for members what the admins have chosen.

    Args:
        seen: the stamp of the settings that the form began with.
    """
    title = reader.text("Settings")
    heading: list[Block] = [b.section(reader.mrkdwn("*{partner}*", partner=partner.name))]
    if not may_change:
        return b.modal(
            reader, title, [*heading, *_shown(reader, catalogue, partner, health)], callback="settings_shown"
        )
    filled = again.chosen if again else partner
    blocks = [
        *heading,
        *(again.notice if again else []),
        *_health(reader, partner, health),
        *_place(reader, filled),
        *_times(reader, catalogue, filled),
    ]
    return b.modal(
        reader, title, blocks, callback="settings", submit=reader.text("Save"), close=reader.text("Cancel"),
        remember={"seen": seen},
    )  # fmt: skip


def unwarned_view(
    reader: Reader,
    catalogue: Catalogue,
    partner: Partner,
    may_change: bool,
    seen: str = "",
    again: Again | None = None,
) -> View:
    """For a partner without the customer console (mission row 17): what applies to it, and why it is not warned.

    Args:
        seen: the stamp of the settings that the form began with.
    """
    title = reader.text("Settings")
    why = reader.mrkdwn(
        "*{partner}* has no alerts: they warn of customers' trials and renewals, and the customer console is for "
        "Workplace partners. Would you like to offer Workplace as well? Write to {support}.",
        partner=partner.name,
        support=mail_link(catalogue.support_address),
    )
    if may_change:
        filled = again.chosen if again else partner
        blocks: list[Block] = [
            b.section(why),
            *(again.notice if again else []),
            b.field("language", reader.text("Language"), _language(filled), hint=_language_hint(reader)),
            b.field("time_zone", reader.text("Time zone"), _zone(filled), hint=_zone_hint(reader)),
        ]
        return b.modal(
            reader, title, blocks, callback="settings_unwarned", submit=reader.text("Save"),
            close=reader.text("Cancel"), remember={"seen": seen},
        )  # fmt: skip
    shown = b.fields(
        reader.mrkdwn("*Language*\n{value}", value=LANGUAGE_NAMES[partner.language]),
        reader.mrkdwn("*Time zone*\n{value}", value=zone_name(partner.time_zone)),
    )
    blocks = [b.section(why), shown, *_why_not(reader, catalogue, partner)]
    return b.modal(reader, title, blocks, callback="settings_shown")


def _language_hint(reader: Reader) -> str:
    return reader.text("Everybody is written to in their own language; in this one, whoever we do not know yet.")


def _zone_hint(reader: Reader) -> str:
    return reader.text("Where your days begin, such as the first one of a new commission.")


def _language(partner: Partner) -> StaticSelectElement:
    languages = {code: b.option(name, code) for code, name in LANGUAGE_NAMES.items()}
    return StaticSelectElement(
        action_id="chosen", options=list(languages.values()), initial_option=languages[partner.language]
    )


def _zone(partner: Partner) -> ExternalDataSelectElement:
    return ExternalDataSelectElement(
        action_id="time_zone",
        initial_option=b.option(zone_name(partner.time_zone), partner.time_zone),
        min_query_length=2,
    )


def _channel(reader: Reader, partner: Partner) -> Mrkdwn:
    return Mrkdwn(f"<#{partner.alert_channel}>") if partner.alert_channel else reader.mrkdwn("none yet")


def _shown(reader: Reader, catalogue: Catalogue, partner: Partner, health: ChannelHealth | None) -> list[Block]:
    return [
        b.fields(
            reader.mrkdwn("*Alert channel*\n{value}", value=_channel(reader, partner)),
            reader.mrkdwn("*Hour of the alerts*\n{value}", value=f"{partner.alert_hour}:00"),
            reader.mrkdwn("*Language of the alerts*\n{value}", value=LANGUAGE_NAMES[partner.language]),
            reader.mrkdwn("*Time zone*\n{value}", value=zone_name(partner.time_zone)),
        ),
        *([b.context(_condition(reader, health))] if health else []),
        *_why_not(reader, catalogue, partner),
    ]


def _why_not(reader: Reader, catalogue: Catalogue, partner: Partner) -> list[Block]:
    only = b.context(reader.mrkdwn("Only an admin of your company can change this."))
    return suspension(reader, catalogue, partner) or [only]


def _health(reader: Reader, partner: Partner, health: ChannelHealth | None) -> list[Block]:
    """How the channel fares, with a button to try it."""
    if partner.alert_channel is None:
        return []
    known = _condition(reader, health) if health else reader.mrkdwn("Nothing has been posted in it yet.")
    text = reader.mrkdwn("{channel}: {known}", channel=_channel(reader, partner), known=known)
    return [b.section(text, b.button(reader.text("Test"), "settings.test"))]


def _condition(reader: Reader, health: ChannelHealth) -> Mrkdwn:
    if health.broken_since:
        return reader.mrkdwn(
            ":red_circle: nothing has arrived since {when}: {reason}. Choose another channel; what waits comes then.",
            when=reader.moment(health.broken_since),
            reason=_reason(reader, health),
        )
    if health.delivered_at is None:
        return reader.mrkdwn(":white_circle: nothing delivered yet.")
    well = reader.mrkdwn(":large_green_circle: last delivered on {when}.", when=reader.moment(health.delivered_at))
    if health.failed_at is None:
        return well
    failed = reader.moment(health.failed_at)
    return Mrkdwn(
        well + " " + reader.mrkdwn("Last failed on {when}: {reason}.", when=failed, reason=_reason(reader, health))
    )


def _reason(reader: Reader, health: ChannelHealth) -> str:
    """Why nothing arrived, from Slack's word for it."""
    match health.error:
        case "is_archived":
            return reader.text("the channel is archived")
        case "channel_not_found" | "not_in_channel":
            return reader.text("the channel is gone, or I am not in it")
        case "restricted_action":
            return reader.text("I may not post in it")
    return reader.text("I have been removed from the workspace")


def _place(reader: Reader, partner: Partner) -> list[Block]:
    hours = [b.option(f"{hour}:00", str(hour)) for hour in range(24)]
    return [
        b.field(
            "channel",
            reader.text("Alert channel"),
            ConversationSelectElement(
                action_id="chosen",
                placeholder=reader.text("Choose a channel"),
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
        b.field("language", reader.text("Language of the alerts"), _language(partner)),
        b.field("time_zone", reader.text("Time zone"), _zone(partner)),
    ]


def _times(reader: Reader, catalogue: Catalogue, partner: Partner) -> list[Block]:
    days = days_of(catalogue.alerts, partner.alert_days)
    forms = [
        b.option(reader.text("One message when there are more than three"), "digest"),
        b.option(reader.text("Each by itself"), "single"),
    ]
    form = forms[0] if partner.alert_form == "digest" else forms[1]
    labels = {
        "trial": reader.text("Days before a trial ends"),
        "renewal": reader.text("Days before a renewal"),
        "overdue": reader.text("Days after a renewal that was missed"),
        "unverified": reader.text("Days without a proof of the domain"),
    }
    quiet = PlainTextInputElement(
        action_id="typed",
        initial_value=listed_days(reader, partner.quiet_days) or None,
        placeholder=listed_days(reader, "2026-12-24,2026-12-31"),
    )
    return [
        b.field(
            "form",
            reader.text("Several alerts on one day"),
            StaticSelectElement(action_id="chosen", options=forms, initial_option=form),
        ),
        *(b.field(kind, label, _days(days[kind]), optional=True) for kind, label in labels.items()),
        b.field("also", reader.text("Also"), _ticks(reader, partner, days), optional=True),
        b.field(
            "quiet_days",
            reader.text("Days without alerts"),
            quiet,
            hint=reader.text("What falls on such a day comes on the next working day, unless that is too late."),
            optional=True,
        ),
    ]


def listed_days(reader: Reader, quiet_days: str) -> str:
    """A partner's days without alerts as the reader writes them, and may type them."""
    return ", ".join(reader.short_day(date.fromisoformat(day)) for day in quiet_days.split(",") if day)


def _days(days: tuple[int, ...]) -> PlainTextInputElement:
    text = ", ".join(str(day) for day in sorted(days, reverse=True))
    return PlainTextInputElement(action_id="typed", initial_value=text or None, placeholder="30, 7, 1", max_length=200)


def _ticks(reader: Reader, partner: Partner, days: dict[str, tuple[int, ...]]) -> CheckboxesElement:
    ticks = {
        "ended": (reader.text("Tell us when a trial has ended"), bool(days["ended"])),
        "broken": (reader.text("Tell us when a domain's proof is gone"), bool(days["broken"])),
        "weekends_off": (reader.text("No alerts on Saturdays and Sundays"), partner.skips_weekends),
    }
    options = {name: b.option(text, name) for name, (text, _) in ticks.items()}
    ticked = [options[name] for name, (_, is_ticked) in ticks.items() if is_ticked]
    return CheckboxesElement(action_id="chosen", options=list(options.values()), initial_options=ticked or None)


def zone_name(zone: str) -> str:
    """A time zone as people read it."""
    return zone.replace("_", " ")
