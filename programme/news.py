"""Whom a partner's news go to."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from programme import outbox
from programme.desk import Actor, Desk
from storage.models import OutgoingMessage, Partner
from storage.queries import channels, people


async def tell_partner(
    session: AsyncSession,
    desk: Desk,
    partner: Partner,
    key: str,
    kind: str,
    not_before: datetime | None = None,
    **about: object,
) -> None:
    """Makes a message due in a partner's alert channel; where it has none that takes anything, to each of its admins.

    Args:
        key: says what it is for.
        kind: what handlers.courier draws it with.
        not_before: when it leaves at the earliest; at once without it.
        about: the ids that the drawing needs, beside the partner's.
    """
    for to in await _recipients(session, partner):
        owed = outbox.owed(desk, f"{key}:{to.user_id}", kind, to, None, partner_id=partner.id, **about)
        session.add(OutgoingMessage(**owed | {"not_before": not_before or desk.clock.now()}))


async def _recipients(session: AsyncSession, partner: Partner) -> list[Actor]:
    workspace, channel = partner.alert_workspace or "", partner.alert_channel or ""
    health = await channels.health(session, workspace, channel)
    if channel and (health is None or health.broken_since is None):
        return [Actor(workspace, channel)]
    return [Actor(admin.workspace_id, admin.user_id) for admin in await people.admins(session, partner.id)]
