"""Who is refused hears of what they can do instead: a reviewer of the reviews, a member of their company's admins."""

from programme import people
from programme.access import MOST_NAMED
from programme.desk import Actor, Desk
from programme.members import may_change_team
from programme.partner_settings import settings_of
from storage.models import Member
from tests.programme import house
from tests.programme.colleagues import GUEST, gone, joined
from tests.programme.house import BEN, HOME, refusal


async def test_who_belongs_to_no_partner_is_known_for_a_reviewer_or_not(sqlite_desk: Desk) -> None:
    stranger = await house.person(sqlite_desk, "U7")
    for who, reviews in ((BEN, True), (stranger, False)):
        refused = await refusal(settings_of(sqlite_desk, who))
        assert (refused.reason, refused.facts) == ("no_partner", {"reviews": reviews})


async def test_a_guest_reviews_nothing(sqlite_desk: Desk) -> None:
    await people.describe(sqlite_desk, BEN, GUEST)
    assert (await refusal(settings_of(sqlite_desk, BEN))).facts == {"reviews": False}


async def test_a_member_hears_of_their_own_partners_admins(desk: Desk) -> None:
    """Not of those whom Slack has deactivated, nor of another partner's."""
    admin, _ = await house.partner(desk), await house.partner(desk, "U5")
    who = await joined(desk, admin, "U2")
    left = await joined(desk, admin, "U3", "admin")
    await gone(desk, left)
    refused = await refusal(may_change_team(desk, who))
    assert (refused.reason, refused.facts) == ("admins_only", {"admins": [admin.user_id]})


async def test_a_few_admins_are_named_and_none_of_another_workspace(sqlite_desk: Desk) -> None:
    emma = Actor(HOME, (await house.rows(sqlite_desk, Member))[0].user_id)
    who = await joined(sqlite_desk, emma, "U20")
    async with sqlite_desk.store.write() as session:
        for number in range(MOST_NAMED + 1):
            for workspace in (HOME, "T2"):
                session.add(
                    Member(
                        partner_id=1, workspace_id=workspace, user_id=f"A{workspace}{number}", role="admin",
                        joined_at=sqlite_desk.clock.now(),
                    )
                )  # fmt: skip
    named = (await refusal(may_change_team(sqlite_desk, who))).facts["admins"]
    assert isinstance(named, list)
    assert len(named) == MOST_NAMED
    assert not [user for user in named if user.startswith("AT2")]
