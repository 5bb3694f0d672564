"""Customers from a file: walked in three languages, by everybody who may and may not."""

import csv
import io

from sandbox import Person
from storage.models import Customer, ImportRow
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.listed import files

HEADINGS = "Domain,Organisation,Super administrator's e-mail,Plan,Licences,Term,Remark\n"
GOOD = "dupont.example,Dupont & Fils,admin@dupont.example,Workplace Standard,12,yearly,x\n"
BAD = "weber.example,=Weber,nobody,standard,0,yearly,+49\n"


async def opened(person: Person) -> None:
    await person.command("/partner-customers")
    await person.click("Import a file")


async def checked(person: Person, content: str, name: str = "list.csv") -> None:
    await person.fill("Your list", (name, content.encode()))
    await person.submit()


async def test_a_file_is_checked_shown_and_imported(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, HEADINGS + GOOD + BAD)
    modal = emma.modal
    assert "1 customer will be added." in modal.text
    assert "1 row is refused." in modal.text
    assert "1 × Licences: This is not a whole number" in modal.text
    assert "row 3 (weber.example)" in modal.text
    assert "leave them out: Remark" in modal.text
    assert await given.rows(world, Customer) == []
    await emma.click("Import 1 customer")
    assert "The import has begun" in emma.modal.text
    await world.quiet()
    (customer,) = await given.rows(world, Customer)
    assert (customer.domain, customer.plan, customer.licences) == ("dupont.example", "standard", 12)
    said = [message.text for message in emma.messages("DM")]
    assert "The import of list.csv is done" in said[-3]
    assert "1 of 1" in said[-3]
    assert "1 customer is added." in said[-2]
    ((name, content),) = files(world, emma)
    assert name == "refused-customers-1.csv"
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == [*HEADINGS.strip().split(","), "Reason for the refusal"]
    assert rows[1][:-1] == ["weber.example", "'=Weber", "nobody", "standard", "0", "yearly", "'+49"]
    assert "Super administrator: Please type one e-mail address" in rows[1][-1]
    assert await given.rows(world, ImportRow) == []


async def test_what_was_refused_is_mended_and_imported_again(world: World) -> None:
    emma = await given.partner(world)
    await opened(emma)
    await checked(emma, HEADINGS + BAD)
    assert emma.modal.buttons == ["Send me the refused rows", "Choose another file"]
    await emma.click("Send me the refused rows")
    ((_, content),) = files(world, emma)
    await emma.click("Choose another file")
    mended = content.decode("utf-8-sig").replace("nobody", "admin@weber.example").replace(",0,", ",7,")
    await checked(emma, mended)
    assert "leave them out: Remark" in emma.modal.text
    await emma.click("Import 1 customer")
    await world.quiet()
    (customer,) = await given.rows(world, Customer)
    assert (customer.organisation, customer.licences) == ("=Weber", 7)
    assert len(files(world, emma)) == 1
