"""A proof that is not there yet is looked for: soon, then ever more seldom, and not for ever (mission row 19)."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programme import channels, partner_settings, partnerships, proof
from programme.catalogue import load_catalogue
from programme.desk import Actor, Desk
from programme.partner_settings import AlertSettings
from programme.proof_pauses import next_search
from programme.proof_search import look_for_proofs
from programme.verification import Finding, Outcome
from sandbox.nameserver import NameServer
from storage.models import AuditRow, Customer, OutgoingMessage, Partner
from tests.programme import house
from tests.programme.house import Clock

DOMAIN = "mueller.example"
TERMS = load_catalogue().verification
BEGAN = datetime(2026, 11, 17, 10, tzinfo=UTC)


def searches(since: datetime, late: timedelta = timedelta()) -> list[datetime]:
    """The moments of all searches, each run so much after it was due."""
    found: list[datetime] = []
    due = next_search(since, since, TERMS)
    while due is not None:
        found.append(due + late)
        due = next_search(since, found[-1], TERMS)
    return found


def test_soon_at_first_and_then_once_a_day() -> None:
    minutes = [(at - BEGAN) // timedelta(minutes=1) for at in searches(BEGAN)]
    assert minutes[:9] == [5, 10, 20, 40, 80, 160, 320, 640, 1280]
    assert minutes[10] - minutes[9] == 24 * 60
    assert len(minutes) < 50


@given(st.timedeltas(timedelta(), timedelta(days=3)))
def test_however_late_each_comes_pauses_never_shrink_and_the_search_ends(late: timedelta) -> None:
    found = [BEGAN, *searches(BEGAN, late)]
    pauses = [later - earlier for earlier, later in pairwise(found)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= timedelta(hours=TERMS.longest_pause_hours) + late
    assert found[-1] - BEGAN >= timedelta(days=TERMS.search_days)


def test_a_clock_that_was_set_back_does_not_end_the_search() -> None:
    assert next_search(BEGAN, BEGAN - timedelta(days=400), TERMS) is not None


@pytest.fixture
def desk(asking_desk: Desk) -> Desk:
    return asking_desk


@pytest.fixture
async def admin(desk: Desk) -> Actor:
    """The admin of a partner with a channel and a customer whose domain is not proven."""
    admin = await house.partner(desk)
    await partner_settings.change_settings(desk, admin, AlertSettings("C1", 0, "en", "UTC"))
    await house.customer(desk, admin)
    return admin


async def customer_now(desk: Desk) -> Customer:
    (customer,) = await house.rows(desk, Customer)
    return customer


async def publish(desk: Desk, names: NameServer) -> None:
    customer = await customer_now(desk)
    names.add(DOMAIN, "TXT", proof.template_of(desk.catalogue).txt(DOMAIN, customer.verification_token).value)


async def news(desk: Desk) -> list[str]:
    return [one.recipient for one in await house.rows(desk, OutgoingMessage) if one.kind == "domain_verified"]


async def test_it_is_found_written_down_and_told_once(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer
) -> None:
    assert await look_for_proofs(desk) == 0
    clock.moment += timedelta(minutes=5)
    assert await look_for_proofs(desk) == 1
    assert await look_for_proofs(desk) == 0
    await publish(desk, names)
    clock.moment += timedelta(minutes=5)
    assert await look_for_proofs(desk) == 1
    customer = await customer_now(desk)
    assert (customer.verified_at, customer.verified_by_method) == (clock.moment, "txt")
    assert await news(desk) == ["C1"]
    (row,) = [row for row in await house.rows(desk, AuditRow) if row.action == "verified"]
    assert (row.user_id, row.after) == (None, {"method": "txt"})
    clock.moment += timedelta(days=2)
    assert await look_for_proofs(desk) == 0


async def test_two_processes_tell_of_it_once(desk: Desk, admin: Actor, clock: Clock, names: NameServer) -> None:
    await publish(desk, names)
    clock.moment += timedelta(minutes=5)
    assert sorted(await asyncio.gather(look_for_proofs(desk), look_for_proofs(desk))) == [0, 1]
    assert await news(desk) == ["C1"]


async def test_without_a_channel_the_admins_hear_of_it(desk: Desk, clock: Clock, names: NameServer) -> None:
    admin = await house.partner(desk)
    await house.customer(desk, admin)
    await publish(desk, names)
    clock.moment += timedelta(minutes=5)
    await look_for_proofs(desk)
    assert await news(desk) == [admin.user_id]


async def test_where_the_channel_is_gone_the_admins_hear_of_it(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer
) -> None:
    (partner,) = await house.rows(desk, Partner)
    await channels.broke(desk, partner, [], "is_archived")
    await publish(desk, names)
    clock.moment += timedelta(minutes=5)
    await look_for_proofs(desk)
    assert await news(desk) == [admin.user_id]


async def test_who_asks_while_it_is_being_looked_for_has_the_say(
    desk: Desk, admin: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def asks_meanwhile(*_: object, **__: object) -> Finding:
        clock.moment += timedelta(seconds=1)
        await proof.verify(desk, admin, DOMAIN)
        return Finding(Outcome.NOTHING_FOUND)

    clock.moment += timedelta(days=20)
    monkeypatch.setattr("programme.proof_search.check", asks_meanwhile)
    await look_for_proofs(desk)
    assert (await customer_now(desk)).proof_due_at == clock.moment + timedelta(minutes=5)


async def test_who_dies_over_it_is_not_the_last_to_look(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(desk, names)
    clock.moment += timedelta(minutes=5)
    with monkeypatch.context() as broken:
        broken.setattr("programme.proof_search.check", _dies)
        with pytest.raises(RuntimeError):
            await look_for_proofs(desk)
    assert await look_for_proofs(desk) == 0
    clock.moment += timedelta(minutes=5)
    assert await look_for_proofs(desk) == 1
    assert await news(desk) == ["C1"]


async def _dies(*_: object, **__: object) -> None:
    raise RuntimeError


async def test_a_month_later_nobody_looks_until_somebody_asks(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer
) -> None:
    clock.moment += timedelta(days=31)
    assert await look_for_proofs(desk) == 1
    clock.moment += timedelta(days=31)
    assert await look_for_proofs(desk) == 0
    await proof.verify(desk, admin, DOMAIN)
    await publish(desk, names)
    clock.moment += timedelta(minutes=5)
    assert await look_for_proofs(desk) == 1
    assert await news(desk) == ["C1"]


async def test_for_a_suspended_partner_nothing_changes_by_itself(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer
) -> None:
    await publish(desk, names)
    (partner,) = await house.rows(desk, Partner)
    await partnerships.suspend(desk, house.BEN, partner.id, "They do not pay.")
    clock.moment += timedelta(minutes=5)
    assert await look_for_proofs(desk) == 1
    assert (await customer_now(desk)).verified_at is None
    await partnerships.reinstate(desk, house.BEN, partner.id)
    clock.moment += timedelta(minutes=10)
    await look_for_proofs(desk)
    assert (await customer_now(desk)).verified_at is not None
