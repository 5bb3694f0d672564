"""Changing a subscription: preview, confirm, undo, cancel, and what takes effect on its day (mission row 14)."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy import update

from programme import plan_changes, renewals, subscriptions, trials, undoing
from programme.desk import Actor, Desk
from programme.pricing import Amounts, Subscription
from programme.refusals import BadInput, Refused
from programme.taking_effect import take_effect
from storage.models import Customer, PlanChange
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.plans import JUNE, MIDDLE, RENEWAL, confirmed, now, state, subscriber, undoable, undone, wish


@pytest.fixture
def clock() -> Clock:
    return Clock(JUNE)


async def set_customer(desk: Desk, **values: object) -> None:
    async with desk.store.write() as session:
        await session.execute(update(Customer).values(**values))


async def refusal(desk: Desk, admin: Actor, customer_id: int, typed: dict[str, str]) -> str:
    with pytest.raises(Refused) as refused:
        await plan_changes.preview(desk, admin, customer_id, typed)
    return refused.value.reason


async def test_an_upgrade_is_paid_for_the_days_that_are_left(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    seen = await plan_changes.preview(desk, admin, customer, wish("professional"))
    assert (seen.amounts, seen.amounts.now) == (Amounts(1800, 3600), 1800)
    assert seen.now == Subscription("professional", 12, "monthly")
    assert (seen.coming, seen.buys, seen.waits) == (None, False, False)
    assert (seen.renews_on, seen.old_price, seen.renewal_price) == (RENEWAL, 3600, 7200)
    assert (seen.commission_before, seen.commission_after, seen.commission_now) == (540, 1080, 270)
    assert await state(desk) == ("standard", 12, "monthly")
    assert (await plan_changes.carry_out(desk, admin, customer, wish("professional"), seen.figures())).done
    assert await state(desk) == ("professional", 12, "monthly")
    (kept,) = await house.rows(desk, PlanChange)
    assert (kept.status, kept.currency) == ("applied", "EUR")
    assert (kept.credit, kept.charge, kept.commission) == (1800, 3600, 270)
    (audit,) = await house.audited(desk, "plan_changed")
    assert audit.user_id == admin.user_id
    assert audit.before == {"plan": "standard", "licences": 12, "term": "monthly"}
    cost = {"charge": 3600, "credit": 1800, "commission": 270, "percent": "15"}
    assert audit.after == {"plan": "professional", "licences": 12, "term": "monthly"} | cost
    assert (await now(desk)).renews_on == RENEWAL


async def test_a_downgrade_waits_for_the_renewal_and_takes_effect_once(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    seen = await confirmed(desk, admin, customer, wish(licences=8))
    assert (seen.amounts.now, seen.waits, seen.renewal_price) == (0, True, 2400)
    standing = await plan_changes.standing(desk, admin, customer)
    assert standing.pending is not None
    assert (standing.pending.effective_on, standing.renewal_price) == (RENEWAL, 2400)
    clock.moment += timedelta(days=14)
    assert await take_effect(desk) == 0
    assert await state(desk) == ("standard", 12, "monthly")
    clock.moment += timedelta(days=1)
    assert [await take_effect(desk), await take_effect(desk)] == [1, 0]
    assert await state(desk) == ("standard", 8, "monthly")
    (audit,) = await house.audited(desk, "plan_changed")
    assert (audit.user_id, (audit.before or {})["licences"], (audit.after or {})["licences"]) == (None, 12, 8)
    assert await undoable(desk, admin, customer) == []


async def test_a_wish_is_split_into_what_begins_at_once_and_what_waits(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    seen = await confirmed(desk, admin, customer, wish(licences=24, term="yearly"))
    assert (seen.now, seen.coming) == (Subscription("standard", 24, "monthly"), Subscription("standard", 24, "yearly"))
    assert seen.amounts == Amounts(1800, 3600)
    assert await state(desk) == ("standard", 24, "monthly")
    clock.moment += timedelta(days=MIDDLE)
    await take_effect(desk)
    assert await state(desk) == ("standard", 24, "yearly")
    renewed = await renewals.renew(desk, admin, customer, RENEWAL)
    assert renewed.customer.renews_on == date(2027, 7, 1)


async def test_another_term_is_renewed_before_its_day(desk: Desk, clock: Clock) -> None:
    """From monthly to yearly, and the renewal recorded a week ahead: the year begins at the renewal."""
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish(term="yearly"))
    assert (await renewals.renew(desk, admin, customer, RENEWAL)).customer.renews_on == date(2027, 7, 1)
    assert await state(desk) == ("standard", 12, "monthly")
    change, _ = await house.rows(desk, PlanChange)
    with pytest.raises(Refused, match="change_paid"):
        await undoing.undo(desk, admin, customer, change.id, 0)
    assert await refusal(desk, admin, customer, wish("professional")) == "change_paid"
    clock.moment += timedelta(days=MIDDLE)
    await take_effect(desk)
    assert await state(desk) == ("standard", 12, "yearly")
    seen = await plan_changes.preview(desk, admin, customer, wish("professional", term="yearly"))
    assert seen.amounts == Amounts(36_000, 72_000)


@pytest.mark.parametrize(("days_later", "cost"), [(0, -1800), (5, -1200)])
async def test_what_took_effect_at_once_is_undone(desk: Desk, clock: Clock, days_later: int, cost: int) -> None:
    """On the same day all of it is credited; later the days that it was there stay paid."""
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish("professional"))
    clock.moment += timedelta(days=days_later)
    (what,) = await undoable(desk, admin, customer)
    assert what.amounts.now == cost
    for shown in ((cost + 1, None), (cost, 77)):
        with pytest.raises(Refused, match="undoing_changed"):
            await undoing.undo(desk, admin, customer, what.change.id, *shown)
    await undoing.undo(desk, admin, customer, what.change.id, cost)
    assert await state(desk) == ("standard", 12, "monthly")
    changes = await house.rows(desk, PlanChange)
    assert [(change.kind, change.status) for change in changes] == [("change", "undone"), ("undo", "applied")]
    assert sum(change.charge - change.credit for change in changes) == 1800 + cost
    if days_later == 0:
        assert sum(change.commission for change in changes) == 0
    with pytest.raises(Refused, match="nothing_to_undo"):
        await undoing.undo(desk, admin, customer, what.change.id, cost)
    assert await undoable(desk, admin, customer) == []


async def test_what_waits_is_undone_until_its_day(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish(licences=8))
    (change,) = await house.rows(desk, PlanChange)
    await undoing.undo(desk, admin, customer, change.id, 0)
    clock.moment += timedelta(days=MIDDLE)
    assert await take_effect(desk) == 0
    assert await state(desk) == ("standard", 12, "monthly")
    (dropped,) = await house.audited(desk, "plan_change_dropped")
    assert ((dropped.before or {})["licences"], (dropped.after or {})["licences"]) == (8, 12)
    await renewals.renew(desk, admin, customer, RENEWAL)
    await confirmed(desk, admin, customer, wish(licences=8))
    clock.moment += timedelta(days=31)
    waits = (await house.rows(desk, PlanChange))[-1]
    with pytest.raises(Refused, match="nothing_to_undo"):
        await undoing.undo(desk, admin, customer, waits.id, 0)
    assert await take_effect(desk) == 1
    assert (await state(desk))[1] == 8


async def test_a_new_wish_takes_the_place_of_one_that_waits(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish(licences=8))
    assert await refusal(desk, admin, customer, wish(licences=8)) == "already_planned"
    assert await refusal(desk, admin, customer, wish()) == "undo_instead"
    seen = await confirmed(desk, admin, customer, wish(licences=13))
    assert seen.replaces is not None
    assert await state(desk) == ("standard", 13, "monthly")
    assert [change.status for change in await house.rows(desk, PlanChange)] == ["replaced", "applied"]
    assert len(await house.audited(desk, "plan_change_dropped")) == 1
    assert await refusal(desk, admin, customer, wish(licences=13)) == "nothing_changes"
    clock.moment += timedelta(days=MIDDLE)
    assert await take_effect(desk) == 0


async def test_a_price_that_has_changed_is_shown_again(desk: Desk, clock: Clock) -> None:
    """Midnight has passed, the commission is another one, or somebody else has changed something."""
    admin, customer = await subscriber(desk, clock)
    seen = await plan_changes.preview(desk, admin, customer, wish("professional"))
    clock.moment += timedelta(days=1)
    outcome = await plan_changes.carry_out(desk, admin, customer, wish("professional"), seen.figures())
    assert (outcome.done, outcome.preview.amounts) == (False, Amounts(1680, 3360))
    await confirmed(desk, admin, customer, wish(licences=13))
    again = await plan_changes.carry_out(desk, admin, customer, wish("professional"), outcome.preview.figures())
    assert not again.done
    assert await state(desk) == ("standard", 13, "monthly")
    for forged in (None, [], "yes", again.preview.figures()[:-1]):
        assert not (await plan_changes.carry_out(desk, admin, customer, wish("professional"), forged)).done


async def test_licences_that_are_in_use_stay(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await set_customer(desk, licences_in_use=9)
    with pytest.raises(BadInput) as bad:
        await plan_changes.preview(desk, admin, customer, wish(licences=8))
    assert (bad.value.fields, bad.value.facts["in_use"]) == ({"licences": "licences_in_use"}, 9)
    await confirmed(desk, admin, customer, wish(licences=9))
    await set_customer(desk, licences_in_use=11)
    clock.moment += timedelta(days=MIDDLE)
    await take_effect(desk)
    assert await state(desk) == ("standard", 11, "monthly")
    (audit,) = await house.audited(desk, "plan_changed")
    assert (audit.after or {})["licences"] == 11
    await set_customer(desk, licences_in_use=40)
    assert (await plan_changes.preview(desk, admin, customer, wish("professional", 11))).renewal_price == 6600


async def test_undoing_takes_no_licence_that_is_in_use(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish(licences=20))
    await set_customer(desk, licences_in_use=15)
    with pytest.raises(Refused, match="still_in_use"):
        await undone(desk, admin, customer)
    assert (await state(desk))[1] == 20


async def test_buying_ends_the_trial_at_once(desk: Desk) -> None:
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin)
    seen = await confirmed(desk, admin, customer.id, wish("professional", 5, "yearly"))
    assert (seen.buys, seen.amounts.now, seen.renews_on) == (True, 30_000, date(2027, 6, 1))
    bought = await now(desk)
    assert (bought.status, bought.renews_on, bought.started_on) == ("active", date(2027, 6, 1), JUNE.date())
    assert await state(desk) == ("professional", 5, "yearly")
    with pytest.raises(Refused, match="not_on_trial"):
        await trials.extend_trial(desk, admin, customer.id, customer.trial_ends_on)
    (audit,) = await house.audited(desk, "subscribed")
    assert ((audit.before or {})["plan"], (audit.after or {})["charge"]) == ("standard", 30_000)


async def test_cancelling_ends_with_the_term_and_deletes_nothing(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await confirmed(desk, admin, customer, wish(licences=8))
    await plan_changes.cancel(desk, admin, customer, RENEWAL)
    assert len(await house.audited(desk, "plan_change_dropped")) == 1
    for refused in (plan_changes.cancel, renewals.renew):
        with pytest.raises(Refused, match="cancellation_planned"):
            await refused(desk, admin, customer, RENEWAL)
    assert (await now(desk)).status == "active"
    clock.moment += timedelta(days=MIDDLE)
    assert await take_effect(desk) == 1
    ended = await now(desk)
    assert (ended.status, ended.renews_on, ended.licences) == ("cancelled", None, 12)
    assert trials.status_on(ended, RENEWAL) == "cancelled"
    with pytest.raises(Refused, match="trial_bought"):
        await trials.may_extend(desk, admin, customer)
    with pytest.raises(Refused, match="not_subscribed"):
        await plan_changes.cancel(desk, admin, customer, RENEWAL)
    await confirmed(desk, admin, customer, wish(licences=3))
    assert (await now(desk)).renews_on == date(2026, 8, 1)
    assert (await now(desk)).status == "active"


async def test_a_cancellation_is_undone(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock)
    await plan_changes.cancel(desk, admin, customer, RENEWAL)
    (change,) = await house.rows(desk, PlanChange)
    await undoing.undo(desk, admin, customer, change.id, 0)
    clock.moment += timedelta(days=MIDDLE)
    assert await take_effect(desk) == 0
    assert (await now(desk)).renews_on == RENEWAL
    assert len(await house.audited(desk, "cancel_undone")) == 1


async def test_what_is_due_and_not_paid_changes_at_once_for_nothing(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock, days=40)
    seen = await confirmed(desk, admin, customer, wish(licences=5, term="yearly"))
    assert (seen.amounts.now, seen.waits) == (0, False)
    assert await state(desk) == ("standard", 5, "yearly")
    renewed = await renewals.renew(desk, admin, customer, RENEWAL)
    assert renewed.customer.renews_on == date(2027, 7, 1)


async def test_each_partners_own_day_counts(store: Store) -> None:
    """The first of July begins in Los Angeles at 7:00 UTC, and the second in Auckland at 12:00 UTC."""
    clock = Clock(JUNE.replace(hour=20))
    desk = house.make_desk(store, clock)
    for user, zone in (("U1", "Pacific/Auckland"), ("U2", "America/Los_Angeles")):
        admin = await house.partner(desk, user, zone)
        customer = await house.verified(desk, admin, domain=f"{user}.example".lower(), term="monthly")
        await subscriptions.subscribe(desk, admin, customer.id)
        await confirmed(desk, admin, customer.id, wish(licences=8))
    auckland, los_angeles = await house.rows(desk, Customer)
    assert (auckland.renews_on, los_angeles.renews_on) == (date(2026, 7, 2), RENEWAL)
    licences = []
    for hour in (6, 7, 11, 12):
        clock.moment = datetime(2026, 7, 1, hour, tzinfo=UTC)
        await take_effect(desk)
        licences.append([customer.licences for customer in await house.rows(desk, Customer)])
    assert licences == [[12, 12], [12, 8], [12, 8], [8, 8]]


async def test_a_sequence_of_changes_costs_the_days_of_each_state(desk: Desk, clock: Clock) -> None:
    admin, customer = await subscriber(desk, clock, days=1)
    exact, lines = Fraction(3600), 0
    changes = [(0, "standard", 13), (4, "professional", 13), (7, "professional", 17), (11, "professional", 29)]
    for days, plan, licences in changes:
        clock.moment = JUNE + timedelta(days=days + 1)
        seen = await confirmed(desk, admin, customer, wish(plan, licences))
        assert seen.old_price is not None
        exact += Fraction((seen.renewal_price - seen.old_price) * (30 - days - 1), 30)
        lines += 2
    paid = 3600 + sum(change.charge - change.credit for change in await house.rows(desk, PlanChange))
    assert abs(paid - exact) <= Fraction(lines, 2)


@pytest.mark.parametrize("ends", [False, True])
async def test_on_its_day_what_waited_counts_in_the_price_before_anybody_has_let_it_take_effect(
    desk: Desk, clock: Clock, ends: bool
) -> None:
    """So that what is confirmed is what was shown, the first time."""
    admin, customer = await subscriber(desk, clock)
    if ends:
        await plan_changes.cancel(desk, admin, customer, RENEWAL)
    else:
        await confirmed(desk, admin, customer, wish(licences=8))
    clock.moment = datetime(2026, 7, 1, 8, tzinfo=UTC)
    seen = await confirmed(desk, admin, customer, wish(licences=20))
    assert (seen.buys, seen.old.licences) == ((True, 12) if ends else (False, 8))
    assert (await now(desk)).licences == 20
    took_effect = (await house.audited(desk, "cancelled" if ends else "plan_changed"))[0]
    assert took_effect.user_id is None
