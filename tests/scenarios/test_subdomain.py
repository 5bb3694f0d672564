"""A customer on a subdomain: what to type into the DNS panel of the registered domain, and what goes wrong there."""

from sandbox import Person
from sandbox.mailbox import Letter
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given

DOMAIN = "shop.v3.example"


async def on_subdomain(world: World, name: str) -> tuple[Person, Customer]:
    """A partner's admin with a customer on a subdomain that is not proven yet."""
    person = await given.partner(world, name)
    await given.customer(world, name, domain=DOMAIN)
    world.sandbox.dns.add_zone("v3.example")
    world.sandbox.dns.add(DOMAIN, "A", "192.0.2.7")
    (customer,) = await given.rows(world, Customer)
    return person, customer


def value(customer: Customer) -> str:
    return f"nordlicht-verification={customer.verification_token}.verify.nordlicht.example"


async def sent(world: World, to: str = "host@v3.example") -> Letter:
    await world.quiet()
    await world.bot.house.courier.deliver_messages()
    (letter,) = [one for one in world.sandbox.mail.letters() if to in one.recipients]
    return letter


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


async def test_the_record_that_landed_above_is_recognised_and_the_host_is_said(world: World) -> None:
    camille, customer = await on_subdomain(world, "Camille")
    world.sandbox.dns.add("v3.example", "TXT", value(customer))
    world.sandbox.dns.add("v3.example", "NS", "ns1.hoster.example")
    await camille.command(f"/partner-verify {DOMAIN}")
    await camille.sees("Je l’ai trouvé sous v3.example, alors qu’il doit se trouver sous shop.v3.example.")
    assert "Saisissez shop comme hôte" in camille.modal.text
    shown = lines(camille.modal.text)
    assert shown.index("shop") + 1 == shown.index(value(customer))
    assert f"{customer.verification_token}.shop" in shown
    assert "@" not in shown
    world.sandbox.dns.add(DOMAIN, "TXT", value(customer))
    await camille.click("Vérifier maintenant")
    await camille.sees(f"{DOMAIN} est vérifié.")


async def test_where_nothing_is_the_name_servers_that_count_are_named(world: World) -> None:
    emma, customer = await on_subdomain(world, "Emma")
    await emma.command(f"/partner-verify {DOMAIN}")
    await emma.sees("What counts for shop.v3.example is what this name server says: ns.sandbox.example.")
    for number in (2, 1):
        world.sandbox.dns.add("v3.example", "NS", f"ns{number}.hoster.example")
    await emma.click("Check now")
    servers = "ns1.hoster.example, ns2.hoster.example"
    await emma.sees(f"what these name servers say: {servers}. Was the record added at the provider who runs them?")
    await emma.click("Send by e-mail")
    await emma.fill("Their e-mail address", "host@v3.example")
    await emma.fill("Language of the e-mail", "Deutsch")
    await emma.submit()
    letter = await sent(world)
    assert f"Die Nameserver von shop.v3.example: {servers}." in letter.text
    world.sandbox.dns.fail("v3.example")
    await emma.close()
    await emma.click("Send by e-mail")
    await emma.fill("Their e-mail address", "other@v3.example")
    await emma.submit()
    letter = await sent(world, "other@v3.example")
    assert value(customer) in letter.text
    assert "hoster.example" not in letter.text


async def test_the_step_of_its_page_says_the_host_too(world: World) -> None:
    jonas, customer = await on_subdomain(world, "Jonas")
    world.sandbox.dns.add(DOMAIN, "TXT", value(customer))
    await jonas.command(f"/partner-verify {DOMAIN}")
    await jonas.sees(f"{DOMAIN} ist verifiziert.")
    await jonas.click("Verwalten")
    await jonas.click("Domäne")
    await jonas.sees("TXT-Eintrag für shop.v3.example")
    assert "shop" in lines(jonas.modal.text)
    assert "Geben Sie den Host in der DNS-Oberfläche von v3.example so ein" in jonas.modal.text


async def test_the_letter_says_the_host_too(world: World) -> None:
    emma, customer = await on_subdomain(world, "Emma")
    await emma.command(f"/partner-verify {DOMAIN}")
    await emma.click("Send by e-mail")
    await emma.fill("Their e-mail address", "host@v3.example")
    await emma.submit()
    letter = await sent(world)
    shown = lines(letter.text)
    assert shown[shown.index("TXT record for shop.v3.example, host:") + 1] == "shop"
    name = f"{customer.verification_token}.shop"
    assert shown[shown.index(f"or CNAME record for {name}.v3.example, host:") + 1] == name
    assert "the DNS panel of v3.example" in letter.text


async def test_beside_an_alias_no_txt_record_can_stand(world: World) -> None:
    jonas = await given.partner(world, "Jonas")
    await given.customer(world, "Jonas", domain=DOMAIN)
    (customer,) = await given.rows(world, Customer)
    world.sandbox.dns.add(DOMAIN, "CNAME", "host.hoster.example")
    world.sandbox.dns.add("host.hoster.example", "TXT", value(customer))
    await jonas.command(f"/partner-verify {DOMAIN}")
    await jonas.sees(f"{DOMAIN} ist nur ein Alias von host.hoster.example.", "veröffentlichen Sie den CNAME-Eintrag")
    assert "als Host" not in jonas.modal.text
