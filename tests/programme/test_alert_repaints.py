"""Whoever sees to what an alert warns of makes it due that its message is drawn anew, once, whichever way."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from programme import outlook, plan_changes, renewals, subscriptions
from programme.desk import Actor, Desk
from programme.standing_alerts import standing
from programme.trials import extend_trial
from storage.models import Alert, Customer, OutgoingMessage
from storage.store import Store
from tests.programme import house, plans
from tests.programme.house import Clock
from tests.programme.plans import JUNE, RENEWAL
from tests.storage.rows import row


@pytest.fixture
def clock() -> Clock:
    return Clock(JUNE)


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return house.make_desk(store, clock)


async def posted(desk: Desk, customer: Customer, kind: str, due_on: date, days: int, ts: str | None) -> None:
    """An alert that stands in a channel, or waits."""
    status = {"status": "sent", "sent_at": desk.clock.now(), "channel": "C1", "ts": ts} if ts else {"status": "waiting"}
    about = {"partner_id": customer.partner_id, "customer_id": customer.id, "kind": kind, "due_on": due_on}
    async with desk.store.write() as session:
        session.add(row(Alert, id=None, days_before=days, planned_on=due_on - timedelta(days=days), **about, **status))


async def repaints(desk: Desk) -> list[object]:
    """Of which alerts the messages are to be drawn anew, in the order in which that was decided."""
    due = [message for message in await house.rows(desk, OutgoingMessage) if message.kind == "alert_repaint"]
    return [message.about["alert_id"] for message in due]


async def test_an_extended_trial_repaints_each_message_that_warned_of_its_end(desk: Desk) -> None:
    admin = await house.partner(desk)
    customer, other = await house.verified(desk, admin), await house.verified(desk, admin, domain="dupont.example")
    end = customer.trial_ends_on
    for days, ts in ((7, "1.1"), (3, "2.2"), (1, None)):
        await posted(desk, customer, "trial", end, days, ts)
    await posted(desk, other, "trial", end, 3, "2.2")
    await posted(desk, customer, "trial", end - timedelta(days=30), 3, "3.3")
    first, second, *_ = await house.rows(desk, Alert)

    await extend_trial(desk, admin, customer.id, end)
    assert await repaints(desk) == [first.id, second.id]
    assert await house.reason(extend_trial(desk, admin, customer.id, end)) == "already_extended"
    assert len(await repaints(desk)) == 2

    found = await standing(desk, second.id)
    assert found is not None
    over = {due.customer.id: due for due in found[1]}
    assert [over[one.id].is_over for one in (customer, other)] == [True, False]
    (done,) = over[customer.id].since
    assert (done.action, done.user_id, over[other.id].since) == ("trial_extended", admin.user_id, ())


async def test_what_is_about_to_be_posted_is_drawn_anew_too(desk: Desk) -> None:
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin)
    await posted(desk, customer, "ended", customer.trial_ends_on, 0, None)
    (alert,) = await house.rows(desk, Alert)
    async with desk.store.write() as session:
        leaving = await session.get_one(Alert, alert.id)
        leaving.status, leaving.lease_until = "claimed", desk.clock.now()
    await subscriptions.subscribe(desk, admin, customer.id)
    assert await repaints(desk) == [alert.id]
    found = await standing(desk, alert.id)
    assert found is not None
    assert (found[0].status, found[1]) == ("claimed", [])


Act = Callable[[Desk, Actor, int], Awaitable[object]]
ACTS: dict[str, Act] = {
    "renew": lambda desk, admin, which: renewals.renew(desk, admin, which, RENEWAL),
    "cancel": lambda desk, admin, which: plan_changes.cancel(desk, admin, which, RENEWAL),
    "plan": lambda desk, admin, which: plans.confirmed(desk, admin, which, plans.wish(licences=5)),
}


@pytest.mark.parametrize("act", ACTS)
async def test_what_is_done_about_a_subscription_and_undone_again_is_told(desk: Desk, clock: Clock, act: str) -> None:
    admin, which = await plans.subscriber(desk, clock, days=28)
    await posted(desk, await plans.now(desk), "renewal", RENEWAL, 1, "1.1")
    (alert,) = await house.rows(desk, Alert)
    await ACTS[act](desk, admin, which)
    assert await repaints(desk) == [alert.id]
    found = await standing(desk, alert.id)
    assert found is not None
    (due,) = found[1]
    assert due.is_over == due.is_done == (act == "renew")
    await plans.undone(desk, admin, which)
    assert await repaints(desk) == [alert.id] * 2
    found = await standing(desk, alert.id)
    assert found is not None
    assert not found[1][0].is_over


async def test_who_presses_before_it_is_drawn_anew_hears_that_it_is_done(desk: Desk, clock: Clock) -> None:
    admin, which = await plans.subscriber(desk, clock, days=28)
    customer = await plans.now(desk)
    await posted(desk, customer, "trial", customer.trial_ends_on, 1, "1.1")
    await posted(desk, customer, "renewal", RENEWAL, 1, "2.2")
    trial, renewal = await house.rows(desk, Alert)
    await renewals.renew(desk, admin, which, RENEWAL)
    assert await house.reason(outlook.snooze(desk, admin, trial.id, which, "3_days")) == "already_subscribed"
    assert await house.reason(outlook.snooze(desk, admin, renewal.id, which, "3_days")) == "already_renewed"
