"""Carries alerts into the partners' channels: a digest where there are many, each by itself where there are few."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from handlers.posting import Post, Poster
from handlers.slack_errors import ChannelGone, Passing, RateLimited, SlackTrouble, TokenGone
from programme import channels, outbox
from programme.alerts import DueAlert, read_again
from programme.desk import Desk
from storage.models import Alert, Partner

log = structlog.get_logger()

# Partners served at once: a channel that has to wait for its turn holds up no other.
PARTNERS_AT_ONCE = 50
# From how many alerts a day on they come as one message, and how many a message shows: Slack takes tables of 100 rows,
# and about 12,000 characters in all blocks together.
DIGEST_FROM, DIGEST_ROWS = 4, 60

Bundle = Sequence[DueAlert]
Draw = Callable[[Desk, Bundle], Post]


def bundles(partner: Partner, due: Bundle) -> list[Bundle]:
    """What goes into which message."""
    if partner.alert_form == "single" or len(due) < DIGEST_FROM:
        return [[alert] for alert in due]
    return [due[start : start + DIGEST_ROWS] for start in range(0, len(due), DIGEST_ROWS)]


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

    async def deliver(self, on: date | None = None) -> int:
        """Sends all alerts that are due now. Returns how many left.

        Args:
            on: the date they are read for; else today's, where the partner is.
        """
        sent, running = 0, set[asyncio.Task[int]]()
        while True:
            free = PARTNERS_AT_ONCE - len(running)
            if free >= PARTNERS_AT_ONCE / 2:  # asking for each single one would ask too often
                claimed = await outbox.claim_alerts(self.desk, free)
                running |= {asyncio.create_task(self._partner(alerts, on)) for alerts in claimed}
            if not running:
                return sent
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            sent += sum(task.result() for task in done)

    async def _partner(self, claimed: list[Alert], on: date | None) -> int:
        """One partner's alerts, one message after the other."""
        due, moot = await read_again(self.desk, claimed, on)
        for alert in moot:
            await outbox.moot(self.desk, alert)
        left = due
        try:
            left = await self._not_there_yet(due)
            for bundle in bundles(left[0].partner, left) if left else []:
                await self._send(bundle)
                left = left[len(bundle) :]
        except Exception as error:
            await self._put_back(left, error)
        return len(due) - len(left)

    async def _not_there_yet(self, due: list[DueAlert]) -> list[DueAlert]:
        """Without those that an earlier holder has sent and not lived to write down; what is left keeps its order."""
        in_doubt = {key_of(alert): alert for alert in due if alert.alert.in_doubt}
        if not in_doubt:
            return due
        partner = due[0].partner
        since = min(alert.alert.not_before for alert in in_doubt.values())
        workspace, channel = partner.alert_workspace or "", partner.alert_channel or ""
        found = await self.poster.find(workspace, channel, in_doubt.keys(), since)
        for key, ts in found.items():
            await channels.delivered(self.desk, partner, [in_doubt[key].alert], ts)
        return [alert for alert in due if key_of(alert) not in found]

    async def _send(self, bundle: Bundle) -> None:
        partner = bundle[0].partner
        held = [alert for alert in bundle if await outbox.hold(self.desk, alert.alert)]
        if not held:
            return
        workspace, channel = partner.alert_workspace or "", partner.alert_channel or ""
        keys = [key_of(alert) for alert in held]
        ts = await self.poster.post(workspace, channel, self.draw(self.desk, held), keys)
        await channels.delivered(self.desk, partner, [alert.alert for alert in held], ts)

    async def _put_back(self, left: Bundle, error: Exception) -> None:
        alerts = [alert.alert for alert in left]
        log.warning("alerts_not_delivered", partner=left[0].partner.id, alerts=len(left), error=str(error))
        if isinstance(error, (ChannelGone, TokenGone)):
            await channels.broke(self.desk, left[0].partner, alerts, error.code)
            return
        pause = timedelta(seconds=error.seconds) if isinstance(error, RateLimited) else None
        is_final = isinstance(error, SlackTrouble) and not isinstance(error, Passing)
        in_doubt = None if pause or is_final else True
        for alert in alerts:
            if is_final:
                await outbox.failed(self.desk, alert, str(error))
            else:
                await outbox.try_again(self.desk, alert, str(error), pause, in_doubt)
        if not isinstance(error, SlackTrouble):
            log.error("alerts_not_delivered", exc_info=error)
