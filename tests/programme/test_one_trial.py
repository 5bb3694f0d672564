"""A domain has one trial: whoever proves it after somebody has left goes on with that one (mission row 21)."""

from datetime import date, timedelta

import pytest

from handlers import domain_news
from programme import consent, customers, proof, proof_search, subscriptions, trials
from programme.desk import Actor, Desk
from programme.refusals import Refused
from programme.verification import Finding, Outcome
from storage.models import Customer, Partner, TrialExtension
from tests.programme import house
from tests.programme.house import Clock, at_once
from tests.programme.two_partners import leaving_token, messages

FINDING = Finding(Outcome.VERIFIED, "txt")
WHO = house.CUSTOMER | {"licences": 12}
START = date(2026, 10, 1)


def days(number: int) -> timedelta:
    return timedelta(days=number)


async def proves(desk: Desk, actor: Actor, customer: Customer) -> Customer:
    return (await proof._mark(desk, actor, customer, FINDING)).customer


async def leaves(desk: Desk, customer: Customer) -> None:
    await consent.answer(desk, leaving_token(desk, customer.id), "leave")


async def extends(desk: Desk, actor: Actor, customer_id: int) -> Customer:
    now = (await customers.find(desk, actor, customer_id)).customer
    return (await trials.extend_trial(desk, actor, customer_id, now.trial_ends_on)).customer


def dates(customer: Customer) -> tuple[int, int]:
    """The trial's days, counted from the first of all."""
    return (customer.trial_started_on - START).days, (customer.trial_ends_on - START).days


@pytest.mark.parametrize("who", ["U1", "U2"])
async def test_leaving_begins_no_new_one(desk: Desk, clock: Clock, who: str) -> None:
    """Nobody learns by adding a domain that somebody had it: the dates are a new customer's until it is proven."""
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    first = await house.customer(desk, admin)
    await proves(desk, admin, first)
    await extends(desk, admin, first.id)
    clock.moment += days(20)
    await leaves(desk, first)
    again = admin if who == "U1" else other
    second = await house.customer(desk, again)
    assert dates(second) == (20, 35)
    second = await proves(desk, again, second)
    assert dates(second) == (0, 30)
    assert [(await extends(desk, again, second.id)).trial_ends_on for _ in range(2)] == [
        START + days(45),
        START + days(60),
    ]
    with pytest.raises(Refused, match="trial_at_longest"):
        await extends(desk, again, second.id)
    (row,) = await house.audited(desk, "trial_resumed")
    assert (row.subject_id, row.partner_id, row.user_id) == (second.id, second.partner_id, again.user_id)
    assert row.before == {"trial_started_on": "2026-10-21", "ends_on": "2026-11-05"}
    assert row.after == {"trial_started_on": "2026-10-01", "ends_on": "2026-10-31"}


async def test_what_was_extended_without_a_proof_goes_and_the_rule_holds(desk: Desk, clock: Clock) -> None:
    """Also where the new trial's ends are those that the old one will have."""
    admin = await house.partner(desk)
    first = await house.customer(desk, admin)
    await proves(desk, admin, first)
    clock.moment += days(15)
    await leaves(desk, first)
    second = await house.customer(desk, admin)
    await extends(desk, admin, second.id)
    assert dates(await proves(desk, admin, second)) == (0, 15)
    assert await house.rows(desk, TrialExtension) == []
    ends = [dates(await extends(desk, admin, second.id))[1] for _ in range(3)]
    assert ends == [30, 45, 60]
    with pytest.raises(Refused, match="trial_at_longest"):
        await extends(desk, admin, second.id)


async def test_of_several_before_the_first_counts(desk: Desk, clock: Clock) -> None:
    """Also where it has become a subscription meanwhile (programme.bought_before)."""
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    for actor in (admin, other):
        customer = await house.customer(desk, actor)
        assert dates(await proves(desk, actor, customer)) == (0, 15)
        if actor is admin:
            await subscriptions.subscribe(desk, actor, customer.id)
        clock.moment += days(100)
        await leaves(desk, customer)
    last = await proves(desk, admin, await house.customer(desk, admin))
    assert (dates(last), trials.status_on(last, START + days(200))) == ((0, 15), "active")


async def test_one_that_began_before_stays(desk: Desk, clock: Clock) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    early = await house.customer(desk, admin)
    clock.moment += days(5)
    late = await house.customer(desk, other)
    await proves(desk, other, late)
    await leaves(desk, late)
    assert dates(await proves(desk, admin, early)) == (0, 15)
    assert await house.audited(desk, "trial_resumed") == []


async def test_who_has_no_proof_used_up_nothing(desk: Desk, clock: Clock) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    await house.customer(desk, admin)
    clock.moment += days(20)
    assert dates(await proves(desk, other, await house.customer(desk, other))) == (20, 35)


async def test_the_search_for_proofs_tells_the_partner(desk: Desk, clock: Clock) -> None:
    admin = await house.partner(desk)
    first = await house.customer(desk, admin)
    await proves(desk, admin, first)
    clock.moment += days(20)
    await leaves(desk, first)
    second = await house.customer(desk, admin)
    (partner,) = await house.rows(desk, Partner)
    assert await proof_search._write_down(desk, second, partner, FINDING)
    assert dates((await house.rows(desk, Customer))[-1]) == (0, 15)
    (told,) = await messages(desk, "domain_verified")
    assert told.about == {"partner_id": 1, "customer_id": second.id, "resumed": True}
    post = await domain_news.draw_verified(desk, told)
    assert post is not None
    assert "began on 1 October 2026 and ended on 16 October 2026" in str([block.to_dict() for block in post.blocks])
    (row,) = await house.audited(desk, "trial_resumed")
    assert row.user_id is None


async def test_proven_while_it_leaves(desk: Desk, clock: Clock) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    first = await house.customer(desk, admin)
    await proves(desk, admin, first)
    clock.moment += days(20)
    async with desk.store.write() as session:  # as it was added before the other one was proven
        second = Customer(**customers.columns_of_new(desk, await session.get_one(Partner, 2), WHO))
        session.add(second)
    calls = [leaves(desk, first), *(proves(desk, other, second) for _ in range(3))]
    _, refused = await at_once(calls)
    assert set(refused) <= {"domain_taken"}
    now = (await house.rows(desk, Customer))[-1]
    assert dates(now) == ((0, 15) if now.verified_at else (20, 35))
