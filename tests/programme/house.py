"""A programme without Slack: the real use cases on a real database, and a clock that goes where a test wants it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from sqlalchemy import inspect, select, update

from programme import applications, customers, people, review
from programme.catalogue import Catalogue, load_catalogue
from programme.desk import Actor, Desk
from programme.dns import Dns
from programme.people import Description
from programme.refusals import Refused
from storage.base import Model
from storage.models import Application, AuditRow, Customer
from storage.store import Store

HOME = "T1"
BEN, LEA = Actor(HOME, "U8"), Actor(HOME, "U9")
CATALOGUE = load_catalogue()

APPLICATION = {
    "company": "Weber IT GmbH",
    "company_size": "10-49",
    "street": "Domstraße 7",
    "postal_code": "50668",
    "city": "Köln",
    "country": "DE",
    "contact_name": "Jonas Weber",
    "contact_email": "jonas@weber.example",
    "mail_account": "jonas@weber.example",
    "expertise": "workplace",
    "experience": "Ten years of mail migrations.",
    "partnership_plan": "Five customers in the first quarter.",
}
CUSTOMER = {
    "domain": "mueller.example",
    "organisation": "Müller GmbH",
    "super_admin_email": "admin@mueller.example",
    "plan": "standard",
    "licences": "12",
    "term": "yearly",
}

Row = TypeVar("Row", bound=Model)
Result = TypeVar("Result")


@dataclass
class Clock:
    """Stands where it was put."""

    moment: datetime = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def make_desk(store: Store, clock: Clock | None = None, catalogue: Catalogue = CATALOGUE) -> Desk:
    """A desk whose name server nobody runs."""
    return Desk(store, clock or Clock(), catalogue, Dns([("127.0.0.1", 9)]))


async def person(desk: Desk, user_id: str, time_zone: str = "UTC", locale: str = "en-GB") -> Actor:
    actor = Actor(HOME, user_id)
    await people.describe(desk, actor, Description(f"Person {user_id}", locale, time_zone))
    return actor


async def reviewers(desk: Desk) -> None:
    """Ben and Lea review."""
    for actor in (BEN, LEA):
        await person(desk, actor.user_id)
    await people.name_reviewers(desk, HOME, [BEN.user_id, LEA.user_id])


async def applied(desk: Desk, user_id: str = "U1", time_zone: str = "UTC") -> Application:
    """An open application, with reviewers to decide on it."""
    await reviewers(desk)
    return await applications.submit(desk, await person(desk, user_id, time_zone), APPLICATION, True)


async def partner(desk: Desk, user_id: str = "U1", time_zone: str = "UTC") -> Actor:
    """The admin of a new partner."""
    application = await applied(desk, user_id, time_zone)
    await review.approve(desk, BEN, application.id)
    return Actor(HOME, user_id)


async def customer(desk: Desk, actor: Actor, **typed: str) -> Customer:
    return (await customers.add(desk, actor, CUSTOMER | typed)).customer


async def verified(desk: Desk, actor: Actor, **typed: str) -> Customer:
    """A customer whose domain is proven."""
    added = await customer(desk, actor, **typed)
    await prove(desk, added.id)
    async with desk.store.read() as session:
        return await session.get_one(Customer, added.id)


async def prove(desk: Desk, customer_id: int) -> None:
    async with desk.store.write() as session:
        proven = {"verified_at": desk.clock.now(), "verified_by_method": "txt"}
        await session.execute(update(Customer).where(Customer.id == customer_id).values(**proven))


async def rows(desk: Desk, model: type[Row]) -> list[Row]:
    """All rows of a table, in the order of their keys."""
    async with desk.store.read() as session:
        return list(await session.scalars(select(model).order_by(*inspect(model).primary_key)))


async def audited(desk: Desk, action: str) -> list[AuditRow]:
    """The audit rows of an action, oldest first."""
    return [row for row in await rows(desk, AuditRow) if row.action == action]


def outcome(call: Callable[[], Result]) -> Result | str:
    """What came of a call: its result, or the reason that it was refused for."""
    try:
        return call()
    except Refused as refused:
        return refused.reason


async def refusal(call: Awaitable[object]) -> Refused:
    """Why a call is refused."""
    with pytest.raises(Refused) as refused:
        await call
    return refused.value


async def reason(call: Awaitable[object]) -> str:
    """The same in a word."""
    return (await refusal(call)).reason


async def at_once(calls: Iterable[Awaitable[Result]]) -> tuple[list[Result], list[str]]:
    """What came of calls that were made at the same moment: the results, and the reasons of the refusals.

    Raises: whatever else one of them raised.
    """
    ends = await asyncio.gather(*calls, return_exceptions=True)
    reasons = [end.reason for end in ends if isinstance(end, Refused)]
    results = [end for end in ends if not isinstance(end, BaseException)]
    for end in ends:
        if isinstance(end, BaseException) and not isinstance(end, Refused):
            raise end
    return results, reasons
