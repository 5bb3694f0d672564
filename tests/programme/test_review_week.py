"""The reviewers' week, on both databases: by example, and against a model that asks of each application by itself."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert

from programme import applications, review, review_week
from programme.catalogue import Catalogue
from programme.desk import Actor, Desk
from programme.refusals import Refused
from programme.review_week import Day, reminder_day
from storage import models
from storage.models import Application, OutgoingMessage, Question, Reviewer
from storage.store import Store
from tests.programme import house
from tests.programme.house import BEN, CATALOGUE, HOME, LEA, Clock
from tests.storage.rows import row

KINDS = ("review_reminder", "review_escalation", "review_digest")
EMPTIED = (
    models.AuditRow, models.CommissionRate, models.Member, models.Partner, Question, Application, OutgoingMessage,
    models.OutgoingMail, models.Person, Reviewer,
)  # fmt: skip
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """A moment in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def catalogue(zone: str = "Europe/Berlin", hour: int = 9, answer: int = 7, remind: int = 2) -> Catalogue:
    terms = CATALOGUE.application.model_copy(
        update={"review_hour": hour, "answer_days": answer, "reminder_days_before": remind}
    )
    programme = CATALOGUE.programme.model_copy(update={"review_time_zone": zone})
    return CATALOGUE.model_copy(update={"application": terms, "programme": programme})


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


async def written(desk: Desk) -> list[str]:
    """The keys of what was written for the reviewers' week, in order."""
    return [message.key for message in await house.rows(desk, OutgoingMessage) if message.kind in KINDS]


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


async def test_several_processes_at_once(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.store.PATIENCE_SECONDS", 30)
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


# Against a model

ACTS = ("send", "ask", "answer", "claim", "release", "approve", "reject", "withdraw")
APPLICANTS = 4


@dataclass(frozen=True)
class Step:
    """Some time passes, people do something, and the service runs; or it rests."""

    hours: float
    acts: list[tuple[str, int]]
    runs: bool


some_steps = st.builds(
    Step,
    hours=st.sampled_from([-30, -1, 0.5, 1, 3, 7, 12, 24, 24, 24, 24, 31, 72, 200]),
    acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(1, APPLICANTS)), max_size=4),
    runs=st.integers(0, 4).map(bool),
)
some_terms = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
        "hour": st.sampled_from([0, 2, 9, 23]),
        "answer": st.sampled_from([1, 7, 14]),
        "remind": st.sampled_from([1, 2, 5]),
    }
)


@dataclass
class Model:
    """What ought to be written, kept in a set: what is in it twice is written once."""

    terms: Catalogue
    keys: set[str] = field(default_factory=set)
    lapsed: int = 0

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.terms.programme.review_time_zone))

    def fall_back(self, now: datetime, known: list[Application]) -> None:
        for one in known:
            is_unused = one.claimed_at is not None and one.claimed_at + timedelta(hours=24) <= now
            self.lapsed += one.status == "open" and one.asked_at is None and is_unused

    def plan(self, now: datetime, known: list[Application], questions: list[Question]) -> None:
        here = self.local(now)
        if here.strftime("%a") in ("Sat", "Sun") or here.hour < self.terms.application.review_hour:
            return
        waiting = [one for one in known if one.status == "open" and one.asked_at is None]
        for one in waiting:
            due_on = self.local(one.due_at).date()
            if due_on <= here.date():
                self.keys.add(f"application:{one.id}:escalation:{here.date()}")
            elif self.reminds_on(due_on) <= here.date():
                self.keys.add(f"application:{one.id}:reminder:{due_on}")
        last_answer = {one.application_id: one.answered_at for one in questions}
        since = [last_answer.get(one.id) or one.submitted_at for one in waiting]
        morning = here.replace(hour=self.terms.application.review_hour, minute=0, second=0, microsecond=0)
        if any(moment < morning for moment in since):
            self.keys.add(f"digest:review:{here.date()}")

    def reminds_on(self, due_on: date) -> date:
        day = due_on - timedelta(days=self.terms.application.reminder_days_before)
        while day.strftime("%a") in ("Sat", "Sun"):
            day -= timedelta(days=1)
        return day

    def leaves(self, now: datetime, key: str, known: list[Application]) -> bool:
        """Whether something that is written may be posted at a moment."""
        today, (*_, about, kind, day) = self.local(now).date(), key.split(":")
        waiting = {str(one.id): one for one in known if one.status == "open" and one.asked_at is None}
        if about == "digest":
            return bool(waiting) and day >= str(today)
        if about not in waiting:
            return False
        due_on = self.local(waiting[about].due_at).date()
        if kind == "escalation":
            return due_on <= today and day >= str(today)
        return today < due_on and day == str(due_on) and today.strftime("%a") not in ("Sat", "Sun")


@dataclass
class Stage:
    """The programme and the model side by side."""

    desk: Desk
    clock: Clock
    model: Model

    async def enter(self) -> None:
        async with self.desk.store.write() as session:
            for table in EMPTIED:
                await session.execute(delete(table))
        await house.reviewers(self.desk)
        for number in range(1, APPLICANTS + 1):
            await house.person(self.desk, f"U{number}")

    async def act(self, what: str, number: int) -> None:
        """Somebody does something, if it can be done."""
        latest = [one for one in await house.rows(self.desk, Application) if one.user_id == f"U{number}"][-1:]
        try:
            await self._act(what, Actor(HOME, f"U{number}"), latest[0] if latest else None)
        except Refused:
            return

    async def _act(self, what: str, applicant: Actor, latest: Application | None) -> None:
        desk = self.desk
        if what == "send":
            await self._send(applicant, latest)
        elif latest is None:
            return
        elif what == "ask":
            await review.ask(desk, BEN, latest.id, "Which customers do you have?")
        elif what == "answer":
            for question in [one for one in await house.rows(desk, Question) if not one.answered_at]:
                await applications.answer(desk, applicant, question.id, "Five.")
        elif what == "reject":
            await review.reject(desk, BEN, latest.id, "Too small.")
        elif what == "withdraw":
            await applications.withdraw(desk, applicant)
        else:
            await getattr(review, what)(desk, LEA, latest.id)

    async def _send(self, applicant: Actor, latest: Application | None) -> None:
        if latest is not None and latest.status == "open":
            return
        sent = self.clock.moment
        due_at = sent + timedelta(days=self.desk.catalogue.application.answer_days)
        about = {"user_id": applicant.user_id, "status": "open", "decided_at": None}
        async with self.desk.store.write() as session:
            session.add(row(Application, id=None, submitted_at=sent, due_at=due_at, **about))

    async def run(self) -> None:
        now = self.clock.moment
        known, questions = await house.rows(self.desk, Application), await house.rows(self.desk, Question)
        self.model.fall_back(now, known)
        self.model.plan(now, known, questions)
        await review_week.look_after(self.desk)
        assert sorted(await written(self.desk)) == sorted(self.model.keys)
        assert len(await house.audited(self.desk, "claim_lapsed")) == self.model.lapsed

    async def read(self) -> None:
        """What is written leaves now as the model says, or not at all."""
        known = await house.rows(self.desk, Application)
        for message in await house.rows(self.desk, OutgoingMessage):
            if message.kind in KINDS:
                assert (await self._drawn(message) is not None) == self.model.leaves(
                    self.clock.moment, message.key, known
                ), message.key

    async def _drawn(self, message: OutgoingMessage) -> object:
        day = date.fromisoformat(str(message.about["day"]))
        if message.kind == "review_digest":
            return await review_week.digest_of(self.desk, day)
        asked = review_week.to_remind_of if message.kind == "review_reminder" else review_week.to_escalate
        return await asked(self.desk, int(str(message.about["application_id"])), day)


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_any_week(engine: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(f"{engine}_address")

    @settings(
        max_examples=8, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(some_terms, st.lists(some_steps, min_size=6, max_size=14))
    @example({"zone": "Europe/Berlin", "hour": 9, "answer": 7, "remind": 2}, [Step(24, [("send", 1)], True)] * 20)
    def holds(terms: dict[str, Any], story: list[Step]) -> None:
        asyncio.run(tell(address, catalogue(**terms), story))

    holds()


async def tell(address: str, terms: Catalogue, story: list[Step]) -> None:
    store, clock = Store(address), Clock(datetime(2026, 3, 25, 7, 10, tzinfo=UTC))
    stage = Stage(house.make_desk(store, clock, terms), clock, Model(terms))
    try:
        await stage.enter()
        await stage.act("send", 1)
        for step in story:
            clock.moment += timedelta(hours=step.hours)
            for what, number in step.acts:
                await stage.act(what, number)
            if step.runs:
                await stage.run()
                await stage.run()
            await stage.read()
    finally:
        await store.close()
