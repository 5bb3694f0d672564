"""Extending a trial, and what comes after it (mission rows 14 and 21)."""

from datetime import date, timedelta

import pytest

from sandbox import Person
from sandbox.seen import SeenMessage
from storage.models import AuditRow, Customer, TrialExtension
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_customer_page import reader_of, reads

DOMAIN = "mueller.example"
EXTEND = f"/partner-extend-trial {DOMAIN}"


async def the_customer(world: World) -> Customer:
    (customer,) = await given.rows(world, Customer)
    return customer


async def extends(person: Person) -> None:
    await person.command(EXTEND)
    await person.submit()
    assert "now ends on" in person.modal.text
    await person.close()


async def refused(world: World, person: Person, command: str = EXTEND) -> str:
    """What a command is answered with, privately, with no modal."""
    await person.command(command, channel="#general")
    await world.quiet()
    assert not person.has_modal
    assert person.last_message("#general").ephemeral
    return person.last_message("#general").text


def in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


async def test_a_trial_grows_by_fifteen_days_to_sixty_at_most(world: World) -> None:
    emma = await given.partner(world)
    await given.verified(world)
    started = (await the_customer(world)).trial_started_on
    for days in (15, 30, 45):
        assert (await the_customer(world)).trial_ends_on == started + timedelta(days=days)
        await extends(emma)
    assert (await the_customer(world)).trial_ends_on == started + timedelta(days=60)
    answer = await refused(world, emma)
    assert f"has reached its limit of 60 days; it ends on {in_words(started + timedelta(days=60))}" in answer
    assert f"start a subscription with /partner-manage {DOMAIN}" in answer
    assert "partners@nordlicht.example" in answer
    await emma.command("/partner-customers")
    assert "Extend trial" not in emma.modal.buttons
    grown = await given.rows(world, TrialExtension)
    assert [(one.to_end - started).days for one in grown] == [30, 45, 60]
    assert {one.extended_by for one in grown} == {emma.user.id}


async def test_only_the_partners_admins_extend(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.member(world, "Olivia")
    assert "Only an admin of your company can do this" in await refused(world, olivia)
    await olivia.command("/partner-customers")
    assert "Extend trial" not in olivia.modal.buttons
    await olivia.close()
    await given.alerts_in(world, "general")
    world.sandbox.move_day(days=14)
    await world.tick()
    await olivia.click("Extend trial", where="#general")
    told = await olivia.sees("Only an admin of your company can do this", where="#general")
    assert isinstance(told, SeenMessage)
    assert told.ephemeral
    await emma.command(EXTEND)
    await world.sandbox.acts.submit(olivia.user, emma.modal.view, {})
    assert await given.rows(world, TrialExtension) == []


async def test_a_trial_that_has_ended_is_not_extended(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    ends = (await the_customer(world)).trial_ends_on
    world.sandbox.move_day(days=15)
    await emma.command("/partner-customers")
    assert "Trial, ends today" in emma.modal.text
    kept = emma.modal
    world.sandbox.move_day(days=1)
    await given.press(world, emma, kept, "Extend trial")
    assert f"ended on {in_words(ends)} and cannot be extended any more" in emma.modal.text
    await emma.close()
    await emma.close()
    answer = await refused(world, emma)
    assert "Nothing was deleted" in answer
    assert "verify its domain first" in answer
    await emma.click("Verify", where="#general")
    assert emma.modal.title == "Verify a domain"
    assert (await the_customer(world)).trial_ends_on == ends


async def test_eight_clicks_at_once_extend_once(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    before = (await the_customer(world)).trial_ends_on
    await emma.command("/partner-customers")
    await given.press(world, emma, emma.modal, "Extend trial", times=8)
    assert (await the_customer(world)).trial_ends_on == before + timedelta(days=15)
    assert len(await given.rows(world, TrialExtension)) == 1
    assert len([row for row in await given.rows(world, AuditRow) if row.action == "trial_extended"]) == 1
    assert "has been extended already" in emma.modal.text
    await emma.close()
    assert "Trial, 30 days left" in emma.modal.text


async def test_the_list_asks_before_it_extends_and_shows_the_new_end(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    ends = (await the_customer(world)).trial_ends_on
    later = ends + timedelta(days=15)
    await emma.command("/partner-customers")
    question = await emma.click("Extend trial", confirm=False)
    assert question is not None
    assert f"The trial of Müller GmbH will end on {in_words(later)} instead of {in_words(ends)}." in question
    assert (await the_customer(world)).trial_ends_on == ends
    await emma.click("Extend trial")
    await emma.sees("Trial, 30 days left")
    await emma.click("Extend trial")
    await emma.sees("Trial, 45 days left")


async def test_three_forms_for_the_same_end_extend_once(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    await emma.command(EXTEND)
    assert await given.submit_at_once(world, emma, 3) == ["push", "push", "update"]
    assert len(await given.rows(world, TrialExtension)) == 1


async def test_an_alert_extends_and_says_who_did_it(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    await given.alerts_in(world, "general")
    world.sandbox.move_day(days=14)
    await world.tick()
    alert = await emma.sees("the trial ends in 1 day", where="#general")
    assert isinstance(alert, SeenMessage)
    stale = given.kept(world, alert)
    await emma.click("Extend trial", where="#general")
    done = await emma.sees("@Emma Clarke has extended the trial to", where="#general")
    assert "Extend trial" not in done.buttons
    await given.press(world, emma, stale, "Extend trial")
    late = emma.last_message("#general")
    assert late.ephemeral
    assert "has been extended already" in late.text
    jonas = world.person("Jonas")
    await given.press(world, jonas, stale, "Extend trial")
    assert jonas.last_message("#general").ephemeral
    assert len(await given.rows(world, TrialExtension)) == 1


async def test_a_subscription_ends_the_trial(world: World) -> None:
    emma = await given.partner(world)
    await given.verified(world)
    await emma.command(f"/partner-manage {DOMAIN}")
    await emma.click("Subscription")
    question = await emma.click("Start subscription")
    today = world.bot.desk.clock.now().date()
    assert question is not None
    assert "€360.00 now, yearly" in question
    await emma.sees("Next renewal")
    customer = await the_customer(world)
    assert (customer.status, customer.renews_on) == ("active", today.replace(year=today.year + 1))
    assert "Extend trial" not in emma.modal.buttons
    await emma.close()
    await emma.sees("Subscription · domain verified")
    await emma.close()
    assert "has a subscription already. There is no trial to extend." in await refused(world, emma)


async def test_two_clicks_subscribe_once_and_renew_once(world: World) -> None:
    emma = await given.partner(world)
    await given.verified(world, term="monthly")
    await emma.command(f"/partner-manage {DOMAIN}")
    await emma.click("Subscription")
    await given.press(world, emma, emma.modal, "Start subscription", times=2)
    assert "has a subscription already" in emma.modal.text
    while emma.has_modal:
        await emma.close()
    first = (await the_customer(world)).renews_on
    world.sandbox.move_day(days=15)
    await emma.command(f"/partner-manage {DOMAIN}")
    await emma.click("Subscription")
    await given.press(world, emma, emma.modal, "Record renewal", times=2)
    second = (await the_customer(world)).renews_on
    assert first is not None
    assert second is not None
    assert 28 <= (second - first).days <= 31
    actions = [row.action for row in await given.rows(world, AuditRow)]
    assert (actions.count("subscribed"), actions.count("renewed")) == (1, 1)


async def test_the_customers_page_tells_who_extended_and_what_a_partner_may_not(world: World) -> None:
    emma = await given.partner(world)
    await given.verified(world)
    await extends(emma)
    await emma.command(f"/partner-manage {DOMAIN}")
    assert "What you do here is recorded." in emma.modal.text
    assert "may not change the super administrator" in emma.modal.text
    await emma.click("Subscription")
    assert "by @Emma Clarke on" in emma.modal.text
    assert "0 of 30 days used, 30 days left" in emma.modal.text
    await emma.click("Extend trial")
    await emma.fill("Reason", "They move in *January*")
    await emma.submit()
    assert emma.modal.title == "Subscription"
    assert "45 days left" in emma.modal.text
    assert "They move in *January*" in emma.modal.text.replace("∗", "*")
    await emma.close()
    assert "Trial, 45 days left" in emma.modal.text


@pytest.mark.parametrize("name", ["Camille", "Jonas"])
async def test_from_the_list_the_reason_is_asked_in_the_steps_place(world: World, name: str) -> None:
    """The page is the second modal, the step the third."""
    person = await given.partner(world, name)
    text = reader_of(person).text
    await given.verified(world, name, super_admin_email="chef@mueller.example")
    await person.command("/partner-customers")
    for button in ("Manage", "Subscription", "Extend trial", "Back", "Extend trial"):
        await person.click(text(button))
    reads(person, text("Your colleagues can read it."))
    await person.submit()
    reads(person, reader_of(person).count("{number} day left", "{number} days left", 30))
    await person.close()
    reads(person, reader_of(person).count("Trial, {number} day left", "Trial, {number} days left", 30))
