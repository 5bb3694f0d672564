"""What has to leave the house is written in the transaction it follows from, and leaves afterwards."""

import random
from collections.abc import Sequence
from datetime import timedelta
from email.utils import make_msgid

from sqlalchemy.ext.asyncio import AsyncSession

from programme.desk import Actor, Desk
from storage import outbox
from storage.models import Alert, OutgoingMail, OutgoingMessage
from storage.outbox import Sendable

# The pauses before the second, third, … try; then the last one again and again.
PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
HOME = ""  # the home workspace, for what nobody in particular has caused
REVIEW_CHANNEL = ""  # the recipient of what goes to the review channel, wherever that is when it is sent
GIVE_UP_AFTER = 55  # tries: two days and a bit


def owe_message(
    session: AsyncSession, desk: Desk, key: str, kind: str, to: Actor, thread: str | None = None, **about: object
) -> None:
    """Makes a Slack message due.

    Args:
        key: says what it is for; a second message with the key of an earlier one cannot be written.
        kind: what handlers.courier draws it with.
        to: the person it goes to, or `to_reviewers()`.
        thread: the key of the message that it is a reply to.
        about: the ids that the drawing needs.
    """
    session.add(OutgoingMessage(**owed(desk, key, kind, to, thread, **about)))


def owed(desk: Desk, key: str, kind: str, to: Actor, thread: str | None = None, **about: object) -> dict[str, object]:
    """The columns of a message: for storage.outbox.write_once too, which writes many, none of them twice."""
    return {
        "key": key, "kind": kind, "workspace_id": to.workspace_id, "recipient": to.user_id, "about": about,
        "thread_key": thread, "not_before": desk.clock.now(),
    }  # fmt: skip


def handed_on(desk: Desk, message: OutgoingMessage, to: Actor) -> dict[str, object]:
    """The columns of the same message for somebody else, for storage.outbox.write_once."""
    return {
        "key": f"{message.key}:{to.user_id}", "kind": message.kind, "workspace_id": to.workspace_id,
        "recipient": to.user_id, "about": message.about, "thread_key": None, "not_before": desk.clock.now(),
    }  # fmt: skip


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


def to_reviewers(workspace_id: str) -> Actor:
    """The review channel, as a recipient.

    Args:
        workspace_id: of whoever caused it; the channel itself is in the home workspace, wherever that is.
    """
    return Actor(workspace_id, REVIEW_CHANNEL)


async def claim(desk: Desk, model: type[Sendable], limit: int = 20) -> list[Sendable]:
    if not await _is_any_due(desk, model):
        return []
    async with desk.store.write() as session:
        return list(await outbox.claim(session, model, desk.clock.now(), limit, desk.lease))


async def _is_any_due(desk: Desk, model: type[Sendable]) -> bool:
    async with desk.store.read() as session:
        return await outbox.is_any_due(session, model, desk.clock.now())


async def message_of(desk: Desk, key: str) -> OutgoingMessage | None:
    """A Slack message by what it was for; with its channel and `ts` once it has been sent."""
    async with desk.store.read() as session:
        return await outbox.message_of_key(session, key)


async def mail_of(desk: Desk, mail_id: int) -> OutgoingMail | None:
    """A letter, for telling what became of it."""
    async with desk.store.read() as session:
        return await session.get(OutgoingMail, mail_id)


def was_given_up(row: OutgoingMail) -> bool:
    """Whether it was tried again and again; else it was refused at once."""
    return row.attempts >= GIVE_UP_AFTER


async def claim_alerts(desk: Desk, partners: int) -> list[Alert]:
    """All that is due of some partners."""
    if not await _is_any_due(desk, Alert):
        return []
    async with desk.store.write() as session:
        return list(await outbox.claim_alerts(session, desk.clock.now(), partners, desk.lease))


async def hold(desk: Desk, rows: Sequence[Sendable], channel: str | None = None) -> list[Sendable]:
    """Makes sure of claims right before what they are for is done. Returns those that have not been lost.

    They are good for half a lease at least: whatever is done with them must be over, or given up, by then.

    Args:
        rows: of one table.
        channel: where alerts go, when that may be another channel than the one that they were claimed for.
    """
    held = list(rows)
    while not all(_is_good(desk, row, channel) for row in held):
        held = await _renewed(desk, held, {"channel": channel} if channel else {})
    return held


def _is_good(desk: Desk, row: Sendable, channel: str | None) -> bool:
    """Whether nobody else can take the row soon, and whoever does so later knows where it has gone."""
    lasts = row.lease_until is not None and row.lease_until - desk.clock.now() > desk.lease / 2
    return lasts and (channel is None or not isinstance(row, Alert) or row.channel == channel)


async def _renewed(desk: Desk, rows: list[Sendable], values: dict[str, str]) -> list[Sendable]:
    lease_until = desk.clock.now() + desk.lease
    async with desk.store.write() as session:
        ids = await outbox.renew(session, rows, lease_until, **values)
    held = [row for row in rows if row.id in ids]
    for row in held:
        row.lease_until = lease_until
        if isinstance(row, Alert) and values:
            row.channel = values["channel"]
    return held


async def sent(desk: Desk, row: Sendable, **values: str) -> None:
    async with desk.store.write() as session:
        now = desk.clock.now()
        await outbox.settle(session, row, "sent", sent_at=now, last_error=None, in_doubt=False, **values)


async def failed(desk: Desk, rows: Sequence[Sendable], error: str) -> None:
    """They will never succeed. Whoever had a letter sent is told, else the reviewers: its reader knows of nothing."""
    told: list[dict[str, object]] = []
    async with desk.store.write() as session:
        settled = await outbox.settle_all(session, rows, "failed", last_error=error[:500])
        for row in rows:
            if isinstance(row, OutgoingMail) and row.id in settled:
                told.append(owed(desk, f"mail:{row.id}:failed", "letter_failed", _sender(row), mail_id=row.id))
        await outbox.write_once(session, told)


def _sender(mail: OutgoingMail) -> Actor:
    """Who had it sent; the reviewers for a letter of the programme's own."""
    sender = mail.about.get("sender")
    return Actor(*map(str, sender)) if isinstance(sender, list) else to_reviewers(HOME)


async def moot(desk: Desk, rows: Sequence[Sendable]) -> None:
    """They have lost their reason since they were written."""
    if rows:
        async with desk.store.write() as session:
            await outbox.settle_all(session, rows, "moot")


async def give_back(desk: Desk, rows: Sequence[Sendable]) -> None:
    """Ends claims for which nothing has been begun: whoever looks next may take them at once, and has no doubts.

    Args:
        rows: of one table; those that have been settled, or taken over, stay as they are.
    """
    if rows:
        async with desk.store.write() as session:
            await outbox.settle_all(session, rows, "waiting")


async def try_again(
    desk: Desk, rows: Sequence[Sendable], error: str, pause: timedelta | None = None, in_doubt: bool | None = None
) -> None:
    """They did not leave this time, or we do not know whether they did. What was together stays together.

    Args:
        rows: of one table.
        pause: how long to wait, when the other side said so, which is no reason to give up; else it grows with the
            number of tries.
        in_doubt: whether they may have left all the same; None: as much as before.
    """
    given_up = [row for row in rows if row.attempts >= GIVE_UP_AFTER and pause is None]
    others = [row for row in rows if row not in given_up]
    if given_up:
        await failed(desk, given_up, error)
    if others:
        wait = pause or _pause(max(row.attempts for row in others))
        values: dict[str, object] = {"not_before": desk.clock.now() + wait, "last_error": error[:500]}
        if in_doubt is not None:
            values["in_doubt"] = in_doubt
        async with desk.store.write() as session:
            await outbox.settle_all(session, others, "waiting", **values)


def _pause(tries: int) -> timedelta:
    return PAUSES[min(tries, len(PAUSES)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret
