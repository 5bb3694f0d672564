"""A customer's services and its mail records, as a partner sees and mends them (mission row 12)."""

import asyncio
import time

import pytest

from sandbox import Person
from storage.models import AuditRow, Customer
from tests.desk import World
from tests.scenarios import given

DOMAIN = "mueller.example"
SPF = "v=spf1 include:spf.nordlicht.example ~all"
SERVERS = ("10 mx.nordlicht.example", "20 mx2.nordlicht.example", "50 mx3.nordlicht.example")
ED25519 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="


def publish_all(world: World, domain: str = DOMAIN) -> None:
    """Everything that the page asks for, and the vendor's key behind it."""
    dns = world.sandbox.dns
    for server in SERVERS:
        dns.add(domain, "MX", server)
    dns.add(domain, "TXT", SPF)
    dns.add(f"nordlicht._domainkey.{domain}", "CNAME", "dkim.nordlicht.example")
    dns.add("dkim.nordlicht.example", "TXT", ED25519)
    dns.add(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=quarantine")


async def one_customer(world: World, whose: str = "Emma") -> Person:
    partner = await given.partner(world, whose)
    await given.verified(world, whose)
    world.sandbox.dns.add_zone(DOMAIN)
    return partner


async def test_from_nothing_to_everything_in_order(world: World) -> None:
    emma = await one_customer(world)
    await emma.command(f"/partner-manage {DOMAIN}")
    await emma.click("Services")
    await emma.sees("4 records to look at", "Calendar: ready to use", "There is no MX record")
    for value in ("mx2.nordlicht.example", SPF, "dkim.nordlicht.example", "nordlicht._domainkey", "_dmarc"):
        assert value in emma.modal.text
    publish_all(world)
    await emma.click("Check now")
    await emma.sees("Mail: set up", "All mail of the domain arrives with us.")
    assert "To publish" not in emma.modal.text
    (customer,) = await given.rows(world, Customer)
    assert customer.mail_worked == "mx spf dkim dmarc"


@pytest.mark.parametrize(
    ("name", "button", "words", "again", "to_delete"),
    [
        (
            "Camille", "Services", "Il n’y a pas d’enregistrement MX", "Vérifier maintenant",
            "À supprimer\u202f: 1 enregistrement MX",
        ),
        ("Jonas", "Dienste", "Es gibt keinen MX-Eintrag", "Jetzt prüfen", "Zu löschen: 1 MX-Eintrag"),
    ],
)  # fmt: skip
async def test_in_the_readers_language(
    world: World, name: str, button: str, words: str, again: str, to_delete: str
) -> None:
    person = await one_customer(world, name)
    await person.command(f"/partner-manage {DOMAIN}")
    await person.click(button)
    await person.sees(words)
    world.sandbox.dns.add(DOMAIN, "MX", "10 aspmx.l.google.com")
    await person.click(again)
    await person.sees("Google Workspace", to_delete)
    assert "Please" not in person.modal.text


async def test_a_second_record_is_never_asked_for_where_there_may_be_one(world: World) -> None:
    emma = await one_customer(world)
    world.sandbox.dns.add(DOMAIN, "TXT", "v=spf1 a -all")
    await emma.command(f"/partner-manage {DOMAIN}")
    await emma.click("Services")
    await emma.sees("To publish in place of what is there: a TXT record", "v=spf1 include:spf.nordlicht.example a -all")


async def test_silence_is_waited_for_briefly_and_progress_is_shown(world: World) -> None:
    emma = await one_customer(world)
    await emma.command(f"/partner-manage {DOMAIN}")
    world.sandbox.dns.silent()
    began = time.monotonic()
    asking = asyncio.create_task(emma.click("Services"))
    await emma.sees(f"Asking the name servers of {DOMAIN} about its mail", "Mail: being checked", within=1.5)
    await emma.sees("The domain's name servers do not answer.", within=6.5)
    assert time.monotonic() - began < 6.5
    await asking


async def test_what_is_mended_is_written_down_at_once(world: World) -> None:
    emma = await one_customer(world)
    (customer,) = await given.rows(world, Customer)
    today = world.bot.desk.clock.now().date()
    broken = {"broken_on": today, "broken_part": "mail", "broken_mail": "spf", "mail_worked": "mx spf"}
    await given.change(world, Customer, customer.id, **broken)
    publish_all(world)
    await emma.command(f"/partner-manage {DOMAIN}")
    await emma.click("Services")
    await emma.sees("Mail: set up")
    (customer,) = await given.rows(world, Customer)
    assert (customer.broken_on, customer.broken_part, customer.broken_mail) == (None, None, None)
    (row,) = [row for row in await given.rows(world, AuditRow) if row.action == "checked"]
    assert row.user_id == emma.user.id


async def test_a_member_and_a_suspended_partner_look_and_change_nothing(world: World) -> None:
    await one_customer(world)
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.member(world, "Olivia")
    await given.suspend(world)
    publish_all(world)
    await olivia.command(f"/partner-manage {DOMAIN}")
    await olivia.click("Services")
    await olivia.sees("Mail: set up")
    (customer,) = await given.rows(world, Customer)
    assert customer.mail_worked == ""


async def test_somebody_elses_customer_is_answered_like_one_that_nobody_has(world: World) -> None:
    await given.newcomer(world, "Olivia Stone")
    await given.partner(world, "Olivia", company="Stone Ltd")
    theirs = await given.verified(world, "Olivia", "secret.example")
    emma = await given.partner(world)
    await given.verified(world)
    for value in (str(theirs), "99999", "null", "{", "[]"):
        await emma.command(f"/partner-manage {DOMAIN}")
        await given.press(world, emma, emma.modal, "Services", value=value)
        assert "You have no such customer" in emma.modal.text, value
        assert "secret" not in emma.modal.text
        await emma.close()
        await emma.close()


async def test_a_domain_that_is_not_proven_is_proven_first(world: World) -> None:
    emma = await one_customer(world)
    await given.customer(world, domain="meier.example")
    (unproven,) = [one.id for one in await given.rows(world, Customer) if one.domain == "meier.example"]
    await emma.command(f"/partner-manage {DOMAIN}")
    await given.press(world, emma, emma.modal, "Services", value=str(unproven))
    assert "meier.example is not verified yet" in emma.modal.text
