"""What was bought for a domain goes on when the domain comes again; nobody pays twice, and nobody tries twice."""

from datetime import date, timedelta

import pytest

from programme import consent, customers, proof, proof_search, subscriptions, trials
from programme.desk import Actor, Desk
from programme.lost_proofs import let_go
from programme.refusals import Refused
from programme.verification import Finding, Outcome
from storage.models import Customer, Partner
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.partnership import EMMA
from tests.programme.two_partners import leaving_token

FINDING = Finding(Outcome.VERIFIED, "txt")
START = date(2026, 10, 1)
A_YEAR = date(2027, 10, 1)


async def proves(desk: Desk, actor: Actor, customer: Customer) -> Customer:
    return (await proof._mark(desk, actor, customer, FINDING)).customer


async def leaves(desk: Desk, customer: Customer) -> None:
    await consent.answer(desk, leaving_token(desk, customer.id), "leave")


async def bought_and_left(desk: Desk, actor: Actor) -> None:
    """A year of twelve licences."""
    customer = await proves(desk, actor, await house.customer(desk, actor))
    await subscriptions.subscribe(desk, actor, customer.id)
    await leaves(desk, customer)


@pytest.mark.parametrize("who", ["U1", "U2"])
async def test_what_was_bought_goes_on_with_whoever_proves_the_domain(desk: Desk, clock: Clock, who: str) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    again = admin if who == "U1" else other
    await bought_and_left(desk, admin)
    clock.moment += timedelta(days=100)
    added = await house.customer(desk, again, plan="professional", licences="3", term="monthly")
    assert (added.status, added.renews_on) == ("trial", None)
    now = await proves(desk, again, added)
    assert (now.status, now.plan, now.licences, now.term) == ("active", "standard", 12, "yearly")
    assert (now.started_on, now.renews_on) == (START, A_YEAR)
    with pytest.raises(Refused, match="already_subscribed"):
        await subscriptions.subscribe(desk, again, now.id)
    with pytest.raises(Refused, match="not_on_trial"):
        await trials.extend_trial(desk, again, now.id, now.trial_ends_on)
    (row,) = await house.audited(desk, "subscription_resumed")
    assert (row.subject_id, row.partner_id, row.user_id) == (now.id, now.partner_id, again.user_id)
    wanted = {"plan": "professional", "licences": 3, "term": "monthly"}
    assert row.before == wanted | {"status": "trial", "renews_on": None}
    had = {"plan": "standard", "licences": 12, "term": "yearly"}
    assert row.after == had | {"status": "active", "renews_on": "2027-10-01"}


async def test_it_goes_on_each_time(sqlite_desk: Desk) -> None:
    await bought_and_left(sqlite_desk, EMMA)
    for _ in range(2):
        now = await proves(sqlite_desk, EMMA, await house.customer(sqlite_desk, EMMA))
        assert now.renews_on == A_YEAR
        await leaves(sqlite_desk, now)


@pytest.mark.parametrize(("day", "status"), [(365, "active"), (366, "cancelled")])
async def test_what_has_run_out_is_a_subscription_that_has_ended(
    desk: Desk, clock: Clock, day: int, status: str
) -> None:
    admin = await house.partner(desk)
    await bought_and_left(desk, admin)
    clock.moment += timedelta(days=day)
    now = await proves(desk, admin, await house.customer(desk, admin))
    assert (now.status, now.licences) == (status, 12)
    assert (now.renews_on is None) == (status == "cancelled")
    if status == "cancelled":
        with pytest.raises(Refused, match="trial_bought"):
            await trials.extend_trial(desk, admin, now.id, now.trial_ends_on)
        renewed = await subscriptions.subscribe(desk, admin, now.id)
        assert renewed.customer.renews_on == date(2028, 10, 2)


async def test_one_that_had_ended_before_is_no_trial_either(sqlite_desk: Desk) -> None:
    customer = await proves(sqlite_desk, EMMA, await house.customer(sqlite_desk, EMMA))
    await subscriptions.subscribe(sqlite_desk, EMMA, customer.id)
    async with sqlite_desk.store.write() as session:
        row = await session.get_one(Customer, customer.id)
        row.status, row.renews_on = "cancelled", None
    await leaves(sqlite_desk, customer)
    now = await proves(sqlite_desk, EMMA, await house.customer(sqlite_desk, EMMA))
    assert (now.status, now.renews_on) == ("cancelled", None)


async def test_who_tried_and_bought_nothing_has_a_trial(sqlite_desk: Desk) -> None:
    customer = await proves(sqlite_desk, EMMA, await house.customer(sqlite_desk, EMMA))
    await leaves(sqlite_desk, customer)
    assert (await proves(sqlite_desk, EMMA, await house.customer(sqlite_desk, EMMA))).status == "trial"
    assert await house.audited(sqlite_desk, "subscription_resumed") == []


async def test_who_registers_a_domain_that_expired_has_bought_nothing(desk: Desk, clock: Clock) -> None:
    """Not what the former holder had with its last partner, nor what it had with those before."""
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    await bought_and_left(desk, admin)
    former = await proves(desk, admin, await house.customer(desk, admin))
    assert former.renews_on == A_YEAR
    async with desk.store.write() as session:
        row = await session.get_one(Customer, former.id)
        row.broken_on, row.broken_part = START, "proof"
    clock.moment += timedelta(days=desk.catalogue.verification.claim_after_days + 1)
    added = await house.customer(desk, other)
    async with desk.store.write() as session:
        await let_go(session, desk, added, added.verification_token)
    now = await proves(desk, other, added)
    assert (now.status, now.renews_on) == ("trial", None)


async def test_who_has_a_subscription_of_its_own_keeps_it(sqlite_desk: Desk) -> None:
    """As some have that once could subscribe without a proof."""
    await bought_and_left(sqlite_desk, EMMA)
    added = await house.customer(sqlite_desk, EMMA)
    async with sqlite_desk.store.write() as session:
        row = await session.get_one(Customer, added.id)
        row.status, row.started_on, row.renews_on = "active", START, date(2026, 11, 1)
    assert (await proves(sqlite_desk, EMMA, added)).renews_on == date(2026, 11, 1)


async def test_the_search_for_proofs_takes_it_up_too(sqlite_desk: Desk) -> None:
    await bought_and_left(sqlite_desk, EMMA)
    added = await house.customer(sqlite_desk, EMMA)
    (partner,) = await house.rows(sqlite_desk, Partner)
    assert await proof_search._write_down(sqlite_desk, added, partner, FINDING)
    assert (await customers.find(sqlite_desk, EMMA, added.id)).customer.renews_on == A_YEAR
