"""Nobody learns of a customer that is not theirs: each use case refuses with the same words whether it exists or not.

The use cases are found by walking the programme: whatever takes an actor and a customer is asked here.
"""

import importlib
import inspect
import pkgutil
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import update

import programme
from programme.desk import Actor, Desk
from programme.refusals import Refused
from storage.models import Alert, AuditRow, Customer, Partner
from storage.store import Store
from tests.programme import house
from tests.programme.colleagues import joined
from tests.programme.house import BEN, CUSTOMER
from tests.storage.rows import VALUES

UseCase = Callable[..., Coroutine[Any, Any, object]]

# What else they take, such that it would do if the customer were one's own.
ELSE: dict[str, Any] = {
    "alert_id": 1, "change_id": 1, "choice": "3d", "contact_id": 1, "cost": 0, "ends_on": date(2027, 10, 1),
    "from_date": date(2027, 10, 1), "from_end": date(2026, 10, 16), "key": "k", "note_id": 1, "outlook": "at_risk",
    "seen": [], "who": None,
}  # fmt: skip
FIELDS = {
    "text": "Calls on Mondays.", "email": "it@mueller.example", "language": "de", "plan": "professional",
    "licences": "20", "term": "yearly", "in_use": "3", "name": "Ute Müller", "phone": "", "role": "technical",
}  # fmt: skip
# By a domain they ask for somebody else's customer, and are there to say that it is one; never whose.
BY_ID_ALONE = ("mapping.asking", "mapping.may_escalate")
# Afterwards there is nobody to ask about any more.
LAST = "removals.remove"


def modules() -> list[ModuleType]:
    return [importlib.import_module(f"programme.{one.name}") for one in pkgutil.iter_modules(programme.__path__)]


def use_cases() -> dict[str, UseCase]:
    """Everything public that takes an actor and a customer of theirs, by the name of its module and its own."""
    found = {}
    for module in modules():
        for name, value in inspect.getmembers(module, inspect.iscoroutinefunction):
            if value.__module__ == module.__name__ and not name.startswith("_") and _which(value):
                found[f"{module.__name__.rpartition('.')[2]}.{name}"] = value
    return found


def _which(case: UseCase) -> str | None:
    """The parameter that names the customer."""
    taken = inspect.signature(case).parameters
    if "actor" not in taken or "session" in taken:
        return None
    named = [one.name for one in taken.values() if one.name == "customer_id" or one.annotation == str | int]
    return named[0] if named else None


def call(case: UseCase, desk: Desk, actor: Actor, which: str | int) -> Coroutine[Any, Any, object]:
    given: dict[str, Any] = {"desk": desk, "actor": actor, _which(case) or "": which}
    for one in inspect.signature(case).parameters.values():
        if one.name not in given and one.default is inspect.Parameter.empty:
            given[one.name] = FIELDS if one.name == "typed" else ELSE[one.name]
    return case(**given)


CASES = use_cases()


@dataclass(frozen=True)
class Town:
    """Emma's partner has a customer. All the others have nothing to do with it."""

    desk: Desk
    emma: Actor
    customer: Customer
    others: dict[str, Actor]


@pytest.fixture
async def town(sqlite_address: str) -> AsyncIterator[Town]:
    store = Store(sqlite_address)
    desk = house.make_desk(store)
    emma = await house.partner(desk)
    admin, other, store_only = [await house.partner(desk, user) for user in ("U2", "U3", "U4")]
    others = {
        "another partner's admin": admin,
        "another partner's member": await joined(desk, admin, "U5"),
        "a suspended partner's admin": other,
        "a partner without the console": store_only,
        "nobody's": await house.person(desk, "U6"),
        "a reviewer": BEN,
        "a stranger": Actor(house.HOME, "U99"),
    }
    customer = await house.customer(desk, emma)
    async with store.write() as session:
        suspended = update(Partner).where(Partner.id == 3).values(status="suspended", suspended_at=desk.clock.now())
        await session.execute(suspended)
        await session.execute(update(Partner).where(Partner.id == 4).values(expertise="crm"))
        session.add(Alert(**VALUES[Alert] | {"partner_id": customer.partner_id, "customer_id": customer.id}))
    yield Town(desk, emma, customer, others)
    await store.close()


REASONS = {
    "another partner's admin": {"unknown_customer"},
    "another partner's member": {"unknown_customer", "admins_only"},
    "a suspended partner's admin": {"unknown_customer", "suspended"},
    "a partner without the console": {"no_console"},
    "nobody's": {"no_partner"},
    "a reviewer": {"no_partner"},
    "a stranger": {"unknown_person"},
}


async def said(town: Town, case: UseCase, actor: Actor, which: str | int) -> tuple[str, dict[str, object]]:
    """Why a call is refused, and what the sentence would be made of; what was asked for is left out of it."""
    with pytest.raises(Refused) as refused:
        await call(case, town.desk, actor, which)
    facts = refused.value.facts.items()
    return refused.value.reason, {
        name: "asked" if (type(fact), fact) == (type(which), which) else fact for name, fact in facts
    }


def test_the_use_cases_are_found() -> None:
    assert {"customers.find", "proof.verify", "trials.extend_trial", "plan_changes.cancel"} <= set(CASES)
    assert len(CASES) > 25


@pytest.mark.parametrize("who", REASONS)
async def test_it_is_refused_in_the_same_words_whether_it_exists_or_not(town: Town, who: str) -> None:
    actor, before = town.others[who], await house.rows(town.desk, AuditRow)
    for name, case in CASES.items():
        asked: list[tuple[str | int, str | int]] = [(town.customer.id, 987_654)]
        if _which(case) == "which" and name not in BY_ID_ALONE:
            asked.append((CUSTOMER["domain"], "nowhere.example"))
        for theirs, nowhere in asked:
            told = await said(town, case, actor, theirs)
            assert told == await said(town, case, actor, nowhere), name
            assert told[0] in REASONS[who], name
    assert len(await house.rows(town.desk, AuditRow)) == len(before)


async def test_who_looks_after_it_is_told_something_else(town: Town) -> None:
    """Else what is asked above would be refused whoever asks."""
    for name, case in sorted(CASES.items(), key=lambda one: one[0] == LAST):
        _, reasons = await house.at_once([call(case, town.desk, town.emma, town.customer.id)])
        assert reasons != ["unknown_customer"], name
