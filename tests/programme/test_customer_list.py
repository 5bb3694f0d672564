"""The list in every order, on both databases: no customer lost or seen twice, whatever comes and goes (row 18)."""

import random
import re
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, text

from programme.customer_filters import SORTS, STATUSES, Query, parse
from programme.customer_list import MOST_COUNTED, all_customers, list_customers, overview
from programme.desk import Actor, Desk
from programme.trials import status_on
from storage.base import without_accents
from storage.models import Customer
from storage.queries import customer_list
from storage.queries.paging import Cursor
from tests.programme import house
from tests.programme.partnership import EMMA
from tests.programme.test_review_queue import statements
from tests.storage.rows import NOW, VALUES

TODAY = date(2026, 10, 1)
PROOFS: list[dict[str, Any]] = [
    {"verified_at": None},
    {"verified_at": NOW},
    {"verified_at": NOW + timedelta(days=1), "broken_on": TODAY, "broken_part": "mail"},
    {"verified_at": NOW + timedelta(days=2), "broken_on": TODAY, "broken_part": "proof"},
]
DOMAINS = ("a", "b", "c-", "xn--b-0fa.", "xn--rger-koa.", "xn---.")  # the middle ones are bä and ärger; the last, none
NAMES = ("abc Verein", "Émile SA", "Zoë & Co", "émile sa", "Ärzte", "Zebra", "=1+1")


def values(number: int, partner_id: int, chance: random.Random) -> dict[str, Any]:
    """A customer as it might be, often equal to others in what the list is ordered by."""
    day = TODAY + timedelta(days=chance.randint(-5, 5))
    subscription = {"status": "active", "started_on": day - timedelta(days=365), "renews_on": day}
    nothing = {"status": chance.choice(["trial", "trial", "cancelled"]), "started_on": None, "renews_on": None}
    organisation = chance.choice(NAMES)
    return VALUES[Customer] | {
        "id": number,
        "partner_id": partner_id,
        "domain": f"{chance.choice(DOMAINS)}{number}.example",
        "organisation": organisation,
        "super_admin_email": f"{chance.choice('aBbC')}@x.example",
        "plan": chance.choice(["standard", "professional"]),
        "licences": chance.randint(1, 3),
        "term": chance.choice(["monthly", "yearly"]),
        "trial_started_on": day - timedelta(days=30),
        "trial_ends_on": day,
        "verification_token": f"t{number}",
        **chance.choice(PROOFS),
        **(subscription if chance.random() < 0.6 else nothing),
    }


async def fill(desk: Desk, first: int, number: int, chance: random.Random) -> None:
    async with desk.store.write() as session:
        rows = [values(first + one, 1, chance) for one in range(number)]
        await session.execute(insert(Customer), rows)


KEYS: dict[str, Callable[[Customer], Any]] = {
    "domain": lambda one: one.domain_key,
    "email": lambda one: one.super_admin_email.lower(),
    "organisation": lambda one: without_accents(one.organisation),
    "plan": lambda one: one.plan,
    "licences": lambda one: one.licences,
    "term": lambda one: one.term,
    "renewal": lambda one: one.renews_on,
    "trial": lambda one: one.trial_ends_on if one.status == "trial" else None,
    "status": lambda one: customer_list.STATUSES.index(status_on(one, TODAY)),
    "verified": lambda one: one.verified_at if one.is_proven else None,
}


def assert_ordered(shown: list[Customer], query: Query) -> None:
    """Those that have a value in the order of it; those that have none after them."""
    found = [KEYS[query.sort](one) for one in shown]
    having = [value for value in found if value is not None]
    assert found == [*having, *[None] * (len(found) - len(having))]
    assert having == sorted(having, reverse=query.descending)


MOST_PAGES = 50  # more than any walk here has: one that does not end fails


async def walk(desk: Desk, actor: Actor, query: Query) -> AsyncIterator[list[Customer]]:
    after: Cursor | None = None
    for _ in range(MOST_PAGES):
        page = (await list_customers(desk, actor, query, after, limit=4)).page
        yield page.rows
        if page.after is None:
            return
        after = page.after
    raise AssertionError("the list has no end")


async def walk_back(desk: Desk, actor: Actor, query: Query, end: Cursor) -> list[list[Customer]]:
    pages, before = [], end
    for _ in range(MOST_PAGES):
        page = (await list_customers(desk, actor, query, before=before, limit=4)).page
        pages.append(page.rows)
        if page.before is None:
            return pages[::-1]
        before = page.before
    raise AssertionError("the list has no beginning")


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
@pytest.mark.parametrize("sort", SORTS)
async def test_each_order_shows_each_customer_once_forwards_and_backwards(
    desk: Desk, sort: str, descending: bool
) -> None:
    emma, query = await house.partner(desk), Query(sort=sort, descending=descending)
    await fill(desk, 1, 30, random.Random(sort))
    forwards = [rows async for rows in walk(desk, emma, query)]
    shown = [one for rows in forwards for one in rows]
    assert sorted(one.id for one in shown) == list(range(1, 31))
    assert_ordered(shown, query)
    assert [one.id async for listing in all_customers(desk, emma, query) for one in listing.page.rows] == [
        one.id for one in shown
    ]
    last = (await list_customers(desk, emma, query, limit=29)).page.after
    assert last is not None
    tail = (await list_customers(desk, emma, query, last, limit=4)).page
    assert [one.id for one in tail.rows] == [shown[-1].id]
    assert tail.before is not None
    back = [one.id for rows in await walk_back(desk, emma, query, tail.before) for one in rows]
    assert back == [one.id for one in shown[:-1]]


@pytest.mark.parametrize("sort", SORTS)
async def test_nobody_is_lost_or_repeated_while_customers_come_and_go(desk: Desk, sort: str) -> None:
    emma, chance = await house.partner(desk), random.Random(f"{sort} moves")
    query = Query(sort=sort, descending=chance.random() < 0.5)
    await fill(desk, 1, 40, chance)
    seen: list[int] = []
    next_id, gone = 100, set[int]()
    async for rows in walk(desk, emma, query):
        seen += [one.id for one in rows]
        if not rows:  # those that were to come are gone: the list ends here
            break
        # One that was seen goes, even the one that the next page begins after; one that was not goes; two come.
        leaving = {rows[-1].id, chance.choice([one for one in range(1, 41) if one not in seen] or [rows[0].id])}
        async with desk.store.write() as session:
            await session.execute(delete(Customer).where(Customer.id.in_(leaving)))
        gone |= leaving
        if next_id < 120:
            await fill(desk, next_id, 2, chance)
            next_id += 2
    assert len(seen) == len(set(seen))
    assert set(range(1, 41)) - gone <= set(seen)


async def test_a_status_is_the_same_for_the_database_and_for_the_rules(desk: Desk) -> None:
    emma = await house.partner(desk)
    await fill(desk, 1, 60, random.Random(1))
    everybody = await house.rows(desk, Customer)
    counts = (await overview(desk, emma)).counts
    for status in STATUSES:
        expected = {one.id for one in everybody if status_on(one, TODAY) == status}
        page = (await list_customers(desk, emma, Query(status=status), limit=100)).page
        assert {one.id for one in page.rows} == expected
        assert counts[status] == len(expected) > 0


async def test_filters_leave_in_what_they_say(desk: Desk) -> None:
    emma = await house.partner(desk)
    await fill(desk, 1, 60, random.Random(2))
    everybody = await house.rows(desk, Customer)
    until = TODAY + timedelta(days=3)
    rules: dict[str, Callable[[Customer], bool]] = {
        "renews:3d": lambda one: one.renews_on is not None and TODAY <= one.renews_on <= until,
        "expires:3d": lambda one: one.status == "trial" and TODAY <= one.trial_ends_on <= until,
        "plan:standard verified:no": lambda one: one.plan == "standard" and not one.is_proven,
        "verified:yes": lambda one: one.verified_at is not None and one.broken_part != "proof",
        "emile": lambda one: "mile" in one.organisation,
        "ÄRZTE": lambda one: one.organisation == "Ärzte",
        "1 Jahr": lambda one: one.term == "yearly",
        "mensuel": lambda one: one.term == "monthly",
        "Verlängerung überfällig": lambda one: status_on(one, TODAY) == "overdue",
        "kostenloser Tarif verifiziert": lambda one: status_on(one, TODAY) in ("free", "cancelled") and one.is_proven,
        "non vérifié": lambda one: not one.is_proven,
        "02.10.2026": lambda one: (one.renews_on or one.trial_ends_on) == TODAY + timedelta(days=1),
        "oct. 2026 essai": lambda one: status_on(one, TODAY) == "trial",
        "ärger": lambda one: "xn--rger" in one.domain,
        "BÄ": lambda one: "xn--b-0fa" in one.domain,
        "xn--b-0": lambda one: "xn--b-0fa" in one.domain,
        "Professional 2": lambda one: one.plan == "professional" and ("2" in one.domain or one.licences == 2),
    }
    for typed, rule in rules.items():
        query = parse(typed, desk.catalogue.plan)
        listing = await list_customers(desk, emma, query, limit=100)
        assert {one.id for one in listing.page.rows} == {one.id for one in everybody if rule(one)}, typed
        assert 0 < listing.found == len(listing.page.rows), typed
        assert listing.total == 60
        some = await list_customers(desk, emma, query, limit=1)
        assert (some.found, some.total) == (listing.found, 60)


async def test_a_long_list_is_counted_to_a_thousand(desk: Desk) -> None:
    emma = await house.partner(desk)
    await fill(desk, 1, MOST_COUNTED + 30, random.Random(3))
    assert (await list_customers(desk, emma)).total == MOST_COUNTED + 1
    listing = await list_customers(desk, emma, parse("status:trial", desk.catalogue.plan))
    assert (listing.total, listing.found) == (MOST_COUNTED + 1, (await overview(desk, emma)).counts["trial"])


async def test_what_needs_somebody_comes_first(desk: Desk) -> None:
    """Renewals that have passed or are near and trials about to end, by day; then what is not proven, the oldest first;
    then the rest. A customer that comes twice is shown once, and of another partner's none.
    """
    emma = await house.partner(desk)
    await house.partner(desk, "U2")
    async with desk.store.write() as session:
        await session.execute(insert(Customer), _in_need())
    seen = await overview(desk, emma)
    assert [one.domain for one in seen.first] == ["passed.example", "near-trial.example", "near.example",
                                                  "old.example", "gone.example"]  # fmt: skip
    async with desk.store.write() as session:
        await session.execute(delete(Customer).where(Customer.domain.in_(["passed.example", "near.example"])))
    seen = await overview(desk, emma)
    assert [one.domain for one in seen.first] == ["near-trial.example", "old.example", "gone.example", "new.example",
                                                  "a-far.example"]  # fmt: skip


def _in_need() -> list[dict[str, Any]]:
    day = timedelta(days=1)

    def one(domain: str, status: str, until: date, verified: bool = True, partner: int = 1) -> dict[str, Any]:
        renews = until if status == "active" else None
        return VALUES[Customer] | {
            "partner_id": partner, "domain": domain, "verification_token": domain,
            "status": status, "renews_on": renews, "started_on": renews and renews - 365 * day,
            "trial_started_on": until - 30 * day, "trial_ends_on": until, "added_on": until - 30 * day,
            "verified_at": NOW if verified else None,
        }  # fmt: skip

    made = [
        one("b-free.example", "trial", TODAY - day),
        one("a-far.example", "active", TODAY + 31 * day),
        one("c-far-trial.example", "trial", TODAY + 8 * day),
        one("near.example", "active", TODAY + 30 * day, verified=False),
        one("near-trial.example", "trial", TODAY + 7 * day),
        one("passed.example", "active", TODAY - 3 * day, verified=False),
        one("new.example", "active", TODAY + 300 * day, verified=False),
        one("old.example", "active", TODAY + 100 * day, verified=False),
        one("gone.example", "active", TODAY + 320 * day) | {"broken_part": "proof", "broken_on": TODAY + 200 * day},
        one("mail.example", "active", TODAY + 320 * day) | {"broken_part": "mail", "broken_on": TODAY - 280 * day},
        one("theirs.example", "trial", TODAY, verified=False, partner=2),
    ]
    return [row | {"id": number} for number, row in enumerate(made, start=1)]


async def test_an_international_domain_is_found_and_ordered_as_it_is_read(desk: Desk) -> None:
    emma = await house.partner(desk)
    for domain in ("budapest.example", "bücher.example", "buch.example", "zoo.example", "ärzte.example"):
        await house.customer(desk, emma, domain=domain, super_admin_email="a@x.example", organisation="X")
    ordered = ["xn--rzte-koa.example", "buch.example", "xn--bcher-kva.example", "budapest.example", "zoo.example"]
    for words, found in (
        ("", ordered),
        ("büch", ordered[1:3]),
        ("BUCHE", ordered[2:3]),
        ("BÜCHER.example", ordered[2:3]),
        ("xn--bcher", ordered[2:3]),
        ("rzte", ordered[:1]),
    ):
        listing = await list_customers(desk, emma, Query(words=words))
        assert [one.domain for one in listing.page.rows] == found, words


INDEXES = {
    "domain": "ix_customer_by_domain_key",
    "email": "ix_customer_by_super_admin_key",
    "organisation": "ix_customer_by_organisation_key",
    "plan": "ix_customer_by_plan",
    "licences": "ix_customer_by_licences",
    "renewal": "ix_customer_renews_on",
    "trial": "ix_customer_trial_ends_on",
}


async def test_a_page_in_the_middle_reads_an_index_of_the_partner(desk: Desk) -> None:
    emma, chance = await house.partner(desk), random.Random(3)
    await fill(desk, 1, 3000, chance)
    async with desk.store.write() as session:
        await session.execute(text("ANALYZE"))
    for sort, index in INDEXES.items():
        plan = await _plan_of_a_page_in_the_middle(desk, emma, Query(sort=sort))
        assert re.search(index, plan), plan
        assert "Seq Scan on customer  (" not in plan, plan  # those that are counted are called customer_1 besides


async def test_all_customers_are_counted_in_the_index_of_the_list(sqlite_desk: Desk) -> None:
    with statements(sqlite_desk.store) as sent:
        await list_customers(sqlite_desk, EMMA)
    counts = [one for one in sent if "count(*)" in one[0]]
    assert len(counts) == 2  # with the page, and because that is empty, alone
    for count in counts:
        assert "INDEX uq_customer_partner_id_domain" in await _plan_of(sqlite_desk, *count)


async def _plan_of_a_page_in_the_middle(desk: Desk, emma: Actor, query: Query) -> str:
    middle = (await list_customers(desk, emma, query, limit=700)).page.after
    with statements(desk.store) as sent:
        await list_customers(desk, emma, query, middle)
    paging, *_ = [one for one in sent if "LIMIT" in one[0]]
    return await _plan_of(desk, *paging)


async def _plan_of(desk: Desk, asked: str, bound: Any) -> str:
    """How the database goes about a question."""
    explain = "EXPLAIN QUERY PLAN" if desk.store.is_sqlite else "EXPLAIN"
    async with desk.store.engine.connect() as connection:
        return str((await connection.exec_driver_sql(f"{explain} {asked}", bound)).all())
