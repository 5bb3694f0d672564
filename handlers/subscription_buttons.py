"""The buttons that start, go on with and end a subscription, and what each asks before (mission row 14)."""

from contextlib import suppress
from datetime import date
from typing import Any

from slack_sdk.models.blocks import ButtonElement

from handlers import blocks as b
from handlers.customer_blocks import term_name
from handlers.plan_view import ends_with_it
from handlers.reader import Reader
from programme.catalogue import Catalogue
from programme.customers import Found
from programme.refusals import Refused
from programme.renewals import recorded_from
from programme.subscriptions import Offer, another_term, first_term, is_ending
from storage.models import Customer, PlanChange


def subscribe_button(reader: Reader, catalogue: Catalogue, seen: Found) -> ButtonElement:
    """Starts the subscription; carries what it says that costs."""
    customer, offer = seen.customer, first_term(catalogue, seen.customer, seen.today)
    text = reader.text(
        "{price} now, {term}. The next renewal is on {renewal}. {trial}",
        price=_cost(reader, catalogue, offer),
        term=term_name(reader, customer.term),
        renewal=reader.day(offer.until),
        trial=ends_with_it(reader, seen),
    ).rstrip()
    if customer.licences_in_use > customer.licences:
        text += " " + _too_few(reader, customer)
    sure = b.confirm(reader, reader.text("Start the subscription?"), text, reader.text("Start subscription"))
    value = {"customer": customer.id, "offer": _kept(offer)}
    return b.button(reader.text("Start subscription"), "manage.subscribe", value, "primary", sure)


def _too_few(reader: Reader, customer: Customer) -> str:
    return reader.count(
        "It is for {number} licence; {in_use} are in use.",
        "It is for {number} licences; {in_use} are in use.",
        customer.licences,
        in_use=reader.number(customer.licences_in_use),
    )


def _cost(reader: Reader, catalogue: Catalogue, offer: Offer) -> str:
    return "–" if offer.cost is None else reader.money(offer.cost, catalogue.currency)


def _kept(offer: Offer) -> list[object]:
    return [offer.cost, offer.until.isoformat()]


def offer_in(value: Any) -> Offer:
    """What a button that was pressed has asked about. Raises Refused for one that is not ours."""
    match value:
        case {"offer": [int() | None as cost, str(until)]}:
            with suppress(ValueError):
                return Offer(cost, date.fromisoformat(until))
    raise Refused("unknown_customer")


def can_be_recorded(catalogue: Catalogue, customer: Customer, pending: PlanChange | None, today: date) -> bool:
    """Whether the renewal of a subscription can be recorded today."""
    return not is_ending(pending) and recorded_from(catalogue, customer, pending) <= today


def renew_button(reader: Reader, catalogue: Catalogue, customer: Customer, pending: PlanChange | None) -> ButtonElement:
    """Records the renewal; carries the renewal date, and what it says that costs."""
    if customer.renews_on is None:
        raise ValueError("Only a subscription is renewed")
    offer = another_term(catalogue, customer, pending)
    text = reader.text(
        "{price} for another term. The renewal after this one is on {renewal}.",
        price=_cost(reader, catalogue, offer),
        renewal=reader.day(offer.until),
    )
    sure = b.confirm(reader, reader.text("Record the renewal?"), text, reader.text("Record renewal"))
    value = {"customer": customer.id, "renewal": customer.renews_on.isoformat(), "offer": _kept(offer)}
    return b.button(reader.text("Record renewal"), "manage.renew", value, confirm=sure)


def cancel_button(reader: Reader, seen: Found, pending: PlanChange | None) -> ButtonElement:
    """Ends the subscription with its term; carries the end that it says."""
    renews_on = seen.customer.renews_on
    if renews_on is None:
        raise ValueError("Only a subscription is cancelled")
    facts = {"organisation": b.cut(seen.customer.organisation, 80), "day": reader.day(renews_on)}
    value = {"customer": seen.customer.id, "renewal": renews_on.isoformat()}
    if at_once := renews_on <= seen.today:
        value["at_once"] = at_once
        text = reader.text(
            "The renewal of {organisation} has been due since {day}. So the subscription ends at once, and this cannot "
            "be undone. The free plan is left, and nothing is deleted.",
            **facts,
        )
    elif pending:
        text = reader.text(
            "The subscription of {organisation} ends on {day}; what is planned for that day is dropped. Until then you "
            "can undo the cancellation. Then the free plan is left, and nothing is deleted.",
            **facts,
        )
    else:
        text = reader.text(
            "The subscription of {organisation} ends on {day}. Until then nothing changes, and you can undo it. "
            "Then the free plan is left, and nothing is deleted.",
            **facts,
        )
    go = reader.text("Cancel subscription")
    sure = b.confirm(reader, reader.text("Cancel this subscription?"), text, go, danger=True)
    return b.button(reader.text("Cancel subscription"), "plan.cancel", value, "danger", sure)
