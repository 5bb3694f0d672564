"""Carries out of the house what the programme owes: Slack messages, alerts and letters.

Any number of couriers may be on their way at once, in any number of processes: each takes only what it has claimed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import structlog

from handlers.clients import Clients
from handlers.posting import Post, Repaint, post_once, repaint
from handlers.slack_errors import SLACK_ERRORS, Passing, RateLimited, SlackTrouble, trouble
from programme import outbox
from programme.alerts import DueAlert, read_again
from programme.applications import REVIEW_CHANNEL
from programme.desk import Desk
from storage.models import Alert, OutgoingMail, OutgoingMessage
from storage.outbox import Sendable

log = structlog.get_logger()

DrawMessage = Callable[[Desk, OutgoingMessage], Awaitable[Post | Repaint | None]]
DrawAlert = Callable[[Desk, DueAlert], Post]
SendMail = Callable[[Desk, OutgoingMail], Awaitable[None]]


class NotYet(Exception):
    """It cannot leave before something else has."""


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
    clients: Clients
    messages: Mapping[str, DrawMessage]
    draw_alert: DrawAlert
    send_mail: SendMail
    review_channel: str

    async def deliver_now(self) -> None:
        """For a listener that has just made something due. If it fails, the scheduler does it: nothing is lost."""
        try:
            await self.deliver()
        except Exception:
            log.exception("delivery_failed")

    async def deliver(self, on: date | None = None) -> int:
        """Sends everything that is due now, and comes back when nothing more is.

        Args:
            on: the date that alerts are read for; else today's, where the partner is.
        Returns: how many alerts left.
        """
        await self._all(OutgoingMessage, self._message)
        await self._all(OutgoingMail, self._mail)
        return await self._all(Alert, lambda alert: self._alert(alert, on))

    async def _all(self, model: type[Sendable], send: Callable[[Sendable], Awaitable[bool]]) -> int:
        left = 0
        while rows := await outbox.claim(self.desk, model):
            left += sum(await asyncio.gather(*(self._one(row, send) for row in rows)))
        return left

    async def _one(self, row: Sendable, send: Callable[[Sendable], Awaitable[bool]]) -> bool:
        try:
            return await send(row)
        except RateLimited as limit:
            await outbox.try_again(self.desk, row, str(limit), timedelta(seconds=limit.seconds))
        except (Passing, NotYet) as passing:
            await outbox.try_again(self.desk, row, str(passing))
        except MailTrouble as mail:
            await (outbox.try_again if mail.passing else outbox.failed)(self.desk, row, str(mail))
        except SlackTrouble as final:
            await outbox.failed(self.desk, row, final.code)
        except Exception as unexpected:
            # One thing that cannot be sent must not hold up the others.
            log.exception("not_delivered", table=row.__tablename__, id=row.id)
            await outbox.try_again(self.desk, row, type(unexpected).__name__)
        log.warning("delivery_failed", table=row.__tablename__, id=row.id, attempts=row.attempts)
        return False

    async def _message(self, message: OutgoingMessage) -> bool:
        is_review = message.recipient == REVIEW_CHANNEL
        post = await self.messages[message.kind](self.desk, message)
        if post is None:
            await outbox.moot(self.desk, message)
            return False
        workspace = self.clients.home if is_review else message.workspace_id
        recipient = self.review_channel if is_review else message.recipient
        channel, ts = await self._post(workspace, recipient, post, message.key, message)
        await outbox.sent(self.desk, message, channel=channel, ts=ts)
        return True

    async def _alert(self, alert: Alert, on: date | None) -> bool:
        due = await read_again(self.desk, alert, on)
        if due is None:
            await outbox.moot(self.desk, alert)
            return False
        partner = due.partner
        post = self.draw_alert(self.desk, due)
        workspace, recipient = partner.alert_workspace or "", partner.alert_channel or ""
        channel, ts = await self._post(workspace, recipient, post, f"alert:{alert.id}", alert)
        await outbox.sent(self.desk, alert, channel=channel, ts=ts)
        return True

    async def _post(
        self, workspace: str, recipient: str, post: Post | Repaint, key: str, row: OutgoingMessage | Alert
    ) -> tuple[str, str]:
        client = await self.clients.of(workspace)
        tried_since = row.not_before - timedelta(days=1) if row.attempts > 1 else None
        try:
            if isinstance(post, Repaint):
                return await repaint(client, post)
            return await post_once(client, recipient, post, key, tried_since)
        except SLACK_ERRORS as error:
            raise trouble(error) from error

    async def _mail(self, mail: OutgoingMail) -> bool:
        await self.send_mail(self.desk, mail)
        await outbox.sent(self.desk, mail)
        return True
