"""The reviewers' week (mission row 7): claims that fall back, reminders, escalations and the morning's digest.

What is due is found anew at every tick, by any process; the key of a message, which is unique, makes it once. It is
read again when it leaves, and does not leave if it has lost its reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from programme import outbox
from programme.application_history import card_key, changed
from programme.applications import free
from programme.desk import Actor, Desk
from programme.digests import digest_key, newest_digest
from programme.review import holder_of
from storage.models import Application, OutgoingMessage
from storage.outbox import write_once
from storage.queries import applications, review_week
from storage.queries.review_week import Notice, Queue

SATURDAY = 5
# What one round writes: as much as Slack takes in one channel until the next.
AT_ONCE = 50
SHOWN = 10
Row = dict[str, Any]


@dataclass(frozen=True)
class Day:
    """A day of the reviewers, and the moment of it that it is.

    Args:
        now: aware, in the reviewers' time zone.
        hour: when working days begin.
    """

    now: datetime
    hour: int

    @property
    def on(self) -> date:
        return self.now.date()

    @property
    def is_working(self) -> bool:
        return is_working_day(self.on)

    @property
    def morning(self) -> datetime:
        """The moment at which work begins on it."""
        return datetime.combine(self.on, time(self.hour), self.now.tzinfo)

    @property
    def has_begun(self) -> bool:
        """Whether it is a working day, and work has begun."""
        # As moments: in the night in which clocks go back, the same hour comes twice.
        return self.is_working and self.now.timestamp() >= self.morning.timestamp()

    def end_of(self, day: date) -> datetime:
        """When a day ends: the first moment that is not in it any more."""
        return datetime.combine(day + timedelta(days=1), time(0), self.now.tzinfo)

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.now.tzinfo).date()


def is_working_day(day: date) -> bool:
    return day.weekday() < SATURDAY


def today(desk: Desk) -> Day:
    """The reviewers' day."""
    terms = desk.catalogue
    return Day(desk.clock.now().astimezone(ZoneInfo(terms.programme.review_time_zone)), terms.application.review_hour)


def reminder_day(due_on: date, days_before: int) -> date:
    """When reviewers are reminded of an answer: for a weekend on the Friday before it."""
    day = due_on - timedelta(days=days_before)
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))


async def look_after(desk: Desk) -> None:
    """One round: claims that nobody uses fall back, and what the day asks for is written. Twice changes nothing."""
    await let_claims_fall_back(desk)
    await plan(desk)


async def let_claims_fall_back(desk: Desk) -> int:
    """Frees applications that somebody took and did nothing with. Returns how many."""
    lasts = timedelta(hours=desk.catalogue.application.claim_hours)
    async with desk.store.write() as session:
        lapsed = await review_week.unused_claims(session, desk.clock.now() - lasts, AT_ONCE)
        for application in lapsed:
            before: dict[str, object] = {"claimed_by": application.claimed_by}
            free(application)
            await changed(session, desk, None, application, "claim_lapsed", before)
        return len(lapsed)


async def plan(desk: Desk) -> int:
    """Writes the digest, reminders and escalations that are due and not written yet. Returns how many it found.

    What should have been written while nobody ran is made up for by today's: one digest, one escalation each.
    """
    day = today(desk)
    if not day.has_begun:
        return 0
    async with desk.store.write() as session:
        rows = [
            *await _digest(session, desk, day),
            *await _reminders(session, desk, day),
            *await _escalations(session, desk, day),
        ]
        await write_once(session, rows)
    return len(rows)


async def _digest(session: AsyncSession, desk: Desk, day: Day) -> list[Row]:
    name, key = day.on.isoformat(), digest_key(day.on)
    if not await review_week.is_worth_a_digest(session, key, day.morning):
        return []
    return [outbox.owed(desk, key, "review_digest", outbox.to_reviewers(outbox.HOME), day=name)]


async def _reminders(session: AsyncSession, desk: Desk, day: Day) -> list[Row]:
    days = _days_to_remind_of(desk, day)
    if not days:
        return []
    found = await review_week.unwritten(session, "reminder", day.end_of(day.on), days, AT_ONCE)
    return [outbox.owed(desk, one.key, "review_reminder", *_in_thread(one), **_about(one)) for one in found]


async def _escalations(session: AsyncSession, desk: Desk, day: Day) -> list[Row]:
    today_ends = [(day.end_of(day.on), day.on.isoformat())]
    found = await review_week.unwritten(session, "escalation", None, today_ends, AT_ONCE)
    return [outbox.owed(desk, one.key, "review_escalation", *_in_thread(one), **_about(one)) for one in found]


def _in_thread(notice: Notice) -> tuple[Actor, str]:
    """Where it goes: to the reviewers, under the card."""
    return outbox.to_reviewers(notice.workspace_id), card_key(notice.application_id)


def _about(notice: Notice) -> Row:
    return {"application_id": notice.application_id, "day": notice.day}


def _days_to_remind_of(desk: Desk, day: Day) -> Sequence[tuple[datetime, str]]:
    """The days to come of which it is time to remind: when each ends, and its name."""
    days, due_on = [], day.on + timedelta(days=1)
    while reminder_day(due_on, desk.catalogue.application.reminder_days_before) <= day.on:
        days.append((day.end_of(due_on), due_on.isoformat()))
        due_on += timedelta(days=1)
    return days


@dataclass(frozen=True)
class Waiting:
    """An application that waits for an answer, as it is when reviewers hear of it.

    Args:
        holder: who is on it.
        days_left: until the day the answer is due, in the reviewers' time zone; 0 is that day, below zero it is over.
        reviewers: who may decide on it.
    """

    application: Application
    holder: Actor | None
    days_left: int
    reviewers: list[Actor]


async def to_remind_of(desk: Desk, application_id: int, due_on: date) -> Waiting | None:
    """None for a reminder that has lost its reason: decided, asked, due on another day, or too late."""
    waiting, day = await _waiting(desk, application_id), today(desk)
    if waiting is None or not day.is_working or waiting.days_left <= 0:
        return None
    return waiting if day.day_of(waiting.application.due_at) == due_on else None


async def to_escalate(desk: Desk, application_id: int, on: date) -> Waiting | None:
    """None for an escalation that has lost its reason: decided, asked, not due, or of an earlier day."""
    waiting = await _waiting(desk, application_id)
    if waiting is None or waiting.days_left > 0 or on < today(desk).on:
        return None
    return waiting


async def _waiting(desk: Desk, application_id: int) -> Waiting | None:
    async with desk.store.read() as session:
        application = await applications.application(session, application_id)
        if application is None or application.status != "open" or application.asked_at is not None:
            return None
        known = await review_week.reviewers(session)
    day = today(desk)
    applicant = Actor(application.workspace_id, application.user_id)
    others = [Actor(one.workspace_id, one.user_id) for one in known]
    return Waiting(
        application,
        holder_of(desk, application),
        (day.day_of(application.due_at) - day.on).days,
        [one for one in others if one != applicant],
    )


@dataclass(frozen=True)
class Digest:
    """The morning's digest.

    Args:
        today: where the reviewers are.
        holders: who is on the first ones, each in its place.
    """

    today: Day
    queue: Queue
    holders: list[Actor | None]


async def digest_of(desk: Desk, on: date) -> Digest | None:
    """None for a digest of an earlier day, and when nothing waits any more."""
    day = today(desk)
    if on < day.on:
        return None
    digest = await digest_now(desk)
    return digest if digest.queue.waiting else None


async def digest_now(desk: Desk) -> Digest:
    """What the newest digest says, at whatever hour."""
    day = today(desk)
    async with desk.store.read() as session:
        queue = await review_week.queue(session, day.end_of(day.on - timedelta(days=1)), SHOWN)
    return Digest(day, queue, [holder_of(desk, application) for application in queue.first])


async def standing_digest(desk: Desk) -> OutgoingMessage | None:
    """The message with the newest digest; without `ts` until it has arrived."""
    async with desk.store.read() as session:
        return await newest_digest(session, desk)
