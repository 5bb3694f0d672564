"""Whatever applicants, reviewers, admins and the clock do, from several processes at once, the books are right.

`PEOPLE_EXAMPLES=100 pytest tests/chaos/test_people_at_once.py` looks for longer.
"""

import asyncio
import os
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from sandbox import Limits, Sandbox
from sandbox.cast import Part
from storage.models import Application, Invitation, Member, Partner, Question
from storage.store import Store
from tests.chaos import ledger
from tests.chaos.hands import Act, Hands

EXAMPLES = int(os.environ.get("PEOPLE_EXAMPLES", "5"))
STEPS, MOST_DAYS = 15, 4
APPLICANTS, REVIEWERS = 3, 2
LIMITS = Limits(messages_per_second=1000, workspace_per_minute=100_000)
SETTINGS = {"MESSAGES_PER_SECOND": "100", "MESSAGES_PER_MINUTE": "6000"}
Result = TypeVar("Result")

# Who does what: a word of tests.chaos.hand, who by place, and which of the things that it may be done to.
numbers, everybody = st.integers(0, 9), st.integers(0, APPLICANTS + REVIEWERS - 1)
the_reviewers = st.integers(APPLICANTS, APPLICANTS + REVIEWERS - 1)
as_applicants = st.tuples(st.sampled_from(["apply", "apply", "withdraw", "answer"]), everybody, numbers)
as_reviewers = st.tuples(
    st.sampled_from(["claim", "take_over", "release", "ask", "approve", "reject", "suspend", "reinstate"]),
    the_reviewers,
    numbers,
)
as_partners = st.tuples(
    st.sampled_from(["invite", "invite", "accept", "accept", "decline", "promote", "demote", "remove", "leave"]),
    everybody,
    numbers,
)


@dataclass
class Known:
    """What the people of one story have to do with each other by now."""

    applications: list[Application]
    questions: list[int]
    partners: list[int]
    invitations: list[Invitation]
    teams: list[list[tuple[str, str]]]


@dataclass
class Town:
    """The place where it all happens: one loop, one sandbox, one database, several processes."""

    runner: asyncio.Runner
    sandbox: Sandbox
    store: Store
    hands: Hands
    people: int = 0

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.runner.run(work)

    def newcomers(self, number: int) -> list[tuple[str, str]]:
        """People whom nobody has met; the last of them review."""
        found = []
        for _ in range(number):
            self.people += 1
            name = f"Person {self.people}"
            user = self.sandbox.workplace.add_person(
                Part(name, "", "partner", "en-GB", "Europe/London", "336699", "example.example")
            )
            found.append((user.workspace, user.id))
        return found


class People(RuleBasedStateMachine):
    """Some people who apply, and some who review; one of these applies too."""

    town: ClassVar[Town]

    @initialize()
    def come(self) -> None:
        self.people = self.town.newcomers(APPLICANTS + REVIEWERS)
        self.reviewers = self.people[APPLICANTS:]
        members = self.town.sandbox.workplace.channel("partner-reviews").members
        members.extend(user for _, user in self.reviewers)
        acts = [Act(who, "describe", (False,)) for who in self.people]
        self._do([*acts, Act(self.people[0], "refresh")])
        self._do([Act(self.people[0], "apply"), Act(self.people[-1], "apply")])

    @rule(acts=st.lists(as_applicants | as_reviewers | as_partners, min_size=1, max_size=3))
    def act_at_once(self, acts: list[tuple[str, int, int]]) -> None:
        known = self.town.run(self._known())
        self._do([self._act(what, who, which, known) for what, who, which in acts])

    @rule(what=st.sampled_from(["approve", "reject", "claim", "ask"]), which=numbers)
    def two_reviewers_do_the_same(self, what: str, which: int) -> None:
        known = self.town.run(self._known())
        self._do([self._act(what, who, which, known) for who in range(APPLICANTS, len(self.people))])

    @rule(what=st.sampled_from(["demote", "remove", "leave"]), which=numbers)
    def colleagues_turn_on_each_other(self, what: str, which: int) -> None:
        """Each acts on the next, all at once: of the last admins one has to stay."""
        known = self.town.run(self._known())
        if not known.teams:
            return
        team = known.teams[which % len(known.teams)]
        about = {"demote": ("change_role", "member"), "remove": ("remove",), "leave": ("leave",)}
        word, *more = about[what]
        others = [*team[1:], team[0]]
        self._do(
            [
                Act(who, word, (*([] if word == "leave" else [other]), *more))
                for who, other in zip(team, others, strict=True)
            ]
        )

    @rule(which=numbers, role=st.sampled_from(["member", "admin"]))
    def somebody_joins(self, which: int, role: str) -> None:
        known = self.town.run(self._known())
        if known.teams:
            admin, other = known.teams[which % len(known.teams)][0], self.people[which % len(self.people)]
            self._do([Act(admin, "invite", (other, role))])
            self._do([self._act("accept", 0, -1, self.town.run(self._known()))] * 2)

    @rule(days=st.sampled_from([1, 2, 8, 31]))
    def time_passes(self, days: int) -> None:
        self.town.sandbox.core.day.move(days=days)
        self._do([Act(self.people[0], "tick")] * 2)

    def _act(self, what: str, who: int, which: int, known: Known) -> Act:
        application, other = known.applications[which % len(known.applications)], self.people[which % len(self.people)]
        holder = (application.claimed_by_workspace or "", application.claimed_by or "")
        about: dict[str, tuple[Any, ...]] = {
            "apply": (), "withdraw": (), "leave": (),
            "answer": (_one_of(known.questions, which),),
            "take_over": (application.id, holder),
            "reject": (application.id, ("now", "later", "never")[which % 3]),
            "invite": (other, ("member", "admin")[which % 2]),
            "accept": (0,), "decline": (0,),
            "promote": (other, "admin"), "demote": (other, "member"), "remove": (other,),
            "suspend": (_one_of(known.partners, which),), "reinstate": (_one_of(known.partners, which),),
        }  # fmt: skip
        if what == "release" and application.claimed_by:
            return Act(holder, what, (application.id,))
        if what in ("accept", "decline") and known.invitations:
            invitation = known.invitations[which % len(known.invitations)]
            return Act((invitation.workspace_id, invitation.user_id), what, (invitation.id,))
        word = "change_role" if what in ("promote", "demote") else what
        return Act(self.people[who], word, about.get(what, (application.id,)))

    async def _known(self) -> Known:
        ours = [user for _, user in self.people]
        async with self.town.store.read() as session:
            found = await session.scalars(select(Application).where(Application.user_id.in_(ours)))
            applications = list(found)
            ids = [one.id for one in applications]
            asked = await session.scalars(select(Question.id).where(Question.application_id.in_(ids)))
            partners = await session.scalars(select(Partner.id).where(Partner.application_id.in_(ids)))
            invited = await session.scalars(
                select(Invitation).where(Invitation.user_id.in_(ours)).order_by(Invitation.id)
            )
            members = await session.scalars(select(Member).where(Member.user_id.in_(ours)).order_by(Member.role))
            teams: dict[int, list[tuple[str, str]]] = {}
            for member in members:
                teams.setdefault(member.partner_id, []).append((member.workspace_id, member.user_id))
            return Known(applications, list(asked), list(partners), list(invited), list(teams.values()))

    def _do(self, acts: list[Act]) -> None:
        answers = self.town.run(self.town.hands.do(acts))
        broken = [answer["broke"] for answer in answers if "broke" in answer]
        assert not broken, "\n".join(broken)
        wrongs = self.town.run(ledger.wrongs(self.town.store))
        assert not wrongs, "\n".join(wrongs)

    def teardown(self) -> None:
        if not hasattr(self, "people"):
            return
        self._do([Act(who, "withdraw") for who in self.people])
        for _ in range(MOST_DAYS):
            self._do([Act(self.people[0], "tick")] * 2)
            if self.town.run(ledger.is_settled(self.town.store)):
                break
            self.town.sandbox.core.day.move(days=1)  # what waits, waits for its next try
        wrongs = self.town.run(ledger.wrongs_outside(self.town.store, self.town.sandbox))
        assert not wrongs, "\n".join(wrongs)


def _one_of(ids: list[int], which: int) -> int:
    """A number that nothing has where there is nothing."""
    return ids[which % len(ids)] if ids else 0


@pytest.fixture
def town(address: str, tmp_path: Path) -> Iterator[Town]:
    with asyncio.Runner() as runner:
        sandbox = Sandbox(limits=LIMITS)
        runner.run(sandbox.__aenter__())
        store = Store(address)
        environment = sandbox.environment | SETTINGS | {"DATABASE_URL": address}
        hands = runner.run(Hands.start(environment, tmp_path / "hands.log"))
        try:
            yield Town(runner, sandbox, store, hands)
        finally:
            runner.run(hands.stop())
            runner.run(store.close())
            runner.run(sandbox.__aexit__(None, None, None))


def test_the_books_are_right_whatever_people_do_at_once(town: Town) -> None:
    machine = type("PeopleOfThisTown", (People,), {"town": town})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=EXAMPLES == 5,
            phases=[Phase.generate],  # the town remembers, so a shorter story need not end the same
            suppress_health_check=list(HealthCheck),
        ),
    )
