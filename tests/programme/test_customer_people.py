"""The people around a customer: who looks after it, whom one speaks to there, how many licences they use."""

import pytest
from sqlalchemy import delete, update

from programme import members, plan_changes
from programme.customer_contacts import (
    MOST_CONTACTS,
    add_contact,
    change_contact,
    contact_to_change,
    read_contact,
    remove_contact,
    stamp_of_contact,
)
from programme.customer_people import assign, people_of, record_in_use
from programme.desk import Actor, Desk
from programme.meanwhile import Fate
from programme.refusals import BadInput, Refused
from storage.models import AuditRow, Customer, CustomerContact, OutgoingMessage, Partner
from storage.store import Store
from tests.programme import house, plans
from tests.programme.colleagues import joined
from tests.programme.house import Clock

ANNA = {"name": " Anna  Müller ", "role": "billing", "email": "anna@mueller.example", "phone": "0221 4710 999"}


@pytest.fixture
def desk(store: Store) -> Desk:
    return house.make_desk(store)


@pytest.fixture
async def admin(desk: Desk) -> Actor:
    admin = await house.partner(desk)
    await house.customer(desk, admin)
    return admin


def test_a_contact_is_read_as_the_application_form_is() -> None:
    read = read_contact(ANNA, "DE")
    assert read == {
        "name": "Anna Müller", "role": "billing", "email": "anna@mueller.example", "phone": "+492214710999",
    }  # fmt: skip
    wrong = {"name": "", "role": "boss", "email": "anna", "phone": "ask Anna"}
    with pytest.raises(BadInput) as bad:
        read_contact(wrong, "DE")
    words = ["missing", "not_offered", "not_an_email", "not_a_phone_number"]
    assert bad.value.fields == dict(zip(wrong, words, strict=True))
    with pytest.raises(BadInput) as bad:
        read_contact({"name": "Anna", "role": "other"}, None)
    assert bad.value.fields == {"email": "unreachable"}


async def test_contacts_are_written_down_once_changed_and_removed(desk: Desk, admin: Actor) -> None:
    clicks = [add_contact(desk, admin, 1, ANNA, "k1") for _ in range(3)]
    assert len((await house.at_once(clicks))[0]) == 3
    (anna,) = (await people_of(desk, admin, 1)).contacts
    for _ in range(2):
        await change_contact(desk, admin, 1, anna.id, ANNA | {"phone": ""}, stamp_of_contact(anna))
    for _ in range(2):
        await remove_contact(desk, admin, 1, anna.id)
    assert (await people_of(desk, admin, 1)).contacts == []
    rows = [row for row in await house.rows(desk, AuditRow) if row.action.startswith("contact_")]
    assert [row.action for row in rows] == ["contact_added", "contact_changed", "contact_removed"]
    assert (rows[1].before or {})["contact_phone"] == "+492214710999"
    assert (rows[1].after or {})["contact_phone"] is None
    gone = await change_contact(desk, admin, 1, anna.id, ANNA, stamp_of_contact(anna))
    assert (gone.fate, gone.now) == (Fate.GONE, None)


async def test_there_is_an_end_to_them_also_at_once(desk: Desk, admin: Actor) -> None:
    for number in range(MOST_CONTACTS - 1):
        await add_contact(desk, admin, 1, ANNA, f"k{number}")
    await house.at_once(people_of(desk, admin, 1) for _ in range(3))  # else who is connected first is done first
    results, reasons = await house.at_once(add_contact(desk, admin, 1, ANNA, key) for key in ("a", "b", "c"))
    assert (len(results), reasons) == (1, ["contacts_full"] * 2)
    assert len(await house.rows(desk, CustomerContact)) == MOST_CONTACTS


async def given(desk: Desk) -> list[str]:
    return [one.recipient for one in await house.rows(desk, OutgoingMessage) if one.kind == "customer_given"]


async def test_a_customer_is_taken_given_and_let_go(desk: Desk, admin: Actor) -> None:
    colleague = await joined(desk, admin, "U5")
    for who in (admin, admin, colleague, colleague, None):
        await assign(desk, admin, 1, who)
        (customer,) = await house.rows(desk, Customer)
        assert customer.assigned_to == (who.user_id if who else None)
    assert await given(desk) == ["U5"]  # nobody is told what they did themselves
    await assign(desk, admin, 1, colleague)
    assert await given(desk) == ["U5", "U5"]
    actions = [row.action for row in await house.rows(desk, AuditRow)]
    assert [action for action in actions if action in ("assigned", "given", "unassigned")] == [
        "assigned", "given", "unassigned", "given",
    ]  # fmt: skip
    stranger = await house.partner(desk, "U2")
    with pytest.raises(Refused, match="unknown_member"):
        await assign(desk, admin, 1, stranger)


async def test_whoever_goes_at_that_moment_looks_after_nobody(desk: Desk, admin: Actor) -> None:
    colleague = await joined(desk, admin, "U5")
    await house.at_once([assign(desk, admin, 1, colleague), members.leave(desk, colleague)])
    (customer,) = await house.rows(desk, Customer)
    assert customer.assigned_to is None


async def test_what_is_no_number_of_licences_in_use(desk: Desk, admin: Actor) -> None:
    for typed in ("", "-1", "1.5", "1000001", "9" * 5000, "٣"):
        with pytest.raises(BadInput):
            await record_in_use(desk, admin, 1, {"in_use": typed})


async def test_what_is_in_use_is_recorded_and_holds(desk: Desk) -> None:
    admin, customer = await plans.subscriber(desk, desk.clock if isinstance(desk.clock, Clock) else Clock())
    for _ in range(2):
        await record_in_use(desk, admin, customer, {"in_use": "9"})
    (row,) = await house.audited(desk, "in_use_recorded")
    assert (row.before, row.after) == ({"licences_in_use": 1}, {"licences_in_use": 9})
    with pytest.raises(BadInput):
        await plan_changes.preview(desk, admin, customer, plans.wish(licences=8))
    await plans.confirmed(desk, admin, customer, plans.wish(licences=9))
    assert (await people_of(desk, admin, customer)).licences_kept is None
    await record_in_use(desk, admin, customer, {"in_use": "11"})
    assert (await people_of(desk, admin, customer)).licences_kept == 11
    await record_in_use(desk, admin, customer, {"in_use": "20"})  # more than there are
    assert (await people_of(desk, admin, customer)).licences_kept == 12


async def test_strangers_and_the_suspended(desk: Desk, admin: Actor) -> None:
    await add_contact(desk, admin, 1, ANNA, "k1")
    stranger = await house.partner(desk, "U2")
    await house.customer(desk, stranger, domain="theirs.example")
    for which in (1, 99):
        for refused in (
            people_of(desk, stranger, which),
            assign(desk, stranger, which, stranger),
            record_in_use(desk, stranger, which, {"in_use": "5"}),
            add_contact(desk, stranger, which, ANNA, "k2"),
            change_contact(desk, stranger, which, 1, ANNA, ""),
            remove_contact(desk, stranger, which, 1),
        ):
            with pytest.raises(Refused, match="unknown_customer"):
                await refused
    with pytest.raises(Refused, match="unknown_contact"):
        await contact_to_change(desk, stranger, 2, 1)
    assert (await change_contact(desk, stranger, 2, 1, ANNA, "")).fate is Fate.GONE
    await remove_contact(desk, stranger, 2, 1)
    async with desk.store.write() as session:
        await session.execute(update(Partner).values(status="suspended", suspended_at=desk.clock.now()))
    assert [one.name for one in (await people_of(desk, admin, 1)).contacts] == ["Anna Müller"]
    for refused in (
        assign(desk, admin, 1, None),
        record_in_use(desk, admin, 1, {"in_use": "5"}),
        add_contact(desk, admin, 1, ANNA, "k2"),
        change_contact(desk, admin, 1, 1, ANNA, ""),
        remove_contact(desk, admin, 1, 1),
    ):
        with pytest.raises(Refused, match="suspended"):
            await refused


async def test_nobody_has_noted_how_many_licences_are_in_use_until_somebody_has(desk: Desk, admin: Actor) -> None:
    customer = (await house.rows(desk, Customer))[0].id
    assert not (await people_of(desk, admin, customer)).is_in_use_noted
    await record_in_use(desk, admin, customer, {"in_use": "2"})
    await record_in_use(desk, admin, customer, {"in_use": "1"})
    assert (await people_of(desk, admin, customer)).is_in_use_noted
    await set_in_use(desk, 7)  # as another partner's, who brought the customer along, had noted it
    async with desk.store.write() as session:
        await session.execute(delete(AuditRow).where(AuditRow.action == "in_use_recorded"))
    assert (await people_of(desk, admin, customer)).is_in_use_noted


async def set_in_use(desk: Desk, number: int) -> None:
    async with desk.store.write() as session:
        await session.execute(update(Customer).values(licences_in_use=number))
