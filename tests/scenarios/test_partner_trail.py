"""What reviewers read of a partner's changed settings: words and dates, in their language."""

from datetime import date
from typing import Any

import pytest

from programme.partner_settings import AlertSettings, change_settings
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.partner_page import on_page
from tests.scenarios.test_review_queue import READERS, reviewer

WORDS = {
    "Ben": [
        "alerts before a trial ends: as usual → 10, 5 days",
        "alert after a trial has ended: as usual → no",
        "alerts before a renewal: as usual → none",
        "alerts after a missed renewal: as usual → 1 day",
        "alerts before a trial ends: 10, 5 days → as usual",
    ],
    "Odile": [
        "alertes avant la fin d’un essai\u202f: comme d’habitude → 10, 5 jours",
        "alerte après la fin d’un essai\u202f: comme d’habitude → non",
        "alertes avant un renouvellement\u202f: comme d’habitude → aucune",
        "alertes après un renouvellement manqué\u202f: comme d’habitude → 1 jour",
        "alertes avant la fin d’un essai\u202f: 10, 5 jours → comme d’habitude",
    ],
    "Anna": [
        "Benachrichtigungen vor dem Ende einer Testversion: wie üblich → 10, 5 Tage",
        "Benachrichtigung nach dem Ende einer Testversion: wie üblich → nein",
        "Benachrichtigungen vor einer Verlängerung: wie üblich → keine",
        "Benachrichtigungen nach einer verpassten Verlängerung: wie üblich → 1 Tag",
        "Benachrichtigungen vor dem Ende einer Testversion: 10, 5 Tage → wie üblich",
    ],
}
CHANGED = '{"trial": [10, 5], "ended": [], "renewal": [], "overdue": [1]}'


async def chooses(world: World, **settings: Any) -> None:
    wanted = AlertSettings("C1", 9, **({"language": "en", "time_zone": "UTC"} | settings))
    await change_settings(world.bot.desk, given.actor(world, "Emma"), wanted)


@pytest.mark.parametrize("name", READERS)
async def test_changed_days_are_told_in_words(world: World, name: str) -> None:
    person = await reviewer(world, name)
    await given.partner(world, "Emma")
    await chooses(world)
    await chooses(world, alert_days=CHANGED)
    await chooses(world, alert_days=CHANGED.replace('"trial": [10, 5], ', ""))
    reader = await on_page(world, person)
    await person.click(reader.text("What was done"))
    shown = person.modal.text
    for words in WORDS[name]:
        assert words in shown
    for raw in ("{", "[", "alert_days", reader.text("alerts without a proof of the domain")):
        assert raw not in shown


@pytest.mark.parametrize("name", READERS)
async def test_languages_and_quiet_days_are_told_in_words(world: World, name: str) -> None:
    person = await reviewer(world, name)
    await given.partner(world, "Emma")
    await chooses(world)
    await chooses(world, language="de", quiet_days="2026-12-24,2026-12-31")
    reader = await on_page(world, person)
    await person.click(reader.text("What was done"))
    assert "English → Deutsch" in person.modal.text
    days = [reader.short_day(date(2026, 12, day)) for day in (24, 31)]
    assert ", ".join(days) in person.modal.text


async def test_somebodys_own_words_are_no_dates(world: World) -> None:
    person = await reviewer(world, "Ben")
    await given.partner(world, "Emma")
    await on_page(world, person)
    await person.click("Suspend")
    await person.fill("Reason", "2026-99-99")
    await person.submit()
    await person.click("What was done")
    assert "reason: 2026-99-99" in person.modal.text
