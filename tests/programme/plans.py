"""Customers with a subscription, for tests of what changes in it."""

from datetime import UTC, date, datetime, timedelta

from programme import plan_changes, subscriptions, undoing
from programme.desk import Actor, Desk
from programme.plan_preview import Preview
from programme.undoing import Undoing
from storage.models import Customer
from tests.programme import house
from tests.programme.house import Clock

JUNE = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)
MIDDLE = 15  # days after the first of June: half of the month is left
RENEWAL = date(2026, 7, 1)


def wish(plan: str = "standard", licences: int = 12, term: str = "monthly") -> dict[str, str]:
    return {"plan": plan, "licences": str(licences), "term": term}


async def subscriber(desk: Desk, clock: Clock, days: int = MIDDLE, **typed: str) -> tuple[Actor, int]:
    """An admin, and a customer who subscribed some days ago: 12 licences of Standard by the month."""
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin, **{"term": "monthly"} | typed)
    await subscriptions.subscribe(desk, admin, customer.id)
    clock.moment += timedelta(days=days)
    return admin, customer.id


async def confirmed(desk: Desk, admin: Actor, customer_id: int, typed: dict[str, str]) -> Preview:
    seen = await plan_changes.preview(desk, admin, customer_id, typed)
    outcome = await plan_changes.carry_out(desk, admin, customer_id, typed, seen.figures())
    assert outcome.done
    return outcome.preview


async def undoable(desk: Desk, admin: Actor, customer_id: int) -> list[Undoing]:
    return (await plan_changes.standing(desk, admin, customer_id)).undoings


async def undone(desk: Desk, admin: Actor, customer_id: int, nth: int = 0) -> int:
    """Undoes one of the things that can be, as it is shown. Returns what it cost."""
    what = (await undoable(desk, admin, customer_id))[nth]
    drops = what.drops.id if what.drops else None
    await undoing.undo(desk, admin, customer_id, what.change.id, what.amounts.now, drops)
    return what.amounts.now


async def now(desk: Desk) -> Customer:
    (customer,) = await house.rows(desk, Customer)
    return customer


async def state(desk: Desk) -> tuple[str, int, str]:
    customer = await now(desk)
    return customer.plan, customer.licences, customer.term
