"""A partner's settings: where, when and in which language it is warned (mission row 24)."""

import pytest

from handlers.reader import Reader
from storage.models import AuditRow, Partner
from tests.desk import World
from tests.scenarios import given


async def the_partner(world: World) -> Partner:
    (partner,) = await given.rows(world, Partner)
    return partner


async def test_a_channel_without_the_bot_is_refused_at_its_field(world: World) -> None:
    emma = await given.partner(world)
    for name, private in (("our-alerts", False), ("our-secret", True)):
        world.sandbox.workplace.add_channel(name, ["Emma"], private=private, with_bot=False)
        await emma.command("/partner-settings")
        await emma.fill("Alert channel", f"#{name}")
        await emma.submit()
        assert "/invite @Partner Desk" in emma.modal.errors["Alert channel"]
        world.sandbox.refusals.clear()  # to ask for a private channel that one is not in is the only way to know
        await emma.close()
    assert (await the_partner(world)).alert_channel is None
    world.sandbox.workplace.invite_bot("our-secret")
    await emma.command("/partner-settings")
    await emma.fill("Alert channel", "#our-secret")
    await emma.submit()
    await emma.sees("The alerts of Clarke & Sons will arrive here", where="#our-secret")


async def test_an_archived_channel_is_refused_at_its_field(world: World) -> None:
    emma = await given.partner(world)
    world.sandbox.workplace.add_channel("our-alerts", ["Emma"])
    await emma.command("/partner-settings")
    await emma.fill("Alert channel", "#our-alerts")
    world.sandbox.workplace.archive("our-alerts")
    await emma.submit()
    assert list(emma.modal.errors) == ["Alert channel"]
    assert (await the_partner(world)).alert_channel is None


async def test_what_was_chosen_is_shown_again_and_the_channel_is_greeted_once(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner-settings")
    await emma.fill_many({"Alert channel": "#general", "Hour of the alerts": "7:00"})
    await emma.fill("Language of the alerts", "Français")
    await emma.fill("Time zone", "America/New York", typing="new york")
    await emma.submit()
    await emma.sees("Clarke & Sons", where="#general")
    await emma.command("/partner-settings")
    for label, value in (
        ("Alert channel", "general"),
        ("Hour of the alerts", "7:00"),
        ("Language of the alerts", "Français"),
        ("Time zone", "America/New York"),
    ):
        assert emma.modal.fields[label] == value
    await emma.submit()
    await world.quiet()
    assert len([one for one in emma.messages("#general") if "Clarke & Sons" in one.text]) == 1
    partner = await the_partner(world)
    assert (partner.language, partner.alert_hour, partner.time_zone) == ("fr", 7, "America/New_York")


async def test_alerts_come_in_the_partners_language_whoever_reads(world: World) -> None:
    emma = await given.partner(world)
    await given.verified(world)
    await given.alerts_in(world, "general", language="de")
    world.sandbox.move_day(days=14)
    assert await world.tick() == 1
    await emma.sees("Müller GmbH", "Testversion", where="#general")


async def test_forged_choices_are_refused(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner-settings")
    for field in ("hour", "language", "time_zone"):
        reply = await given.submit_forged(world, emma, **{field: {"selected_option": {"value": "99"}}})
        assert reply.body["errors"] == {field: "Please choose one from the list."}
    before = await the_partner(world)
    assert (before.alert_hour, before.language, before.time_zone) == (9, "en", "Europe/London")


async def test_only_admins_change_them(world: World) -> None:
    emma = await given.partner(world)
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.member(world, "Olivia")
    await olivia.command("/partner-settings")
    assert olivia.modal.submit is None
    await emma.command("/partner-settings")
    await emma.fill("Hour of the alerts", "7:00")
    await given.change_role(world, "Emma", "member")
    await emma.submit()
    assert "Only an admin of your company can do this" in emma.modal.text
    assert (await the_partner(world)).alert_hour == 9


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Emma", "Clarke & Sons has no alerts: they warn of customers' trials and renewals"),
        ("Camille", "Clarke & Sons ne reçoit pas d’alertes"),
        ("Jonas", "Clarke & Sons erhält keine Benachrichtigungen"),
    ],
)
async def test_a_partner_without_the_console_sees_what_applies_to_it(world: World, name: str, why: str) -> None:
    admin = await given.partner(world, name, expertise="crm")
    text = Reader(admin.user.locale[:2]).text
    await admin.command("/partner-settings")
    assert why in admin.modal.text
    assert "partners@nordlicht.example" in admin.modal.text
    assert list(admin.modal.fields) == [text("Language"), text("Time zone")]
    await admin.fill(text("Language"), "Français")
    await admin.fill(text("Time zone"), "America/New York", typing="new york")
    await admin.submit()
    assert not admin.has_modal
    partner = await the_partner(world)
    assert (partner.language, partner.time_zone) == ("fr", "America/New_York")
    (changed,) = [row for row in await given.rows(world, AuditRow) if row.action == "settings_changed"]
    assert changed.after == {"language": "fr", "time_zone": "America/New_York"}

    await given.newcomer(world, "Olivia Stone")
    olivia = await given.member(world, "Olivia", of=name)
    await olivia.command("/partner-settings")
    assert "has no alerts" in olivia.modal.text
    assert "America/New York" in olivia.modal.text
    assert olivia.modal.submit is None


@pytest.mark.parametrize("field", ["language", "time_zone"])
async def test_forged_choices_of_a_partner_without_the_console_are_refused(world: World, field: str) -> None:
    emma = await given.partner(world, expertise="crm")
    await emma.command("/partner-settings")
    reply = await given.submit_forged(world, emma, **{field: {"selected_option": {"value": "99"}}})
    assert reply.body["errors"] == {field: "Please choose one from the list."}
    await given.change_role(world, "Emma", "member")
    await emma.submit()
    assert "Only an admin of your company can do this" in emma.modal.text
    partner = await the_partner(world)
    assert (partner.language, partner.time_zone) == ("en", "Europe/London")


async def test_whoever_is_no_partner_is_shown_the_way_in(world: World) -> None:
    emma = await given.known(world, "Emma")
    await emma.command("/partner-settings", channel="#general")
    assert "You do not belong to a partner yet" in emma.last_message("#general").text
    assert emma.last_message("#general").buttons == ["Apply to become a partner"]
