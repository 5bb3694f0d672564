"""Any week of the reviewers, on both databases, against a model that asks of each application by itself."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from programme import applications, review, review_week
from programme.catalogue import Catalogue
from programme.desk import Actor, Desk
from programme.refusals import Refused
from storage import models
from storage.models import Application, OutgoingMessage, Question, Reviewer
from storage.store import Store
from tests.programme import house
from tests.programme.house import BEN, HOME, LEA, Clock
from tests.programme.review_weeks import KINDS, catalogue, written
from tests.storage.rows import row

EMPTIED = (
    models.AuditRow, models.CommissionRate, models.Member, models.Partner, Question, Application, OutgoingMessage,
    models.OutgoingMail, models.Person, Reviewer,
)  # fmt: skip
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
        max_examples=8, derandomize=True, phases=[Phase.explicit, Phase.generate, Phase.shrink],
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
