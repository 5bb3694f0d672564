"""How many domains a process looks at in a second, and writes down what it finds, when nothing holds it back."""

import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, text

from programme import rounds
from programme.desk import Desk
from programme.dns import Dns, Endpoint
from programme.proof_search import look_for_proofs
from programme.upkeep import EVERY, look_after_domains
from storage.models import Customer
from storage.store import Store
from tests.programme import house
from tests.storage.rows import VALUES

PARTNERS = 10
WEEK_SECONDS = EVERY / timedelta(seconds=1)


async def measure(server: Endpoint, tokens: dict[str, str], address: str) -> dict[str, float]:
    """Domains a second of the search for proofs, and of the weekly round after it.

    Args:
        tokens: domain → token; some are proven by what the name server has.
        address: of a migrated, empty database.
    """
    store, clock = Store(address), house.Clock()
    desk = replace(house.make_desk(store, clock), dns=Dns([server]))
    for number in range(PARTNERS):
        await house.partner(desk, f"U{100 + number}")
    async with store.write() as session:
        await session.execute(insert(Customer), [_customer(desk, *each) for each in enumerate(tokens.items())])
        await session.execute(text("ANALYZE"))
    with _no_pace():
        rates = {"searched": await _rate(desk, look_for_proofs)}
        clock.moment += EVERY
        rates["checked again"] = await _rate(desk, look_after_domains)
    await store.close()
    return rates


def _customer(desk: Desk, number: int, proof: tuple[str, str]) -> dict[str, Any]:
    domain, token = proof
    own = {"id": number + 1, "partner_id": number % PARTNERS + 1, "domain": domain, "verification_token": token}
    now = desk.clock.now()
    return VALUES[Customer] | own | {"proof_sought_at": now, "proof_due_at": now, "created_at": now}


async def _rate(desk: Desk, tick: Callable[[Desk], Awaitable[int]]) -> float:
    began = time.perf_counter()
    return await tick(desk) / (time.perf_counter() - began)


@contextmanager
def _no_pace() -> Iterator[None]:
    pace = rounds.A_SECOND
    rounds.A_SECOND = 1_000_000
    try:
        yield
    finally:
        rounds.A_SECOND = pace


def show(engine: str, rates: dict[str, float]) -> None:
    for name, rate in rates.items():
        print(f"    {engine:<12}{name:<16}{rate:8,.0f} domains/s, {rate * WEEK_SECONDS / 1e6:,.0f} million a week")
    at_pace = f"{rounds.A_SECOND} domains/s, {rounds.A_SECOND * WEEK_SECONDS / 1e6:,.0f} million a week"
    print(f"    {engine:<12}{'at our pace':<16}{at_pace:>8}", flush=True)
