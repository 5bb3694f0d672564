"""A partner's own settings: where and when its alerts arrive, and in which language."""

from typing import Any
from zoneinfo import available_timezones

from programme import audit
from programme.access import require_admin, require_member
from programme.desk import Actor, Desk
from programme.refusals import BadInput
from storage.models import LANGUAGES, Member, Partner

SETTINGS = ("alert_workspace", "alert_channel", "alert_hour", "language", "time_zone")


async def settings_of(desk: Desk, actor: Actor) -> tuple[Partner, Member]:
    """Raises Refused("no_partner")."""
    async with desk.store.read() as session:
        return await require_member(session, actor)


async def may_change_settings(desk: Desk, actor: Actor) -> Partner:
    """The partner as it is now. Raises Refused with "no_partner", "suspended" or "admins_only"."""
    async with desk.store.read() as session:
        return await require_admin(session, actor)


async def change_settings(
    desk: Desk, actor: Actor, *, channel: str | None, hour: int, language: str, time_zone: str
) -> Partner:
    """Chooses where a partner's alerts go.

    Args:
        channel: a channel of the actor's workspace; None for none.
        hour: 0 to 23, in the partner's time zone.
        language: `en`, `fr` or `de`.
        time_zone: an IANA name.
    Raises: BadInput; Refused with "no_partner", "suspended" or "admins_only".
    """
    _check(hour, language, time_zone)
    async with desk.store.write() as session:
        partner = await require_admin(session, actor)
        await session.refresh(partner, with_for_update=True)  # of two forms saved at once, one counts whole
        before = _settings(partner)
        partner.alert_workspace = actor.workspace_id if channel else None
        partner.alert_channel = channel
        partner.alert_hour, partner.language, partner.time_zone = hour, language, time_zone
        after = _settings(partner)
        if after != before:
            now = desk.clock.now()
            audit.record(session, now, actor, "settings_changed", ("partner", partner.id), partner.id, before, after)
        return partner


def _settings(partner: Partner) -> dict[str, Any]:
    return {name: getattr(partner, name) for name in SETTINGS}


def _check(hour: int, language: str, time_zone: str) -> None:
    wrong = {
        "hour": not 0 <= hour <= 23,
        "language": language not in LANGUAGES,
        "time_zone": time_zone not in available_timezones(),
    }
    if any(wrong.values()):
        raise BadInput({field: "not_offered" for field, is_wrong in wrong.items() if is_wrong})
