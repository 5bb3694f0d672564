"""From the people of a customer: the letter with the link that ends the partner's access, once more."""

import json
import re

import pytest

from handlers import errors
from sandbox import Person
from storage.models import AuditRow
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_customer_page import PAGE, reader_of, reads

TO = "chef@mueller.example"


async def beside_the_people(world: World, name: str) -> Person:
    person = await given.partner(world, name)
    await given.verified(world, name, super_admin_email=TO)
    await person.command(PAGE)
    await person.click(reader_of(person).text("People of the customer"))
    return person


async def letters(world: World) -> list[str]:
    await world.quiet()
    return [letter.text for letter in world.sandbox.mail.letters() if TO in letter.recipients]


async def test_it_goes_once_more_and_whoever_comes_second_is_told_so(world: World) -> None:
    jonas = await beside_the_people(world, "Jonas")
    text = reader_of(jonas).text
    reads(jonas, f"Sie ging am 17.11.2026, 11:00 an {TO}.")
    await given.press(world, jonas, jonas.modal, text("Send it again"), times=2)
    reads(jonas, f"Die E-Mail an {TO} ist schon unterwegs. Morgen können Sie sie noch einmal senden.")
    await jonas.close()
    reads(jonas, "Heute noch einmal gesendet.")
    assert text("Send it again") not in jonas.modal.buttons
    (letter,) = await letters(world)
    assert re.search(r"https://desk\.example/consent/\S+", letter)
    await jonas.close()
    await jonas.click(text("History"))
    reads(jonas, "@Jonas Weber hat die E-Mail darüber, wer mueller.example betreut, noch einmal senden lassen.", TO)


async def test_who_is_suspended_meanwhile_and_strangers_send_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)
    camille = await beside_the_people(world, "Camille")
    text = reader_of(camille).text
    await given.partner(world, "Emma", contact_email="emma@clarke.example")
    theirs = await given.verified(world, "Emma", "theirs.example")
    view = camille.modal.view
    kept = json.loads(view.payload["private_metadata"])
    view.payload["private_metadata"] = json.dumps(kept | {"customer": theirs})
    await camille.click(text("Send it again"))
    reads(camille, "Vous n’avez pas ce client")
    await camille.close()
    view.payload["private_metadata"] = json.dumps(kept)
    await given.suspend(world, "Camille")
    await camille.click(text("Send it again"))
    assert "suspendu" in reads(camille).text
    assert await letters(world) == []
    assert [row for row in await given.rows(world, AuditRow) if row.action == "letter_sent_again"] == []
