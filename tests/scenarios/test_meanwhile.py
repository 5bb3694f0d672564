"""Two colleagues have the same thing open: whoever saves second sees what the first one saved, and loses nothing."""

from datetime import timedelta
from typing import Any

from programme import customer_contacts as contacts
from programme import customer_notes as notes
from programme import partner_settings
from programme.partner_settings import AlertSettings
from sandbox import Person
from storage.models import AuditRow, CustomerContact, CustomerNote, Partner
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_customer_page import PAGE, reader_of, reads

ANNA = {"name": "Anna Müller", "role": "billing", "email": "anna@mueller.example"}


async def opened(world: World, name: str, step: str) -> Person:
    """Somebody who has the form open on what stands on a step, the third of their modals."""
    person = await given.partner(world, name)
    await given.verified(world, name)
    await given.newcomer(world, "Olivia Stone")
    await given.member(world, "Olivia", name)
    await given.change_role(world, "Olivia", "admin")
    who = given.actor(world, name)
    await contacts.add_contact(world.bot.desk, who, 1, ANNA, "k1")
    await notes.write_note(world.bot.desk, who, 1, {"text": "Budget in spring"}, "k1")
    text = reader_of(person).text
    await person.command(PAGE)
    await person.click(text(step))
    await person.choose("More", text("Change …"))
    given.later(world, timedelta(minutes=20))
    return person


def initial(person: Person, field: str) -> str:
    """What a field begins with for who has typed nothing."""
    blocks: list[dict[str, Any]] = [block for block in person.modal.blocks if block.get("block_id") == field]
    return str(blocks[0]["element"].get("initial_value"))


async def olivia_changes_the_contact(world: World) -> None:
    (contact,) = await given.rows(world, CustomerContact)
    typed, olivia = ANNA | {"phone": "+33 3 20 15 05 50"}, given.actor(world, "Olivia")
    await contacts.change_contact(world.bot.desk, olivia, 1, 1, typed, contacts.stamp_of_contact(contact))


async def olivia_changes_the_note(world: World) -> None:
    (note,) = await given.rows(world, CustomerNote)
    olivia, typed = given.actor(world, "Olivia"), {"text": "Budget & plan in *May*"}
    await notes.change_note(world.bot.desk, olivia, 1, 1, typed, notes.stamp_of_note(note))


async def test_of_a_contact_both_changes_are_seen_before_one_is_kept(world: World) -> None:
    camille = await opened(world, "Camille", "People of the customer")
    reader = reader_of(camille)
    await olivia_changes_the_contact(world)
    await camille.fill(reader.text("E-mail"), "a.mueller@mueller.example")
    await camille.submit()
    reads(camille, "@Olivia Stone a fait une modification le", "anna@mueller.example", "+33 3 20 15 05 50")
    assert camille.modal.fields[reader.text("E-mail")] == initial(camille, "email") == "a.mueller@mueller.example"
    assert camille.modal.fields[reader.text("Telephone")] == ""
    (contact,) = await given.rows(world, CustomerContact)
    assert (contact.email, contact.phone) == ("anna@mueller.example", "+33320150550")
    await camille.fill(reader.text("Telephone"), "+33 3 20 15 05 50")
    await camille.submit()
    assert "a.mueller@mueller.example" in reads(camille, "+33 3 20 15 05 50").text
    assert camille.modal.title == reader.text("People of the customer")


async def test_a_note_is_replaced_once_the_other_text_was_seen(world: World) -> None:
    emma = await opened(world, "Emma", "Notes")
    await olivia_changes_the_note(world)
    await emma.fill("Note", "Budget in autumn")
    assert await given.submit_at_once(world, emma, 3) == ["update"] * 3  # nobody overwrites by a double click
    await emma.submit()
    assert "@Olivia Stone changed this on 17 Nov 2026, 10:20, after you had opened the form." in emma.modal.text
    assert "Budget & plan in *May*" in emma.modal.text
    assert emma.modal.fields["Note"] == initial(emma, "text") == "Budget in autumn"
    await emma.submit()
    assert emma.modal.title == "Notes"
    assert [note.text for note in await given.rows(world, CustomerNote)] == ["Budget in autumn"]


async def test_a_note_that_is_gone_is_written_anew(world: World) -> None:
    jonas = await opened(world, "Jonas", "Notes")
    text = reader_of(jonas).text
    await notes.remove_note(world.bot.desk, given.actor(world, "Olivia"), 1, 1)
    await jonas.fill(text("Note"), "Budget im Herbst")
    await jonas.submit()
    assert reads(jonas, "Jemand hat diesen Eintrag entfernt").title == text("Write a note")
    assert jonas.modal.fields[text("Note")] == initial(jonas, "text") == "Budget im Herbst"
    assert await given.rows(world, CustomerNote) == []
    await jonas.submit()
    reads(jonas, "Budget im Herbst")
    (note,) = await given.rows(world, CustomerNote)
    assert note.written_by == jonas.user.id


async def with_settings_open(world: World, name: str, expertise: str = "workplace") -> Person:
    person = await given.partner(world, name, expertise=expertise)
    await given.newcomer(world, "Olivia Stone")
    await given.member(world, "Olivia", name)
    await given.change_role(world, "Olivia", "admin")
    await person.command("/partner-settings")
    given.later(world, timedelta(minutes=20))
    return person


async def test_of_settings_what_differs_is_shown_and_what_was_chosen_stays(world: World) -> None:
    camille = await with_settings_open(world, "Camille")
    reader, olivia = reader_of(camille), given.actor(world, "Olivia")
    channel = world.sandbox.workplace.channel("general").id
    days = '{"trial": [14, 7]}'
    await partner_settings.change_settings(
        world.bot.desk, olivia, AlertSettings(channel, 7, "fr", "Europe/Paris", alert_days=days)
    )
    await camille.fill(reader.text("Hour of the alerts"), "11:00")
    await camille.submit()
    reads(camille, "@Olivia Stone a fait une modification le", "heure des alertes\u202f: 11 → 7", "#general")
    assert camille.modal.fields[reader.text("Hour of the alerts")] == "11:00"
    assert camille.modal.fields[reader.text("Alert channel")] == ""
    (health,) = [block for block in camille.modal.blocks if (block.get("accessory") or {}).get("type") == "button"]
    assert f"<#{channel}>" in health["text"]["text"]  # of the channel that is in use
    (partner,) = await given.rows(world, Partner)
    assert partner.alert_hour == 7
    await camille.submit()
    assert not camille.has_modal
    (partner,) = await given.rows(world, Partner)
    assert (partner.alert_hour, partner.alert_channel) == (11, None)
    changed = [row for row in await given.rows(world, AuditRow) if row.action == "settings_changed"]
    assert [row.user_id for row in changed] == [olivia.user_id, camille.user.id]


async def test_trying_the_channel_out_accepts_nothing_unseen(world: World) -> None:
    emma = await given.partner(world)
    await given.alerts_in(world, "general")
    await emma.command("/partner-settings")
    await emma.fill("Hour of the alerts", "11:00")
    await given.change_partner(world, "Emma", alert_hour=7)
    await emma.click("Test")
    await emma.submit()
    assert "Somebody changed this after you had opened the form." in emma.modal.text
    await emma.submit()
    assert not emma.has_modal


async def test_of_a_partner_that_is_not_warned_too(world: World) -> None:
    jonas = await with_settings_open(world, "Jonas", expertise="crm")
    text, olivia = reader_of(jonas).text, given.actor(world, "Olivia")
    await partner_settings.change_language_and_zone(
        world.bot.desk, olivia, {"language": "en", "time_zone": "Europe/Paris"}
    )
    await jonas.fill(text("Language"), "Français")
    await jonas.submit()
    reads(jonas, "@Olivia Stone hat das am 17.11.2026, 11:20 geändert", "Sprache: Français → English")
    assert jonas.modal.fields[text("Language")] == "Français"
    await jonas.submit()
    (partner,) = await given.rows(world, Partner)
    assert partner.language == "fr"
