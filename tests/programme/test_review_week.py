"""The reviewers' week, on both databases, by example."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, event, insert

from programme import applications, review, review_week
from programme.desk import Actor, Desk
from programme.review_week import Day, reminder_day
from storage import models
from storage.models import Application, OutgoingMessage, Question, Reviewer
from storage.store import Store
from tests.programme import house
from tests.programme.house import BEN, HOME, LEA, Clock
from tests.programme.review_weeks import at, catalogue, written
from tests.storage.rows import row


@pytest.fixture
def clock() -> Clock:
    return Clock(at("2026-03-02T10:00"))  # a Monday


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return house.make_desk(store, clock, catalogue())


async def waits(desk: Desk, number: int = 1, **about: Any) -> None:
    """An open application, sent now."""
    now = desk.clock.now()
    sent = {"submitted_at": now, "due_at": now + timedelta(days=desk.catalogue.application.answer_days)}
    async with desk.store.write() as session:
        values = {"id": number, "user_id": f"U{number}", "status": "open", "decided_at": None}
        session.add(row(Application, **values | sent | about))


async def reviewers_are(desk: Desk, *names: str) -> None:
    async with desk.store.write() as session:
        await session.execute(delete(Reviewer))
        for name in names:
            session.add(row(Reviewer, user_id=name))


async def new_at(desk: Desk, clock: Clock, moment: str) -> list[str]:
    """What a round at a moment in Berlin writes."""
    known = await written(desk)
    clock.moment = at(moment)
    await review_week.look_after(desk)
    return [key for key in await written(desk) if key not in known]


# By example


async def test_an_application_s_week(desk: Desk, clock: Clock) -> None:
    await waits(desk)
    assert await new_at(desk, clock, "2026-03-02T23:00") == []
    assert await new_at(desk, clock, "2026-03-03T08:59") == []
    assert await new_at(desk, clock, "2026-03-03T09:00") == ["digest:review:2026-03-03"]
    assert await new_at(desk, clock, "2026-03-03T15:00") == []
    assert await new_at(desk, clock, "2026-03-06T09:00") == [
        "digest:review:2026-03-06", "application:1:reminder:2026-03-09",
    ]  # fmt: skip
    assert await new_at(desk, clock, "2026-03-07T12:00") == []
    assert await new_at(desk, clock, "2026-03-08T12:00") == []
    for day in ("09", "10", "13", "16"):
        assert await new_at(desk, clock, f"2026-03-{day}T09:00") == [
            f"digest:review:2026-03-{day}", f"application:1:escalation:2026-03-{day}",
        ]  # fmt: skip
    assert await new_at(desk, clock, "2026-03-16T18:00") == []


@pytest.mark.parametrize(
    ("due_on", "reminded"),
    [
        ("2026-03-11", "2026-03-09"),
        ("2026-03-10", "2026-03-06"),
        ("2026-03-09", "2026-03-06"),
        ("2026-03-08", "2026-03-06"),
        ("2026-03-07", "2026-03-05"),
    ],
)
def test_a_reminder_for_a_weekend_comes_on_the_friday_before(due_on: str, reminded: str) -> None:
    assert reminder_day(date.fromisoformat(due_on), 2).isoformat() == reminded


async def test_what_waits_for_the_applicant_does_not_count(desk: Desk, clock: Clock) -> None:
    await waits(desk, asked_at=clock.moment)
    for day in ("06", "09", "10"):
        assert await new_at(desk, clock, f"2026-03-{day}T10:00") == []


async def test_the_answer_moves_everything(desk: Desk, clock: Clock) -> None:
    await house.reviewers(desk)
    await waits(desk)
    applicant = await house.person(desk, "U1")
    clock.moment = at("2026-03-03T12:00")
    await review.ask(desk, BEN, 1, "Which customers do you have?")
    clock.moment = at("2026-03-10T12:00")
    (question,) = await house.rows(desk, Question)
    await applications.answer(desk, applicant, question.id, "Five.")
    assert await new_at(desk, clock, "2026-03-10T13:00") == []  # it did not wait this morning
    assert await new_at(desk, clock, "2026-03-11T09:00") == ["digest:review:2026-03-11"]
    assert await new_at(desk, clock, "2026-03-13T09:00") == [
        "digest:review:2026-03-13", "application:1:reminder:2026-03-16",
    ]  # fmt: skip
    assert (await new_at(desk, clock, "2026-03-16T09:00"))[1:] == ["application:1:escalation:2026-03-16"]


@pytest.mark.parametrize("status", ["approved", "rejected", "withdrawn"])
async def test_nothing_after_a_decision(desk: Desk, clock: Clock, status: str) -> None:
    reapply = "now" if status == "rejected" else None
    await waits(desk, status=status, decided_at=clock.moment, reapply=reapply)
    assert await new_at(desk, clock, "2026-03-06T09:00") == []
    assert await new_at(desk, clock, "2026-03-09T09:00") == []


async def test_a_digest_is_of_the_morning(desk: Desk, clock: Clock) -> None:
    """What arrives in the afternoon has its card; a digest would only say it again."""
    clock.moment = at("2026-03-03T09:30")
    await waits(desk)
    assert await new_at(desk, clock, "2026-03-03T14:00") == []
    assert await new_at(desk, clock, "2026-03-04T14:00") == ["digest:review:2026-03-04"]


async def test_after_a_rest_of_the_service_there_is_one_of_each(desk: Desk, clock: Clock) -> None:
    await waits(desk)
    assert await new_at(desk, clock, "2026-03-26T17:00") == [
        "digest:review:2026-03-26", "application:1:escalation:2026-03-26",
    ]  # fmt: skip


async def test_the_night_in_which_clocks_go_back(store: Store, clock: Clock) -> None:
    """In Cairo the last hour of a Thursday comes twice."""
    cairo = ZoneInfo("Africa/Cairo")
    desk = house.make_desk(store, clock, catalogue("Africa/Cairo", hour=23))
    clock.moment = datetime(2026, 10, 26, 12, tzinfo=UTC)
    await waits(desk, due_at=datetime(2026, 10, 29, 23, 30, tzinfo=cairo, fold=1))
    for minutes in range(0, 180, 10):
        clock.moment = datetime(2026, 10, 29, 22, 40, tzinfo=cairo).astimezone(UTC) + timedelta(minutes=minutes)
        await review_week.look_after(desk)
    assert await written(desk) == ["digest:review:2026-10-29", "application:1:escalation:2026-10-29"]


def test_a_working_day_begins_once() -> None:
    """An hour that clocks skip begins the day when it would have been; one that comes twice, the first time."""
    for zone, day, hour in (("Africa/Cairo", date(2026, 10, 29), 23), ("Africa/Cairo", date(2026, 4, 24), 0)):
        moment = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        begun = []
        while (local := (moment := moment + timedelta(minutes=5)).astimezone(ZoneInfo(zone))).date() == day:
            begun.append(Day(local, hour).has_begun)
        assert begun == sorted(begun)
        assert begun[-1]


async def test_more_than_one_round_takes(desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_week, "AT_ONCE", 4)
    for number in range(1, 11):
        await waits(desk, number)
    sizes = [len(await new_at(desk, clock, f"2026-03-09T09:0{minute}")) for minute in range(5)]
    assert sizes == [5, 4, 2, 0, 0]


# Claims


async def holder(desk: Desk, number: int = 1) -> str | None:
    return next(one.claimed_by for one in await house.rows(desk, Application) if one.id == number)


async def test_a_claim_falls_back_after_a_day_without_anything_done(desk: Desk, clock: Clock) -> None:
    await house.reviewers(desk)
    await waits(desk)
    await review.claim(desk, BEN, 1)
    clock.moment += timedelta(hours=23, minutes=59)
    assert await review_week.let_claims_fall_back(desk) == 0
    assert await holder(desk) == BEN.user_id
    clock.moment += timedelta(minutes=1)
    assert await review_week.let_claims_fall_back(desk) == 1
    assert await review_week.let_claims_fall_back(desk) == 0
    (lapsed,) = await house.audited(desk, "claim_lapsed")
    assert (lapsed.user_id, lapsed.subject_id, lapsed.before) == (None, 1, {"claimed_by": BEN.user_id})
    (now,) = await house.rows(desk, Application)
    assert (now.claimed_by, now.claimed_by_workspace, now.claimed_at, now.status) == (None, None, None, "open")
    told = [one.kind for one in await house.rows(desk, OutgoingMessage) if f":{lapsed.id}:" in one.key]
    assert sorted(told) == ["card_repaint", "review_note"]
    await review.claim(desk, LEA, 1)
    assert await holder(desk) == LEA.user_id


async def test_a_claim_holds_while_the_applicant_thinks_and_a_day_longer(desk: Desk, clock: Clock) -> None:
    await house.reviewers(desk)
    await waits(desk)
    applicant = await house.person(desk, "U1")
    await review.ask(desk, BEN, 1, "Which customers do you have?")
    clock.moment += timedelta(days=20)
    assert await review_week.let_claims_fall_back(desk) == 0
    (question,) = await house.rows(desk, Question)
    await applications.answer(desk, applicant, question.id, "Five.")
    clock.moment += timedelta(hours=23)
    assert await review_week.let_claims_fall_back(desk) == 0
    clock.moment += timedelta(hours=1)
    assert await review_week.let_claims_fall_back(desk) == 1


async def test_claims_fall_back_a_round_at_a_time(desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_week, "AT_ONCE", 4)
    for number in range(1, 11):
        await waits(desk, number, claimed_by="U9", claimed_by_workspace=HOME, claimed_at=clock.moment)
    clock.moment += timedelta(days=2)
    assert [await review_week.let_claims_fall_back(desk) for _ in range(4)] == [4, 4, 2, 0]


# Several processes


async def test_several_processes_at_once(store: Store, clock: Clock) -> None:
    stores = [Store(store.url.render_as_string(hide_password=False)) for _ in range(3)]
    desks = [house.make_desk(one, clock, catalogue()) for one in (store, *stores)]
    try:
        desk = desks[0]
        for number in range(1, 31):
            sent = clock.moment - timedelta(days=number % 10)
            claim = {"claimed_by": "U9", "claimed_by_workspace": HOME, "claimed_at": sent} if number % 2 else {}
            await waits(desk, number, submitted_at=sent, due_at=sent + timedelta(days=7), **claim)
        clock.moment = at("2026-03-03T09:30")
        await asyncio.gather(*(review_week.look_after(one) for one in desks * 3))
        keys = await written(desk)
        assert len(keys) == len(set(keys))
        assert await new_at(desk, clock, "2026-03-03T09:31") == []
        assert "digest:review:2026-03-03" in keys
        lapsed = [one.subject_id for one in await house.audited(desk, "claim_lapsed")]
        assert sorted(lapsed) == list(range(1, 31, 2))
    finally:
        for one in stores:
            await one.close()


# What leaves


async def test_a_reminder_is_moot_once_it_has_lost_its_reason(desk: Desk, clock: Clock) -> None:
    await house.reviewers(desk)
    await waits(desk)
    due_on = date(2026, 3, 9)
    clock.moment = at("2026-03-06T09:00")
    found = await review_week.to_remind_of(desk, 1, due_on)
    assert found is not None
    assert (found.days_left, found.holder, found.reviewers) == (3, None, [BEN, LEA])
    assert await review_week.to_remind_of(desk, 1, date(2026, 3, 10)) is None
    assert await review_week.to_remind_of(desk, 2, due_on) is None
    clock.moment = at("2026-03-07T09:00")  # Slack was away all Friday
    assert await review_week.to_remind_of(desk, 1, due_on) is None
    clock.moment = at("2026-03-09T09:00")
    assert await review_week.to_remind_of(desk, 1, due_on) is None
    clock.moment = at("2026-03-06T09:00")
    await review.ask(desk, BEN, 1, "Which customers do you have?")
    assert await review_week.to_remind_of(desk, 1, due_on) is None


async def test_an_escalation_is_moot_once_it_has_lost_its_reason(desk: Desk, clock: Clock) -> None:
    await house.reviewers(desk)
    await waits(desk)
    monday, tuesday = date(2026, 3, 9), date(2026, 3, 10)
    clock.moment = at("2026-03-09T09:00")
    await review.claim(desk, BEN, 1)
    found = await review_week.to_escalate(desk, 1, monday)
    assert found is not None
    assert (found.days_left, found.holder) == (0, BEN)
    clock.moment = at("2026-03-10T08:00")
    assert await review_week.to_escalate(desk, 1, monday) is None
    found = await review_week.to_escalate(desk, 1, tuesday)
    assert found is not None
    assert (found.days_left, found.holder) == (-1, BEN)
    await review.approve(desk, BEN, 1)
    assert await review_week.to_escalate(desk, 1, tuesday) is None


async def test_who_applies_is_not_called_and_nor_are_guests_and_who_has_left(desk: Desk, clock: Clock) -> None:
    await reviewers_are(desk, "U1", "U5", "U6", "U7", "U8")
    await waits(desk)
    async with desk.store.write() as session:
        session.add(row(models.Person, user_id="U5", is_guest=True))
        session.add(row(models.Person, user_id="U6", is_deactivated=True))
        session.add(row(models.Person, user_id="U7"))
    clock.moment = at("2026-03-09T09:00")
    found = await review_week.to_escalate(desk, 1, date(2026, 3, 9))
    assert found is not None
    assert found.reviewers == [Actor(HOME, "U7"), Actor(HOME, "U8")]


async def test_a_digest_counts_and_begins_with_what_is_late(desk: Desk, clock: Clock) -> None:
    clock.moment = at("2026-03-10T09:00")
    due = ["2026-03-12T10:00", "2026-03-09T23:59", "2026-03-10T00:00", "2026-03-05T10:00", "2026-03-01T10:00"]
    for number, moment in enumerate(due, start=1):
        await waits(desk, number, due_at=at(moment), submitted_at=at("2026-03-01T00:00"))
    await waits(desk, 6, asked_at=clock.moment, due_at=at("2026-02-01T10:00"))
    found = await review_week.digest_of(desk, date(2026, 3, 10))
    assert found is not None
    assert (found.queue.waiting, found.queue.overdue, found.queue.asked) == (5, 3, 1)
    assert [one.id for one in found.queue.first] == [5, 4, 2, 3, 1]
    clock.moment = at("2026-03-11T01:00")
    assert await review_week.digest_of(desk, date(2026, 3, 10)) is None


async def test_a_digest_of_nothing_is_none(desk: Desk, clock: Clock) -> None:
    await waits(desk, asked_at=clock.moment)
    assert await review_week.digest_of(desk, date(2026, 3, 2)) is None


# Any number of them


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that go to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    yield statements
    event.remove(store.engine.sync_engine, "before_cursor_execute", note)


async def many(desk: Desk, first: int, last: int) -> None:
    """Open applications, which are due over several weeks."""
    now = desk.clock.now()
    like = {name: value for name, value in vars(row(Application)).items() if not name.startswith("_")}
    values = [
        like
        | {"id": number, "user_id": f"U{number}", "status": "open", "decided_at": None, "submitted_at": now}
        | {"due_at": now + timedelta(hours=number % 400)}
        for number in range(first, last + 1)
    ]
    async with desk.store.write() as session:
        await session.execute(insert(Application), values)


async def test_five_thousand_cost_as_many_statements_as_fifty(desk: Desk, clock: Clock) -> None:
    counts = []
    for first, last, day in ((1, 50, "2026-03-05"), (51, 5000, "2026-03-06")):
        clock.moment = at("2026-03-02T10:00")
        await many(desk, first, last)
        clock.moment = at(f"{day}T09:00")
        with counted(desk.store) as planning:
            assert await review_week.plan(desk) > 2
        with counted(desk.store) as reading:
            digest = await review_week.digest_of(desk, date.fromisoformat(day))
        assert digest is not None
        assert (digest.queue.waiting, len(digest.queue.first)) == (last, review_week.SHOWN)
        counts.append((len(planning), len(reading)))
    assert counts[0] == counts[1]
    plain = [one for one in planning if not one.startswith("BEGIN")]
    assert len(plain) <= 4  # one a kind to look, one to write
    assert len([one for one in reading if not one.startswith("BEGIN")]) == 2
