"""How a partner's alert channel fares: what reached it, what did not, and who is told when nothing does any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from programme import outbox
from programme.desk import Actor, Desk
from storage.models import Alert, ChannelHealth, OutgoingMessage, Partner, Person
from storage.outbox import Left, settle_all, settle_left, write_once
from storage.queries import channels, partnerships, people


@dataclass(frozen=True)
class Delivery:
    """Alerts that have reached a channel together, in the message `ts`."""

    workspace_id: str
    channel: str
    ts: str
    alerts: Sequence[Alert]


async def delivered(desk: Desk, deliveries: Sequence[Delivery]) -> None:
    """Writes down that alerts have reached their channels; passes over those whose claim was lost meanwhile."""
    now = desk.clock.now()
    async with desk.store.write() as session:
        left = [Left(alert, one.channel, one.ts) for one in deliveries for alert in one.alerts]
        await settle_left(session, left, now)
        await channels.note_deliveries(session, {(one.workspace_id, one.channel) for one in deliveries}, now)


async def broke(desk: Desk, partner: Partner, alerts: Sequence[Alert], error: str) -> None:
    """The channel takes nothing any more. The alerts wait; the partner's admins and the reviewers are told, once."""
    now = desk.clock.now()
    async with desk.store.write() as session:
        await settle_all(session, alerts, "waiting", not_before=now, last_error=error)
        if await channels.note_break(session, *_place(partner), error, now):
            for affected in await channels.partners_of(session, *_place(partner)):
                await _tell(session, desk, affected, f"{now:%Y%m%d%H%M%S}")


async def unreachable(desk: Desk, message: OutgoingMessage, error: str) -> None:
    """A message's channel takes nothing any more: the partner's admins get it instead, and hear of the channel once."""
    now, place = desk.clock.now(), (message.workspace_id, message.recipient)
    async with desk.store.write() as session:
        settled = await settle_all(session, [message], "failed", last_error=error)
        partner = await partnerships.partner(session, int(str(message.about.get("partner_id") or 0)))
        if not settled or partner is None:
            return
        admins = await people.admins(session, partner.id)
        told = [outbox.handed_on(desk, message, Actor(admin.workspace_id, admin.user_id)) for admin in admins]
        await write_once(session, told)
        if await channels.note_break(session, *place, error, now):
            for affected in await channels.partners_of(session, *place):
                await _tell(session, desk, affected, f"{now:%Y%m%d%H%M%S}")


async def _tell(session: AsyncSession, desk: Desk, partner: Partner, since: str) -> None:
    key = f"channel:{partner.id}:{partner.alert_channel}:{since}"
    for admin in await people.admins(session, partner.id):
        to = Actor(admin.workspace_id, admin.user_id)
        outbox.owe_message(session, desk, f"{key}:{admin.user_id}", "channel_gone", to, partner_id=partner.id)
    review = outbox.to_reviewers(partner.alert_workspace or "")
    outbox.owe_message(session, desk, key, "channel_gone_review", review, partner_id=partner.id)


async def mended(desk: Desk, workspace_id: str, channel: str) -> None:
    """Something was posted there: what waited may leave."""
    async with desk.store.write() as session:
        await channels.note_deliveries(session, {(workspace_id, channel)}, desk.clock.now())


async def health_of(desk: Desk, partner: Partner) -> ChannelHealth | None:
    """None for a partner without a channel, or one that nothing was posted in yet."""
    async with desk.store.read() as session:
        return await channels.health(session, *_place(partner))


async def addressee(desk: Desk, message: OutgoingMessage) -> Person | None:
    """Whom a direct message goes to, as a reader."""
    async with desk.store.read() as session:
        return await people.person(session, message.workspace_id, message.recipient)


async def partner_of(desk: Desk, partner_id: int) -> Partner | None:
    """For drawing what leaves the house."""
    async with desk.store.read() as session:
        return await partnerships.partner(session, partner_id)


def _place(partner: Partner) -> tuple[str, str]:
    return partner.alert_workspace or "", partner.alert_channel or ""
