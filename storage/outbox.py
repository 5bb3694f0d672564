"""Claims what has to leave the house, so that it leaves once however many processes are looking.

A claim is one conditional UPDATE. Its holder has until `lease_until` to send the thing and write down that it did;
if it dies, the row is claimed again after that, `in_doubt`, which tells the next holder to look first whether the thing
has left already. Alerts are claimed by partner, because those of one partner may leave in one message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from storage.dialect import insert
from storage.models import Alert, ChannelHealth, OutgoingMail, OutgoingMessage, Partner

Sendable = TypeVar("Sendable", Alert, OutgoingMail, OutgoingMessage)

LEASE = timedelta(seconds=60)
# Alerts taken at once: a statement may have some 32,000 values.
ALERTS_AT_ONCE = 5_000


async def is_any_due(session: AsyncSession, model: type[Sendable], now: datetime) -> bool:
    """Whether there is anything to claim. To ask costs a reading; to claim nothing would be a transaction that writes.

    Args:
        now: an aware moment.
    """
    return (await session.scalars(_first_due(model), {"now": now})).first() is not None


@cache
def _first_due(model: type[Sendable]) -> Select[int]:
    """Built once: it is asked after each request, and mostly for nothing."""
    return select(model.id).where(_is_due(model, bindparam("now"))).limit(1)


async def claim(
    session: AsyncSession, model: type[Sendable], now: datetime, limit: int = 20, lease: timedelta = LEASE
) -> Sequence[Sendable]:
    """Takes up to `limit` rows that are due, or whose holder let its lease run out. Commit before sending anything.

    Args:
        now: an aware moment.
        lease: how long the caller may take; longer than one sending can last.
    """
    due = select(model.id).where(_is_due(model, now)).order_by(model.id).limit(limit)
    return await _take(session, model, due, now + lease)


async def claim_alerts(
    session: AsyncSession, now: datetime, partners: int, lease: timedelta = LEASE
) -> Sequence[Alert]:
    """Takes what is due of up to `partners` partners, the longest waiting first; of each what ends first comes first.

    Each learns the channel that it is going to; one in doubt keeps the channel that it may have gone to already.
    Alerts for a channel that is broken stay where they are, and so do those of a partner who has none, or is suspended.
    """
    waiting = (
        select(Alert.partner_id)
        .join(Partner, Partner.id == Alert.partner_id)
        .where(_is_due(Alert, now), Partner.alert_channel.is_not(None), Partner.status == "active", ~_is_broken())
        .group_by(Alert.partner_id)
        .order_by(func.min(Alert.not_before), Alert.partner_id)
        .limit(partners)
    )
    due = (
        select(Alert.id)
        .where(Alert.partner_id.in_(waiting), _is_due(Alert, now))
        .order_by(Alert.partner_id, Alert.due_on, Alert.id)
        .limit(ALERTS_AT_ONCE)
    )
    goes_to = select(Partner.alert_channel).where(Partner.id == Alert.partner_id).correlate(Alert).scalar_subquery()
    went_to = case((_may_have_left(Alert), Alert.channel))
    return await _take(session, Alert, due, now + lease, channel=func.coalesce(went_to, goes_to))


async def _take(
    session: AsyncSession, model: type[Sendable], due: Select[int], lease_until: datetime, **values: Any
) -> Sequence[Sendable]:
    # SKIP LOCKED on PostgreSQL lets two workers take different rows; SQLite has one writer at a time anyway.
    # A CTE that locks is run once; a subquery may be run again for each row, and then goes past the limit.
    locked = due.with_for_update(skip_locked=True, of=model).cte("due")
    statement = (
        update(model)
        .where(model.id.in_(select(locked.c.id)), model.status.in_(("waiting", "claimed")))
        .values(
            status="claimed",
            lease_until=lease_until,
            attempts=model.attempts + 1,
            in_doubt=_may_have_left(model),
            **values,
        )
        .returning(model)
        .execution_options(populate_existing=True)
    )
    rows = await session.scalars(statement)
    return sorted(rows, key=lambda row: row.id)


def _is_due(model: type[Sendable], now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    return or_(
        and_(model.status == "waiting", model.not_before <= now),
        and_(model.status == "claimed", model.lease_until < now),
    )


def _may_have_left(model: type[Sendable]) -> ColumnElement[bool]:
    return or_(model.in_doubt, model.status == "claimed")


def _is_broken() -> ColumnElement[bool]:
    return exists().where(
        ChannelHealth.workspace_id == Partner.alert_workspace,
        ChannelHealth.channel == Partner.alert_channel,
        ChannelHealth.broken_since.is_not(None),
    )


async def renew(session: AsyncSession, rows: Sequence[Sendable], lease_until: datetime, **values: Any) -> set[int]:
    """Holds claims of one table for longer. Returns the ids of those that had not been lost meanwhile.

    Args:
        values: other columns to write, such as the channel that it goes to now.
    """
    return await _change_held(session, rows, lease_until=lease_until, **values)


async def settle(session: AsyncSession, row: Sendable, status: str, **values: Any) -> bool:
    """Ends a claim. False when the claim was lost meanwhile (the lease ran out and another holder took the row).

    Args:
        status: `sent`, `failed`, `moot`, or `waiting` (then pass `not_before`: when to try again).
        values: other columns to write, such as sent_at, channel, ts, last_error.
    """
    return bool(await settle_all(session, [row], status, **values))


async def settle_all(session: AsyncSession, rows: Sequence[Sendable], status: str, **values: Any) -> set[int]:
    """Ends claims of one table like `settle`, in one statement. Returns the ids of those that had not been lost."""
    return await _change_held(session, rows, status=status, lease_until=None, **values)


@dataclass(frozen=True)
class Left:
    """An alert that stands in a channel, in the message `ts`."""

    alert: Alert
    channel: str
    ts: str


async def settle_left(session: AsyncSession, left: Sequence[Left], at: datetime) -> None:
    """Ends the claims of alerts that have left, each with its own message; passes over those that were lost meanwhile.

    Args:
        at: an aware moment.
    """
    statement = (
        update(Alert)
        .where(Alert.id == bindparam("claimed"), Alert.attempts == bindparam("tries"), Alert.status == "claimed")
        .values(
            status="sent", lease_until=None, sent_at=at, last_error=None, in_doubt=False,
            channel=bindparam("stands_in"), ts=bindparam("stands_as"),
        )
    )  # fmt: skip
    # In order, so that no two of us wait for one another.
    rows = [
        {"claimed": one.alert.id, "tries": one.alert.attempts, "stands_in": one.channel, "stands_as": one.ts}
        for one in sorted(left, key=lambda one: one.alert.id)
    ]
    if rows:
        await (await session.connection()).execute(statement, rows)


async def _change_held(session: AsyncSession, rows: Sequence[Sendable], **values: Any) -> set[int]:
    if not rows:
        return set()
    model = type(rows[0])
    # A claim is known by the number of tries: whoever takes the row over counts one more.
    claims = [(row.id, row.attempts) for row in rows]
    are_held = and_(model.status == "claimed", tuple_(model.id, model.attempts).in_(claims))
    statement = update(model).where(are_held).values(**values).returning(model.id)
    return set(await session.scalars(statement.execution_options(synchronize_session=False)))


async def write_once(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Makes Slack messages due, but for those whose key is written already, by whomever.

    Args:
        rows: the columns of each message; the same ones for all.
    """
    if rows:
        begun = [{"status": "waiting", "attempts": 0, "in_doubt": False, **row} for row in rows]
        await session.execute(insert(session, OutgoingMessage).values(begun).on_conflict_do_nothing())


async def message_of_key(session: AsyncSession, key: str) -> OutgoingMessage | None:
    """A Slack message by what it was for; with its channel and `ts` once it has been sent."""
    return (await session.scalars(select(OutgoingMessage).where(OutgoingMessage.key == key))).first()


async def last_of_keys(session: AsyncSession, keys: Sequence[str]) -> OutgoingMessage | None:
    """Of the messages with these keys the one whose key comes last."""
    found = await session.scalars(select(OutgoingMessage).where(OutgoingMessage.key.in_(keys)))
    return max(found, key=lambda message: message.key, default=None)
