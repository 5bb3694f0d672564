"""What a partner says of a customer's future: how it goes on, when to be reminded again."""

from datetime import date, timedelta

from programme.access import require_console_change
from programme.clock import today
from programme.customers import Found, found, record_change, theirs
from programme.desk import Actor, Desk
from programme.refusals import Refused
from programme.schedule import meant_for, morning, schedule_of
from storage.models import Alert, Customer
from storage.queries import alerts, customers

OUTLOOKS = ("renews", "at_risk", "leaves")
LAST_CALL = timedelta(days=7)


def snooze_choices(due_on: date, day: date) -> dict[str, date]:
    """Until when an alert may rest: never past its date itself.

    Args:
        due_on: the date that the alert is about.
        day: today, where the partner is.
    """
    choices = {"3_days": day + timedelta(days=3), "week": day + timedelta(days=7), "7_days_before": due_on - LAST_CALL}
    return {name: until for name, until in choices.items() if day < until <= due_on}


async def set_outlook(desk: Desk, actor: Actor, customer_id: int, outlook: str) -> Found:
    """How it goes on with a customer; who renews or leaves is reminded of only at the very end.

    Args:
        outlook: `renews`, `at_risk` or `leaves`.
    Raises: Refused("unknown_customer").
    """
    if outlook not in OUTLOOKS:
        raise Refused("unknown_customer")
    # The last word counts: a reminder that was asked for before the answer came is not wanted any more.
    values: dict[str, str | None] = {"outlook": outlook}
    if outlook != "at_risk":
        values["snoozed_until"] = None
    return await _say(desk, actor, customer_id, "outlook", values)


async def _say(desk: Desk, actor: Actor, customer_id: int, action: str, values: dict[str, str | None]) -> Found:
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        before = {name: getattr(customer, name) for name in values}
        if before != values:
            await customers.note(session, customer, **values)
            record_change(session, desk, actor, customer, action, before, values)
        return await found(session, desk, actor, customer)


async def snooze(desk: Desk, actor: Actor, alert_id: int, customer_id: int, choice: str) -> tuple[Found, date]:
    """Lets a customer's alert rest for a while, and makes it due again then; on a working day where there is time.

    Returns: the customer, and until when it rests.
    Raises: Refused with "unknown_customer", "already_subscribed", "already_renewed", or "cannot_rest" when the date is
        too near.
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        alert = await alerts.alert(session, partner.id, alert_id)
        if alert is None or alert.customer_id != customer.id:
            raise Refused("unknown_customer")
        due_on = _date_now(customer, alert)
        until = snooze_choices(due_on, today(desk.clock, partner.time_zone)).get(choice)
        if until is None:
            raise Refused("cannot_rest", organisation=customer.organisation, due_on=due_on)
        until = meant_for(alert.kind, due_on, (due_on - until).days, schedule_of(partner))
        await customers.note(session, customer, snoozed_until=until)
        await alerts.write_one(session, alert, due_on, until, morning(schedule_of(partner), until))
        record_change(session, desk, actor, customer, "snoozed", None, {"until": until, "kind": alert.kind})
        return await found(session, desk, actor, customer), until


def _date_now(customer: Customer, alert: Alert) -> date:
    """The date that an alert is about, as it stands now: a trial may have been extended since."""
    if alert.kind == "trial" and customer.status == "trial":
        return customer.trial_ends_on
    if alert.kind == "trial":
        raise Refused("already_subscribed", organisation=customer.organisation, renews_on=customer.renews_on)
    if alert.kind == "renewal" and customer.renews_on != alert.due_on:
        raise Refused("already_renewed", organisation=customer.organisation, renews_on=customer.renews_on)
    return alert.due_on
