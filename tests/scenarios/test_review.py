"""Who decides on applications, and what becomes of a click that does not count (mission rows 6 to 9)."""

import asyncio

from sandbox.seen import SeenMessage
from storage.models import Application, AuditRow, Partner, Reviewer
from tests.desk import World, running_desk
from tests.scenarios import given

REVIEWS = "#partner-reviews"


NO = "Only the programme's reviewers can do this"


async def is_undecided(world: World) -> bool:
    (application,) = await given.rows(world, Application)
    return application.status == "open" and await given.rows(world, Partner) == []


async def test_the_card_says_until_when_an_answer_is_due(world: World) -> None:
    await given.applicant(world)
    card = world.person("Ben").last_message(REVIEWS)
    (application,) = await given.rows(world, Application)
    due = application.due_at
    assert (due - application.submitted_at).days == 7
    assert f"Answer due by {due:%A}" in card.text
    assert "Application by @Emma Clarke" in card.text
    assert "Clarke & Sons" in card.notification


async def test_who_comes_into_the_channel_reviews_and_who_leaves_does_not_any_more(world: World) -> None:
    await given.applicant(world)
    olivia = await given.newcomer(world, "Olivia Stone")
    world.sandbox.workplace.invite("partner-reviews", "Olivia")
    await world.quiet()
    await olivia.command("/partner-review")
    assert "Clarke & Sons" in olivia.modal.text
    await olivia.close()
    card = given.kept(world, olivia.last_message(REVIEWS))
    world.sandbox.workplace.remove("partner-reviews", "Olivia")
    await given.press(world, olivia, card, "Approve")
    await world.quiet()
    await olivia.command("/partner-review", channel="#general")
    told = await olivia.sees(NO, where="#general")
    assert isinstance(told, SeenMessage)
    assert told.ephemeral
    assert await is_undecided(world)


async def test_an_older_list_of_reviewers_that_comes_late_does_not_count(world: World) -> None:
    await given.applicant(world)
    olivia = await given.newcomer(world, "Olivia Stone")
    reviewers, core = world.bot.house.reviewers, world.sandbox.core
    world.sandbox.faults.late("conversations.members", seconds=0.3)
    before = len(core.calls)
    older = asyncio.create_task(reviewers.refresh())
    await core.changes.wait_for(lambda: len(core.calls) > before or None, within=5)
    world.sandbox.workplace.channel("partner-reviews").members.append(olivia.user.id)
    await asyncio.gather(older, *(reviewers.refresh() for _ in range(20)))
    assert [call.method for call in core.calls[before:]].count("conversations.members") == 2
    assert olivia.user.id in {one.user_id for one in await given.rows(world, Reviewer)}


async def test_somebody_who_left_a_moment_ago_cannot_reject_either(world: World) -> None:
    await given.applicant(world)
    olivia = await given.newcomer(world, "Olivia Stone")
    world.sandbox.workplace.invite("partner-reviews", "Olivia")
    await world.quiet()
    await olivia.click("Reject", where=REVIEWS)
    await olivia.fill("Note to the applicant", "I do not like them.")
    # The channel has her no longer, and no event has told us yet.
    world.sandbox.workplace.channel("partner-reviews").members.remove(olivia.user.id)
    await olivia.submit()
    assert NO in olivia.modal.text
    assert await is_undecided(world)


async def test_a_guest_never_reviews_whatever_channel_they_sit_in(world: World) -> None:
    await given.applicant(world)
    greta = await given.known(world, "Greta")
    world.sandbox.workplace.invite("partner-reviews", "Greta")
    await world.quiet()
    await greta.click("Approve", where=REVIEWS)
    await greta.sees(NO, where=REVIEWS)
    await greta.command("/partner-review", channel="#general")
    await greta.sees(NO, where="#general")
    assert "You review applications" not in (await greta.home()).text
    assert await is_undecided(world)


async def test_somebody_who_became_a_guest_reviews_no_longer(world: World) -> None:
    await given.applicant(world)
    ben = await given.known(world, "Ben")
    await ben.click("Approve", where=REVIEWS)
    ben.user.is_guest = True
    await ben.submit()
    await ben.sees(NO)
    assert await is_undecided(world)


async def test_nobody_decides_on_their_own_application(world: World) -> None:
    await given.applicant(world, "Ben")
    ben = world.person("Ben")
    await ben.click("Approve", where=REVIEWS)
    await ben.sees("This is your own application", where=REVIEWS)
    await ben.click("Reject", where=REVIEWS)
    assert not ben.has_modal
    await ben.command("/partner-review")
    await ben.click("Review")
    await ben.click("Reject")
    await ben.sees("This is your own application")
    assert await is_undecided(world)


async def test_a_click_that_came_too_late_is_told_who_decided_and_when(world: World) -> None:
    await given.applicant(world)
    ben = await given.known(world, "Ben")
    card = given.kept(world, ben.last_message(REVIEWS))
    await given.approves(world, "Anna")
    await given.press(world, ben, card, "Approve")
    told = ben.last_message(REVIEWS)
    (application,) = await given.rows(world, Application)
    decided = application.decided_at
    assert decided is not None
    assert told.ephemeral
    assert f"@Anna Richter has already approved Clarke & Sons, on {decided.day} {decided:%b}" in told.text
    assert "Approved by @Anna Richter" in ben.messages(REVIEWS)[0].text
    assert ben.messages(REVIEWS)[0].buttons == []


async def test_a_rejection_that_came_too_late_is_told_the_reason_given(world: World) -> None:
    await given.applicant(world)
    ben, anna = await given.known(world, "Ben"), world.person("Anna")
    await ben.click("Reject", where=REVIEWS)
    await ben.fill("Note to the applicant", "No references.")
    card = given.kept(world, ben.last_message(REVIEWS))
    await given.press(world, anna, card, "Reject")
    view = anna.modal.view
    await ben.submit()
    await given.press(world, ben, card, "Reject")
    await ben.sees("has already rejected Clarke & Sons", where=REVIEWS)
    await ben.sees("No references.", where=REVIEWS)
    assert anna.modal.view is view
    await anna.fill("Nachricht zum Antrag", "Too small.")
    await anna.submit()
    await anna.sees("Clarke & Sons bereits")
    (application,) = await given.rows(world, Application)
    assert (application.decision_note, application.decided_by) == ("No references.", ben.user.id)


async def test_two_reviewers_at_once_make_one_decision(world: World) -> None:
    await given.applicant(world)
    ben, anna = await given.known(world, "Ben"), await given.known(world, "Anna")
    for reviewer in (ben, anna):
        await reviewer.click("Approve", where=REVIEWS)
    await asyncio.gather(ben.submit(), anna.submit())
    assert len(await given.rows(world, Partner)) == 1
    decisions = [row for row in await given.rows(world, AuditRow) if row.action == "approved"]
    assert len(decisions) == 1
    assert len(await world.sandbox.mail.wait_for(to="emma@clarke.example")) == 1
    assert len([one for one in world.person("Emma").messages("DM") if "You are now a partner" in one.text]) == 1
    told = [one.modal.text for one in (ben, anna) if one.has_modal]
    assert len(told) == 1
    assert "Clarke & Sons" in told[0]


async def test_the_queue_leads_to_each_application(world: World) -> None:
    await given.applicant(world)
    ben = world.person("Ben")
    await ben.command("/partner-review")
    await ben.click("Review")
    assert "1 Park Row" in ben.modal.text
    await ben.click("Approve")
    await ben.submit()
    await ben.sees("Approved by @Ben Okafor")
    await ben.close()
    await ben.close()
    await ben.command("/partner-review")
    assert "Clarke" not in ben.modal.text


async def test_a_user_group_counts_instead_of_the_channel(sqlite_address: str) -> None:
    async with running_desk(sqlite_address, reviewers=["Camille"]) as world:
        await given.applicant(world)
        await world.person("Ben").click("Approve", where=REVIEWS)
        await world.person("Ben").sees("Only the programme's reviewers", where=REVIEWS)
        world.sandbox.workplace.invite("partner-reviews", "Camille")
        camille = world.person("Camille")
        await camille.click("Approve", where=REVIEWS)
        await camille.submit()
        (application,) = await given.rows(world, Application)
        assert (application.status, application.decided_by) == ("approved", camille.user.id)
        assert world.sandbox.refusals == []
