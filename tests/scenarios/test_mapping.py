"""A customer of another partner's is asked for, answers on a page, and comes, stays or goes (mission row 11)."""

import re

import httpx
import pytest

from handlers.reader import Reader
from sandbox import Person
from sandbox.mailbox import Letter
from storage.models import Customer
from tests.desk import PUBLIC_URL, World
from tests.scenarios import given
from tests.scenarios.test_languages import is_all_in

DOMAIN, ADMIN = "mueller.example", "admin@mueller.example"
LANGUAGES = {"Emma": "en", "Camille": "fr", "Jonas": "de"}
WALKERS = pytest.mark.parametrize("name", list(LANGUAGES))
TOLD = {
    "Emma": ("it has agreed. Its trial, which runs until 2 December 2026", "is looked after already", "has been asked",
             "Note to the customer"),
    "Camille": ("il a accepté. Son essai, en cours jusqu’au 2 décembre 2026", "s’occupe déjà de",
                "La demande a été envoyée à", "Message au client"),
    "Jonas": ("Die Testversion, die bis zum 2. Dezember 2026 läuft", "wird schon betreut", "wurde gefragt",
              "Nachricht an den Kunden"),
}  # fmt: skip
PAGE = {
    "Emma": ("would like to look after", "If you agree", "You have agreed"),
    "Camille": ("souhaite s’occuper de", "Si vous acceptez", "Vous avez accepté"),
    "Jonas": ("möchte mueller.example betreuen", "Wenn Sie zustimmen", "Sie haben zugestimmt"),
}


async def two_partners(world: World, name: str = "Emma") -> tuple[Person, Person, int]:
    """Olivia, who has a proven customer, and somebody else; both partners speak the latter's language."""
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.partner(world, "Olivia", company="Stone Ltd")
    customer_id = await given.verified(world, "Olivia", organisation="Müller GmbH")
    asker = await given.partner(world, name)
    await given.change_partner(world, "Olivia", language=LANGUAGES[name])
    return olivia, asker, customer_id


async def adds(person: Person, language: str = "en") -> None:
    reader = Reader(language)
    await person.command("/partner-add")
    await person.fill(reader.text("Domain"), DOMAIN)
    await person.fill(reader.text("Organisation"), "Müller")
    await person.fill(reader.text("Super administrator's e-mail"), "somebody@mueller.example")
    await person.submit()


async def asks(person: Person, language: str = "en", note: str = "We speak Swabian.") -> None:
    await adds(person, language)
    await person.fill(Reader(language).text("Note to the customer"), note)
    await person.submit()


async def letters(world: World, to: str = ADMIN) -> list[Letter]:
    await world.quiet()
    await world.bot.house.courier.deliver_messages()
    return [letter for letter in world.sandbox.mail.letters() if to in letter.recipients]


def link_in(letter: Letter) -> str:
    (link,) = set(re.findall(rf"{PUBLIC_URL}/consent/[\w-]+", letter.text))
    assert link in letter.html
    return str(link).removeprefix(PUBLIC_URL)


async def opened(world: World, letter: Letter) -> httpx.Response:
    async with httpx.AsyncClient(base_url=world.sandbox.bot_url, trust_env=False) as web:
        return await web.get(link_in(letter))


async def pressed(world: World, page: httpx.Response, answer: str) -> httpx.Response:
    """The page after a button on it."""
    (action,) = [one for one in re.findall('action="([^"]+)"', page.text) if f"/{answer}?" in one]
    async with httpx.AsyncClient(trust_env=False, follow_redirects=True) as web:
        answered = await web.post(page.url.join(action))
    await world.quiet()
    return answered


@WALKERS
async def test_it_is_asked_and_comes(world: World, name: str) -> None:
    language = LANGUAGES[name]
    olivia, asker, _ = await two_partners(world, name)
    told, looked_after, sent, label = TOLD[name]
    await adds(asker, language)
    assert looked_after in asker.modal.text
    assert "Stone" not in str(asker.modal.blocks)
    if language != "en":
        is_all_in(language, asker.modal)
    await asker.fill(label, "We speak Swabian.")
    await asker.submit()
    assert sent in asker.modal.text
    if language != "en":
        is_all_in(language, asker.modal)
    (letter,) = await letters(world)
    assert "Stone" not in letter.text + letter.html
    assert "Clarke & Sons" in letter.text
    assert "We speak Swabian." in letter.text
    page = await opened(world, letter)
    title, means, agreed = PAGE[name]
    assert page.status_code == 200
    assert title in page.text
    assert means in page.text
    assert agreed in (await pressed(world, page, "accept")).text
    (news,) = [one for one in asker.messages("DM") if told in one.text]
    if language != "en":
        is_all_in(language, news)
    await asker.click(Reader(language).text("Manage"), where="DM")
    assert "Müller GmbH" in asker.modal.text
    (gone,) = [one for one in olivia.messages("DM") if DOMAIN in one.text]
    assert "Clarke" not in gone.text
    assert len(await letters(world)) == 2  # and who looks after it now


async def test_it_declines(world: World) -> None:
    _, emma, customer_id = await two_partners(world)
    await asks(emma)
    (letter,) = await letters(world)
    page = await opened(world, letter)
    assert "You have declined" in (await pressed(world, page, "decline")).text
    await emma.sees("mueller.example prefers to leave things as they are", where="DM")
    assert [row.id for row in await given.rows(world, Customer)] == [customer_id]
    await emma.close()
    await adds(emma)
    await emma.sees("was asked for lately, and stays where it is")


async def test_its_link_expires_and_it_is_asked_again(world: World) -> None:
    """Letter, window and page name one day, which is good to its end where the partner is."""
    _, emma, _ = await two_partners(world)
    await given.change_partner(world, "Emma", time_zone="America/Los_Angeles")
    await asks(emma)
    await emma.sees("until 1 December 2026 to answer", "From 22 November 2026 on you may ask the reviewers")
    await emma.close()
    (letter,) = await letters(world)
    assert "The link is good until 1 December 2026." in letter.text
    world.sandbox.move_day(days=14)
    assert "If you agree" in (await opened(world, letter)).text
    world.sandbox.move_day(days=1)
    page = await opened(world, letter)
    assert "This link has expired" in page.text
    assert "It was good until 1 December 2026." in page.text
    await adds(emma)
    await emma.sees("mueller.example has not answered, and the link in its e-mail has expired.")
    assert emma.modal.buttons == ["Ask the reviewers", "Ask the customer again"]
    await emma.click("Ask the customer again")
    await emma.submit()
    await emma.sees("mueller.example has been asked.")
    _, again = await letters(world)
    assert (await opened(world, again)).status_code == 200


async def test_it_is_silent_and_the_reviewers_rule(world: World) -> None:
    olivia, emma, _ = await two_partners(world)
    ben = world.person("Ben")
    await asks(emma)
    assert "Ask the reviewers" not in emma.modal.buttons
    (record,) = re.findall(r"nordlicht-verification=[a-z0-9]+\.verify\.nordlicht\.example", str(emma.modal.blocks))
    await emma.close()
    world.sandbox.dns.add_zone(DOMAIN)
    added = world.sandbox.dns.add(DOMAIN, "TXT", record)
    world.sandbox.move_day(days=6)
    await world.bot.house.courier.deliver_messages()
    await emma.sees("has not answered yet", where="DM")
    await emma.click("Ask the reviewers", where="DM")
    await emma.fill("What should they know?", "Their old partner does not answer them.")
    await emma.submit()
    await emma.sees("The reviewers will decide about mueller.example.")
    card = ben.last_message("#partner-reviews")
    for words in (
        "Clarke & Sons would like to look after Müller GmbH, which is a customer of Stone Ltd.",
        "the record is there",
        "the record is not there",
        "Their old partner does not answer them.",
    ):
        assert words in card.text
    assert card.buttons == ["Move to Clarke & Sons", "Leave with Stone Ltd", "Check the DNS again"]
    world.sandbox.dns.remove(added.id)
    await ben.click("Check the DNS again", where="#partner-reviews")
    assert "✅ the record is there" not in given.kept(world, card).text
    await ben.click("Move to Clarke & Sons", where="#partner-reviews")
    await ben.fill("Reason", "They have shown us the contract.")
    await ben.submit()
    decided = given.kept(world, card)
    assert "Moved to Clarke & Sons by @Ben Okafor" in decided.text
    assert decided.buttons == []
    assert decided.text.count("the record is not there") == decided.text.count("Its record in the DNS (") == 2
    await emma.sees("your customer now: the reviewers have decided so", "They have shown us the contract.", where="DM")
    gone = await olivia.sees("is no longer your customer: the reviewers have decided so", where="DM")
    assert "Clarke" not in gone.text


async def test_who_cannot_prove_a_domain_is_shown_the_way(world: World) -> None:
    await given.newcomer(world, "Olivia Stone")
    await given.partner(world, "Olivia", company="Stone Ltd")
    emma = await given.partner(world)
    theirs, own = await given.customer(world, "Olivia"), await given.customer(world, "Emma")
    rows = {row.id: row for row in await given.rows(world, Customer)}
    world.sandbox.dns.add_zone(DOMAIN)
    token = rows[own].verification_token
    world.sandbox.dns.add(DOMAIN, "TXT", f"nordlicht-verification={token}.verify.nordlicht.example")
    await given.change(world, Customer, theirs, verified_at=world.bot.desk.clock.now(), verified_by_method="txt")
    await emma.command(f"/partner-verify {DOMAIN}")
    await emma.sees("The records are right, but this domain belongs to an organisation that we know already")
    await emma.click("Ask the customer")
    await emma.submit()
    (letter,) = await letters(world)
    await pressed(world, await opened(world, letter), "accept")
    assert [row.left_on is None for row in await given.rows(world, Customer) if row.id == own] == [True]
    assert [row.left_on is None for row in await given.rows(world, Customer) if row.id == theirs] == [False]


async def test_a_proven_customer_gets_the_link_by_which_it_leaves(world: World) -> None:
    emma = await given.partner(world)
    customer_id = await given.customer(world)
    (customer,) = await given.rows(world, Customer)
    world.sandbox.dns.add_zone(DOMAIN)
    record = f"nordlicht-verification={customer.verification_token}.verify.nordlicht.example"
    world.sandbox.dns.add(DOMAIN, "TXT", record)
    await emma.command(f"/partner-verify {DOMAIN}")
    await emma.sees("is verified")
    await emma.close()
    (letter,) = await letters(world)
    assert letter.subject == "Clarke & Sons looks after mueller.example"
    page = await opened(world, letter)
    assert "Access has ended" in (await pressed(world, page, "leave")).text
    await emma.sees("Müller GmbH (mueller.example) has left you", where="DM")
    await emma.command("/partner-customers")
    await emma.sees("You have no customers at the moment")
    await emma.close()
    home = await emma.home()
    assert "Your first customer is added." in home.text
    assert "Add a customer" in home.buttons
    assert [row.id for row in await given.rows(world, Customer)] == [customer_id]
