"""Customers from a file: walked in three languages, and through what goes wrong on the way."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from handlers import import_work
from handlers.customer_import import _which as which
from handlers.reader import Reader
from programme import customer_import
from programme.customer_import import AT_ONCE
from programme.file_turns import turn
from programme.import_rows import check_file
from programme.refusals import Refused
from sandbox import Person
from sandbox.manifest import Manifest
from storage.models import Customer, ImportRow
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.listed import files
from tests.scenarios.test_languages import is_all_in

HEADINGS = "Domain,Organisation,Super administrator's e-mail,Plan,Licences,Term,Remark\n"
GOOD = "dupont.example,Dupont & Fils,admin@dupont.example,Workplace Standard,12,yearly,x\n"
BAD = "weber.example,=Weber,nobody,standard,0,yearly,+49\n"


async def opened(person: Person, language: str = "en") -> None:
    await person.command("/partner-customers")
    await person.click(Reader(language).text("Import a file"))


async def checked(person: Person, content: str | bytes, name: str = "list.csv", language: str = "en") -> None:
    content = content.encode() if isinstance(content, str) else content
    await person.fill(Reader(language).text("Your list"), (name, content))
    await person.submit()


def good(count: int) -> str:
    return HEADINGS + "".join(GOOD.replace("dupont.example", f"kunde{number}.example", 1) for number in range(count))


async def domains(world: World) -> list[str]:
    return sorted(customer.domain for customer in await given.rows(world, Customer))


async def test_of_a_good_file_nothing_is_said_to_be_refused(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, HEADINGS + GOOD)
    assert "1 customer will be added." in emma.modal.text
    assert "refused" not in emma.modal.text


async def test_a_file_is_checked_shown_and_imported(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, HEADINGS + GOOD + BAD)
    shown = emma.modal.text
    assert "1 customer will be added." in shown
    assert "1 row is refused." in shown
    assert "1 × Licences: This is not a whole number" in shown
    assert "row 3 (weber.example)" in shown
    assert "leave them out: Remark" in shown
    assert await domains(world) == []
    await emma.click("Import 1 customer")
    assert "The import has begun" in emma.modal.text
    (customer,) = await given.rows(world, Customer)
    assert (customer.domain, customer.plan, customer.licences) == ("dupont.example", "standard", 12)
    progress, done, given_back = emma.messages("DM")[-3:]
    assert "The import of list.csv is done" in progress.text
    assert "1 of 1" in progress.text
    assert "1 customer is added." in done.text
    assert "1 row was refused; it follows as a file" in done.text
    assert given_back.files == ["refused-customers-1.csv"]
    ((_, content),) = files(world, emma)
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == [*HEADINGS.strip().split(","), "Reason for the refusal"]
    assert rows[1][:-1] == ["weber.example", "'=Weber", "nobody", "standard", "0", "yearly", "'+49"]
    assert "Super administrator: Please type one e-mail address" in rows[1][-1]
    assert await given.rows(world, ImportRow) == []


async def test_who_clicks_many_times_gets_one_example_and_the_refused_rows_once(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await given.press(world, emma, emma.modal, "Send me an example", times=5)
    assert len(files(world, emma)) == 1
    async with turn(world.bot.desk, given.actor(world, "Emma"), "example"):
        await emma.click("Send me an example")
    assert "This is on its way already" in emma.modal.text
    await checked(emma, HEADINGS + BAD)
    await given.press(world, emma, emma.modal, "Send me the refused rows", times=5)
    assert [name for name, _ in files(world, emma)] == ["customers-example.xlsx", "refused-customers-1.csv"]
    assert world.sandbox.refusals == []


async def test_what_was_refused_is_mended_and_imported_again(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, HEADINGS + BAD)
    assert emma.modal.buttons == ["Send me the refused rows", "Choose another file"]
    await emma.click("Send me the refused rows")
    ((_, content),) = files(world, emma)
    await emma.click("Choose another file")
    await checked(emma, content.decode("utf-8-sig").replace("nobody", "admin@weber.example").replace('"0"', '"7"'))
    assert "leave them out: Remark" in emma.modal.text
    await emma.click("Import 1 customer")
    (customer,) = await given.rows(world, Customer)
    assert (customer.organisation, customer.licences) == ("=Weber", 7)
    assert len(files(world, emma)) == 1


def workbook(rows: list[list[Any]]) -> bytes:
    content = io.BytesIO()
    book = Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "language", "headings", "term"),
    [
        ("Camille", "fr", "Domaine Société E-mail Forfait Licences Durée", "1 an"),
        ("Jonas", "de", "Domäne Firma E-Mail Tarif Lizenzen Laufzeit", "jährlich"),
    ],
)
async def test_a_workbook_is_walked_in_the_readers_language(
    world: World, name: str, language: str, headings: str, term: str
) -> None:
    reader, person = Reader(language), await given.partner(world, name)
    await opened(person, language)
    is_all_in(language, person.modal)
    await person.click(reader.text("Send me an example"))
    ((_, example),) = files(world, person)
    assert all(row.values for row in check_file(world.bot.desk.catalogue, example).rows)
    row = ["dupont.example", "Dupont", "a@b.example", "standard", 12, term]
    await checked(person, workbook([headings.split(), row, [*row[:3], "Gold", 1.5, "?"], row]), "x.xlsx", language)
    is_all_in(language, person.modal)
    assert (await given.rows(world, ImportRow))[2].number == 4
    await person.click(reader.count("Import {number} customer", "Import {number} customers", 1))
    is_all_in(language, person.modal)
    for message in person.messages("DM")[-3:]:
        is_all_in(language, message)
    ((_, content),) = files(world, person)[1:]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [line[:6] for line in sheet] == [headings.split(), [*row[:3], "Gold", "1.5", "?"], row]
    assert files(world, person)[1][0] == reader.text("refused-customers") + "-1.xlsx"
    assert sheet[0][6] == reader.text("Reason for the refusal")
    twice = reader.text("The file has this domain already, further up.")
    assert str(sheet[2][6]).endswith(twice)
    assert check_file(world.bot.desk.catalogue, content).headings == headings.split()
    await person.click(reader.text("Undo this import (within a day)"), where="DM")
    asked, *_, undone = person.messages("DM")[-3:]
    assert undone.text.startswith(":leftwards_arrow_with_hook:")
    is_all_in(language, asked)
    is_all_in(language, undone)
    assert [one.status for one in await given.rows(world, Customer)] == ["left"]


async def test_an_import_is_undone_after_a_question(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, good(3))
    await emma.click("Import 3 customers")
    proven, *_ = await given.rows(world, Customer)
    await given.change(world, Customer, proven.id, verified_at=world.bot.desk.clock.now())
    undo = "Undo this import (within a day)"
    question = await emma.click(undo, where="DM", confirm=False)
    assert "but for those whose domains are proven by now" in str(question)
    assert {one.status for one in await given.rows(world, Customer)} == {"trial"}
    await given.press(world, emma, emma.messages("DM")[-1], undo, times=3)
    assert [one.status for one in await given.rows(world, Customer)] == ["trial", "left", "left"]
    *_, asked, undone = emma.messages("DM")
    assert "is being undone" in asked.text
    assert asked.buttons == []
    assert "2 customers are off your list again. The file was list.csv. 1 customer of that file had been" in undone.text


async def test_who_closes_the_window_finds_the_preview_in_their_messages(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    world.sandbox.faults.fail("views.update", error="not_found")
    await checked(emma, HEADINGS + GOOD)
    await emma.close()
    await emma.close()
    await emma.click("Import 1 customer", where="DM")
    assert await domains(world) == ["dupont.example"]
    assert "The import has begun" in emma.messages("DM")[-3].text


async def test_a_file_that_will_not_do_is_explained_beside_the_form(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, "Domain,Remark\ndupont.example,x\n")
    assert "These columns are missing in this file: Organisation, Super administrator, Plan," in emma.modal.text
    await checked(emma, b"PK\x03\x04", "list.xlsx")
    assert "I cannot read this file." in emma.modal.text
    await emma.fill("Your list", ("large.csv", b"x" * 5_000_001))
    await emma.submit()
    assert emma.modal.errors == {"Your list": "This file is too large. Please split your list into several files."}
    await given.submit_forged(world, emma, file={"files": []})
    await checked(emma, HEADINGS + GOOD)
    assert "1 customer will be added." in emma.modal.text


async def test_a_file_that_slack_does_not_give_is_said(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    world.sandbox.faults.fail("files.download", status=503)
    await checked(emma, HEADINGS + GOOD)
    assert "Slack did not give me this file." in emma.modal.text


async def test_without_the_scope_that_is_said_in_a_message(world: World) -> None:
    """Slack shows no form with a file in it then, either."""
    emma = await given.partner(world)
    await opened(emma)
    await emma.fill("Your list", ("list.csv", b"x"))
    scopes = world.sandbox.core.manifest.scopes or frozenset()
    world.sandbox.core.manifest = Manifest(scopes=scopes - {"files:read"})
    await emma.submit()
    assert {refusal.error for refusal in world.sandbox.refusals} == {"missing_scope"}
    world.sandbox.refusals.clear()
    assert "Slack did not give me this file." in emma.last_message("DM").text
    await emma.click("Send me an example", where="DM")
    assert len(files(world, emma)) == 1


async def test_many_presses_import_once(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, good(3))
    await given.press(world, emma, emma.modal, "Import 3 customers", times=8)
    assert len(await domains(world)) == 3
    assert len([message for message in emma.messages("DM") if "3 customers are added" in message.text]) == 1


async def test_a_forged_button_imports_nothing(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, HEADINGS + GOOD)
    await given.press(world, emma, emma.modal, "Import 1 customer", value="99")
    assert "This preview does not hold any more." in emma.modal.text
    assert await domains(world) == []


@pytest.mark.parametrize("value", ["", "x", '"x"', "true", str(2**63), "null", "[1]"])
def test_a_button_that_is_none_of_ours_means_no_file(value: str) -> None:
    with pytest.raises(Refused, match="import_gone"):
        which({"actions": [{"value": value}]})


async def test_a_member_may_and_a_suspended_partner_may_not(world: World) -> None:
    await given.partner(world)
    await given.known(world, "Priya")
    priya = await given.member(world, "Priya")
    await opened(priya)
    await checked(priya, HEADINGS + GOOD)
    await given.suspend(world)
    await priya.click("Import 1 customer")
    assert "Your partnership is suspended" in priya.modal.text
    while priya.has_modal:
        await priya.close()
    await priya.command("/partner-customers")
    assert "Import a file" not in priya.modal.buttons
    assert await domains(world) == []


async def test_progress_is_shown_and_an_interrupted_import_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever takes it up goes on where the other ended; a file that has been given back is not given again."""
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, good(2 * AT_ONCE + 1) + BAD)
    shown: list[str] = []
    monkeypatch.setattr(import_work, "SHOWN_EVERY_SECONDS", -1.0)
    write_some, finish = customer_import.write_some, customer_import.finish

    async def writes_one(*args: Any) -> Any:
        if shown:
            raise ConnectionError
        file = await write_some(*args)
        shown.append(emma.last_message("DM").text)
        return file

    async def dies(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(customer_import, "write_some", writes_one)
    await emma.click(f"Import {2 * AT_ONCE + 1} customers")
    assert len(await domains(world)) == AT_ONCE
    monkeypatch.setattr(customer_import, "write_some", write_some)
    monkeypatch.setattr(customer_import, "finish", dies)
    assert await world.bot.carry_on_imports() == 0  # it is still somebody's
    given.later(world, timedelta(minutes=2))
    assert await world.bot.carry_on_imports() == 1
    assert len(await domains(world)) == 2 * AT_ONCE + 1
    monkeypatch.setattr(customer_import, "finish", finish)
    given.later(world, timedelta(minutes=2))
    assert await world.bot.carry_on_imports() == 1
    assert await world.bot.carry_on_imports() == 0
    assert len(files(world, emma)) == 1
    said = [message.text for message in emma.messages("DM")]
    assert sum("201 customers are added" in text for text in said) == 1
    bars = [str(call.args["text"]) for call in world.sandbox.calls if call.method == "chat.update"]
    assert "100 of 201" in bars[0]
    assert "201 of 201" in bars[-1]
    assert await given.rows(world, ImportRow) == []
