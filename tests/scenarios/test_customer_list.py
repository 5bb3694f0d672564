"""The list of customers narrowed and ordered: by words, by menus, by whoever reads (mission row 18)."""

import pytest

from handlers.reader import Reader
from sandbox import Person
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.listed import one_of_each, shown

WALKS = [
    ("Emma", "en", "status:overdue", "verified:no sort:-organisation", "plan:professional", "renews:30d"),
    ("Camille", "fr", "statut:en-retard", "vérifié:non tri:-organisation", "forfait:professional",
     "renouvellement:30j"),
    ("Jonas", "de", "status:überfällig", "verifiziert:nein sortierung:-organisation", "tarif:professional",
     "verlängerung:30t"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "language", "overdue", "unverified", "plan", "renews"), WALKS)
async def test_filters_are_typed_in_the_readers_own_words(
    world: World, name: str, language: str, overdue: str, unverified: str, plan: str, renews: str
) -> None:
    text = Reader(language).text
    person = await given.partner(world, name)
    await one_of_each(world, name)
    for typed, found in (
        (overdue, ["overdue.example"]),
        (unverified, ["active.example", "trial.example", "overdue.example"]),
        (plan, ["active.example"]),
        (renews, ["active.example"]),
        (f"{renews} {overdue}", []),
    ):
        await person.command(f"/partner-customers {typed}")
        assert sorted(shown(person)) == sorted(found), typed
        if found:
            await person.close()
    await person.click(text("Show all customers"))
    assert len(shown(person)) == 4
    assert text("Show all customers") not in person.modal.buttons


@pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
async def test_menus_narrow_and_order_at_once(world: World, name: str, language: str) -> None:
    text = Reader(language).text
    person = await given.partner(world, name)
    await one_of_each(world, name)
    await person.command("/partner-customers")
    await person.choose(text("Status"), text("Free plan"))
    assert shown(person) == ["free.example"]
    await person.choose(text("Status"), text("All statuses"))
    await person.choose(text("Verification"), text("Domain not verified"))
    await person.choose(text("Order"), f"{text('Licences')} ↓")
    assert shown(person) == ["active.example", "trial.example", "overdue.example"]
    await person.choose(text("Plan"), "Workplace Professional")
    assert shown(person) == ["active.example"]
    await person.choose(text("Plan"), text("All plans"))
    await person.choose(text("Verification"), text("Verified or not"))
    await person.choose(
        text("Due"), Reader(language).count("Renews within {number} day", "Renews within {number} days", 30)
    )
    assert shown(person) == ["active.example"]
    await person.choose(text("Due"), text("Any date"))
    assert len(shown(person)) == 4
    await person.fill(text("Search"), "nobody")
    await person.submit()
    assert text("Show all customers") in person.modal.buttons
    await person.click(text("Show all customers"))
    assert [one.split(".")[0] for one in shown(person)] == ["active", "trial", "free", "overdue"]
    assert person.modal.fields[text("Search")] in ("", None)
    await person.choose(text("Order"), f"{text('Domain')} ↓")
    assert [one.split(".")[0] for one in shown(person)] == ["trial", "overdue", "free", "active"]


async def test_words_and_menus_hold_together(world: World) -> None:
    emma = await given.partner(world)
    await one_of_each(world)
    await emma.command("/partner-customers status:trial zoe")
    assert shown(emma) == ["trial.example"]
    assert emma.modal.fields["Search"] == "zoe"
    await emma.choose("Status", "Free plan")
    assert "Nothing found for zoe with these filters" in emma.modal.text
    await emma.fill("Search", "VEREIN expires:45d")
    await emma.submit()
    assert "Nothing found for VEREIN" in emma.modal.text
    assert emma.modal.fields["Search"] == "VEREIN"
    assert "Trial ends within 45 days" in emma.modal.menus["Due"]
    await emma.choose("Due", "Any date")
    assert shown(emma) == ["free.example"]


@pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
async def test_an_unknown_filter_is_answered_kindly(world: World, name: str, language: str) -> None:
    person = await given.partner(world, name)
    await one_of_each(world, name)
    await person.command("/partner-customers colour:blue status:lost verein <!channel>:*x*")
    assert shown(person) == []
    await person.fill(Reader(language).text("Search"), "verein colour:blue status:lost")
    await person.submit()
    assert shown(person) == ["free.example"]
    assert "colour:blue status:lost" in person.modal.text
    assert Reader(language).text("renews:30d") in person.modal.text
    assert world.sandbox.pings == []


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("sort:organisation", ["free", "overdue", "active", "trial"]),
        ("sort:-licences", ["active", "trial", "free", "overdue"]),
        ("sort:renewal", ["overdue", "active", "free", "trial"]),
        ("sort:-renewal", ["active", "overdue", "trial", "free"]),
        ("sort:trial", ["free", "trial", "active", "overdue"]),
        ("sort:status", ["overdue", "trial", "active", "free"]),
    ],
)
async def test_any_column_gives_the_order(world: World, typed: str, first: list[str]) -> None:
    emma = await given.partner(world)
    await one_of_each(world)
    await emma.command(f"/partner-customers {typed}")
    assert [domain.split(".")[0] for domain in shown(emma)] == first


@pytest.mark.parametrize(("name", "language"), [("Emma", "en"), ("Camille", "fr"), ("Jonas", "de")])
async def test_the_home_tab_counts_and_leads_to_each_status(world: World, name: str, language: str) -> None:
    count = Reader(language).count
    person = await given.partner(world, name)
    assert not any(button[0].isdigit() for button in (await person.home()).buttons)
    await one_of_each(world, name)
    await given.customer(world, name, "second.example")
    for button, found in (
        (count("{number} renewal overdue", "{number} renewals overdue", 1), ["overdue.example"]),
        (count("{number} on trial", "{number} on trial", 2), ["second.example", "trial.example"]),
        (count("{number} active subscription", "{number} active subscriptions", 1), ["active.example"]),
        (count("{number} on the free plan", "{number} on the free plan", 1), ["free.example"]),
    ):
        await person.home()
        await person.click(button)
        assert shown(person) == found
        await person.close()


async def sees_nothing(person: Person) -> str:
    await person.command("/partner-customers status:trial", channel="#general")
    assert not person.has_modal
    return person.last_message("#general").text


async def test_who_belongs_to_it_reads_it_and_nobody_else(world: World) -> None:
    await given.partner(world)
    await one_of_each(world)
    await given.newcomer(world, "Mia Member")
    mia = await given.member(world, "Mia")
    await given.newcomer(world, "Gus Guest", is_guest=True)
    gus = await given.member(world, "Gus")
    for person in (mia, gus):
        await person.command("/partner-customers status:trial")
        assert shown(person) == ["trial.example"]
        assert "Extend trial" not in person.modal.buttons
    await given.newcomer(world, "Olivia Stone")
    olivia = await given.partner(world, "Olivia", company="Stone Ltd")
    await olivia.command("/partner-customers status:trial")
    assert shown(olivia) == []
    assert "trial.example" not in olivia.modal.text
    for name, told in (("Ben", "have no customers of your own"), ("Priya", "do not belong to a partner yet")):
        assert told in await sees_nothing(await given.known(world, name))


async def test_the_suspended_may_read_and_export(world: World) -> None:
    emma = await given.partner(world)
    await one_of_each(world)
    await given.suspend(world)
    await emma.command("/partner-customers status:active")
    assert shown(emma) == ["active.example"]
    await emma.click("Export as CSV")
    assert "1 customer, ordered by Domain ↑. Only: Active subscription" in emma.last_message("DM").text


@pytest.mark.parametrize(
    "value",
    ["null", "[]", "{", '{"after": [null, "x"]}', '{"sort": "renewal", "after": ["soon", "x"]}',
     '{"sort": "licences", "after": [99999999999999999999, "x"]}', '{"sort": "licences", "after": [true, "x"]}',
     '{"sort": 7, "status": ["trial"], "plan": {}, "renews": -1, "after": 3, "words": 5}',
     '{"sort": "verified", "before": ["2026-01-01", "x"]}', '{"after": ["\\u0000", "\\u0000"]}'],
)  # fmt: skip
async def test_a_forged_place_is_no_error(world: World, value: str) -> None:
    emma = await given.partner(world)
    for number in range(7):
        await given.customer(world, domain=f"c{number}.example")
    await emma.command("/partner-customers")
    await given.press(world, emma, emma.modal, "Next", value=value)
    assert emma.modal.title == "My customers"
    assert "went wrong" not in emma.modal.text


@pytest.mark.parametrize(
    ("name", "language", "told"),
    [("Emma", "en", "3 of 4 customers"), ("Camille", "fr", "3 sur 4 clients"), ("Jonas", "de", "3 von 4 Kunden")],
)
async def test_the_heading_says_how_many_were_found(world: World, name: str, language: str, told: str) -> None:
    person = await given.partner(world, name)
    await one_of_each(world, name)
    await person.command("/partner-customers")
    assert told[1:] not in person.modal.text
    await person.choose(Reader(language).text("Verification"), Reader(language).text("Domain not verified"))
    assert told in person.modal.text


async def test_who_types_a_name_for_a_domain_is_a_click_away_from_the_customer(world: World) -> None:
    camille = await given.partner(world, "Camille")
    await one_of_each(world, "Camille")
    await camille.command("/partner-manage Émile")
    await camille.click("Chercher «\u202fÉmile\u202f»")
    assert shown(camille) == ["overdue.example"]
