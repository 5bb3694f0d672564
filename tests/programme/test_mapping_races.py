"""A customer is wanted, moved, changed and ruled on at the same moment: it ends in one place, whole."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from programme import consent, customers, mapping, plan_changes, rulings, subscriptions, trials
from programme.desk import Desk
from programme.refusals import Refused
from storage.models import Customer, MappingRequest, Partner, PlanChange
from storage.store import Store
from tests.programme import house
from tests.programme.house import BEN, CUSTOMER, LEA, Clock, at_once
from tests.programme.two_partners import (
    DOMAIN,
    REASON,
    WORDS,
    Two,
    asked,
    leaving_token,
    letters,
    messages,
    of_partner,
    request,
    two_partners,
)

MANY = 8


async def where_it_is(desk: Desk) -> int | None:
    """The partner that has the customer; whoever had it before has it no more."""
    rows = await house.rows(desk, Customer)
    stay = [row for row in rows if row.left_on is None]
    assert len(stay) <= 1
    assert len(await house.audited(desk, "left")) == len(rows) - len(stay) == len(await messages(desk, "customer_left"))
    return stay[0].partner_id if stay else None


async def test_asked_eight_times_at_once_it_is_asked_once(desk: Desk, two: Two) -> None:
    seen, refused = await at_once(mapping.ask(desk, two.asker, DOMAIN, "") for _ in range(MANY))
    assert (len(seen), refused) == (MANY, [])
    assert len({one.request.id for one in seen if one.request}) == 1
    assert len(await letters(desk, "consent")) == 1


async def test_accepted_eight_times_at_once_it_moves_once(desk: Desk, two: Two) -> None:
    token = await asked(desk, two)
    seen, _ = await at_once(consent.answer(desk, token, "accept") for _ in range(MANY))
    assert {one.state for one in seen if one} == {"accepted"}
    assert await where_it_is(desk) == 2
    assert len(await messages(desk, "mapping_answer")) == 1


@pytest.mark.parametrize("first", ["accept", "decline"])
async def test_accepted_and_declined_at_once_one_counts(desk: Desk, two: Two, first: str) -> None:
    token = await asked(desk, two)
    says = ["accept", "decline"] if first == "accept" else ["decline", "accept"]
    seen, _ = await at_once(consent.answer(desk, token, one) for one in says * 3)
    (state,) = {one.state for one in seen if one}
    assert await where_it_is(desk) == (2 if state == "accepted" else 1)
    assert (await request(desk)).status == state
    assert len(await messages(desk, "mapping_answer")) == 1


async def test_of_two_that_are_accepted_at_once_one_gets_it(desk: Desk, two: Two) -> None:
    third = await house.partner(desk, "U3")
    tokens = [await asked(desk, two), await asked(desk, Two(two.holder, third, two.customer_id))]
    await at_once(consent.answer(desk, token, "accept") for token in tokens * 3)
    requests = {row.partner_id: row.status for row in await house.rows(desk, MappingRequest)}
    assert sorted(requests.values()) == ["accepted", "over"]
    assert requests[await where_it_is(desk) or 0] == "accepted"


async def test_accepted_while_it_leaves_altogether(desk: Desk, two: Two) -> None:
    token, leaving = await asked(desk, two), leaving_token(desk, two.customer_id)
    calls = [consent.answer(desk, token, "accept"), consent.answer(desk, leaving, "leave")] * 3
    await at_once(calls)
    assert (await where_it_is(desk), (await request(desk)).status) in [(2, "accepted"), (None, "over")]


@pytest.mark.parametrize("first", ["customer", "holder"])
async def test_accepted_while_the_holder_cancels(desk: Desk, two: Two, first: str) -> None:
    await subscriptions.subscribe(desk, two.holder, two.customer_id)
    token, ends_on = await asked(desk, two), date(2027, 10, 1)
    calls: list[Awaitable[object]] = [
        consent.answer(desk, token, "accept"),
        plan_changes.cancel(desk, two.holder, two.customer_id, ends_on),
    ]
    _, refused = await at_once(calls if first == "customer" else calls[::-1])
    assert await where_it_is(desk) == 2
    (now,) = await of_partner(desk, 2)
    waits = [row for row in await house.rows(desk, PlanChange) if row.status == "scheduled"]
    assert now.renews_on == ends_on
    if refused:
        assert (refused, waits) == (["unknown_customer"], [])
    else:
        assert [(row.partner_id, row.customer_id, row.kind) for row in waits] == [(2, now.id, "cancel")]


async def test_accepted_while_the_holder_changes_it_in_other_ways(desk: Desk, two: Two) -> None:
    """Whatever was done in time goes with the customer; whatever was not is refused, and nothing is half done."""
    token = await asked(desk, two)
    calls: list[Awaitable[object]] = [subscriptions.subscribe(desk, two.holder, two.customer_id) for _ in range(3)]
    await at_once([*calls, consent.answer(desk, token, "accept"), subscriptions.subscribe(desk, two.holder, DOMAIN)])
    assert await where_it_is(desk) == 2
    (now,) = await of_partner(desk, 2)
    assert len(await house.audited(desk, "subscribed")) == (1 if now.renews_on else 0)


async def test_ruled_and_answered_at_once(desk: Desk, two: Two, clock: Clock) -> None:
    token = await asked(desk, two)
    clock.moment += timedelta(days=5)
    _, none = await at_once(mapping.escalate(desk, two.asker, DOMAIN, WORDS) for _ in range(3))
    assert none == []
    assert len(await messages(desk, "conflict_card")) == 1
    calls: list[Awaitable[object]] = [
        rulings.rule(desk, BEN, 1, "moved", REASON),
        rulings.rule(desk, LEA, 1, "kept", REASON),
        consent.answer(desk, token, "accept"),
        consent.answer(desk, token, "decline"),
    ]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert {end.reason for end in ends if isinstance(end, Refused)} <= {"ruled_already"}
    now = await request(desk)
    assert await where_it_is(desk) == (2 if now.status in ("moved", "accepted") else 1)
    assert len(await messages(desk, "mapping_answer")) == 1


async def test_while_it_is_added_and_asked_for(desk: Desk, two: Two) -> None:
    leaving = leaving_token(desk, two.customer_id)
    calls: list[Awaitable[object]] = [
        consent.answer(desk, leaving, "leave"),
        mapping.ask(desk, two.asker, DOMAIN, ""),
        customers.add(desk, two.asker, CUSTOMER),
    ]
    await at_once(calls * 2)
    asks = await house.rows(desk, MappingRequest)
    assert [row.status for row in asks if row.status != "over"] == []
    assert await where_it_is(desk) in (None, 2)


@pytest.mark.parametrize("act", ["subscribe", "extend"])
async def test_who_acts_while_it_leaves_reads_that_it_is_gone(
    postgres_address: str, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """In PostgreSQL it may leave after it has been looked up: who waits for its lock is told what is so then."""
    store = Store(postgres_address)
    desk = house.make_desk(store)
    two = await two_partners(desk)
    (customer,) = await house.rows(desk, Customer)
    look_up = customers.theirs

    async def leaves_meanwhile(session: AsyncSession, partner: Partner, which: str | int) -> Customer:
        seen = await look_up(session, partner, which)
        await consent.answer(desk, leaving_token(desk, customer.id), "leave")
        return seen

    monkeypatch.setattr(customers, "theirs", leaves_meanwhile)
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "subscribe": lambda: subscriptions.subscribe(desk, two.holder, customer.id),
        "extend": lambda: trials.extend_trial(desk, two.holder, customer.id, customer.trial_ends_on),
    }
    assert await house.reason(acts[act]()) == "unknown_customer"
    await store.close()
