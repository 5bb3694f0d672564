"""How changing a plan looks: the form, its price before confirming, and what was done (mission row 14)."""

from datetime import timedelta
from typing import Any

from slack_sdk.models.blocks import Block, NumberInputElement, StaticSelectElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.customer_blocks import name_of_plan, plan_line, term_name
from handlers.reader import Mrkdwn, Reader, escape
from handlers.steps import Form
from programme.catalogue import Catalogue
from programme.customers import MOST_LICENCES, Found
from programme.plan_preview import Preview
from programme.pricing import Subscription
from programme.trials import status_on
from storage.models import TERMS, Customer


def subscription_text(reader: Reader, catalogue: Catalogue, what: Subscription) -> str:
    """Plan, licences and term in one line."""
    plan = name_of_plan(catalogue, what.plan)
    licences = reader.count("{number} licence", "{number} licences", what.licences)
    return ", ".join([plan, licences, term_name(reader, what.term)])


def ends_with_it(reader: Reader, seen: Found) -> str:
    """That a trial ends with buying; empty where there is none any more."""
    return reader.text("The trial ends with it.") if status_on(seen.customer, seen.today) == "trial" else ""


def form_view(reader: Reader, catalogue: Catalogue, customer: Customer, form: Form | None) -> View:
    """What the customer should have.

    Args:
        form: where it was opened; None where it is no part of the customer's page.
    """
    plans = [b.option(plan_line(reader, catalogue, plan), plan.id) for plan in catalogue.plan]
    terms = [b.option(term_name(reader, term), term) for term in TERMS]
    # One is in use of every customer's, whoever has noted it or not.
    number = customer.licences_in_use
    in_use = reader.count("{number} is in use.", "{number} are in use.", number) if number > 1 else None
    blocks: list[Block] = [
        b.section(reader.mrkdwn("*{organisation}*", organisation=customer.organisation)),
        b.field("plan", reader.text("Plan"), _select(plans, customer.plan)),
        b.field("licences", reader.text("Number of licences"), _licences(customer), hint=in_use),
        b.field("term", reader.text("Term"), _select(terms, customer.term)),
        b.context(reader.mrkdwn("You see the price before anything changes.")),
        *_way_back(reader, form),
    ]
    return b.modal(
        reader,
        reader.text("Change plan"),
        blocks,
        callback="plan_form",
        submit=reader.text("Show the price"),
        close=reader.text("Cancel"),
        remember=_kept(customer, form),
    )


def _select(options: list[Any], chosen: str) -> StaticSelectElement:
    initial = next((option for option in options if option.value == chosen), None)
    return StaticSelectElement(action_id="chosen", options=options, initial_option=initial)


def _licences(customer: Customer) -> NumberInputElement:
    return NumberInputElement(
        action_id="typed",
        is_decimal_allowed=False,
        initial_value=str(customer.licences),
        min_value="1",
        max_value=str(MOST_LICENCES),
    )


def preview_view(reader: Reader, catalogue: Catalogue, what: Preview, form: Form | None, again: bool = False) -> View:
    """What confirming would do.

    Args:
        form: as in `form_view`.
        again: whether something has changed since it was shown before.
    """
    blocks: list[Block] = []
    if again:
        blocks.append(b.section(reader.mrkdwn(":warning: Something has changed meanwhile. Please look again.")))
    blocks += [
        b.section(reader.mrkdwn("*{organisation}*", organisation=what.found.customer.organisation)),
        b.fields(*_states(reader, catalogue, what)),
        *_lifted(reader, what),
        b.section(_to_pay(reader, catalogue, what)),
        b.section(_next_renewal(reader, catalogue, what)),
        b.section(_commission(reader, catalogue, what)),
        b.context(*_notes(reader, what)),
        *_way_back(reader, form),
    ]
    wish = {"plan": what.wish.plan, "licences": str(what.wish.licences), "term": what.wish.term}
    return b.modal(
        reader,
        reader.text("Change plan"),
        blocks,
        callback="plan_preview",
        submit=reader.text("Confirm"),
        close=reader.text("Cancel"),
        remember=_kept(what.found.customer, form) | {"wish": wish, "seen": what.figures()},
    )


def _states(reader: Reader, catalogue: Catalogue, what: Preview) -> list[Mrkdwn]:
    shown = [
        reader.mrkdwn("*So far*\n{state}", state=subscription_text(reader, catalogue, what.old)),
        reader.mrkdwn("*From today*\n{state}", state=subscription_text(reader, catalogue, _at_once(what))),
    ]
    if what.waits:
        coming = subscription_text(reader, catalogue, what.wish)
        shown.append(reader.mrkdwn("*From {day}*\n{state}", day=reader.day(what.renews_on), state=coming))
    return shown


def _lifted(reader: Reader, what: Preview) -> list[Block]:
    """That a subscription which was cancelled goes on."""
    if not what.lifts_cancellation:
        return []
    day = reader.day(what.renews_on)
    text = reader.mrkdwn("The cancellation is lifted: the subscription will renew on {day}.", day=day)
    return [b.section(Mrkdwn(f":warning: *{text}*"))]


def _at_once(what: Preview) -> Subscription:
    return what.now if what.waits else what.wish


def _to_pay(reader: Reader, catalogue: Catalogue, what: Preview) -> Mrkdwn:
    amounts, until = what.amounts, reader.day(what.renews_on)
    charge, credit = reader.money(amounts.charge, catalogue.currency), reader.money(amounts.credit, catalogue.currency)
    if what.buys:
        return reader.mrkdwn("*To pay now: {charge}*\nFrom today until {until}.", charge=charge, until=until)
    if amounts.charge == amounts.credit:
        return reader.mrkdwn("*To pay now: nothing*")
    return reader.mrkdwn(
        "*To pay now: {amount}*\n{charge} from today until {until}, less {credit} that was paid for these days.",
        amount=reader.money(amounts.now, catalogue.currency),
        charge=charge,
        credit=credit,
        until=until,
    )


def _next_renewal(reader: Reader, catalogue: Catalogue, what: Preview) -> Mrkdwn:
    facts = {"day": reader.day(what.renews_on), "price": reader.money(what.renewal_price, catalogue.currency)}
    if what.renews_on > what.found.today:
        return reader.mrkdwn("*Next renewal: {price}*\nOn {day}.", **facts)
    return reader.mrkdwn("*Next renewal: {price}*\nIt was due on {day}, and is still to be recorded.", **facts)


def _commission(reader: Reader, catalogue: Catalogue, what: Preview) -> Mrkdwn:
    amounts = {"before": what.commission_before, "after": what.commission_after, "now": what.commission_now}
    facts = {
        name: "–" if amount is None else reader.money(amount, catalogue.currency) for name, amount in amounts.items()
    }
    return reader.mrkdwn(
        "*Your commission: {now} now*\n{percent} of what is paid: {before} a term so far, {after} from the renewal on.",
        percent=reader.percent(what.percent),
        **facts,
    )


def _notes(reader: Reader, what: Preview) -> list[Mrkdwn]:
    if what.buys:
        starts = [reader.mrkdwn("The subscription starts today.")]
        return starts + ([escape(ends)] if (ends := ends_with_it(reader, what.found)) else [])
    notes = []
    if what.replaces and not what.lifts_cancellation:
        day = reader.day(what.replaces.effective_on)
        notes.append(reader.mrkdwn("This takes the place of what was planned for {day}.", day=day))
    if what.renews_on > what.found.today:
        notes.append(_undoable(reader, what))
    return notes or [reader.mrkdwn("It takes effect at once.")]


def _undoable(reader: Reader, what: Preview) -> Mrkdwn:
    """Until when it can be undone: the day of the renewal is too late."""
    last_day = reader.day(what.renews_on - timedelta(days=1))
    if what.coming and what.now != what.old:
        return reader.mrkdwn("You can undo what waits, or all of it, up to and including {day}.", day=last_day)
    return reader.mrkdwn("You can undo it up to and including {day}.", day=last_day)


def done_view(reader: Reader, catalogue: Catalogue, what: Preview, form: Form | None) -> View:
    """What was done, once it is."""
    facts = {"organisation": what.found.customer.organisation, "day": reader.day(what.renews_on)}
    lines = []
    if what.buys:
        lines.append(
            reader.mrkdwn(
                ":white_check_mark: The subscription of *{organisation}* has started: {state}. It renews on {day}.",
                state=subscription_text(reader, catalogue, what.wish),
                **facts,
            )
        )
    elif _at_once(what) != what.old:
        lines.append(
            reader.mrkdwn(
                ":white_check_mark: From today on, *{organisation}* has {state}.",
                state=subscription_text(reader, catalogue, _at_once(what)),
                **facts,
            )
        )
    if what.waits:
        lines.append(
            reader.mrkdwn(
                ":calendar: From {day} on, *{organisation}* will have {state}. Until then nothing else changes, "
                "and you can undo it on the customer's page.",
                state=subscription_text(reader, catalogue, what.wish),
                **facts,
            )
        )
    blocks = [*(b.section(line) for line in lines), *_lifted(reader, what), *_way_back(reader, form)]
    return b.modal(reader, reader.text("Change plan"), blocks, callback="plan_changed")


def _kept(customer: Customer, form: Form | None) -> dict[str, Any]:
    return form.kept() if form else {"customer": customer.id}


def _way_back(reader: Reader, form: Form | None) -> list[Block]:
    return form.way_back(reader, "subscription.open") if form else []
