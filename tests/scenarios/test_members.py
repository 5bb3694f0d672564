"""A partner's people, walked in Slack in three languages: invited, accepted, promoted, removed, gone."""

from datetime import timedelta

import pytest

from handlers.reader import Reader
from programme import invitations
from sandbox import Person
from sandbox.cast import Part
from sandbox.seen import SeenMessage
from storage.models import Invitation, Member, OutgoingMessage
from storage.models import Person as Described
from tests.desk import World
from tests.scenarios import given

WALKERS = pytest.mark.parametrize(
    ("admin", "colleague", "language"),
    [("Emma", "Priya", "en"), ("Camille", "Hugo", "fr"), ("Jonas", "Anna", "de")],
)


async def role_of(world: World, name: str) -> str | None:
    user = world.person(name).user.id
    return next((one.role for one in await given.rows(world, Member) if one.user_id == user), None)


async def invites(person: Person, *names: str, role: str = "Member", reader: Reader | None = None) -> None:
    """Opens the form from the Home tab's list and sends it."""
    text = (reader or Reader()).text
    await person.home()
    await person.click(text("People"))
    await person.click(text("Invite colleagues"))
    await person.fill(text("Whom to invite"), list(names))
    await person.fill(text("Role"), text(role))
    await person.submit()


async def message_to(person: Person, *words: str) -> SeenMessage:
    seen = await person.sees(*words, where="DM")
    assert isinstance(seen, SeenMessage)
    return seen


@WALKERS
async def test_the_whole_way(world: World, admin: str, colleague: str, language: str) -> None:
    reader = Reader(language)
    text = reader.text
    chief = await given.partner(world, admin)
    hugo = world.person(colleague)
    await invites(chief, colleague, reader=reader)
    assert chief.modal.title == text("People")
    assert hugo.name in chief.modal.text.partition(reader.text("*Invited*").strip("*"))[2]
    await chief.close()

    await message_to(hugo, "Clarke & Sons", admin)
    assert hugo.last_message("DM").buttons == [text("Accept"), text("Decline")]
    await hugo.click(text("Accept"), where="DM")
    assert await role_of(world, colleague) == "member"
    assert hugo.last_message("DM").buttons == [text("My customers")]
    await message_to(chief, hugo.name, "Clarke & Sons")
    await chief.click(text("People"), where="DM")

    await chief.choose("More", text("Make an admin"), near=hugo.name)
    assert await role_of(world, colleague) == "admin"
    await chief.choose("More", text("Make a member"), near=hugo.name)
    assert await role_of(world, colleague) == "member"
    assert len([one for one in hugo.messages("DM") if text("People") in one.buttons]) == 2

    await chief.choose("More", text("Remove …"), near=hugo.name)
    assert chief.modal.title == chief.modal.submit == text("Remove")
    await chief.submit()
    assert chief.modal.title == text("People")
    assert hugo.name not in chief.modal.text
    assert await role_of(world, colleague) is None
    await message_to(hugo, "Clarke & Sons", "partners@nordlicht.example")


@WALKERS
async def test_revoked_declined_and_left(world: World, admin: str, colleague: str, language: str) -> None:
    text = Reader(language).text
    chief, hugo = await given.partner(world, admin), world.person(colleague)
    await invites(chief, colleague, role="Admin: also changes settings and people", reader=Reader(language))
    question = await chief.click(text("Revoke"))
    assert question is not None
    assert text("Revoke") not in chief.modal.buttons
    await chief.close()
    assert hugo.last_message("DM").buttons == []

    await invites(chief, colleague, reader=Reader(language))
    await chief.close()
    await hugo.click(text("Decline"), where="DM")
    assert hugo.last_message("DM").buttons == []
    await message_to(chief, hugo.name, "Clarke & Sons")

    await given.member(world, colleague, admin)
    await hugo.home()
    await hugo.click(text("People"))
    assert hugo.modal.buttons == [text("Leave this company")]
    assert text("Only an admin of your company can change this.") in hugo.modal.text
    assert await hugo.click(text("Leave this company")) is not None
    assert await role_of(world, colleague) is None
    assert "/partner" in hugo.modal.text


async def test_the_only_admin_stays_and_is_told_why(world: World) -> None:
    emma = await given.partner(world)
    await emma.home()
    await emma.click("People")
    assert "You are the only admin" in emma.modal.text
    assert emma.modal.buttons == ["Invite colleagues"]
    assert "Emma Clarke · admin since" in emma.modal.text
    assert "(you)" in emma.modal.text


async def test_who_cannot_be_invited_is_named_and_nothing_typed_is_lost(world: World) -> None:
    emma = await given.partner(world)
    await given.partner(world, "Jonas", company="Weber IT")
    world.sandbox.workplace.change_person("Hugo", deactivated=True)
    await world.quiet()
    await emma.home()
    await emma.click("People")
    await emma.click("Invite colleagues")
    await emma.fill("Whom to invite", ["Priya", "Jonas", "Hugo", "Greta", "Emma"])
    await emma.fill("Role", "Admin")
    await emma.submit()
    told = emma.modal.text
    assert "Nobody has been invited yet" in told
    for words in (
        "Jonas Weber works for a partner already.",
        "Hugo Petit is an app, or not in Slack any more.",
        "Greta Lind is a guest",
        "Emma Clarke: this is you.",
    ):
        assert words in told
    assert "Weber IT" not in told
    assert "Priya" not in told
    await emma.close()
    assert emma.modal.title == "Invite colleagues"
    await emma.fill("Whom to invite", ["Priya", "Greta"])
    await emma.fill("Role", "Member")
    await emma.submit()
    assert [one.role for one in await given.rows(world, Invitation)] == ["member", "member"]


async def test_apps_and_strangers_are_no_people(world: World) -> None:
    emma = await given.partner(world)
    bot = next(user for user in world.sandbox.core.world.users.values() if user.is_bot)
    await emma.home()
    await emma.click("Invite colleagues")
    for user in (bot.id, "USLACKBOT", "U0NOBODY"):
        answer = await given.submit_forged(world, emma, people={"selected_users": [user]})
        assert "Nobody has been invited yet" in str(answer.body)
    answer = await given.submit_forged(world, emma, people={"selected_users": [f"U{n}" for n in range(200)]})
    assert answer.body["errors"] == {"people": "Please choose five people at most."}
    answer = await given.submit_forged(world, emma, people={"selected_users": []})
    assert answer.body["errors"] == {"people": "Please fill this in."}
    assert await given.rows(world, Invitation) == []
    world.sandbox.refusals.clear()


@pytest.mark.parametrize("value", ["remove {theirs}", "admin {theirs}", "remove", "", "owner {ours}", "remove T1 U1 x"])
async def test_what_no_menu_of_ours_says_is_refused(world: World, value: str) -> None:
    emma = await given.partner(world)
    jonas = await given.partner(world, "Jonas", company="Weber IT")
    olivia = await given.newcomer(world, "Olivia Stone")
    await given.member(world, "Olivia")
    await emma.home()
    await emma.click("People")
    theirs, ours = (f"{one.user.workspace} {one.user.id}" for one in (jonas, olivia))
    chosen = {"value": value.format(theirs=theirs, ours=ours)}
    control = next(one for one in emma.modal.screen.controls if one.kind == "overflow")
    action = {"block_id": control.block_id, "action_id": control.action_id, "selected_option": chosen}
    await world.sandbox.acts.press(emma.user, emma.modal.view, action, {})
    await world.quiet()
    assert emma.modal.title == "Please note"
    assert await role_of(world, "Jonas") == "admin"
    assert await role_of(world, "Olivia") == "member"


async def test_an_invitation_is_for_the_invited_alone(world: World) -> None:
    emma, priya = await given.partner(world), world.person("Priya")
    await invites(emma, "Priya")
    (invitation,) = await given.rows(world, Invitation)
    await given.press(world, priya, priya.last_message("DM"), "Accept", value=str(invitation.id + 1))
    assert await role_of(world, "Priya") is None
    assert "There is no such invitation for you" in priya.last_message("DM").text
    await given.press(world, priya, priya.messages("DM")[-2], "Accept", times=5)
    assert await role_of(world, "Priya") == "member"
    assert len([one for one in await given.rows(world, OutgoingMessage) if one.kind == "invitation_answered"]) == 1


async def test_an_invitation_waits_in_ones_own_place_too(world: World) -> None:
    emma, priya = await given.partner(world), world.person("Priya")
    await invites(emma, "Priya")
    home = await priya.home()
    assert "Emma Clarke invites you to work for Clarke & Sons" in home.text
    assert home.buttons[:2] == ["Accept", "Decline"]
    await priya.click("Accept")
    assert "Clarke & Sons · 0 customers" in (await priya.sees("Clarke & Sons", where="Home")).text
    assert priya.last_message("DM").buttons == ["My customers"]


async def test_answered_where_the_command_was_typed(world: World) -> None:
    emma, priya = await given.partner(world), world.person("Priya")
    await invites(emma, "Priya")
    await priya.command("/partner", channel="#general")
    await priya.click("Decline", where="#general")
    assert "Decline" not in priya.last_message("#general").buttons
    assert "Apply to become a partner" in priya.last_message("#general").buttons


async def test_an_open_application_comes_first(world: World) -> None:
    emma = await given.partner(world)
    await given.applicant(world, "Priya", company="Brightdesk")
    priya = world.person("Priya")
    await invites(emma, "Priya")
    await priya.click("Accept", where="DM")
    assert "Your own application for Brightdesk is still open. Withdraw it first" in priya.last_message("DM").text
    assert await role_of(world, "Priya") is None


async def test_an_old_invitation_is_gone(world: World) -> None:
    emma, priya = await given.partner(world), world.person("Priya")
    await invites(emma, "Priya")
    await emma.close()
    world.sandbox.move_day(days=15)
    await priya.click("Accept", where="DM")
    assert "does not hold any more" in priya.last_message("DM").text
    await emma.home()
    await emma.click("People")
    assert "Priya" not in emma.modal.text


@pytest.mark.parametrize("name", ["Emma", "Camille", "Jonas"])
async def test_who_is_deactivated_has_no_access_and_comes_back(world: World, name: str) -> None:
    person = await given.partner(world, name)
    world.sandbox.workplace.change_person(name, deactivated=True)
    await world.quiet()
    (described,) = [one for one in await given.rows(world, Described) if one.user_id == person.user.id]
    assert described.is_deactivated
    ben = world.person("Ben")
    told = await ben.sees("has no admin any more", name, where="#partner-reviews")
    assert isinstance(told, SeenMessage)
    assert told.buttons == ["Open the partner's page"]
    world.sandbox.workplace.change_person(name, deactivated=False)
    await world.quiet()
    await person.home()
    await person.command("/partner-customers")
    assert person.has_modal
    assert len([one for one in ben.messages("#partner-reviews") if "has no admin" in one.text]) == 1


async def test_nobody_is_told_while_another_admin_is_there(world: World) -> None:
    await given.partner(world)
    await given.newcomer(world, "Olivia Stone")
    await given.member(world, "Olivia")
    await given.change_role(world, "Olivia", "admin")
    world.sandbox.workplace.change_person("Emma", deactivated=True)
    await world.quiet()
    assert [one for one in await given.rows(world, OutgoingMessage) if one.kind == "no_admin_left"] == []
    olivia = world.person("Olivia")
    await olivia.home()
    await olivia.click("People")
    assert "deactivated in Slack: no access" in olivia.modal.text


async def crowd(world: World, name: str, number: int) -> None:
    """So many more people of somebody's company, X00 and so on, and as many who are invited, Y00 and so on."""
    desk = world.bot.desk
    partner_id, workspace_id, user_id = await _key(world, name)

    def somebody(name: str) -> str:
        part = Part(name, "", "partner", "en-GB", "Europe/London", "336699", "example.example")
        return world.sandbox.workplace.add_person(part).id

    def member(one: int) -> Member:
        joined_at = desk.clock.now() + timedelta(seconds=one)
        who = somebody(f"X{one:02}")
        return Member(partner_id=partner_id, workspace_id=workspace_id, user_id=who, role="member", joined_at=joined_at)

    def invitation(one: int) -> Invitation:
        return Invitation(
            partner_id=partner_id, workspace_id=workspace_id, user_id=somebody(f"Y{one:02}"), role="admin",
            invited_by_workspace=workspace_id, invited_by=user_id, invited_at=desk.clock.now(),
            expires_at=desk.clock.now() + timedelta(days=14),
        )  # fmt: skip

    async with desk.store.write() as session:
        session.add_all(make(one) for make in (member, invitation) for one in range(number))


async def test_a_full_company_is_told(world: World) -> None:
    emma = await given.partner(world)
    await crowd(world, "Emma", 30)
    await emma.home()
    await emma.click("People")
    await emma.click("Invite colleagues")
    await emma.fill("Whom to invite", ["Priya"])
    await emma.submit()
    assert "A company may have 25 people here" in emma.modal.text
    assert "There is room for 0 more." in emma.modal.text


@WALKERS
async def test_a_large_company_is_leafed_through(world: World, admin: str, colleague: str, language: str) -> None:
    """Both lists to their ends, and what is done on a page leaves the admin on it."""
    text, chief = Reader(language).text, await given.partner(world, admin)
    await crowd(world, admin, 30)
    await given.known(world, "X24")

    def sees(*users: str) -> bool:
        return all(user in chief.modal.text for user in users)

    await chief.home()
    await chief.click(text("People"))
    assert sees("31", "X00", "X23", "Y29", "Y05")
    assert not sees("X24")
    await chief.click(text("Next"), nth=0)
    assert sees("31", "X24", "X29", "Y29")
    assert not sees("X23")
    await chief.click(text("Next"))
    assert sees("X24", "X29", "Y04", "Y00")
    assert not sees("Y05")
    await chief.choose("More", text("Make an admin"), near="X24")
    await chief.choose("More", text("Remove …"), near="X25")
    await chief.submit()
    await chief.click(text("Revoke"), near="Y04")
    assert sees("30", "X24", "X26", "Y03")
    assert not any(sees(gone) for gone in ("X25", "Y04", "X23", "Y05"))
    await chief.click(text("Previous"), nth=0)
    assert sees("X00", "X23", "Y03")


async def _key(world: World, name: str) -> tuple[int, str, str]:
    user = world.person(name).user
    (member,) = [one for one in await given.rows(world, Member) if one.user_id == user.id]
    return member.partner_id, member.workspace_id, member.user_id


async def test_what_was_taken_back_before_it_left_never_leaves(world: World) -> None:
    await given.partner(world)
    priya, desk, emma = await given.known(world, "Priya"), world.bot.desk, given.actor(world, "Emma")
    (invitation,) = await invitations.invite(desk, emma, [given.actor(world, "Priya")], "member")
    await invitations.revoke(desk, emma, invitation.id)
    await world.tick()
    given.later(world, timedelta(minutes=1))  # what strikes the invitation out waits until that has been looked at
    await world.tick()
    assert priya.messages("DM") == []
    assert {one.status for one in await given.rows(world, OutgoingMessage) if "invitation" in one.kind} == {"moot"}
