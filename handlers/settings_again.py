"""A partner's settings that another admin has changed since the form was opened: what was chosen stays in it."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.meanwhile import changed_meanwhile
from handlers.partner_trail import changes
from handlers.reader import Mrkdwn
from handlers.settings_view import Again, settings_view, unwarned_view
from programme.partner_settings import SETTINGS, SavedSettings, stamp_of_settings
from storage.models import ChannelHealth, Partner


def settings_again(
    caller: Caller, saved: SavedSettings, wanted: Mapping[str, Any], health: ChannelHealth | None
) -> View:
    """The form with what was chosen in it.

    Args:
        saved: what came of saving.
        wanted: what was chosen, by the names of the partner's columns.
    """
    partner, again = saved.partner, _again(caller, saved, wanted)
    return settings_view(caller.reader, caller.desk.catalogue, partner, health, True, stamp_of_settings(partner), again)


def unwarned_again(caller: Caller, saved: SavedSettings, wanted: Mapping[str, Any]) -> View:
    """As `settings_again`, for a partner that is not warned."""
    partner, again = saved.partner, _again(caller, saved, wanted)
    return unwarned_view(caller.reader, caller.desk.catalogue, partner, True, stamp_of_settings(partner), again)


def _again(caller: Caller, saved: SavedSettings, wanted: Mapping[str, Any]) -> Again:
    now = {name: getattr(saved.partner, name) for name in SETTINGS}
    chosen = Partner(name=saved.partner.name, **now | dict(wanted))
    return Again(chosen, _notice(caller, saved, wanted))


def _notice(caller: Caller, saved: SavedSettings, wanted: Mapping[str, Any]) -> list[Block]:
    """Who changed them, and what is something else than what was chosen."""
    now = {name: getattr(saved.partner, name) for name in wanted}
    differs = Mrkdwn("\n".join(changes(caller.reader, caller.desk.catalogue, dict(wanted), now)))
    heading = caller.reader.mrkdwn("*What you have chosen → what stands there now*")
    last = saved.last
    shown = [b.section(Mrkdwn(f"{heading}\n{differs}"))]
    return changed_meanwhile(caller.reader, last.user_id if last else None, last.at if last else None, shown)
