"""The records that prove a domain, mailed to whoever runs its name servers (mission row 19)."""

import pytest

from programme.corrections import correct
from programme.proof_letter import send_records
from programme.refusals import BadInput, Refused
from sandbox import Person
from sandbox.mailbox import Letter
from storage.models import AuditRow, Customer
from tests.desk import World
from tests.scenarios import given

DOMAIN = "mueller.example"
HOSTMASTER = "hostmaster@mueller.example"


async def with_records(world: World, name: str = "Emma") -> Person:
    """A partner's admin who looks at the records of a customer."""
    person = await given.partner(world, name)
    await given.customer(world, name)
    world.sandbox.dns.add_zone(DOMAIN)
    await person.command(f"/partner-verify {DOMAIN}")
    return person


async def sent(world: World, to: str = HOSTMASTER) -> list[Letter]:
    await world.quiet()
    await world.bot.house.courier.deliver_messages()
    return [letter for letter in world.sandbox.mail.letters() if to in letter.recipients]


@pytest.mark.parametrize(
    ("name", "button", "address", "language", "chosen", "told", "words"),
    [
        ("Emma", "Send by e-mail", "Their e-mail address", "Language of the e-mail", "Français",
         f"The records of {DOMAIN} are on their way to {HOSTMASTER}.",
         ["Un enregistrement DNS", "Clarke & Sons met en place", "un seul suffit", "Enregistrement TXT pour"]),
        ("Camille", "Envoyer par e-mail", "Son adresse e-mail", "Langue de l’e-mail", "Deutsch",
         f"Les enregistrements de {DOMAIN} sont en route vers {HOSTMASTER}.",
         ["Bitte ein DNS-Eintrag", "Clarke & Sons richtet", "einer genügt", "oder CNAME-Eintrag für"]),
        ("Jonas", "Per E-Mail senden", "E-Mail-Adresse der Person", "Sprache der E-Mail", "English",
         f"Die Einträge für {DOMAIN} sind unterwegs an {HOSTMASTER}.",
         ["One DNS record, please", "Clarke & Sons sets up", "either is enough", f"TXT record for {DOMAIN}, host:"]),
    ],
)  # fmt: skip
async def test_they_get_what_they_need_in_their_language(
    world: World, name: str, button: str, address: str, language: str, chosen: str, told: str, words: list[str]
) -> None:
    person = await with_records(world, name)
    await person.click(button)
    await person.fill(address, HOSTMASTER)
    await person.fill(language, chosen)
    await person.submit()
    await person.sees(told)
    (letter,) = await sent(world)
    (customer,) = await given.rows(world, Customer)
    records = [
        f"nordlicht-verification={customer.verification_token}.verify.nordlicht.example",
        f"{customer.verification_token}.{DOMAIN}",
        "verify.nordlicht.example",
    ]
    for part in (letter.text, letter.html.replace("&amp;", "&")):
        assert [wanted for wanted in [*words, *records] if wanted not in part] == []
    assert "href" not in letter.html
    (row,) = [row for row in await given.rows(world, AuditRow) if row.action == "records_sent"]
    assert row.after == {"email": HOSTMASTER}


async def test_sent_twice_on_a_day_it_comes_once(world: World) -> None:
    emma = await with_records(world)
    for address in ("weber@mueller.example", "weber@mueller.example", "Weber@mueller.example"):
        await emma.click("Send by e-mail")
        await emma.fill("Their e-mail address", address)
        await emma.submit()
        assert f"are on their way to {address}" in emma.modal.text
        await emma.close()
    assert len(await sent(world, "weber@mueller.example")) == 1
    assert len([row for row in await given.rows(world, AuditRow) if row.action == "records_sent"]) == 1


async def test_the_records_of_a_corrected_domain_are_another_letter(world: World) -> None:
    await with_records(world)
    desk, emma, typed = world.bot.desk, given.actor(world, "Emma"), {"email": HOSTMASTER, "language": "en"}
    (customer,) = await given.rows(world, Customer)
    await send_records(desk, emma, customer.id, typed)
    assert "mueller.example" in (await sent(world))[-1].text
    await correct(desk, emma, customer.id, given.TYPED_CUSTOMER | {"domain": "muller.example"})
    await send_records(desk, emma, customer.id, typed)
    assert "muller.example" in (await sent(world))[-1].text


async def test_nobody_is_mailed_without_end(world: World) -> None:
    emma = await with_records(world)
    most = world.bot.desk.catalogue.verification.letters.for_customer
    for number in range(most + 1):
        await emma.click("Send by e-mail")
        await emma.fill("Their e-mail address", f"host{number}@mueller.example")
        await emma.submit()
        if number < most:
            await emma.sees("are on their way")
            await emma.close()
    assert "Enough letters have been sent for this customer lately." in emma.modal.text
    assert "You can send the next one from 18 Nov 2026, 10:01 on." in emma.modal.text
    assert len(await sent(world, "host4@mueller.example")) == 1
    assert await sent(world, "host5@mueller.example") == []
    world.sandbox.move_day(days=2)
    await emma.submit()
    await emma.sees("are on their way")


async def test_whoever_had_it_sent_hears_that_it_could_not_be_delivered(world: World) -> None:
    world.sandbox.mail.refuse(times=1, code=550)
    emma = await with_records(world)
    await emma.click("Send by e-mail")
    await emma.fill("Their e-mail address", HOSTMASTER)
    await emma.submit()
    assert await sent(world) == []
    told = await emma.sees(f"An e-mail to {HOSTMASTER} could not be delivered", where="DM")
    assert "Please check the address, and send it once more." in told.text
    assert not [one for one in world.person("Ben").messages("#partner-reviews") if HOSTMASTER in one.text]


async def test_others_have_no_such_customer_and_the_suspended_send_nothing(world: World) -> None:
    emma = await with_records(world)
    (customer,) = await given.rows(world, Customer)
    await given.newcomer(world, "Olivia Stone")
    await given.partner(world, "Olivia", company="Stone Ltd")
    typed = {"email": HOSTMASTER, "language": "en"}
    for number in (customer.id, customer.id + 99):
        with pytest.raises(Refused, match="unknown_customer"):
            await send_records(world.bot.desk, given.actor(world, "Olivia"), number, typed)
    with pytest.raises(BadInput):
        await send_records(world.bot.desk, given.actor(world, "Emma"), customer.id, typed | {"language": "xx"})
    await emma.click("Send by e-mail")
    await emma.fill("Their e-mail address", HOSTMASTER)
    await given.suspend(world)
    await emma.submit()
    await emma.sees("Your partnership is suspended")
    assert await sent(world) == []
