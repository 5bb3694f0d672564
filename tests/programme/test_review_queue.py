"""The reviewers' lists: in order, a page at a time, whatever comes and goes meanwhile; and how long decisions take."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, insert, text, update

from programme import applications, people, review, review_queue
from programme.desk import Actor, Desk
from programme.people import Description
from programme.refusals import Refused
from storage.models import Application, Question
from storage.store import Store
from tests.programme import house
from tests.programme.house import BEN, HOME, LEA, Clock
from tests.storage.rows import VALUES

NOW = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
OPEN: dict[str, Any] = {"status": "open", "decided_at": None}


@pytest.fixture
async def desk(store: Store, clock: Clock) -> Desk:
    desk = house.make_desk(store, clock)
    await house.reviewers(desk)
    return desk


def waiting(number: int, **columns: Any) -> dict[str, Any]:
    """The columns of an open application; due in as many hours as its number says."""
    due_at = NOW + timedelta(hours=number)
    own = {"id": number, "user_id": f"A{number}", "due_at": due_at, "submitted_at": due_at - timedelta(days=7)}
    return (
        VALUES[Application]
        | OPEN
        | own
        | {"company": f"Company {number}", "company_key": f"company {number}"}
        | columns
    )


async def fill(desk: Desk, *rows: dict[str, Any]) -> None:
    names = {name for row in rows for name in row}
    async with desk.store.write() as session:
        await session.execute(insert(Application), [dict.fromkeys(names) | row for row in rows])


def ids(queue: review_queue.Queue) -> list[int]:
    return [row.id for row in queue.page.rows]


async def walk(desk: Desk, which: str, **asked: Any) -> list[list[int]]:
    """All pages of a list, forwards."""
    pages, after = [], None
    while True:
        queue = await review_queue.look(desk, BEN, which, after=after, **asked)
        pages.append(ids(queue))
        after = queue.page.after
        if after is None:
            return pages


@contextmanager
def statements(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """The questions that the database is asked meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            sent.append((statement, parameters))

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(store.engine.sync_engine, "before_cursor_execute", note)


class TestFilters:
    async def test_each_list_has_its_applications_what_is_due_first_first(self, desk: Desk, clock: Clock) -> None:
        mine = {"claimed_by_workspace": HOME, "claimed_by": BEN.user_id}
        hers = {"claimed_by_workspace": HOME, "claimed_by": LEA.user_id}
        fresh, stale = NOW - timedelta(hours=1), NOW - timedelta(hours=24)
        await fill(
            desk,
            waiting(1, due_at=NOW + timedelta(hours=40)),
            waiting(2, due_at=NOW - timedelta(hours=2)),
            waiting(3, due_at=NOW),
            waiting(4, **mine, claimed_at=fresh),
            waiting(5, **mine, claimed_at=stale),
            waiting(6, **hers, claimed_at=fresh),
            waiting(7, **mine, claimed_at=stale, asked_at=stale),
            waiting(8, **hers, claimed_at=stale, asked_at=stale, due_at=NOW - timedelta(days=3)),
            waiting(9, status="withdrawn", decided_at=NOW),
            waiting(10, **mine | {"claimed_by_workspace": "T2"}, claimed_at=fresh),
        )
        assert await walk(desk, "waiting") == [[2, 3, 4, 5, 6, 10, 1]]
        assert await walk(desk, "unclaimed") == [[2, 3, 5, 1]]
        assert await walk(desk, "mine") == [[4, 7]]
        assert await walk(desk, "asked") == [[8, 7]]
        assert await walk(desk, "overdue") == [[2, 3]]
        assert await walk(desk, "decided") == [[9]]
        counts = (await review_queue.look(desk, BEN)).counts
        assert counts == review_queue.Counts(waiting=7, unclaimed=4, overdue=2, mine=2, asked=2)

    async def test_decided_ones_come_latest_first(self, desk: Desk) -> None:
        await fill(
            desk,
            *(
                waiting(number, status="approved", decided_at=NOW + timedelta(minutes=number % 7))
                for number in range(1, 26)
            ),
        )
        pages = await walk(desk, "decided")
        assert [len(page) for page in pages] == [10, 10, 5]
        expected = sorted(range(1, 26), key=lambda number: (number % 7, number), reverse=True)
        assert [number for page in pages for number in page] == expected

    @pytest.mark.parametrize("company", ["weber", "WEBER IT GmbH", " Wéber ", "web"])
    async def test_a_company_is_found_by_what_its_name_begins_with(self, desk: Desk, company: str) -> None:
        await fill(
            desk,
            waiting(1, company_key="weber it"),
            waiting(2, company_key="webers"),
            waiting(3, company_key="co weber"),
            waiting(4, company_key="weber it", status="approved", decided_at=NOW),
        )
        found = {number for page in await walk(desk, "waiting", company=company) for number in page}
        assert found == ({1} if " " in company.strip() else {1, 2})
        assert await walk(desk, "decided", company=company) == [[4]]

    @pytest.mark.parametrize("company", ["\x00", "\ud800", "%", "_", "'", "!!!", "x" * 3000, "\U0010ffff"])
    async def test_whatever_is_looked_for_is_no_error(self, desk: Desk, company: str) -> None:
        await fill(desk, waiting(1))
        await review_queue.look(desk, BEN, company=company)

    async def test_a_list_that_does_not_exist_is_the_first_one(self, desk: Desk) -> None:
        await fill(desk, waiting(1))
        assert ids(await review_queue.look(desk, BEN, "everything")) == [1]


class TestManyOfThem:
    """The queue of a programme that many want to join."""

    async def test_a_page_takes_as_many_statements_with_5000_as_with_10(self, desk: Desk) -> None:
        await fill(desk, *(self.row(number) for number in range(1, 11)))
        assert set(INDEXES) == {*review_queue.FILTERS, "decided"}
        few = {which: await self.taken(desk, which) for which in INDEXES}
        await fill(desk, *(self.row(number) for number in range(11, 5001)))
        many = {which: await self.taken(desk, which) for which in INDEXES}
        assert few == many == dict.fromkeys(INDEXES, 5)
        async with desk.store.write() as session:
            await session.execute(text("ANALYZE"))
        for which, index in INDEXES.items():
            assert len((await review_queue.look(desk, BEN, which)).page.rows) == 10
            plan = await self.plan(desk, which)
            assert index in plan, plan

    async def taken(self, desk: Desk, which: str) -> int:
        """How many statements a page takes."""
        with statements(desk.store) as sent:
            await review_queue.look(desk, BEN, which)
        return len(sent)

    def row(self, number: int) -> dict[str, Any]:
        """Of ten applications one is decided, one waits for its applicant, and one each is Ben's and Lea's."""
        others: dict[int, dict[str, Any]] = {
            0: {"status": "approved", "decided_at": NOW},
            1: {"asked_at": NOW, "claimed_by_workspace": HOME, "claimed_by": LEA.user_id, "claimed_at": NOW},
            2: {"claimed_by_workspace": HOME, "claimed_by": BEN.user_id, "claimed_at": NOW},
        }
        due_at = NOW + timedelta(hours=number - 2500)
        return waiting(number, due_at=due_at, **others.get(number % 10, {}))

    async def plan(self, desk: Desk, which: str) -> str:
        """How the database finds the first page."""
        with statements(desk.store) as sent:
            await review_queue.look(desk, BEN, which)
        (asked, given), *_ = [one for one in sent if "LIMIT" in one[0]]
        explain = "EXPLAIN QUERY PLAN" if desk.store.is_sqlite else "EXPLAIN"
        async with desk.store.engine.connect() as connection:
            return str((await connection.exec_driver_sql(f"{explain} {asked}", given)).all())


INDEXES = {
    "waiting": "ix_application_queue",
    "unclaimed": "ix_application_queue",
    "overdue": "ix_application_queue",
    "mine": "ix_application_holder",
    "asked": "ix_application_asked",
    "decided": "ix_application_decided",
}


class TestLeafing:
    """While somebody leafs through a list, others apply and decide."""

    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    async def test_nothing_that_stays_is_lost_or_comes_twice(self, sqlite_desk: Desk, data: st.DataObject) -> None:
        desk = sqlite_desk
        async with desk.store.write() as session:
            await session.execute(text("DELETE FROM application"))
        hours = data.draw(st.lists(st.integers(0, 5), min_size=1, max_size=45), label="due in hours")
        await fill(desk, *(waiting(number, due_at=due(hour)) for number, hour in enumerate(hours, 1)))
        gone: set[int] = set()
        number, seen, place = len(hours), list[int](), None
        while True:
            queue = await review_queue.look(desk, BEN, "waiting", after=place)
            seen += ids(queue)
            if queue.page.after is None:
                break
            place = queue.page.after
            for _ in range(data.draw(st.integers(0, 4), label="new ones")):
                number += 1
                await fill(desk, waiting(number, due_at=due(data.draw(st.integers(0, 5)))))
            for one in data.draw(st.sets(st.integers(1, number), max_size=6), label="decided"):
                gone.add(one)
                await decide(desk, one)
        assert [one for one, times in Counter(seen).items() if times > 1] == []
        stayed = set(range(1, len(hours) + 1)) - gone
        assert stayed <= set(seen)
        assert [one for one in seen if one in stayed] == sorted(stayed, key=lambda one: (hours[one - 1], one))

    @pytest.mark.parametrize("which", ["waiting", "decided"])
    async def test_back_and_forth_shows_the_same_pages(self, desk: Desk, which: str) -> None:
        done: dict[str, Any] = {"status": "approved", "decided_at": NOW} if which == "decided" else {}
        await fill(desk, *(waiting(number, **done) for number in range(1, 26)))
        first = await review_queue.look(desk, BEN, which)
        assert first.page.before is None
        second = await review_queue.look(desk, BEN, which, after=first.page.after)
        third = await review_queue.look(desk, BEN, which, after=second.page.after)
        assert third.page.after is None
        again = await review_queue.look(desk, BEN, which, before=third.page.before)
        assert (ids(again), again.page.after, again.page.before) == (
            ids(second), second.page.after, second.page.before,
        )  # fmt: skip
        start = await review_queue.look(desk, BEN, which, before=again.page.before)
        assert (ids(start), start.page.after, start.page.before) == (ids(first), first.page.after, None)

    async def test_a_page_of_which_all_were_decided_meanwhile_is_empty(self, desk: Desk) -> None:
        await fill(desk, *(waiting(number) for number in range(1, 16)))
        first = await review_queue.look(desk, BEN)
        for number in range(11, 16):
            await decide(desk, number)
        second = await review_queue.look(desk, BEN, after=first.page.after)
        assert (ids(second), second.page.after, second.page.before) == ([], None, None)


@pytest.fixture
async def sqlite_desk(sqlite_address: str) -> AsyncIterator[Desk]:
    store = Store(sqlite_address)
    desk = house.make_desk(store)
    await house.reviewers(desk)
    yield desk
    await store.close()


def due(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


async def decide(desk: Desk, number: int) -> None:
    async with desk.store.write() as session:
        done = update(Application).where(Application.id == number).values(status="approved", decided_at=NOW)
        await session.execute(done)


class TestPace:
    async def median(self, desk: Desk) -> timedelta | None:
        return (await review_queue.look(desk, BEN)).pace.median

    async def test_before_the_first_decision_there_is_none(self, desk: Desk) -> None:
        await fill(desk, waiting(1), waiting(2, status="withdrawn", decided_at=NOW))
        assert (await review_queue.look(desk, BEN)).pace == review_queue.Pace(0, None)

    @pytest.mark.parametrize(("hours", "median"), [([5], 5), ([9, 1], 5), ([1, 100, 2], 2), ([4, 4, 1, 80], 4)])
    async def test_it_is_the_one_in_the_middle(self, desk: Desk, hours: list[int], median: int) -> None:
        rows = [
            waiting(number, status=status, reapply=reapply, decided_at=NOW, submitted_at=NOW - timedelta(hours=took))
            for number, (took, (status, reapply)) in enumerate(zip(hours, OUTCOMES * 2, strict=False), 1)
        ]
        await fill(desk, *rows)
        pace = (await review_queue.look(desk, BEN)).pace
        assert pace.decisions == len(hours)
        assert pace.median is not None
        assert abs(pace.median - timedelta(hours=median)) < timedelta(milliseconds=1)

    async def test_what_was_decided_longer_ago_does_not_count(self, desk: Desk) -> None:
        old = NOW - timedelta(days=30, seconds=1)
        await fill(
            desk,
            waiting(1, status="approved", decided_at=old, submitted_at=old - timedelta(days=9)),
            waiting(2, status="approved", decided_at=NOW, submitted_at=NOW - timedelta(hours=1)),
        )
        assert (await review_queue.look(desk, BEN)).pace.decisions == 1

    @pytest.mark.parametrize("answers", [True, False], ids=["answered", "decided before an answer"])
    async def test_the_time_spent_waiting_for_the_applicant_does_not_count(
        self, desk: Desk, clock: Clock, answers: bool
    ) -> None:
        """Two hours until the question, two days of waiting, three hours from the answer to the decision."""
        application = await house.applied(desk)
        clock.moment += timedelta(hours=2)
        await review.ask(desk, BEN, application.id, "How many customers do you have?")
        clock.moment += timedelta(days=2)
        if answers:
            (question,) = await house.rows(desk, Question)
            await applications.answer(desk, Actor(HOME, "U1"), question.id, "Five.")
            clock.moment += timedelta(hours=3)
        await review.approve(desk, BEN, application.id)
        median = await self.median(desk)
        assert median is not None
        assert abs(median - timedelta(hours=5 if answers else 2)) < timedelta(milliseconds=1)


OUTCOMES = [("approved", None), ("rejected", "now")]


class TestWhoMayLook:
    async def test_only_reviewers(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        guest = Actor(HOME, "U7")
        await people.describe(desk, guest, Description("Greta", "en-GB", "UTC", is_guest=True))
        await people.name_reviewers(desk, HOME, [BEN.user_id, guest.user_id])
        for actor in (admin, guest, LEA, Actor("T2", BEN.user_id)):
            with pytest.raises(Refused) as refused:
                await review_queue.look(desk, actor)
            assert refused.value.reason in ("reviewers_only", "unknown_person")
