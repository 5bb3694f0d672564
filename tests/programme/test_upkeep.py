"""Verified domains are looked at every week; what breaks is written down, and so is what mends."""

import asyncio
from datetime import date, timedelta

import pytest

from programme import partner_settings, proof
from programme.alerts import plan
from programme.desk import Actor, Desk
from programme.partner_settings import AlertSettings
from programme.services import check_services
from programme.upkeep import EVERY, look_after_domains
from sandbox.nameserver import NameServer
from storage.models import Alert, Customer
from tests.programme import house
from tests.programme.house import Clock

MX = "10 mx.nordlicht.example"
DOMAIN = "mueller.example"


@pytest.fixture
def desk(asking_desk: Desk) -> Desk:
    return asking_desk


@pytest.fixture
async def admin(desk: Desk, names: NameServer) -> Actor:
    """The admin of a partner with one customer, whose domain is verified and whose mail arrives."""
    admin = await house.partner(desk)
    await partner_settings.change_settings(desk, admin, AlertSettings("C1", 0, "en", "UTC"))
    customer = await house.customer(desk, admin)
    names.add(DOMAIN, "TXT", proof.template_of(desk.catalogue).txt(DOMAIN, customer.verification_token).value)
    names.add(DOMAIN, "MX", MX)
    await proof.verify(desk, admin, DOMAIN)
    assert await look_after_domains(desk) == 1
    return admin


async def customer_now(desk: Desk) -> Customer:
    (customer,) = await house.rows(desk, Customer)
    return customer


def remove(names: NameServer, kind: str) -> None:
    for record in names.records():
        if record.type == kind:
            names.remove(record.id)


async def test_a_domain_is_looked_at_once_a_week(desk: Desk, admin: Actor, clock: Clock) -> None:
    assert await look_after_domains(desk) == 0
    clock.moment += EVERY - timedelta(seconds=1)
    assert await look_after_domains(desk) == 0
    clock.moment += timedelta(seconds=2)
    assert await look_after_domains(desk) == 1


@pytest.mark.parametrize(("kind", "part"), [("TXT", "proof"), ("MX", "mail")])
async def test_what_is_gone_is_written_down_and_alerted_once(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer, kind: str, part: str
) -> None:
    remove(names, kind)
    clock.moment += EVERY + timedelta(days=1)
    await look_after_domains(desk)
    customer = await customer_now(desk)
    assert (customer.broken_part, customer.broken_on) == (part, date(2026, 10, 9))
    await plan(desk)
    await plan(desk)
    assert [alert.due_on for alert in await house.rows(desk, Alert) if alert.kind == "broken"] == [date(2026, 10, 9)]


async def test_a_proof_counts_as_gone_from_its_own_day(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer
) -> None:
    for kind in ("MX", "TXT"):
        remove(names, kind)
        clock.moment += EVERY + timedelta(days=1)
        await look_after_domains(desk)
    customer = await customer_now(desk)
    assert (customer.broken_part, customer.broken_on) == ("proof", date(2026, 10, 17))


async def test_mail_that_never_arrived_with_us_is_not_missed(desk: Desk, clock: Clock, names: NameServer) -> None:
    admin = await house.partner(desk)
    customer = await house.customer(desk, admin)
    names.add(DOMAIN, "TXT", proof.template_of(desk.catalogue).txt(DOMAIN, customer.verification_token).value)
    await proof.verify(desk, admin, DOMAIN)
    await look_after_domains(desk)
    assert (await customer_now(desk)).broken_part is None


async def test_silent_name_servers_break_nothing_and_are_asked_again_the_same_day(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer
) -> None:
    names.silent()
    clock.moment += EVERY + timedelta(days=1)
    assert await look_after_domains(desk) == 1
    assert (await customer_now(desk)).broken_part is None
    assert await look_after_domains(desk) == 0
    clock.moment += timedelta(hours=7)
    assert await look_after_domains(desk) == 1


async def test_a_proof_that_is_back_mends_it_at_once(desk: Desk, admin: Actor, clock: Clock, names: NameServer) -> None:
    (value,) = [record.value for record in names.records() if record.type == "TXT"]
    remove(names, "TXT")
    clock.moment += EVERY + timedelta(days=1)
    await look_after_domains(desk)
    names.add(DOMAIN, "TXT", value)
    await asyncio.gather(*(proof.verify(desk, admin, DOMAIN) for _ in range(3)))
    customer = await customer_now(desk)
    assert (customer.broken_part, customer.broken_on) == (None, None)
    assert customer.verified_at is not None
    gone, back = await house.audited(desk, "checked")
    assert (back.user_id, back.before, back.after) == (admin.user_id, gone.after, gone.before)


async def test_what_of_the_mail_broke_is_named_until_it_works_again(
    desk: Desk, admin: Actor, clock: Clock, names: NameServer
) -> None:
    proof_value = next(record.value for record in names.records() if record.type == "TXT")
    names.add(DOMAIN, "TXT", "v=spf1 include:spf.nordlicht.example ~all")
    names.add(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=none")
    await in_a_week(desk, clock)
    assert (await customer_now(desk)).mail_worked == "mx spf dmarc"
    remove(names, "TXT")
    names.add(DOMAIN, "TXT", proof_value)
    await in_a_week(desk, clock)
    customer = await customer_now(desk)
    assert (customer.broken_part, customer.broken_mail) == ("mail", "spf dmarc")
    since = customer.broken_on
    names.fail(f"_dmarc.{DOMAIN}")
    names.add(DOMAIN, "TXT", "v=spf1 a include:spf.nordlicht.example ~all")
    await in_a_week(desk, clock)
    customer = await customer_now(desk)
    assert (customer.broken_mail, customer.broken_on) == ("dmarc", since)
    names.clear()
    names.add(f"_dmarc.{DOMAIN}", "TXT", "v=DMARC1; p=reject")
    await in_a_week(desk, clock)
    customer = await customer_now(desk)
    assert (customer.broken_part, customer.broken_mail, customer.broken_on) == (None, None, None)


async def test_a_look_at_the_mail_writes_down_what_works_and_leaves_the_rest_to_the_week(
    desk: Desk, admin: Actor, names: NameServer
) -> None:
    before = await customer_now(desk)
    names.add(DOMAIN, "TXT", "v=spf1 include:spf.nordlicht.example ~all")
    remove(names, "MX")
    services = await check_services(desk, admin, DOMAIN)
    assert services.mail is not None
    assert services.mail.failing == {"mx", "dkim", "dmarc"}
    after = await customer_now(desk)
    assert (after.mail_worked, after.broken_part) == (before.mail_worked, None)
    names.add(DOMAIN, "MX", MX)
    await check_services(desk, admin, DOMAIN)
    after = await customer_now(desk)
    assert (after.mail_worked, after.check_due_at) == ("mx spf", before.check_due_at)


async def in_a_week(desk: Desk, clock: Clock) -> None:
    clock.moment += EVERY + timedelta(days=1)
    assert await look_after_domains(desk) == 1
