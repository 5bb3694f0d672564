"""Carries out of the house what the programme owes: Slack messages, letters and alerts.

Any number of couriers may be on their way at once, in any number of processes: each takes only what it has claimed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from prometheus_client import Counter

from handlers.alert_courier import AlertCourier
from handlers.posting import Post, Poster, Repaint
from handlers.shutdown import Stopped
from handlers.slack_errors import ChannelGone, Passing, RateLimited, SlackTrouble
from programme import channels, outbox
from programme.desk import Desk
from storage.models import OutgoingMail, OutgoingMessage
from storage.outbox import Sendable

log = structlog.get_logger()

DrawMessage = Callable[[Desk, OutgoingMessage], Awaitable[Post | Repaint | None]]
SendMail = Callable[[Desk, OutgoingMail], Awaitable[None]]

CHANNELS = ("C", "G")  # what the ids of channels begin with; those of people begin with U or W
# Slack answers sooner, and nobody who stops us waits much longer.
REST_SECONDS = 3.0
DELIVERIES = Counter("partner_desk_deliveries", "What left the house, or did not", ("table", "outcome"))


class NotYet(Exception):
    """It cannot leave before something else has."""


def drawn_anew(standing: OutgoingMessage | None, post: Post | None) -> Repaint | None:
    """A message as it is to look now; None for one that will never stand anywhere, and where there is nothing to draw.

    Args:
        standing: the message that is drawn anew.
    Raises: NotYet while it has not been posted.
    """
    if standing is None or standing.status in ("failed", "moot") or post is None:
        return None
    if standing.channel is None or standing.ts is None:
        raise NotYet("what it draws anew has not been posted")
    return Repaint(standing.channel, standing.ts, post)


class MailTrouble(Exception):
    """A letter did not leave.

    Args:
        passing: whether it may leave later.
    """

    def __init__(self, reason: str, passing: bool) -> None:
        super().__init__(reason)
        self.passing = passing


@dataclass(frozen=True)
class Courier:
    """Delivers what is due.

    Args:
        messages: how each kind of message is drawn, from the database, at the moment of sending.
        review_channel: where messages for the reviewers go, in the home workspace.
    """

    desk: Desk
    poster: Poster
    messages: Mapping[str, DrawMessage]
    send_mail: SendMail
    alerts: AlertCourier
    review_channel: str

    async def deliver_now(self) -> None:
        """For a listener that has just made something due. If it fails, the scheduler does it: nothing is lost."""
        try:
            await self.deliver_messages()
        except Exception:
            log.exception("delivery_failed")

    async def deliver(self, on: date | None = None) -> int:
        """Sends everything that is due now, and comes back when nothing more is.

        Args:
            on: the date that alerts are read for; else today's, where the partner is.
        Returns: how many alerts left.
        """
        _, sent = await asyncio.gather(self.deliver_messages(), self.alerts.deliver(on))
        return sent

    async def come_to_rest(self) -> None:
        """The process ends: what is on its way arrives, and what was not begun is given back."""
        await self.poster.shutdown.come(REST_SECONDS)

    async def deliver_messages(self) -> None:
        """Messages and letters, without the alerts."""
        with self.poster.shutdown.work():
            await asyncio.gather(self._all(OutgoingMessage, self._message), self._all(OutgoingMail, self._mail))

    async def _all(self, model: type[Sendable], send: Callable[[Sendable], Awaitable[None]]) -> None:
        while not self.poster.shutdown.is_near and (rows := await outbox.claim(self.desk, model)):
            begun = await asyncio.gather(*(self._one(row, send) for row in rows))
            await outbox.give_back(self.desk, [row for row, is_begun in zip(rows, begun, strict=True) if not is_begun])

    async def _one(self, row: Sendable, send: Callable[[Sendable], Awaitable[None]]) -> bool:
        """Whether it was begun."""
        try:
            await send(row)
        except Stopped:
            return False
        except Exception as trouble:
            await self._put_back(row, trouble)
            DELIVERIES.labels(row.__tablename__, "failed").inc()
            why = getattr(trouble, "code", type(trouble).__name__)  # a mail server's words may name the reader
            log.warning("delivery_failed", table=row.__tablename__, id=row.id, attempts=row.attempts, error=why)
        else:
            DELIVERIES.labels(row.__tablename__, "sent").inc()
        return True

    async def _put_back(self, row: Sendable, trouble: Exception) -> None:
        match trouble:
            case RateLimited():
                await outbox.try_again(self.desk, [row], str(trouble), timedelta(seconds=trouble.seconds))
            case NotYet():
                await outbox.try_again(self.desk, [row], str(trouble))
            case Passing():
                await outbox.try_again(self.desk, [row], str(trouble), in_doubt=True)
            case MailTrouble():
                await (outbox.try_again if trouble.passing else outbox.failed)(self.desk, [row], str(trouble))
            case ChannelGone() if isinstance(row, OutgoingMessage) and row.recipient.startswith(CHANNELS):
                await channels.unreachable(self.desk, row, trouble.code)
            case SlackTrouble():
                await outbox.failed(self.desk, [row], trouble.code)
            case _:
                # One thing that cannot be sent must not hold up the others.
                log.error("not_delivered", table=row.__tablename__, id=row.id, exc_info=trouble)
                await outbox.try_again(self.desk, [row], type(trouble).__name__, in_doubt=True)

    async def _message(self, message: OutgoingMessage) -> None:
        post = await self.messages[message.kind](self.desk, message)
        if post is None:
            await outbox.moot(self.desk, [message])
        elif isinstance(post, Repaint):
            await self._repaint(message, post)
        else:
            await self._post(message, post)

    async def _repaint(self, message: OutgoingMessage, drawn: Repaint) -> None:
        """Draws it, and looks again: of two repaints at once the older drawing may have come last."""
        again: Post | Repaint | None = drawn
        while isinstance(again, Repaint):
            drawn = again
            await self.poster.repaint(self._workspace(message), drawn)
            again = await self.messages[message.kind](self.desk, message)
            if isinstance(again, Repaint) and again.shows_the_same_as(drawn):
                break
        await outbox.sent(self.desk, message, channel=drawn.channel, ts=drawn.ts)

    async def _post(self, message: OutgoingMessage, post: Post) -> None:
        workspace = self._workspace(message)
        channel, thread = await self._place(workspace, message)

        async def hold() -> bool:
            return bool(await outbox.hold(self.desk, [message]))

        ts: str | None = None
        if message.in_doubt:
            found = await self.poster.find(workspace, channel, {message.key}, message.not_before, hold, thread)
            ts = found.get(message.key)
        if ts is None:
            async with self.poster.shutdown.waiting():
                await self.poster.turn(workspace, channel)
            if not await hold():
                return  # it took so long that somebody else has it
            ts = await self.poster.post(workspace, channel, post, [message.key], thread)
        await outbox.sent(self.desk, message, channel=channel, ts=ts)

    async def _place(self, workspace: str, message: OutgoingMessage) -> tuple[str, str | None]:
        """The channel, and the message there that it is a reply to."""
        if message.thread_key is not None:
            above = await outbox.message_of(self.desk, message.thread_key)
            if above is not None and above.status in ("waiting", "claimed"):
                raise NotYet("what it is a reply to has not been posted")
            if above is not None and above.channel is not None:
                return above.channel, above.ts
        if message.recipient.startswith(CHANNELS):
            return message.recipient, None
        if message.recipient != outbox.REVIEW_CHANNEL:
            return await self.poster.direct(workspace, message.recipient), None
        return self.review_channel, None

    def _workspace(self, message: OutgoingMessage) -> str:
        """Reviewers sit in the home workspace."""
        return self.poster.clients.home if message.recipient == outbox.REVIEW_CHANNEL else message.workspace_id

    async def _mail(self, mail: OutgoingMail) -> None:
        await self.send_mail(self.desk, mail)
        await outbox.sent(self.desk, mail)
