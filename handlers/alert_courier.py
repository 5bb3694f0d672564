"""Carries alerts into the partners' channels: a digest where there are many, each by itself where there are few."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import structlog

from handlers.alert_parts import Bundle, Part, parts
from handlers.batches import Batches
from handlers.posting import Post, Poster
from handlers.shutdown import Stopped
from handlers.slack_errors import ChannelGone, Passing, RateLimited, SlackTrouble, TokenGone
from programme import channels, outbox
from programme.alerts import DueAlert, read_again
from programme.channels import Delivery
from programme.desk import Desk
from storage.models import Alert

log = structlog.get_logger()

# Partners served at once: a channel that has to wait for its turn holds up no other.
PARTNERS_AT_ONCE = 50
# What Slack does not take as one message may be taken as two, and what is wrong with one alert befalls no other.
NOT_AS_ONE = ("msg_blocks_too_long", "msg_too_long", "invalid_blocks")

Draw = Callable[[Desk, Bundle, Part], Post]


def key_of(due: DueAlert) -> str:
    """The name by which an alert is found again in a channel."""
    return f"alert:{due.alert.id}"


@dataclass(frozen=True)
class AlertCourier:
    """Delivers alerts.

    Args:
        draw: makes one message of one alert or many.
    """

    desk: Desk
    poster: Poster
    draw: Draw

    @cached_property
    def _deliveries(self) -> Batches[Delivery]:
        """A transaction for each message would take longer than the message."""

        async def write(arrived: list[Delivery]) -> None:
            await channels.delivered(self.desk, arrived)

        return Batches(write)

    async def deliver(self, on: date | None = None) -> int:
        """Sends all alerts that are due now. Returns how many left.

        Args:
            on: the date they are read for; else today's, where the partner is.
        """
        with self.poster.shutdown.work():
            unbegun: list[Alert] = []
            sent = await self._deliver(on, unbegun)
            await outbox.give_back(self.desk, unbegun)
        return sent

    async def _deliver(self, on: date | None, unbegun: list[Alert]) -> int:
        """Until nothing more is due, or the process ends. Returns how many left.

        Args:
            unbegun: what is still claimed then is added to it.
        """
        sent, running, shutdown = 0, set[asyncio.Task[int]](), self.poster.shutdown
        while True:
            free, is_more = PARTNERS_AT_ONCE - len(running), False
            # Asking for each single one would ask too often.
            if free >= PARTNERS_AT_ONCE / 2 and not shutdown.is_near:
                claimed = await outbox.claim_alerts(self.desk, free)
                due = await self._by_partner(claimed, on)
                running |= {asyncio.create_task(self._partner(theirs, unbegun)) for theirs in due}
                is_more = bool(claimed)
            if running:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                sent += sum(task.result() for task in done)
            elif not is_more:
                return sent

    async def _by_partner(self, claimed: list[Alert], on: date | None) -> Iterable[list[DueAlert]]:
        """What is still due of what was claimed, read for all partners at once."""
        due, moot = await read_again(self.desk, claimed, on)
        await outbox.moot(self.desk, moot)
        by_partner: dict[int, list[DueAlert]] = {}
        for alert in due:
            by_partner.setdefault(alert.partner.id, []).append(alert)
        return by_partner.values()

    async def _partner(self, due: list[DueAlert], unbegun: list[Alert]) -> int:
        """One partner's alerts, one message after the other. What goes wrong holds up no other partner's.

        Args:
            unbegun: what the end of the process has overtaken is added to it.
        Returns: how many left.
        """
        left, sent = due, 0
        try:
            left = await self._not_there_yet(due)
            for bundle, part in parts(left):
                sent += await self._send(bundle, part, left)
                left = left[len(bundle) :]
        except Stopped:
            unbegun += [one.alert for one in left]
        except SlackTrouble as trouble:
            await self._put_back(left, trouble)
        except Exception:
            # Their lease runs out, and whoever claims them next looks whether they have left.
            log.exception("alerts_left_claimed", partner=due[0].partner.id, alerts=len(left))
        return sent

    async def _not_there_yet(self, due: list[DueAlert]) -> list[DueAlert]:
        """Without those that an earlier holder has sent and not lived to write down; what is left keeps its order."""
        gone: set[str] = set()
        for channel in {alert.alert.channel or "" for alert in due if alert.alert.in_doubt}:
            in_doubt = [alert for alert in due if alert.alert.in_doubt and (alert.alert.channel or "") == channel]
            gone |= await self._written_down(channel, in_doubt, due)
        return [alert for alert in due if key_of(alert) not in gone]

    async def _written_down(self, channel: str, in_doubt: Bundle, due: Bundle) -> set[str]:
        """Looks into a channel for alerts, and writes down those that stand there. Returns their keys."""
        partner = due[0].partner
        by_key = {key_of(alert): alert.alert for alert in in_doubt}
        since = min(alert.not_before for alert in by_key.values())

        async def keep() -> None:
            await outbox.hold(self.desk, [alert.alert for alert in due])

        try:
            found = await self.poster.find(partner.alert_workspace or "", channel, by_key, since, keep)
        except ChannelGone:
            if channel == partner.alert_channel:
                raise
            return set()  # the partner has moved on, and what stood there can be read no more
        for ts in sorted(set(found.values())):
            together = [by_key[key] for key in found if found[key] == ts]
            await self._deliveries.add(Delivery(partner.alert_workspace or "", channel, ts, together))
        return set(found)

    async def _send(self, bundle: Bundle, part: Part, left: Bundle) -> int:
        """Posts one message. Returns how many alerts it carried.

        Args:
            left: all that are still to be sent, this bundle first. The others are waiting, so they are held too.
        """
        partner = bundle[0].partner
        workspace, channel = partner.alert_workspace or "", partner.alert_channel or ""
        async with self.poster.shutdown.waiting():
            await self.poster.turn(workspace, channel)
        held = {alert.id for alert in await outbox.hold(self.desk, [due.alert for due in left], channel)}
        ours = [due for due in bundle if due.alert.id in held]
        if not ours:
            return 0
        try:
            await self._post(ours, part, workspace, channel)
        except (RateLimited, ChannelGone, TokenGone):
            raise
        except Passing as passing:
            await outbox.try_again(self.desk, [due.alert for due in ours], passing.code, in_doubt=True)
            raise
        except Exception as final:
            if isinstance(final, SlackTrouble) and final.code in NOT_AS_ONE and len(ours) > 1:
                middle = len(ours) // 2
                return await self._send(ours[:middle], part, left) + await self._send(ours[middle:], part, left)
            # It would befall this message again and again, but none of the others.
            await self._give_up(ours, final)
            return 0
        return len(ours)

    async def _post(self, ours: Bundle, part: Part, workspace: str, channel: str) -> None:
        post = self.draw(self.desk, ours, part)
        ts = await self.poster.post(workspace, channel, post, [key_of(due) for due in ours])
        await self._deliveries.add(Delivery(workspace, channel, ts, [due.alert for due in ours]))

    async def _give_up(self, bundle: Bundle, error: Exception) -> None:
        alerts = [due.alert for due in bundle]
        log.error("alerts_failed", partner=bundle[0].partner.id, alerts=len(alerts), exc_info=error)
        if isinstance(error, SlackTrouble):
            await outbox.failed(self.desk, alerts, error.code)
        else:
            await outbox.try_again(self.desk, alerts, type(error).__name__, in_doubt=True)

    async def _put_back(self, left: Bundle, trouble: SlackTrouble) -> None:
        alerts, partner = [due.alert for due in left], left[0].partner
        log.warning("alerts_not_delivered", partner=partner.id, alerts=len(left), error=trouble.code)
        if isinstance(trouble, (ChannelGone, TokenGone)):
            await channels.broke(self.desk, partner, alerts, trouble.code)
            return
        pause = timedelta(seconds=trouble.seconds) if isinstance(trouble, RateLimited) else None
        await outbox.try_again(self.desk, alerts, trouble.code, pause)
