"""Adding and finding customers, and nobody else's (mission rows 10, 11, 17, 18 and 20)."""

import pytest

from sandbox import Person
from storage.models import Customer
from tests.desk import CUSTOMER, World
from tests.scenarios import given

BY_DOMAIN = ("/partner-verify", "/partner-manage", "/partner-extend-trial")


async def adds(person: Person, domain: str) -> None:
    """Fills in the form for a customer with this domain, and sends it."""
    await person.command("/partner-add")
    await person.fill_many(CUSTOMER | {"Domain": domain})
    await person.submit()


async def told(world: World, person: Person, command: str) -> str:
    """What a command is answered with, privately, with no modal."""
    await person.command(command, channel="#general")
    await world.quiet()
    assert not person.has_modal
    answer = person.last_message("#general")
    assert answer.ephemeral
    return answer.text


async def test_a_domain_that_is_none_is_refused_with_the_reason(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner-add")
    await emma.fill_many(CUSTOMER)
    for domain, reason in (
        ("co.uk", "Nobody can own this ending by itself"),
        ("192.0.2.7", "This is an IP address"),
        ("[2001:db8::7]", "This is an IP address"),
        ("mueller.example/contact", "without what follows the slash"),
        ("admin@mueller.example", "This is an e-mail address"),
        ("mueller.example:8080", "without the port number"),
        ("müller gmbh.example", "characters that a domain cannot have"),
        ("localhost", "This is not a domain"),
        ("a" * 64 + ".example", "too long"),
        ("..", "This is not a domain"),
        ("<!channel>.example", "characters that a domain cannot have"),
    ):
        await emma.fill("Domain", domain)
        await emma.submit()
        assert list(emma.modal.errors) == ["Domain"], domain
        assert reason in emma.modal.errors["Domain"]
    assert await given.rows(world, Customer) == []
    await emma.fill("Domain", " HTTPS://Mueller.EXAMPLE./ ")
    await emma.submit()
    assert [one.domain for one in await given.rows(world, Customer)] == ["mueller.example"]


async def test_a_number_of_licences_is_a_whole_one(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner-add mueller.example")
    filled = {
        "organisation": {"value": "Müller"},
        "super_admin_email": {"value": "a@mueller.example"},
        "plan": {"selected_option": {"value": "standard"}},
        "term": {"selected_option": {"value": "yearly"}},
    }
    for licences in ("0", "1000001", "1.5", "-3", "٣", "1e3", "9" * 400):
        reply = await given.submit_forged(world, emma, **filled, licences={"value": licences})
        assert reply.body["errors"] == {"licences": "Please type a whole number from 1 to 1,000,000."}, licences
    assert await given.rows(world, Customer) == []


async def test_an_international_domain_is_shown_in_its_script(world: World) -> None:
    emma = await given.partner(world)
    await adds(emma, "MÜLLER.example")
    assert "prove that müller.example belongs to" in emma.modal.text
    assert [one.domain for one in await given.rows(world, Customer)] == ["xn--mller-kva.example"]
    await emma.click("Show my customers")
    assert "müller.example" in emma.modal.text
    assert "xn--" not in emma.modal.text
    await emma.close()
    await emma.close()
    world.sandbox.dns.add_zone("müller.example")
    await emma.command("/partner-verify müller.example")
    await emma.sees("The name servers of müller.example answered")


async def test_the_same_customer_is_added_once(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    await adds(emma, "mueller.example")
    assert emma.modal.errors == {"Domain": "You have this customer already. Look for it in your list."}
    await emma.fill("Domain", "meier.example")
    assert await given.submit_at_once(world, emma, 3) == ["errors", "errors", "update"]
    assert sorted(one.domain for one in await given.rows(world, Customer)) == ["meier.example", "mueller.example"]


async def test_a_domain_that_another_partner_has_proven_is_looked_after_and_nothing_more_is_said(world: World) -> None:
    await given.newcomer(world, "Olivia Stone")
    await given.partner(world, "Olivia", company="Stone Ltd")
    await given.verified(world, "Olivia", organisation="Secret plc")
    emma = await given.partner(world)
    await adds(emma, "mueller.example")
    await emma.sees("mueller.example is looked after already.")
    assert "Stone" not in emma.modal.text
    assert "Secret" not in emma.modal.text


async def test_a_domain_that_nobody_has_proven_may_be_with_two_partners(world: World) -> None:
    await given.newcomer(world, "Olivia Stone")
    await given.partner(world, "Olivia", company="Stone Ltd")
    await given.customer(world, "Olivia")
    emma = await given.partner(world)
    await adds(emma, "mueller.example")
    await emma.sees("one of your customers now")


async def test_somebody_elses_customer_is_answered_like_one_that_nobody_has(world: World) -> None:
    await given.newcomer(world, "Olivia Stone")
    await given.partner(world, "Olivia", company="Stone Ltd")
    await given.verified(world, "Olivia", "mueller.example")
    emma = await given.partner(world)
    for command in BY_DOMAIN:
        theirs = await told(world, emma, f"{command} mueller.example")
        nobodys = await told(world, emma, f"{command} nobody.example")
        assert "You have no customer with the domain mueller.example" in theirs
        assert theirs.replace("mueller.example", "nobody.example") == nobodys


async def test_a_button_with_somebody_elses_customer_is_answered_like_one_with_none(world: World) -> None:
    await given.newcomer(world, "Olivia Stone")
    await given.partner(world, "Olivia", company="Stone Ltd")
    theirs = await given.customer(world, "Olivia", "secret.example")
    emma = await given.partner(world)
    await given.customer(world)
    end = (await given.rows(world, Customer))[0].trial_ends_on.isoformat()
    for button, forged in (
        ("Verify", [str(theirs), "99999"]),
        ("Extend trial", [f'{{"customer": {n}, "end": "{end}"}}' for n in (theirs, 99999)]),
        ("Verify", ["null", "{", '{"customer": "1"}']),
        ("Extend trial", ["[]", '{"customer": 1, "end": "soon"}']),
    ):
        for value in forged:
            await emma.command("/partner-customers")
            await given.press(world, emma, emma.modal, button, value=value)
            assert "You have no such customer" in emma.modal.text, (button, value)
            assert "secret" not in emma.modal.text
            await emma.close()
            await emma.close()
    assert {one.trial_ends_on.isoformat() for one in await given.rows(world, Customer)} == {end}


def shown(person: Person) -> list[str]:
    return [line.split()[0] for line in person.modal.text.splitlines() if line.endswith("Organisation")]


async def test_pages_go_forwards_and_backwards_without_loss_or_repeat(world: World) -> None:
    emma = await given.partner(world)
    everybody = [f"customer-{number:02}.example" for number in range(12)]
    for domain in reversed(everybody):
        await given.customer(world, domain=domain)
    await emma.command("/partner-customers")
    assert "12 customers" in emma.modal.text
    pages = [shown(emma)]
    while "Next" in emma.modal.buttons:
        await emma.click("Next")
        pages.append(shown(emma))
    assert [domain for page in pages for domain in page] == everybody
    assert len(pages) == 3
    back = [pages[-1]]
    while "Previous" in emma.modal.buttons:
        await emma.click("Previous")
        back.append(shown(emma))
    assert back == list(reversed(pages))


async def test_a_search_finds_by_any_of_the_words_columns(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world, domain="mueller.example")
    await given.customer(world, domain="dupont.example", organisation="Dupont & Fils", super_admin_email="x@y.example")
    for words, expected in (("fils", "dupont.example"), ("ADMIN@", "mueller.example"), ("dup FILS", "dupont.example")):
        await emma.command(f"/partner-customers {words}")
        assert shown(emma) == [expected]
        assert emma.modal.fields["Search"] == words
    await emma.fill("Search", "50%_*&")
    await emma.submit()
    assert "Nothing found for 50%_*&" in given.plain(emma.modal.text)
    await emma.fill("Search", None)
    await emma.submit()
    assert len(shown(emma)) == 2


@pytest.mark.parametrize("command", BY_DOMAIN)
async def test_a_command_without_its_domain_shows_how_it_is_typed(world: World, command: str) -> None:
    emma = await given.partner(world)
    assert f"{command} dupont.example" in await told(world, emma, command)


async def test_who_belongs_to_no_partner_is_shown_the_way_in(world: World) -> None:
    emma = await given.known(world, "Emma")
    for command in ("/partner-customers", "/partner-add", *[f"{one} x.example" for one in BY_DOMAIN]):
        assert "You do not belong to a partner yet" in await told(world, emma, command)
    await emma.click("Apply to become a partner", where="#general")
    assert emma.modal.title == "Become a partner"


async def test_a_partner_of_another_expertise_has_the_store_but_not_the_console(world: World) -> None:
    emma = await given.partner(world, expertise="crm", welcomed=True)
    await emma.sees("The partner portal is open to you", where="DM")
    for command in (
        "/partner-customers",
        "/partner-add",
        "/partner-report",
        *[f"{one} x.example" for one in BY_DOMAIN],
    ):
        text = await told(world, emma, command)
        assert "Your partnership is not for Workplace" in text
        assert "partners@nordlicht.example" in text
    home = await emma.home()
    assert home.buttons == ["People", "Open the partner portal"]


async def test_nobody_but_a_person_of_the_partner_sees_anything(world: World) -> None:
    """Members read; the reviewers, who let the partner in, do not."""
    await given.partner(world)
    await given.customer(world)
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.member(world, "Olivia")
    await olivia.command("/partner-customers")
    assert shown(olivia) == ["mueller.example"]
    ben = world.person("Ben")
    assert "You review applications here" in await told(world, ben, "/partner-customers")
