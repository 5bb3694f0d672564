"""A partner's people: who comes, who goes, who is an admin; on both databases, and several at once."""

from typing import Any

import pytest

from programme import members, people
from programme.desk import Actor, Desk
from programme.refusals import BadInput
from storage.models import Customer
from tests.programme import house
from tests.programme.colleagues import GUEST, gone, joined, messages, roles
from tests.programme.house import HOME, at_once, refusal


class TestRoles:
    async def test_an_admin_changes_a_role_once(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        for _ in range(2):
            await members.change_role(desk, admin, who, "admin")
        (row,) = await house.audited(desk, "role_changed")
        facts = {"workspace_id": HOME, "user_id": "U2"}
        assert (row.before, row.after) == (facts | {"role": "member"}, facts | {"role": "admin"})
        assert [message.recipient for message in await messages(desk, "role_changed")] == ["U2"]
        await members.change_role(desk, who, admin, "member")
        assert await roles(desk) == {"U1": "member", "U2": "admin"}

    async def test_members_change_nothing(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        for call in (
            members.change_role(desk, who, who, "admin"),
            members.remove(desk, who, admin),
            members.colleague(desk, who, admin),
            members.may_change_team(desk, who),
        ):
            assert (await refusal(call)).reason == "admins_only"

    async def test_other_partners_people_are_out_of_reach(self, desk: Desk) -> None:
        admin, other = await house.partner(desk), await house.partner(desk, "U5")
        for call in (
            members.change_role(desk, admin, other, "member"),
            members.remove(desk, admin, other),
            members.colleague(desk, admin, other),
            members.remove(desk, admin, Actor(HOME, "U99")),
        ):
            assert (await refusal(call)).reason == "unknown_member"
        assert await roles(desk) == {"U1": "admin", "U5": "admin"}

    async def test_the_last_admin_stays(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        for call in (
            members.leave(desk, admin),
            members.remove(desk, admin, admin),
            members.change_role(desk, admin, admin, "member"),
        ):
            assert (await refusal(call)).reason == "last_admin"
        await members.change_role(desk, admin, who, "admin")
        await gone(desk, who)
        assert (await refusal(members.leave(desk, admin))).reason == "last_admin"
        await members.remove(desk, admin, who)
        assert await roles(desk) == {"U1": "admin"}

    async def test_a_role_that_is_none_is_refused(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        with pytest.raises(BadInput):
            await members.change_role(desk, admin, admin, "owner")

    async def test_a_guest_is_no_admin(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        await people.describe(desk, who, GUEST)
        assert (await refusal(members.change_role(desk, admin, who, "admin"))).reason == "guest_no_admin"

    async def test_who_is_removed_looks_after_nobody(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        customer = await house.customer(desk, who)
        async with desk.store.write() as session:
            row = await session.get_one(Customer, customer.id)
            row.assigned_workspace, row.assigned_to = HOME, "U2"
        await members.remove(desk, admin, who)
        (now,) = await house.rows(desk, Customer)
        assert (now.assigned_workspace, now.assigned_to) == (None, None)
        assert [message.recipient for message in await messages(desk, "member_removed")] == ["U2"]
        assert (await refusal(members.remove(desk, admin, who))).reason == "unknown_member"
        assert len(await house.audited(desk, "member_removed")) == 1

    async def test_who_leaves_may_work_elsewhere(self, desk: Desk) -> None:
        admin, other = await house.partner(desk), await house.partner(desk, "U5")
        who = await joined(desk, admin, "U2")
        await members.leave(desk, who)
        assert (await refusal(members.leave(desk, who))).reason == "no_partner"
        assert await messages(desk, "member_removed") == []
        await joined(desk, other, "U2")

    @pytest.mark.parametrize("act", ["remove", "demote", "leave"])
    async def test_of_two_admins_who_act_at_once_one_stays(self, desk: Desk, act: str) -> None:
        first = await house.partner(desk)
        second = await joined(desk, first, "U2", "admin")
        calls: dict[str, list[Any]] = {
            "remove": [members.remove(desk, first, second), members.remove(desk, second, first)],
            "demote": [members.change_role(desk, a, b, "member") for a, b in ((first, second), (second, first))],
            "leave": [members.leave(desk, first), members.leave(desk, second)],
        }
        done, refused = await at_once(calls.pop(act))
        for rest in calls.values():
            for call in rest:
                call.close()
        assert (len(done), len(refused)) == (1, 1)
        assert refused[0] == {"remove": "no_partner", "demote": "admins_only", "leave": "last_admin"}[act]
        assert list((await roles(desk)).values()).count("admin") == 1

    async def test_a_removal_and_a_promotion_at_once(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        await at_once([members.change_role(desk, admin, who, "admin"), members.remove(desk, admin, who)])
        assert await roles(desk) == {"U1": "admin"}
