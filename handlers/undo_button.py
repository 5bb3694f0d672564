"""The button that undoes something of a subscription, and what it asks before (mission row 14)."""

from slack_sdk.models.blocks import ButtonElement

from handlers import blocks as b
from handlers.plan_view import subscription_text
from handlers.reader import Reader
from programme.catalogue import Catalogue
from programme.customers import Found
from programme.pricing import Subscription
from programme.subscriptions import is_ending, renewal_price
from programme.undoing import Undoing
from storage.models import Customer, PlanChange


def undo_button(
    reader: Reader, catalogue: Catalogue, seen: Found, what: Undoing, pending: PlanChange | None
) -> ButtonElement:
    """Carries what it says, so that nothing else is undone than what was agreed to.

    Args:
        pending: what waits for the renewal.
    """
    state = subscription_text(reader, catalogue, Subscription.of(seen.customer))
    if is_ending(what.change) and what.change.status == "scheduled":
        text = reader.text("The subscription goes on: {state}.", state=state)
    elif what.change.kind == "renewal":
        facts = {"day": reader.day(what.change.effective_on)}
        facts["amount"] = reader.money(what.amounts.credit, catalogue.currency)
        text = reader.text("The renewal of {day} is to be recorded again. {amount} is credited.", **facts)
    elif what.change.status == "scheduled":
        facts = {"renewal": _renewal_again(reader, catalogue, seen.customer), "state": state}
        text = reader.text("It stays at {state}. Nothing is charged now. {renewal}", **facts).rstrip()
    else:
        before = subscription_text(reader, catalogue, Subscription.before(what.change))
        facts = {"cost": _cost(reader, catalogue, what), "renewal": _renewal(reader, seen, what, pending)}
        text = reader.text("Back to {state}. {cost} {renewal}", state=before, **facts)
    sure = b.confirm(reader, reader.text("Undo this change?"), text, reader.text("Undo"))
    value = {"customer": seen.customer.id, "change": what.change.id, "cost": what.amounts.now}
    if what.drops:
        value["drops"] = what.drops.id
    return b.button(reader.text("Undo"), "plan.undo", value, confirm=sure)


def _cost(reader: Reader, catalogue: Catalogue, what: Undoing) -> str:
    cost = what.amounts.now
    amount = reader.money(abs(cost), catalogue.currency)
    if cost < 0:
        return reader.text("{amount} is credited for the days that are left.", amount=amount)
    if cost > 0:
        return reader.text("{amount} is to be paid for the days that are left.", amount=amount)
    return reader.text("It costs nothing.")


def _renewal_again(reader: Reader, catalogue: Catalogue, customer: Customer) -> str:
    """What the next renewal costs without the change; empty for a plan that is not sold any more."""
    price = renewal_price(catalogue, customer, None)
    if price is None or customer.renews_on is None:
        return ""
    facts = {"price": reader.money(price, catalogue.currency), "day": reader.day(customer.renews_on)}
    return reader.text("The next renewal is {price} then, on {day}.", **facts)


def _renewal(reader: Reader, seen: Found, what: Undoing, pending: PlanChange | None) -> str:
    """What becomes of the next renewal."""
    day = reader.day(seen.customer.renews_on or seen.today)
    if what.drops:
        return reader.text("What is planned for {day} is dropped with it.", day=day)
    if is_ending(pending):
        return reader.text("The cancellation stays: it ends on {day}.", day=day)
    return reader.text("The next renewal stays on {day}.", day=day)
