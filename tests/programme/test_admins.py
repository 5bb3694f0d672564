"""A partner's admins: who leaves Slack, whom a reviewer names; and a new partner's first steps."""

import asyncio

import pytest
from sqlalchemy import text

from programme import consent, invitations, members, people, removals, team
from programme.customer_list import list_customers
from programme.desk import Actor, Desk
from programme.first_steps import FirstSteps, first_steps
from programme.partner_settings import AlertSettings, change_settings
from programme.people import Description
from programme.refusals import Refused
from storage.models import Invitation, Member
from storage.store import Store
from tests.programme import house
from tests.programme.colleagues import GUEST, gone, invited, joined, messages, roles
from tests.programme.house import BEN, HOME, LEA, Clock, at_once, refusal
from tests.programme.two_partners import leaving_token


class TestLeavingSlack:
    async def test_access_ends_at_once_and_comes_back(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        await people.deactivate(desk, who)
        assert (await refusal(team.team(desk, who))).reason == "unknown_person"
        assert (await team.team(desk, admin)).colleagues[1].is_gone
        await people.describe(desk, who, Description("Back", "en-GB", "UTC"))
        assert (await team.team(desk, who)).you.member.role == "member"
        assert await messages(desk, "no_admin_left") == []

    async def test_reviewers_hear_once_of_the_last_admin(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        second = await joined(desk, admin, "U2", "admin")
        await people.deactivate(desk, second)
        assert await messages(desk, "no_admin_left") == []
        for _ in range(2):
            await people.deactivate(desk, admin)
            await gone(desk, admin)
        (message,) = await messages(desk, "no_admin_left")
        assert (message.recipient, message.about) == ("", {"partner_id": 1, "who": "U1"})
        assert len(await house.audited(desk, "no_admin_left")) == 1
        assert await people.orphan(desk, 1, admin) is not None
        await people.describe(desk, second, Description("Back", "en-GB", "UTC"))
        assert await people.orphan(desk, 1, admin) is None
        await gone(desk, second)
        assert len(await messages(desk, "no_admin_left")) == 2

    async def test_of_two_who_go_at_once_the_second_is_the_last(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        second = await joined(desk, admin, "U2", "admin")
        for told in range(1, 11):
            for who in (admin, second):
                await people.describe(desk, who, Description("Back", "en-GB", "UTC"))
            await at_once(call(desk, who) for call in (people.deactivate, gone) for who in (admin, second))
            assert len(await messages(desk, "no_admin_left")) == told

    async def test_who_is_unknown_or_belongs_to_nobody_may_go(self, desk: Desk) -> None:
        await people.deactivate(desk, Actor(HOME, "U404"))
        await people.deactivate(desk, await house.person(desk, "U2"))
        assert await messages(desk, "no_admin_left") == []


class TestNamingAnAdmin:
    async def test_somebody_new_becomes_the_admin(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        await gone(desk, admin)
        invitee = await house.person(desk, "U2")
        for _ in range(2):
            named = await members.name_admin(desk, BEN, 1, HOME, "U2")
            assert (named.partner_id, named.role) == (1, "admin")
        assert await roles(desk) == {"U1": "admin", "U2": "admin"}
        (row,) = await house.audited(desk, "admin_named")
        assert (row.user_id, row.partner_id, row.before) == (BEN.user_id, 1, None)
        assert [message.recipient for message in await messages(desk, "admin_named")] == ["U2"]
        await invited(desk, invitee, "U3")

    async def test_a_member_becomes_the_admin_and_an_invitation_is_done_with(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        await joined(desk, admin, "U2")
        await invited(desk, admin, "U3")
        await members.name_admin(desk, BEN, 1, HOME, "U2")
        await members.name_admin(desk, BEN, 1, HOME, "U3")
        assert await roles(desk) == {"U1": "admin", "U2": "admin", "U3": "admin"}
        assert {one.status for one in await house.rows(desk, Invitation)} == {"accepted"}

    async def test_who_cannot_be_named(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        await house.partner(desk, "U5")
        await house.applied(desk, "U6")
        await people.describe(desk, Actor(HOME, "U7"), GUEST)
        await gone(desk, Actor(HOME, "UGONE"))
        for actor, partner_id, user_id, reason in (
            (admin, 1, "U2", "reviewers_only"),
            (BEN, 99, "U2", "unknown_partner"),
            (BEN, 1, BEN.user_id, "not_yourself"),
            (BEN, 1, "U404", "not_a_person"),
            (BEN, 1, "UGONE", "not_a_person"),
            (BEN, 1, "U7", "guest_no_admin"),
            (BEN, 1, "U5", "works_elsewhere"),
            (BEN, 1, "U6", "applies_themself"),
        ):
            assert (await refusal(members.name_admin(desk, actor, partner_id, HOME, user_id))).reason == reason
        assert await roles(desk) == {"U1": "admin", "U5": "admin"}

    async def test_two_reviewers_at_once_name_one_admin_once(self, desk: Desk) -> None:
        await house.partner(desk)
        await house.person(desk, "U2")
        named, refused = await at_once(members.name_admin(desk, who, 1, HOME, "U2") for who in (BEN, LEA) * 3)
        assert (len(named), refused) == (6, [])
        assert len(await house.audited(desk, "admin_named")) == 1

    async def test_named_and_accepted_at_once_belongs_to_one(self, desk: Desk) -> None:
        await house.partner(desk)
        other = await house.partner(desk, "U5")
        invitation = await invited(desk, other, "U2")
        who = Actor(HOME, "U2")
        calls = [members.name_admin(desk, BEN, 1, HOME, "U2"), invitations.accept(desk, who, invitation.id)]
        done, refused = await at_once(calls)
        assert (len(done), len(refused)) == (1, 1)
        assert refused[0] in ("works_elsewhere", "already_partner")

    async def test_who_joins_another_partner_at_this_moment_is_told_of(self, postgres_address: str) -> None:
        """Where writers do not stand in line, the database itself makes one of them wait for the other's end."""
        store = Store(postgres_address)
        desk = house.make_desk(store, Clock())
        await house.partner(desk)
        await house.partner(desk, "U5")
        await house.person(desk, "U2")
        async with store.write() as quicker:
            joins = Member(partner_id=2, workspace_id=HOME, user_id="U2", role="member", joined_at=desk.clock.now())
            quicker.add(joins)
            await quicker.flush()
            naming = asyncio.create_task(members.name_admin(desk, BEN, 1, HOME, "U2"))
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            async with store.read() as session:
                while not await session.scalar(waiting):
                    await session.rollback()
                    await asyncio.sleep(0.01)
        with pytest.raises(Refused, match="works_elsewhere"):
            await naming
        await store.close()


class TestFirstSteps:
    async def test_they_tick_themselves_off(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        assert await first_steps(desk, admin) == FirstSteps(False, False, False)
        invitation = await invited(desk, admin, "U2")
        await invitations.revoke(desk, admin, invitation.id)
        assert await first_steps(desk, admin) == FirstSteps(False, True, False)
        await house.customer(desk, admin)
        await change_settings(desk, admin, AlertSettings("C1", 9, "en", "UTC"))
        assert (await first_steps(desk, admin)).are_done

    async def test_who_has_left_was_a_customer_and_a_mistake_was_none(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        await removals.remove(desk, admin, (await house.customer(desk, admin)).id)
        assert not (await first_steps(desk, admin)).has_customer
        assert not (await list_customers(desk, admin)).has_had_some
        customer = await house.verified(desk, admin)
        await consent.answer(desk, leaving_token(desk, customer.id), "leave")
        assert (await first_steps(desk, admin)).has_customer
        assert (await list_customers(desk, admin)).has_had_some

    async def test_a_second_person_counts_without_an_invitation(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        await house.person(desk, "U2")
        await members.name_admin(desk, BEN, 1, HOME, "U2")
        assert (await first_steps(desk, admin)).has_colleagues
