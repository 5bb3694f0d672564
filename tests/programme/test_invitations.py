"""How people come to a partner: invited, answering, at once with others."""

from datetime import timedelta

import pytest

from programme import applications, invitations, members, people, review
from programme.desk import Actor, Desk
from programme.people import Description
from programme.refusals import BadInput
from storage.models import Invitation, Member
from tests.programme import house
from tests.programme.colleagues import GUEST, gone, invited, joined, messages, roles, small, suspend
from tests.programme.house import APPLICATION, BEN, HOME, Clock, at_once, refusal


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


async def test_an_approval_and_an_acceptance_do_not_make_two_memberships(desk: Desk) -> None:
    admin = await house.partner(desk)
    application = await house.applied(desk, "U2")
    invitation = await invited(desk, admin, "U2")
    who = Actor(HOME, "U2")
    calls = [review.approve(desk, BEN, application.id), invitations.accept(desk, who, invitation.id)]
    done, refused = await at_once(calls)
    assert (len(done), len(refused)) == (1, 1)
    assert refused[0] in ("withdraw_first", "already_partner")
