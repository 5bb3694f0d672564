"""A customer ends its partner's access: it is off every list, at once (mission rows 11 and 20)."""

from datetime import date, timedelta

import pytest

from programme import alerts, consent, customer_list, customers, plan_changes, proof, subscriptions, trials, upkeep
from programme.desk import Desk
from programme.partner_settings import AlertSettings, change_settings
from programme.partnerships import overview, trail
from programme.refusals import Refused
from programme.reports import renewals_report
from programme.taking_effect import take_effect
from programme.verification import Finding, Outcome
from storage.models import Alert, Customer
from tests.programme import house
from tests.programme.house import BEN, CUSTOMER, Clock
from tests.programme.two_partners import (
    DOMAIN,
    Two,
    asked,
    leaving_token,
    letters,
    messages,
    of_partner,
    prove,
    request,
    scheduled,
)


async def leaves(desk: Desk, two: Two) -> None:
    await consent.answer(desk, leaving_token(desk, two.customer_id), "leave")


async def test_the_link_comes_when_the_domain_is_proven_and_once(desk: Desk) -> None:
    admin = await house.partner(desk)
    customer = await house.customer(desk, admin)
    for _ in range(2):
        await proof._mark(desk, admin, customer, Finding(Outcome.VERIFIED, "txt"))
    (letter,) = await letters(desk, "looked_after")
    assert (letter.recipient, letter.language) == ("admin@mueller.example", "en")


async def test_it_is_off_every_list_at_once(desk: Desk, two: Two, clock: Clock) -> None:
    await subscriptions.subscribe(desk, two.holder, two.customer_id)
    stays = await house.customer(desk, two.holder, domain="dupont.example")
    await leaves(desk, two)
    listed = await customer_list.list_customers(desk, two.holder)
    assert [row.id for row in listed.page.rows] == [stays.id]
    glance = await customer_list.overview(desk, two.holder)
    assert (sum(glance.counts.values()), [row.id for row in glance.first]) == (1, [stays.id])
    assert (await overview(desk, BEN, 1)).customers == 1
    assert (await renewals_report(desk, two.holder, "2027")).lines == []
    clock.moment += timedelta(days=8)
    assert await upkeep.look_after_domains(desk) == 0
    for which in (two.customer_id, DOMAIN):
        for call in (
            customers.find(desk, two.holder, which),
            trials.may_extend(desk, two.holder, which),
            plan_changes.may_change(desk, two.holder, which),
            subscriptions.subscribe(desk, two.holder, which),
            proof.verify(desk, two.holder, which),
        ):
            with pytest.raises(Refused, match="unknown_customer"):
                await call


async def test_the_partner_is_told_and_its_history_stays(desk: Desk, two: Two) -> None:
    await leaves(desk, two)
    await leaves(desk, two)
    (told,) = await messages(desk, "customer_left")
    assert told.recipient == "U1"
    (left,) = await house.audited(desk, "left")
    assert (left.before["status"], left.after) == ("trial", {"status": "left", "consent": "customer"})  # type: ignore[index]
    history = await trail(desk, BEN, 1)
    assert history.domains[two.customer_id] == DOMAIN


async def test_no_alert_is_about_who_has_left(desk: Desk, two: Two, clock: Clock) -> None:
    await change_settings(desk, two.holder, AlertSettings("C1", 0, "en", "UTC"))
    await subscriptions.subscribe(desk, two.holder, two.customer_id)
    clock.moment += timedelta(days=335)
    assert await alerts.plan(desk) == 1
    await leaves(desk, two)
    assert [row.status for row in await house.rows(desk, Alert)] == ["moot"]
    for _ in range(4):
        clock.moment += timedelta(days=15)
        assert await alerts.plan(desk) == 0


async def test_what_was_planned_is_undone(desk: Desk, two: Two, clock: Clock) -> None:
    await subscriptions.subscribe(desk, two.holder, two.customer_id)
    await plan_changes.cancel(desk, two.holder, two.customer_id, date(2027, 10, 1))
    await leaves(desk, two)
    assert await scheduled(desk) == [(1, "cancel", "undone", date(2027, 10, 1))]
    clock.moment += timedelta(days=366)
    assert await take_effect(desk) == 0


async def test_its_domain_is_free_then(desk: Desk, two: Two) -> None:
    token = await asked(desk, two)
    await leaves(desk, two)
    assert (await request(desk)).status == "over"
    assert (await consent.answer(desk, token, "accept")).state == "over"  # type: ignore[union-attr]
    mine = await house.customer(desk, two.asker)
    await prove(desk, mine.id)
    again = await customers.add(desk, two.holder, CUSTOMER | {"domain": "other.example"})
    assert again.customer.id != two.customer_id
    assert len(await of_partner(desk, 2)) == 1


async def test_a_no_is_over_when_the_partner_has_the_customer_by_its_own_proof(desk: Desk, two: Two) -> None:
    token = await asked(desk, two)
    await consent.answer(desk, token, "decline")
    await leaves(desk, two)
    mine = await house.customer(desk, two.asker)
    assert (await consent.look(desk, token)).state == "declined"  # type: ignore[union-attr]
    await prove(desk, mine.id)
    assert (await consent.look(desk, token)).state == "over"  # type: ignore[union-attr]


async def test_the_same_partner_may_add_it_again_and_lose_it_again(desk: Desk, two: Two, clock: Clock) -> None:
    for _ in range(2):
        (now,) = await of_partner(desk, 1)
        await consent.answer(desk, leaving_token(desk, now.id), "leave")
        again = await house.customer(desk, two.holder)
        await prove(desk, again.id)
    assert [row.status for row in await house.rows(desk, Customer)] == ["left", "left", "trial"]
    await consent.answer(desk, leaving_token(desk, two.customer_id), "leave")  # an old link
    assert len(await of_partner(desk, 1)) == 1
