"""A partner's people: who comes, who goes, who is an admin; on both databases, and several at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from programme import applications, invitations, members, people, review
from programme.desk import Actor, Desk
from programme.first_steps import FirstSteps, first_steps
from programme.partners import AlertSettings, change_settings
from programme.people import Description
from programme.refusals import BadInput, Refused
from storage.models import Customer, Invitation, Member, OutgoingMessage, Partner
from storage.store import Store
from tests.programme import house
from tests.programme.house import APPLICATION, BEN, HOME, LEA, Clock, at_once

GUEST = Description("Greta", "en-GB", "UTC", is_guest=True)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return house.make_desk(store, clock)


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine eight writers may wait longer for each other than a person would."""
    monkeypatch.setattr("storage.store.PATIENCE_SECONDS", 30)


async def invited(desk: Desk, admin: Actor, user_id: str, role: str = "member") -> Invitation:
    (invitation,) = await invitations.invite(desk, admin, [await house.person(desk, user_id)], role)
    return invitation


async def joined(desk: Desk, admin: Actor, user_id: str, role: str = "member") -> Actor:
    """Somebody who has accepted an invitation."""
    invitation = await invited(desk, admin, user_id, role)
    who = Actor(HOME, user_id)
    await invitations.accept(desk, who, invitation.id)
    return who


async def roles(desk: Desk) -> dict[str, str]:
    return {member.user_id: member.role for member in await house.rows(desk, Member)}


async def messages(desk: Desk, kind: str) -> list[OutgoingMessage]:
    return [message for message in await house.rows(desk, OutgoingMessage) if message.kind == kind]


async def refusal(call: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        await call
    return refused.value


async def gone(desk: Desk, who: Actor) -> None:
    """Slack has deactivated somebody."""
    await people.describe(desk, who, Description("Gone", "en-GB", "UTC", is_deactivated=True))


def small(desk: Desk, most: int) -> Desk:
    """A desk whose partners may have only so many people."""
    terms = desk.catalogue.members.model_copy(update={"most": most})
    return house.make_desk(desk.store, desk.clock, desk.catalogue.model_copy(update={"members": terms}))  # type: ignore[arg-type]


class TestInviting:
    async def test_the_invited_accepts_and_is_one_of_them(self, desk: Desk, clock: Clock) -> None:
        admin = await house.partner(desk)
        invitation = await invited(desk, admin, "U2")
        assert invitation.expires_at == clock.moment + timedelta(days=14)
        partner = await invitations.accept(desk, Actor(HOME, "U2"), invitation.id)
        assert partner.name == "Weber IT GmbH"
        assert await roles(desk) == {"U1": "admin", "U2": "member"}
        assert [message.recipient for message in await messages(desk, "invitation")] == ["U2"]
        assert [message.recipient for message in await messages(desk, "invitation_answered")] == ["U1"]
        for action in ("invited", "invitation_accepted"):
            (row,) = await house.audited(desk, action)
            assert (row.partner_id, row.after) == (
                partner.id, {"workspace_id": HOME, "user_id": "U2", "role": "member"},
            )  # fmt: skip

    async def test_several_are_invited_at_once_or_nobody(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        other = await house.partner(desk, "U5")
        await gone(desk, Actor(HOME, "U6"))
        await people.describe(desk, Actor(HOME, "U7"), GUEST)
        await people.describe(desk, Actor(HOME, "UBOT"), Description("Robot", "en", "UTC", is_app=True))
        fine = await house.person(desk, "U2")
        chosen = [fine, admin, other, Actor(HOME, "U6"), Actor("T2", "U2")]
        refused = await refusal(invitations.invite(desk, admin, chosen, "member"))
        assert (refused.reason, refused.facts["people"]) == (
            "cannot_invite",
            [("U1", "yourself"), ("U5", "works_elsewhere"), ("U6", "not_a_person"), ("U2", "not_here")],
        )
        refused = await refusal(
            invitations.invite(desk, admin, [fine, Actor(HOME, "U7"), Actor(HOME, "UBOT")], "admin")
        )
        assert refused.facts["people"] == [("U7", "guest_no_admin"), ("UBOT", "not_a_person")]
        assert await house.rows(desk, Invitation) == []
        found = await invitations.invite(desk, admin, [fine, Actor(HOME, "U7")], "member")
        assert [one.user_id for one in found] == ["U2", "U7"]

    async def test_a_colleague_is_there_already(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        refused = await refusal(invitations.invite(desk, admin, [who], "admin"))
        assert refused.facts["people"] == [("U2", "already_here")]

    @pytest.mark.parametrize(
        ("chosen", "role", "wrong"),
        [
            ([], "member", {"people": "missing"}),
            ([f"U{number}" for number in range(20, 26)], "member", {"people": "too_many_people"}),
            (["U2"], "owner", {"role": "not_offered"}),
        ],
    )
    async def test_forged_forms_are_refused(
        self, desk: Desk, chosen: list[str], role: str, wrong: dict[str, str]
    ) -> None:
        admin = await house.partner(desk)
        with pytest.raises(BadInput) as refused:
            await invitations.invite(desk, admin, [Actor(HOME, user) for user in chosen], role)
        assert refused.value.fields == wrong

    async def test_only_admins_of_a_partner_that_is_not_suspended(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who, other = await joined(desk, admin, "U2"), await house.person(desk, "U3")
        assert (await refusal(invitations.invite(desk, who, [other], "member"))).reason == "admins_only"
        assert (await refusal(invitations.invite(desk, other, [who], "member"))).reason == "no_partner"
        invitation = await invited(desk, admin, "U3")
        await suspend(desk)
        for call in (
            invitations.invite(desk, admin, [await house.person(desk, "U4")], "member"),
            invitations.revoke(desk, admin, invitation.id),
            members.change_role(desk, admin, who, "admin"),
            members.remove(desk, admin, who),
            members.leave(desk, who),
        ):
            assert (await refusal(call)).reason == "suspended"
        assert (await refusal(invitations.accept(desk, other, invitation.id))).reason == "partner_suspended"
        await invitations.decline(desk, other, invitation.id)

    async def test_pressed_twice_invites_once(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await house.person(desk, "U2")
        invited, refused = await at_once(invitations.invite(desk, admin, [who], "member") for _ in range(4))
        assert (len(invited), refused) == (4, [])
        assert len(await house.rows(desk, Invitation)) == len(await messages(desk, "invitation")) == 1

    async def test_another_role_takes_the_place_of_the_first(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        first, second = await invited(desk, admin, "U2"), await invited(desk, admin, "U2", "admin")
        statuses = {one.id: one.status for one in await house.rows(desk, Invitation)}
        assert statuses == {first.id: "revoked", second.id: "open"}
        assert [message.about for message in await messages(desk, "invitation_over")] == [{"invitation_id": first.id}]
        assert [row.before for row in await house.audited(desk, "invited")] == [None, {"role": "member"}]
        assert (await refusal(invitations.accept(desk, Actor(HOME, "U2"), first.id))).reason == "invitation_gone"
        await invitations.accept(desk, Actor(HOME, "U2"), second.id)
        assert (await roles(desk))["U2"] == "admin"

    async def test_a_later_invitation_lasts_longer(self, desk: Desk, clock: Clock) -> None:
        admin = await house.partner(desk)
        await invited(desk, admin, "U2")
        clock.moment += timedelta(days=10)
        assert (await invited(desk, admin, "U2")).expires_at == clock.moment + timedelta(days=14)
        clock.moment += timedelta(days=20)
        await invited(desk, admin, "U2")
        assert len(await messages(desk, "invitation")) == 3

    async def test_those_invited_count(self, desk: Desk, clock: Clock) -> None:
        desk = small(desk, 3)
        admin = await house.partner(desk)
        await joined(desk, admin, "U2")
        two = [await house.person(desk, "U3"), await house.person(desk, "U4")]
        refused = await refusal(invitations.invite(desk, admin, two, "member"))
        assert (refused.reason, refused.facts) == ("members_full", {"most": 3, "left": 1})
        assert len(await house.rows(desk, Invitation)) == 1
        await invitations.invite(desk, admin, two[:1], "member")
        assert (await refusal(invitations.invite(desk, admin, two[1:], "member"))).facts["left"] == 0
        await invitations.invite(desk, admin, two[:1], "admin")  # no more than before
        clock.moment += timedelta(days=15)
        await invitations.invite(desk, admin, two[1:], "member")  # the other one has run out
        assert (await refusal(invitations.invite(desk, admin, two[:1], "member"))).reason == "members_full"

    async def test_two_at_once_share_the_last_place(self, desk: Desk) -> None:
        desk = small(desk, 3)
        admin = await house.partner(desk)
        second = await joined(desk, admin, "U2", "admin")
        users = [await house.person(desk, f"U1{number}") for number in range(6)]
        calls = (invitations.invite(desk, (admin, second)[n % 2], [who], "member") for n, who in enumerate(users))
        sent, refused = await at_once(calls)
        assert (len(sent), refused) == (1, ["members_full"] * 5)
        assert len([one for one in await house.rows(desk, Invitation) if one.status == "open"]) == 1


class TestAnswering:
    async def test_somebody_elses_is_as_if_it_did_not_exist(self, desk: Desk) -> None:
        admin, other = await house.partner(desk), await house.partner(desk, "U5")
        invitation = await invited(desk, admin, "U2")
        stranger = await house.person(desk, "U3")
        for call in (
            invitations.accept(desk, stranger, invitation.id),
            invitations.decline(desk, stranger, invitation.id),
            invitations.accept(desk, stranger, 999),
            invitations.revoke(desk, other, invitation.id),
        ):
            assert (await refusal(call)).reason == "unknown_invitation"

    async def test_one_that_has_run_out_or_was_revoked_is_gone(self, desk: Desk, clock: Clock) -> None:
        admin, who = await house.partner(desk), await house.person(desk, "U2")
        invitation = await invited(desk, admin, "U2")
        clock.moment += timedelta(days=14)
        for answer in (invitations.accept, invitations.decline):
            assert (await refusal(answer(desk, who, invitation.id))).reason == "invitation_gone"
        again = await invited(desk, admin, "U2")
        await invitations.revoke(desk, admin, again.id)
        await invitations.revoke(desk, admin, again.id)
        assert len(await house.audited(desk, "invitation_revoked")) == 1
        for answer in (invitations.accept, invitations.decline):
            assert (await refusal(answer(desk, who, again.id))).reason == "invitation_gone"
        assert await roles(desk) == {"U1": "admin"}

    async def test_declined_is_said_once(self, desk: Desk) -> None:
        admin, who = await house.partner(desk), await house.person(desk, "U2")
        invitation = await invited(desk, admin, "U2")
        declined, refused = await at_once(invitations.decline(desk, who, invitation.id) for _ in range(4))
        assert (len(declined), refused) == (4, [])
        assert len(await messages(desk, "invitation_answered")) == 1
        assert len(await house.audited(desk, "invitation_declined")) == 1
        assert (await refusal(invitations.accept(desk, who, invitation.id))).reason == "invitation_gone"
        assert (await refusal(invitations.revoke(desk, admin, invitation.id))).reason == "invitation_gone"

    async def test_accepted_eight_times_at_once_joins_once(self, desk: Desk) -> None:
        admin, who = await house.partner(desk), await house.person(desk, "U2")
        invitation = await invited(desk, admin, "U2")
        accepted, refused = await at_once(invitations.accept(desk, who, invitation.id) for _ in range(8))
        assert (len(accepted), refused) == (8, [])
        assert len(await house.audited(desk, "invitation_accepted")) == 1
        assert len(await messages(desk, "invitation_answered")) == 1

    async def test_of_two_partners_at_once_one_wins(self, desk: Desk) -> None:
        admins = [await house.partner(desk, user) for user in ("U1", "U3", "U4")]
        who = await house.person(desk, "U2")
        open_ones = [await invited(desk, admin, "U2") for admin in admins]
        accepted, refused = await at_once(invitations.accept(desk, who, one.id) for one in open_ones)
        assert (len(accepted), refused) == (1, ["already_partner"] * 2)
        (member,) = [member for member in await house.rows(desk, Member) if member.user_id == "U2"]
        assert member.partner_id == accepted[0].id
        (row,) = await house.audited(desk, "invitation_accepted")
        assert row.partner_id == accepted[0].id

    async def test_accepted_and_revoked_at_once_is_one_of_both(self, desk: Desk) -> None:
        admin, who = await house.partner(desk), await house.person(desk, "U2")
        invitation = await invited(desk, admin, "U2")
        calls = [invitations.accept(desk, who, invitation.id), invitations.revoke(desk, admin, invitation.id)]
        _, refused = await at_once(calls)
        assert refused == ["invitation_gone"]
        (now,) = await house.rows(desk, Invitation)
        assert (now.status == "accepted") == ("U2" in await roles(desk))

    async def test_an_application_of_ones_own_comes_first(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        application = await house.applied(desk, "U2")
        invitation = await invited(desk, admin, "U2")
        who = Actor(HOME, "U2")
        refused = await refusal(invitations.accept(desk, who, invitation.id))
        assert (refused.reason, refused.facts) == ("withdraw_first", {"company": application.company})
        await applications.withdraw(desk, who)
        await invitations.accept(desk, who, invitation.id)
        assert (await refusal(applications.submit(desk, who, APPLICATION, True))).reason == "already_partner"

    async def test_who_became_a_guest_is_no_admin(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        invitation = await invited(desk, admin, "U2", "admin")
        await people.describe(desk, Actor(HOME, "U2"), GUEST)
        assert (await refusal(invitations.accept(desk, Actor(HOME, "U2"), invitation.id))).reason == "guest_no_admin"

    async def test_what_waits_is_found_without_the_message(self, desk: Desk, clock: Clock) -> None:
        admin, who = await house.partner(desk), await house.person(desk, "U2")
        invitation = await invited(desk, admin, "U2")
        assert [one.id for one, _ in await invitations.invitations_to(desk, who)] == [invitation.id]
        assert await invitations.invitations_to(desk, admin) == []
        clock.moment += timedelta(days=14)
        assert await invitations.invitations_to(desk, who) == []


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

    async def test_the_team_as_each_sees_it(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        await invited(desk, admin, "U3")
        await house.partner(desk, "U5")
        seen = await members.team(desk, admin)
        assert [one.member.user_id for one in seen.colleagues] == ["U1", "U2"]
        assert [one.user_id for one in seen.invitations] == ["U3"]
        assert (seen.may_change, seen.may_leave) == (True, False)
        theirs = await members.team(desk, who)
        assert (theirs.may_change, theirs.may_leave) == (False, True)
        assert (await refusal(members.team(desk, BEN))).reason == "no_partner"


class TestLeavingSlack:
    async def test_access_ends_at_once_and_comes_back(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        who = await joined(desk, admin, "U2")
        await people.deactivate(desk, who)
        assert (await refusal(members.team(desk, who))).reason == "unknown_person"
        assert (await members.team(desk, admin)).colleagues[1].is_gone
        await people.describe(desk, who, Description("Back", "en-GB", "UTC"))
        assert (await members.team(desk, who)).you.member.role == "member"
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

    async def test_a_second_person_counts_without_an_invitation(self, desk: Desk) -> None:
        admin = await house.partner(desk)
        await house.person(desk, "U2")
        await members.name_admin(desk, BEN, 1, HOME, "U2")
        assert (await first_steps(desk, admin)).has_colleagues


async def suspend(desk: Desk) -> None:
    async with desk.store.write() as session:
        partner = await session.get_one(Partner, 1)
        partner.status, partner.suspended_at = "suspended", desk.clock.now()


async def test_an_approval_and_an_acceptance_do_not_make_two_memberships(desk: Desk) -> None:
    admin = await house.partner(desk)
    application = await house.applied(desk, "U2")
    invitation = await invited(desk, admin, "U2")
    who = Actor(HOME, "U2")
    calls = [review.approve(desk, BEN, application.id), invitations.accept(desk, who, invitation.id)]
    done, refused = await at_once(calls)
    assert (len(done), len(refused)) == (1, 1)
    assert refused[0] in ("withdraw_first", "already_partner")
