"""A partner's own settings: where, when and in which form its alerts arrive, and in which language."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from programme import audit
from programme.access import require_admin, require_member
from programme.catalogue import AlertTerms
from programme.clock import time_zones
from programme.customer_meanings import days_listed
from programme.desk import Actor, Desk
from programme.meanwhile import Fate, fate, stamp
from programme.refusals import BadInput
from programme.schedule import MOST_DAYS, written_days
from storage.models import ALERT_KINDS, LANGUAGES, AuditRow, Member, Partner
from storage.queries.audit import latest

FORMS = ("digest", "single")
# Kinds that a partner has once or not at all; of the others it chooses the days.
ONCE = ("ended", "broken")
MOST_QUIET_DAYS, MOST_THRESHOLDS = 100, 20


@dataclass(frozen=True)
class AlertSettings:
    """How a partner wants to be warned.

    Args:
        alert_channel: a channel of the admin's workspace; None for none.
        alert_hour: 0 to 23, in the partner's time zone.
        language: `en`, `fr` or `de`.
        time_zone: an IANA name.
        alert_form: `digest` (one message from four alerts a day on) or `single`.
        quiet_days: ISO dates in order, parted by commas.
        alert_days: what differs from the catalogue's days, as programme.schedule writes it.
    """

    alert_channel: str | None
    alert_hour: int
    language: str
    time_zone: str
    alert_form: str = "digest"
    skips_weekends: bool = False
    quiet_days: str = ""
    alert_days: str = ""


SETTINGS = (*(field.name for field in fields(AlertSettings)), "alert_workspace")


@dataclass(frozen=True)
class SavedSettings:
    """What came of saving settings.

    Args:
        partner: as it is now.
        last: who changed them last, and when, where nothing was saved because somebody has.
    """

    partner: Partner
    fate: Fate
    last: AuditRow | None = None

    @property
    def done(self) -> bool:
        return self.fate is not Fate.CHANGED


class _Reading:
    """Reads a form field by field, and keeps what was wrong."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed = typed
        self.wrong: dict[str, str] = {}

    def one_of(self, field: str, allowed: Any) -> str:
        value = self.typed.get(field, "")
        if value not in allowed:
            self.wrong[field] = "not_offered"
        return value

    def hour(self) -> int:
        value = self.one_of("hour", [str(hour) for hour in range(24)])
        return int(value) if "hour" not in self.wrong else 0

    def days(self, field: str) -> list[int]:
        parts = {part for part in re.split(r"[\s,;]+", self.typed.get(field, "")) if part}
        # Python reads no numbers of thousands of digits, so the length is asked first.
        if any(len(part) > 3 or not (part.isascii() and part.isdigit()) or int(part) > MOST_DAYS for part in parts):
            self.wrong[field] = "not_days"
            return []
        if len(parts) > MOST_THRESHOLDS:
            self.wrong[field] = "too_long"
        return [int(part) for part in parts]

    def dates(self, field: str) -> str:
        days = days_listed(self.typed.get(field, ""))
        if days is None:
            self.wrong[field] = "not_dates"
            return ""
        if len(days) > MOST_QUIET_DAYS:
            self.wrong[field] = "too_long"
        return ",".join(day.isoformat() for day in sorted(days))


def read_settings(terms: AlertTerms, typed: Mapping[str, str]) -> AlertSettings:
    """The settings from what was typed or chosen. Raises BadInput.

    Args:
        typed: channel, hour, language, time_zone, form, quiet_days, a list of days for each kind, and `also`: which of
            `weekends_off` and the kinds that come once are ticked, parted by commas.
    """
    reading = _Reading(typed)
    ticked = set(typed.get("also", "").split(","))
    days = {kind: reading.days(kind) for kind in ALERT_KINDS if kind not in ONCE}
    days |= {kind: list(getattr(terms, kind)) or [0] if kind in ticked else [] for kind in ONCE}
    settings = AlertSettings(
        alert_channel=typed.get("channel") or None,
        alert_hour=reading.hour(),
        language=reading.one_of("language", LANGUAGES),
        time_zone=reading.one_of("time_zone", time_zones()),
        alert_form=reading.one_of("form", FORMS),
        skips_weekends="weekends_off" in ticked,
        quiet_days=reading.dates("quiet_days"),
        alert_days=written_days(terms, days),
    )
    if reading.wrong:
        raise BadInput(reading.wrong)
    return settings


def read_language_and_zone(typed: Mapping[str, str]) -> dict[str, str]:
    """The settings of a partner that is not warned, from what was chosen. Raises BadInput.

    Args:
        typed: language and time_zone.
    """
    reading = _Reading(typed)
    chosen = {
        "language": reading.one_of("language", LANGUAGES),
        "time_zone": reading.one_of("time_zone", time_zones()),
    }
    if reading.wrong:
        raise BadInput(reading.wrong)
    return chosen


async def settings_of(desk: Desk, actor: Actor) -> tuple[Partner, Member]:
    """Raises Refused("no_partner")."""
    async with desk.store.read() as session:
        return await require_member(session, actor)


async def may_change_settings(desk: Desk, actor: Actor) -> Partner:
    """The partner as it is now. Raises Refused with "no_partner", "suspended" or "admins_only"."""
    async with desk.store.read() as session:
        return await require_admin(session, actor)


def stamp_of_settings(partner: Partner) -> str:
    """What a form keeps of the settings that it shows, for `change_settings` and `change_language_and_zone`."""
    return stamp(_facts(partner))


async def change_settings(desk: Desk, actor: Actor, settings: AlertSettings, seen: str | None = None) -> SavedSettings:
    """Keeps how a partner wants to be warned, if its settings still are what was shown.

    Args:
        seen: the stamp of the settings that the actor saw; None for who has seen none, and means these.
    Raises: Refused with "no_partner", "suspended" or "admins_only".
    """
    workspace = actor.workspace_id if settings.alert_channel else None
    return await _change(desk, actor, asdict(settings) | {"alert_workspace": workspace}, seen)


async def change_language_and_zone(
    desk: Desk, actor: Actor, chosen: Mapping[str, str], seen: str | None = None
) -> SavedSettings:
    """Keeps what `read_language_and_zone` has read. Raises Refused as `change_settings`."""
    return await _change(desk, actor, chosen, seen)


async def _change(desk: Desk, actor: Actor, values: Mapping[str, Any], seen: str | None) -> SavedSettings:
    async with desk.store.write() as session:
        partner = await require_admin(session, actor)
        await session.refresh(partner, with_for_update=True)  # of two forms saved at once, one counts whole
        before = _facts(partner)
        what = fate(before, before | dict(values), stamp(before) if seen is None else seen)
        subject = ("partner", partner.id)
        if what is Fate.CHANGED:
            return SavedSettings(partner, what, await latest(session, partner.id, subject, ("settings_changed",)))
        if what is Fate.SAVED:
            for name, value in values.items():
                setattr(partner, name, value)
            was = {name: before[name] for name in values}
            audit.record(session, desk.clock.now(), actor, "settings_changed", subject, partner.id, was, dict(values))
        return SavedSettings(partner, what)


def _facts(partner: Partner) -> dict[str, Any]:
    return {name: getattr(partner, name) for name in SETTINGS}
