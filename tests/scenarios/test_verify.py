"""Proving a domain: each thing that its name servers may say has its own sentence (mission rows 19 and 20)."""

import asyncio
import time
from collections.abc import Callable

import pytest

from sandbox import Person, Sandbox
from storage.models import AuditRow, Customer
from tests.desk import World
from tests.scenarios import given

DOMAIN = "mueller.example"


def txt(customer: Customer) -> str:
    return f"nordlicht-verification={customer.verification_token}.verify.nordlicht.example"


async def one_customer(world: World) -> tuple[Person, Customer]:
    """A partner's admin with a customer whose domain is registered, and not proven yet."""
    emma = await given.partner(world)
    await given.customer(world)
    world.sandbox.dns.add_zone(DOMAIN)
    (customer,) = await given.rows(world, Customer)
    return emma, customer


def wrong_value(sandbox: Sandbox, customer: Customer) -> None:
    sandbox.dns.add(DOMAIN, "TXT", "v=spf1 -all")
    sandbox.dns.add(DOMAIN, "TXT", "nordlicht-verification=vsomebodyelse.verify.nordlicht.example")


def doubled_name(sandbox: Sandbox, customer: Customer) -> None:
    sandbox.dns.add(f"{DOMAIN}.{DOMAIN}", "TXT", txt(customer))


def wildcard(sandbox: Sandbox, customer: Customer) -> None:
    sandbox.dns.add(f"*.{DOMAIN}", "CNAME", "verify.nordlicht.example")


SENTENCES: list[tuple[Callable[[Sandbox, Customer], object], str]] = [
    (lambda sandbox, customer: None, "Not verified yet: neither record is there."),
    (wrong_value, "Not verified yet: there is a record, but with another value."),
    (doubled_name, f"I found it at {DOMAIN}.{DOMAIN}; it belongs at {DOMAIN}."),
    (wildcard, f"Not verified yet: every name below {DOMAIN} leads to us"),
    (lambda sandbox, customer: sandbox.dns.fail(rcode="NXDOMAIN"), f"{DOMAIN} does not exist in the DNS."),
    (lambda sandbox, customer: sandbox.dns.fail(), f"The name servers of {DOMAIN} answer with an error."),
]


@pytest.mark.parametrize(("happens", "sentence"), SENTENCES, ids=[sentence[-30:] for _, sentence in SENTENCES])
async def test_what_the_name_servers_say_is_told(
    world: World, happens: Callable[[Sandbox, Customer], object], sentence: str
) -> None:
    emma, customer = await one_customer(world)
    happens(world.sandbox, customer)
    await emma.command(f"/partner-verify {DOMAIN}")
    await emma.sees(sentence)
    assert txt(customer) in emma.modal.text
    assert f"{customer.verification_token}.{DOMAIN}" in emma.modal.text
    assert [other for _, other in SENTENCES if other in emma.modal.text] == [sentence]
    (customer,) = await given.rows(world, Customer)
    assert customer.verified_at is None


async def test_a_wrong_value_is_shown(world: World) -> None:
    emma, customer = await one_customer(world)
    wrong_value(world.sandbox, customer)
    await emma.command(f"/partner-verify {DOMAIN}")
    await emma.sees("What is there now:", "vsomebodyelse")
    assert "spf1" not in emma.modal.text


async def test_a_silent_name_server_is_waited_for_briefly_and_progress_is_shown(world: World) -> None:
    emma, _ = await one_customer(world)
    world.sandbox.dns.silent()
    began = time.monotonic()
    asking = asyncio.create_task(emma.command(f"/partner-verify {DOMAIN}"))
    await emma.sees("Asking the domain's name servers", within=1.5)
    await emma.sees(f"The name servers of {DOMAIN} do not answer.", within=6.5)
    assert time.monotonic() - began < 6.5
    await asking
    assert "partners@nordlicht.example" in emma.modal.text


async def test_the_cname_proves_it_too(world: World) -> None:
    emma, customer = await one_customer(world)
    world.sandbox.dns.add(f"{customer.verification_token}.{DOMAIN}", "CNAME", "verify.nordlicht.example")
    await emma.command(f"/partner-verify {DOMAIN}")
    await emma.sees(f"{DOMAIN} is verified.")
    (customer,) = await given.rows(world, Customer)
    assert customer.verified_by_method == "cname"


async def test_verified_twice_is_verified_once(world: World) -> None:
    emma, customer = await one_customer(world)
    await emma.command("/partner-customers")
    await emma.click("Verify")
    await emma.sees("neither record is there")
    record = world.sandbox.dns.add(DOMAIN, "TXT", txt(customer))
    await given.press(world, emma, emma.modal, "Check now", times=4)
    await emma.sees(f"{DOMAIN} is verified.")
    (proven,) = await given.rows(world, Customer)
    world.sandbox.dns.remove(record.id)
    await emma.close()
    await emma.close()
    await emma.command(f"/partner-verify {DOMAIN}")
    await emma.sees(f"{DOMAIN} is verified.")
    (still,) = await given.rows(world, Customer)
    assert still.verified_at == proven.verified_at
    assert len([row for row in await given.rows(world, AuditRow) if row.action == "verified"]) == 1


async def test_manage_stands_in_the_place_of_verify_once_it_is_proven(world: World) -> None:
    emma, customer = await one_customer(world)
    await emma.command("/partner-customers")
    assert emma.modal.buttons[:3] == ["Add a customer", "Verify", "Extend trial"]
    assert "Manage" not in emma.modal.buttons
    await emma.close()
    await emma.command(f"/partner-manage {DOMAIN}", channel="#general")
    told = await emma.sees(f"{DOMAIN} is not verified yet", where="#general")
    assert told.buttons == ["Verify"]
    world.sandbox.dns.add(DOMAIN, "TXT", txt(customer))
    await emma.click("Verify", where="#general")
    await emma.sees(f"{DOMAIN} is verified.")
    await emma.click("Manage")
    assert "You are managing Müller GmbH (mueller.example) on its behalf" in emma.modal.text
    await emma.close()
    await emma.close()
    await emma.command("/partner-customers")
    assert emma.modal.buttons[:3] == ["Add a customer", "Manage", "Extend trial"]
    assert "Verify" not in emma.modal.buttons


async def test_of_two_partners_with_one_domain_one_proves_it(world: World) -> None:
    emma, mine = await one_customer(world)
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.partner(world, "Olivia", company="Stone Ltd")
    await given.customer(world, "Olivia")
    _, theirs = await given.rows(world, Customer)
    assert mine.verification_token != theirs.verification_token
    for customer in (mine, theirs):
        world.sandbox.dns.add(DOMAIN, "TXT", txt(customer))
    await asyncio.gather(*(one.command(f"/partner-verify {DOMAIN}") for one in (emma, olivia)))
    await world.quiet()
    proven = [one for one in await given.rows(world, Customer) if one.verified_at]
    assert len(proven) == 1
    winner, loser = (emma, olivia) if proven[0].id == mine.id else (olivia, emma)
    assert f"{DOMAIN} is verified." in winner.modal.text
    assert "this domain belongs to an organisation that we know already" in loser.modal.text
    assert "partners@nordlicht.example" in loser.modal.text
    assert "Stone" not in emma.modal.text
    assert "Clarke" not in olivia.modal.text


async def test_a_suspended_partner_reads_but_proves_nothing(world: World) -> None:
    emma, _ = await one_customer(world)
    await emma.command("/partner-customers")
    await given.suspend(world)
    await emma.click("Verify")
    await emma.sees("Your partnership is suspended")
    while emma.has_modal:
        await emma.close()
    await emma.command("/partner-customers")
    assert DOMAIN in emma.modal.text
    assert "Verify" not in emma.modal.buttons


@pytest.mark.parametrize(
    ("name", "channel", "before", "after", "manage"),
    [
        ("Emma", "clarke-alerts", "You may close this: I go on looking for 30 days, and tell #clarke-alerts",
         f"{DOMAIN} is verified. The record is there.", "Manage"),
        ("Camille", "laurent-alerts", "je continue à chercher pendant 30 jours et je préviens #laurent-alerts",
         f"{DOMAIN} est vérifié. L’enregistrement est en place.", "Gérer"),
        ("Jonas", "", "Ich suche 30 Tage lang weiter und sage Ihren Admins Bescheid",
         f"{DOMAIN} ist verifiziert. Der Eintrag ist da.", "Verwalten"),
    ],
)  # fmt: skip
async def test_it_is_found_without_anybody_looking(
    world: World, name: str, channel: str, before: str, after: str, manage: str
) -> None:
    person = await given.partner(world, name)
    await given.customer(world, name)
    world.sandbox.dns.add_zone(DOMAIN)
    if channel:
        await given.alerts_in(world, channel, name, language=person.user.locale[:2])
    await person.command(f"/partner-verify {DOMAIN}")
    await person.sees(before)
    await person.close()
    (customer,) = await given.rows(world, Customer)
    world.sandbox.dns.add(DOMAIN, "TXT", txt(customer))
    world.sandbox.move_day(days=1)
    assert await world.bot.look_after_domains() >= 1  # what is proven is looked at, too
    await world.bot.house.courier.deliver_messages()
    told = await person.sees(after, where=f"#{channel}" if channel else "DM")
    assert told.buttons == [manage]
    await person.click(manage, where=f"#{channel}" if channel else "DM")
    assert "Müller GmbH" in person.modal.text


async def test_the_search_ends_with_its_time_and_with_the_process(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_customer(world)
    world.sandbox.move_day(days=1)
    with monkeypatch.context() as hurried:
        hurried.setattr("bot.assembly.SHARE_OF_TICK", 0)
        assert await world.bot.look_after_domains() == 0
    await world.bot.house.courier.come_to_rest()
    assert await world.bot.look_after_domains() == 0
    world.bot.house.courier.poster.shutdown.is_near = False
    assert await world.bot.look_after_domains() == 1


async def test_news_of_a_channel_that_vanishes_goes_to_the_admins(world: World) -> None:
    """It was there when the news was written down, and is not any more when it is posted."""
    emma, customer = await one_customer(world)
    await given.alerts_in(world, "clarke-alerts")
    world.sandbox.dns.add(DOMAIN, "TXT", txt(customer))
    world.sandbox.move_day(days=1)
    assert await world.bot.look_after_domains() >= 1  # what is proven is looked at, too
    world.sandbox.workplace.archive("clarke-alerts")
    for _ in range(2):
        await world.bot.house.courier.deliver_messages()
    told = [one for one in emma.messages("DM") if f"{DOMAIN} is verified. The record is there." in one.text]
    assert [one.buttons for one in told] == [["Manage"]]
    assert [one for one in emma.messages("DM") if "do not arrive any more" in one.text] != []
    world.sandbox.refusals.clear()


async def test_who_proves_a_domain_again_reads_what_has_become_of_its_trial(world: World) -> None:
    """When it was added there was nothing to be read of it."""
    jonas = await given.partner(world, "Jonas")
    before = await given.verified(world, "Jonas")
    day = world.bot.desk.clock.now().date()
    await given.change(world, Customer, before, status="left", left_on=day)
    world.sandbox.move_day(days=20)
    customer_id = await given.customer(world, "Jonas")
    customer = next(row for row in await given.rows(world, Customer) if row.id == customer_id)
    world.sandbox.dns.add_zone(DOMAIN)
    world.sandbox.dns.add(DOMAIN, "TXT", txt(customer))
    await jonas.command(f"/partner-verify {DOMAIN}")
    await jonas.sees("Die Testversion ist abgelaufen.", "endete am 2. Dezember 2026")
    await jonas.click("Verwalten")
    await jonas.click("Verlauf")
    await jonas.sees("Für jede Domäne gibt es nur eine.", "Beginn der Testversion")
