"""What has to leave the house is written in the transaction it follows from, and leaves afterwards."""

import random
from datetime import timedelta
from email.utils import make_msgid

from sqlalchemy.ext.asyncio import AsyncSession

from programme.desk import Actor, Desk
from storage import outbox
from storage.models import Alert, OutgoingMail, OutgoingMessage
from storage.outbox import Sendable

# The pauses before the second, third, … try; then the last one again and again.
PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
GIVE_UP_AFTER = 55  # tries: two days and a bit


def owe_message(session: AsyncSession, desk: Desk, key: str, kind: str, to: Actor, **about: object) -> None:
    """Makes a Slack message due.

    Args:
        key: says what it is for; a second message with the key of an earlier one cannot be written.
        kind: what handlers.courier draws it with.
        to: the person it goes to; for the review channel, an actor with an empty user.
        about: the ids that the drawing needs.
    """
    session.add(
        OutgoingMessage(
            key=key, kind=kind, workspace_id=to.workspace_id, recipient=to.user_id, about=about,
            not_before=desk.clock.now(),
        )
    )  # fmt: skip


def owe_mail(session: AsyncSession, desk: Desk, key: str, kind: str, to: str, language: str, **about: object) -> None:
    """Makes a letter due. Its Message-ID is given now, so that a letter that came twice can be told for one.

    Args:
        to: an e-mail address.
        language: `en`, `fr` or `de`.
    """
    session.add(
        OutgoingMail(
            key=key, kind=kind, recipient=to, language=language, about=about, not_before=desk.clock.now(),
            message_id=make_msgid(domain=desk.catalogue.support_address.partition("@")[2]),
        )
    )  # fmt: skip


async def claim(desk: Desk, model: type[Sendable], limit: int = 20) -> list[Sendable]:
    async with desk.store.write() as session:
        return list(await outbox.claim(session, model, desk.clock.now(), limit, desk.lease))


async def claim_alerts(desk: Desk, partners: int) -> list[list[Alert]]:
    """All that is due of some partners, by partner."""
    async with desk.store.write() as session:
        claimed = await outbox.claim_alerts(session, desk.clock.now(), partners, desk.lease)
    by_partner: dict[int, list[Alert]] = {}
    for alert in claimed:
        by_partner.setdefault(alert.partner_id, []).append(alert)
    return list(by_partner.values())


async def hold(desk: Desk, row: Sendable) -> bool:
    """Makes sure of a claim before a step that takes time. False when it was lost: then leave the row alone."""
    now = desk.clock.now()
    if row.lease_until is not None and row.lease_until - now > desk.lease / 2:
        return True
    async with desk.store.write() as session:
        return await outbox.renew(session, row, now + desk.lease)


async def sent(desk: Desk, row: Sendable, **values: str) -> None:
    async with desk.store.write() as session:
        now = desk.clock.now()
        await outbox.settle(session, row, "sent", sent_at=now, last_error=None, in_doubt=False, **values)


async def failed(desk: Desk, row: Sendable, error: str) -> None:
    """It will never succeed."""
    async with desk.store.write() as session:
        await outbox.settle(session, row, "failed", last_error=error[:500])


async def moot(desk: Desk, row: Sendable) -> None:
    """It has lost its reason since it was written."""
    async with desk.store.write() as session:
        await outbox.settle(session, row, "moot")


async def try_again(
    desk: Desk, row: Sendable, error: str, pause: timedelta | None = None, in_doubt: bool | None = None
) -> None:
    """It did not leave this time, or we do not know whether it did.

    Args:
        pause: how long to wait, when the other side said so; else it grows with the number of tries.
        in_doubt: whether it may have left all the same; None: as much as before.
    """
    if row.attempts >= GIVE_UP_AFTER:
        await failed(desk, row, error)
        return
    wait = pause or PAUSES[min(row.attempts, len(PAUSES)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret
    values = {"not_before": desk.clock.now() + wait, "last_error": error[:500]}
    doubt = row.in_doubt if in_doubt is None else in_doubt
    async with desk.store.write() as session:
        await outbox.settle(session, row, "waiting", in_doubt=doubt, **values)
