"""From which day on a renewal can be recorded, and how it is taken back, in three languages (mission row 14)."""

from datetime import date

import pytest

from handlers import errors
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_plan import WALKERS, opens, reader_of, reads, subscriber, the_customer


@pytest.fixture(autouse=True)
def _no_click_is_taken_for_a_double_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests click faster than people, who are shown one notice for all that they click within a second."""
    monkeypatch.setattr(errors, "ONE_NOTICE_SECONDS", 0.0)


@WALKERS
async def test_a_renewal_is_recorded_when_it_is_near_and_undone(world: World, name: str) -> None:
    person = await subscriber(world, name)
    reader, customer = reader_of(person), await the_customer(world)
    assert customer.renews_on is not None
    record, undo = reader.text("Record renewal"), reader.text("Undo")
    await opens(person)
    assert record not in person.modal.buttons
    reads(person, reader.text("It can be recorded from {day} on.", day=reader.day(date(2026, 12, 2))))
    while person.has_modal:
        await person.close()
    world.sandbox.move_day(days=15)
    await opens(person)
    await given.change(world, Customer, customer.id, started_on=date(2026, 12, 16))
    await person.click(record)  # a button of yesterday
    reads(person, reader.day(date(2026, 12, 16)))
    assert (await the_customer(world)).renews_on == customer.renews_on
    await person.close()
    await given.change(world, Customer, customer.id, started_on=customer.started_on)
    await person.click(record)
    assert record not in reads(person).buttons
    assert (await the_customer(world)).renews_on == date(2027, 1, 17)
    question = await person.click(undo)
    assert question is not None
    assert [word for word in (reader.money(3600, "EUR"), reader.day(customer.renews_on)) if word not in question] == []
    assert record in reads(person).buttons
    assert (await the_customer(world)).renews_on == customer.renews_on
    await person.close()
    await person.click(reader.text("Payments"))
    due = reader.text("Renewal undone, due again on {until}", until=reader.day(customer.renews_on))
    page = reads(person, due, reader.money(3600, "EUR"))
    assert reader.money(0, "EUR") not in page.text
    await person.close()
    await person.click(reader.text("History"))
    text = "{who} has undone the renewal of the subscription of {domain}."
    reads(person, reader.text(text, who=f"@{person.user.real_name}", domain="mueller.example"))
