"""Who may change a subscription, and what comes of it when several try at the same moment (mission row 14)."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from programme import plan_changes, undoing
from programme.desk import Actor, Desk
from programme.taking_effect import take_effect
from storage.models import Member, Partner, PlanChange
from tests.programme import house
from tests.programme.house import Clock, at_once
from tests.programme.plans import JUNE, MIDDLE, RENEWAL, confirmed, now, state, subscriber, undoable, wish


@pytest.fixture
def clock() -> Clock:
    return Clock(JUNE)


class TestWhoMay:
    async def test_only_admins_change_and_the_sentence_is_the_same_for_what_is_not_there(
        self, desk: Desk, clock: Clock
    ) -> None:
        admin, customer = await subscriber(desk, clock)
        stranger = await house.partner(desk, "U2")
        member = await house.person(desk, "U3")
        async with desk.store.write() as session:
            session.add(
                Member(
                    partner_id=1, workspace_id=member.workspace_id, user_id="U3", role="member", joined_at=clock.now()
                )
            )
        for which in (customer, 99):
            assert await self.reasons(desk, member, which) == {"admins_only"}
            assert await self.reasons(desk, stranger, which) == {"unknown_customer"}
            assert await self.reasons(desk, await house.person(desk, "U4"), which) == {"no_partner"}
        async with desk.store.write() as session:
            await session.execute(update(Partner).values(status="suspended", suspended_at=clock.now()))
        for which in (customer, 99):
            assert await self.reasons(desk, admin, which) == {"suspended"}
        assert (await plan_changes.standing(desk, admin, customer)).renewal_price == 3600
        assert await house.rows(desk, PlanChange) == []

    async def reasons(self, desk: Desk, actor: Actor, which: int) -> set[str]:
        _, refused = await at_once(
            [
                plan_changes.may_change(desk, actor, which),
                plan_changes.preview(desk, actor, which, wish("professional")),
                plan_changes.carry_out(desk, actor, which, wish("professional"), []),
                plan_changes.cancel(desk, actor, which, RENEWAL),
                undoing.undo(desk, actor, which, 1, 0),
            ]
        )
        assert len(refused) == 5
        return set(refused)


class TestAtOnce:
    async def test_two_confirms_change_once(self, desk: Desk, clock: Clock) -> None:
        admin, customer = await subscriber(desk, clock)
        seen = (await plan_changes.preview(desk, admin, customer, wish("professional"))).figures()
        calls = [plan_changes.carry_out(desk, admin, customer, wish("professional"), seen) for _ in range(8)]
        done, refused = await at_once(calls)
        assert ([one.done for one in done], refused) == ([True], ["nothing_changes"] * 7)
        assert len(await house.rows(desk, PlanChange)) == len(await house.audited(desk, "plan_changed")) == 1

    async def test_two_people_plan_one_change(self, desk: Desk, clock: Clock) -> None:
        admin, customer = await subscriber(desk, clock)
        seen = (await plan_changes.preview(desk, admin, customer, wish(licences=8))).figures()
        done, refused = await at_once(
            plan_changes.carry_out(desk, admin, customer, wish(licences=8), seen) for _ in range(8)
        )
        assert (len(done), refused) == (1, ["already_planned"] * 7)

    async def test_two_processes_let_a_change_take_effect_once(self, desk: Desk, clock: Clock) -> None:
        admin, customer = await subscriber(desk, clock)
        await confirmed(desk, admin, customer, wish(licences=8))
        clock.moment += timedelta(days=MIDDLE)
        done, _ = await at_once(take_effect(desk) for _ in range(8))
        assert sorted(done) == [0] * 7 + [1]
        assert len(await house.audited(desk, "plan_changed")) == 1

    @pytest.mark.parametrize("first", ["confirm", "undo"])
    async def test_a_confirm_and_an_undo_leave_one_state(self, desk: Desk, clock: Clock, first: str) -> None:
        admin, customer = await subscriber(desk, clock)
        await confirmed(desk, admin, customer, wish(licences=8))
        (waiting,) = await house.rows(desk, PlanChange)
        seen = (await plan_changes.preview(desk, admin, customer, wish("professional"))).figures()
        confirms = [plan_changes.carry_out(desk, admin, customer, wish("professional"), seen) for _ in range(3)]
        undoes = [undoing.undo(desk, admin, customer, waiting.id, 0) for _ in range(3)]
        await at_once([*confirms, *undoes] if first == "confirm" else [*undoes, *confirms])
        statuses = [change.status for change in await house.rows(desk, PlanChange)]
        plan, _, _ = await state(desk)
        assert (statuses, plan) in ((["replaced", "applied"], "professional"), (["undone"], "standard"))

    async def test_an_undo_on_the_day_itself_comes_too_late(self, desk: Desk, clock: Clock) -> None:
        admin, customer = await subscriber(desk, clock)
        await plan_changes.cancel(desk, admin, customer, RENEWAL)
        (waiting,) = await house.rows(desk, PlanChange)
        clock.moment += timedelta(days=MIDDLE)
        undoes = [undoing.undo(desk, admin, customer, waiting.id, 0) for _ in range(3)]
        ends = await at_once([*undoes, take_effect(desk)])
        assert ends[1] == ["nothing_to_undo"] * 3
        await take_effect(desk)  # whoever found the customer busy left it to the next round
        assert (await now(desk)).status == "cancelled"
        assert len(await house.audited(desk, "cancelled")) == 1

    async def test_two_people_who_undo_a_part_and_all_of_it_leave_one_state(self, desk: Desk, clock: Clock) -> None:
        admin, customer = await subscriber(desk, clock)
        await confirmed(desk, admin, customer, wish("professional", 20, "yearly"))
        waits, begun = (what.change.id for what in await undoable(desk, admin, customer))
        parts = [undoing.undo(desk, admin, customer, waits, 0) for _ in range(3)]
        wholes = [undoing.undo(desk, admin, customer, begun, -4200, waits) for _ in range(3)]
        done, refused = await at_once([one for pair in zip(parts, wholes, strict=True) for one in pair])
        assert (len(done), set(refused)) in ((1, {"nothing_to_undo"}), (1, {"nothing_to_undo", "undoing_changed"}))
        plan, licences, _ = await state(desk)
        changes = await house.rows(desk, PlanChange)
        net = sum(change.charge - change.credit for change in changes)
        assert (plan, licences, net) in (("standard", 12, 0), ("professional", 20, 4200))
        assert [change for change in changes if change.status == "scheduled"] == []

    async def test_on_the_day_of_the_renewal_nothing_is_undone_but_what_waited_begins(
        self, desk: Desk, clock: Clock
    ) -> None:
        admin, customer = await subscriber(desk, clock)
        await confirmed(desk, admin, customer, wish("professional", 20, "yearly"))
        waits, begun = (what.change.id for what in await undoable(desk, admin, customer))
        clock.moment += timedelta(days=MIDDLE)
        undoes = [undoing.undo(desk, admin, customer, begun, -4200, waits) for _ in range(3)]
        _, refused = await at_once([*undoes, take_effect(desk)])
        assert refused == ["nothing_to_undo"] * 3
        await take_effect(desk)
        assert await state(desk) == ("professional", 20, "yearly")
