"""A partner's people as one of them sees them, and a page at a time while people come and go; on both databases."""

import pytest

from programme import team
from programme.desk import Actor, Desk
from programme.members import change_role, leave, remove
from programme.team import BEGINNING, Between
from tests.programme import house
from tests.programme.colleagues import gone, invited, joined
from tests.programme.house import BEN, HOME, refusal


async def shown(desk: Desk, admin: Actor, people_at: Between = BEGINNING, invited_at: Between = BEGINNING) -> list[str]:
    """The users whom the two pages name."""
    seen = await team.team(desk, admin, people_at, invited_at)
    return [one.member.user_id for one in seen.colleagues] + [one.user_id for one in seen.invited.rows]


async def test_as_each_sees_it(desk: Desk) -> None:
    admin = await house.partner(desk)
    who = await joined(desk, admin, "U2")
    await invited(desk, admin, "U3")
    await house.partner(desk, "U5")
    assert await shown(desk, admin) == ["U1", "U2", "U3"]
    seen, theirs = await team.team(desk, admin), await team.team(desk, who)
    assert (seen.may_change, seen.may_leave, seen.number) == (True, False, 2)
    assert (theirs.may_change, theirs.may_leave, theirs.number) == (False, True, 2)
    assert (await refusal(team.team(desk, BEN))).reason == "no_partner"


async def test_an_admin_on_another_page_lets_one_leave(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "PEOPLE_A_PAGE", 1)
    admin = await house.partner(desk)
    second = await joined(desk, admin, "U2")
    await change_role(desk, admin, second, "admin")
    seen = await team.team(desk, second)
    assert ([one.actor for one in seen.colleagues], seen.you.actor, seen.may_leave) == ([admin], second, True)
    await gone(desk, admin)
    assert not (await team.team(desk, second)).may_leave


async def test_everybody_is_reached_while_people_come_and_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "PEOPLE_A_PAGE", 2)
    admin = await house.partner(desk)
    for number in (2, 3, 4):
        await joined(desk, admin, f"U{number}")  # all at the same moment
    first = await team.team(desk, admin)
    assert (await shown(desk, admin), first.number, first.people.before) == (["U1", "U2"], 4, None)

    await leave(desk, Actor(HOME, "U2"))  # whom the next page goes on after
    await joined(desk, admin, "U5")
    second = await team.team(desk, admin, (first.people.after, None))
    assert [one.member.user_id for one in second.colleagues] == ["U3", "U4"]
    third = await team.team(desk, admin, (second.people.after, None))
    assert ([one.member.user_id for one in third.colleagues], third.people.after) == (["U5"], None)
    assert await shown(desk, admin, (None, third.people.before)) == ["U3", "U4"]
    await remove(desk, admin, Actor(HOME, "U5"))
    assert await shown(desk, admin, (second.people.after, None)) == []


async def test_invitations_have_pages_of_their_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest first: whoever has just invited somebody sees that."""
    monkeypatch.setattr(team, "INVITED_A_PAGE", 2)
    admin = await house.partner(desk)
    for number in (2, 3, 4):
        await invited(desk, admin, f"U{number}")
    assert await shown(desk, admin) == ["U1", "U4", "U3"]
    first = (await team.team(desk, admin)).invited
    assert await shown(desk, admin, BEGINNING, (first.after, None)) == ["U1", "U2"]
