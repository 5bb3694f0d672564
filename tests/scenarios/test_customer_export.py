"""The list of customers as a file and as a table, of what is filtered now (mission row 18)."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from handlers import customer_export
from handlers.reader import Reader
from programme.file_turns import turn
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.listed import TODAY, files, one_of_each, subscribed

HEADINGS = {
    "en": "Domain Organisation Super·administrator Plan Licences Term Renewal End·of·trial Status Verified·on "
    "TXT·record:·name TXT·record:·value",
    "fr": "Domaine Organisation Super·administrateur Forfait Licences Durée·de·l’abonnement Renouvellement "
    "Fin·de·l’essai Statut Vérifié·le Enregistrement·TXT\u202f:·nom Enregistrement·TXT\u202f:·valeur",
    "de": "Domäne Organisation Super-Admin Tarif Lizenzen Laufzeit Verlängerung Ende·der·Testversion Status "
    "Verifiziert·am TXT-Eintrag:·Name TXT-Eintrag:·Wert",
}
FILES = {"en": "customers", "fr": "clients", "de": "Kunden"}
DAYS = {"en": "2026-12-07", "fr": "07/12/2026", "de": "07.12.2026"}
SEPARATORS = {"en": ",", "fr": ";", "de": ";"}

ALREADY = (
    ":hourglass_flowing_sand: This file is being made already. If it is not in your direct messages with me in a "
    "minute, please ask for it again."
)


def headings(language: str) -> list[str]:
    return [word.replace("·", " ") for word in HEADINGS[language].split(" ")]


def read_csv(content: bytes, separator: str = ",") -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by this mark"
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=separator))


@pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
async def test_what_is_filtered_is_exported_in_the_readers_language(world: World, name: str, language: str) -> None:
    text = Reader(language).text
    person = await given.partner(world, name)
    await one_of_each(world, name)
    await given.change_partner(world, name, time_zone="Pacific/Kiritimati")  # where it is tomorrow already
    await person.command("/partner-customers verified:no sort:-licences")
    await person.click(text("Export as CSV"))
    assert text(":hourglass_flowing_sand: The file will be in your direct messages with me.")[25:] in person.modal.text
    await person.click(text("Export as XLSX"))
    (csv_name, csv_file), (xlsx_name, xlsx_file) = files(world, person)
    assert (csv_name, xlsx_name) == tuple(f"{FILES[language]}-2026-11-18.{kind}" for kind in ("csv", "xlsx"))

    rows = read_csv(csv_file, SEPARATORS[language])
    assert rows[0] == headings(language)
    assert [row[0] for row in rows[1:]] == ["active.example", "trial.example", "overdue.example"]
    assert rows[1][3:7] == ["Workplace Professional", "70", text("yearly"), DAYS[language]]
    assert rows[1][8] == text("Active subscription")
    assert rows[2][6] == rows[2][9] == ""
    assert rows[2][10] == "trial.example"
    assert rows[2][11].startswith("nordlicht-verification=")

    sheet = CalamineWorkbook.from_filelike(BytesIO(xlsx_file)).get_sheet_by_index(0).to_python()
    assert sheet[0] == headings(language)
    assert [row[0] for row in sheet[1:]] == ["active.example", "trial.example", "overdue.example"]
    assert sheet[1][4] == 70
    assert sheet[1][6] == TODAY + timedelta(days=20)
    assert sheet[2][6] == ""
    assert text("Domain not verified") in person.messages("DM")[-1].text


async def test_nothing_in_a_file_is_a_formula(world: World) -> None:
    emma = await given.partner(world)
    names = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example")', "plain = sign"]
    for number, name in enumerate(names):
        customer = await given.customer(world, domain=f"c{number}.example")
        await given.change(world, Customer, customer, organisation=name)
    for number, name in enumerate(("\tx", "\rx", "\nx", "＝1+1", "＠SUM(A1)")):
        customer = await given.customer(world, domain=f"d{number}.example")
        await given.change(world, Customer, customer, organisation=name)
    await emma.command("/partner-customers")
    await emma.click("Export as CSV")
    await emma.click("Export as XLSX")
    (_, csv_file), (_, xlsx_file) = files(world, emma)
    written = [row[1] for row in read_csv(csv_file)[1:]]
    assert written[:5] == [f"'{name}" for name in names[:5]]
    assert written[5] == names[5]
    assert [text[:2] for text in written[6:]] == ["'\t", "'\r", "'\n", "'＝", "'＠"]
    sheet = CalamineWorkbook.from_filelike(BytesIO(xlsx_file)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in sheet[1:7]] == names, "a text stays a text there, not the result of a formula"
    assert b"<f>" not in xlsx_file


async def test_another_separator_in_a_text_parts_it_nowhere(world: World) -> None:
    jonas = await given.partner(world, "Jonas")
    await given.customer(world, "Jonas", organisation="a,=1+1")
    await jonas.command("/partner-customers")
    await jonas.click("Als CSV exportieren")
    ((_, content),) = files(world, jonas)
    assert ';"a,=1+1";' in content.decode("utf-8-sig")


async def test_an_export_has_all_pages_and_says_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(customer_export, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr("programme.customer_list.EXPORT_PAGE", 5)
    emma = await given.partner(world)
    for number in range(12):
        await given.customer(world, domain=f"c{number:02}.example")
    await emma.command("/partner-customers")
    await emma.click("Export as CSV")
    ((_, content),) = files(world, emma)
    assert [row[0] for row in read_csv(content)[1:]] == [f"c{number:02}.example" for number in range(12)]
    texts = [message.text for message in emma.messages("DM")]
    assert "Your file is ready: 12 customers." in texts
    assert any("12 customers, ordered by Domain ↑" in text for text in texts)


async def test_who_clicks_many_times_gets_one_file(world: World) -> None:
    emma = await given.partner(world)
    await one_of_each(world)
    await emma.command("/partner-customers")
    await given.press(world, emma, emma.modal, "Export as CSV", times=5)
    assert len(files(world, emma)) == 1
    assert {refusal.error for refusal in world.sandbox.refusals} == {"hash_conflict"}, "the list has changed but once"
    world.sandbox.refusals.clear()
    await emma.click("Export as CSV")
    assert len(files(world, emma)) == 2


async def test_who_clicks_many_times_gets_one_table(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    await emma.command("/partner-customers")
    said = len(emma.messages("DM"))
    await given.press(world, emma, emma.modal, "As a table", times=5)
    assert len(emma.messages("DM")) == said + 1
    assert {refusal.error for refusal in world.sandbox.refusals} <= {"hash_conflict"}, "the list has changed but once"
    world.sandbox.refusals.clear()
    await emma.click("As a table")
    assert len(emma.messages("DM")) == said + 2
    async with turn(world.bot.desk, given.actor(world, "Emma"), "table"):
        await emma.click("As a table")
    assert "This is on its way already" in emma.modal.text
    assert len(emma.messages("DM")) == said + 2


@pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
async def test_who_asks_while_another_process_makes_the_file_is_told_so(world: World, name: str, language: str) -> None:
    person = await given.partner(world, name)
    await given.customer(world, name)
    await person.command("/partner-customers")
    async with turn(world.bot.desk, given.actor(world, name), "xlsx"):
        await person.click(Reader(language).text("Export as XLSX"))
    assert Reader(language).text(ALREADY).partition(" ")[2] in person.modal.text
    assert files(world, person) == []
    await person.click(Reader(language).text("Export as XLSX"))
    assert len(files(world, person)) == 1


@pytest.mark.parametrize("button", ["Export as CSV", "As a table"])
async def test_who_has_lost_access_gets_nothing(world: World, button: str) -> None:
    emma = await given.partner(world)
    await one_of_each(world)
    await emma.command("/partner-customers")
    said = len(emma.messages("DM"))
    await given.change_partner(world, "Emma", expertise="crm")
    await emma.click(button)
    assert "Your partnership is not for Workplace" in emma.modal.text
    assert len(emma.messages("DM")) == said


@pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
async def test_a_table_has_the_columns_and_is_leafed_through(world: World, name: str, language: str) -> None:
    text = Reader(language).text
    person = await given.partner(world, name)
    for number in range(45):
        await given.customer(world, name, f"c{number:02}.example", organisation="O" * 200)
    await subscribed(world, name, "z.example", date(2026, 12, 7))
    await person.command("/partner-customers")
    await person.click(text("As a table"))
    assert text(":white_check_mark: The table is in your direct messages with me.")[20:] in person.modal.text
    await person.close()

    def rows() -> list[list[str]]:
        (table,) = [block for block in person.last_message("DM").blocks if block["type"] == "table"]
        return [[cell["text"] for cell in row] for row in table["rows"]]

    assert rows()[0] == [*headings(language)[:7], headings(language)[8]]
    first = [row[0] for row in rows()[1:]]
    assert first == [f"c{number:02}.example" for number in range(40)]
    await person.click(text("Next"), where="DM")
    assert [row[0] for row in rows()[1:]] == [*[f"c{number:02}.example" for number in range(40, 45)], "z.example"]
    assert rows()[-1][6] == Reader(language).short_day(date(2026, 12, 7))
    await person.click(text("Previous"), where="DM")
    assert [row[0] for row in rows()[1:]] == first
    await person.click(text("As cards"), where="DM")
    assert person.modal.title == text("My customers")
