"""A subscription as it is shown: what changes and when, what it costs, what can be undone (mission row 14)."""

from typing import Any

from slack_sdk.models.blocks import Block, NumberInputElement, StaticSelectElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.add import plan_line
from handlers.customer_blocks import name_of_plan, term_name
from handlers.reader import Mrkdwn, Reader, mention
from programme.catalogue import Catalogue
from programme.customers import MOST_LICENCES, Found
from programme.plan_changes import Plans
from programme.plan_preview import Preview, state_after, state_before
from programme.pricing import State
from storage.models import Customer, PlanChange


def state_text(reader: Reader, catalogue: Catalogue, state: State) -> str:
    """Plan, licences and term in one line."""
    plan = name_of_plan(catalogue, state.plan)
    licences = reader.count("{number} licence", "{number} licences", state.licences)
    return ", ".join([plan, licences, term_name(reader, state.term)])


def form_view(reader: Reader, catalogue: Catalogue, customer: Customer, page: str | None) -> View:
    """What the customer should have.

    Args:
        page: the view that shows the customer, underneath; None where there is none.
    """
    plans = [b.option(plan_line(reader, catalogue, plan), plan.id) for plan in catalogue.plan]
    terms = [b.option(term_name(reader, term), term) for term in ("monthly", "yearly")]
    in_use = reader.count("{number} is in use.", "{number} are in use.", customer.licences_in_use)
    blocks: list[Block] = [
        b.section(reader.mrkdwn("*{organisation}*", organisation=customer.organisation)),
        b.field("plan", reader.text("Plan"), _select(plans, customer.plan)),
        b.field("licences", reader.text("Number of licences"), _licences(customer), hint=in_use),
        b.field("term", reader.text("Term"), _select(terms, customer.term)),
        b.context(reader.mrkdwn("You see the price before anything changes.")),
    ]
    return b.modal(
        reader,
        reader.text("Change plan"),
        blocks,
        callback="plan_form",
        submit=reader.text("Show the price"),
        close=reader.text("Cancel"),
        remember={"customer": customer.id, "page": page},
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


def preview_view(reader: Reader, catalogue: Catalogue, what: Preview, page: str | None, again: bool = False) -> View:
    """What confirming would do.

    Args:
        again: whether something has changed since it was shown before.
    """
    blocks: list[Block] = []
    if again:
        blocks.append(b.section(reader.mrkdwn(":warning: Something has changed meanwhile. Please look again.")))
    blocks += [
        b.section(reader.mrkdwn("*{organisation}*", organisation=what.found.customer.organisation)),
        b.fields(*_states(reader, catalogue, what)),
        b.section(_to_pay(reader, catalogue, what)),
        b.section(_next_renewal(reader, catalogue, what)),
        b.section(_commission(reader, catalogue, what)),
        b.context(*_notes(reader, what)),
    ]
    wish = {"plan": what.wish.plan, "licences": str(what.wish.licences), "term": what.wish.term}
    return b.modal(
        reader,
        reader.text("Change plan"),
        blocks,
        callback="plan_preview",
        submit=reader.text("Confirm"),
        close=reader.text("Cancel"),
        remember={"customer": what.found.customer.id, "wish": wish, "seen": what.figures(), "page": page},
    )


def _states(reader: Reader, catalogue: Catalogue, what: Preview) -> list[Mrkdwn]:
    shown = [
        reader.mrkdwn("*So far*\n{state}", state=state_text(reader, catalogue, what.old)),
        reader.mrkdwn("*From today*\n{state}", state=state_text(reader, catalogue, _at_once(what))),
    ]
    if what.waits:
        coming = state_text(reader, catalogue, what.wish)
        shown.append(reader.mrkdwn("*From {day}*\n{state}", day=reader.day(what.renews_on), state=coming))
    return shown


def _at_once(what: Preview) -> State:
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
    facts = {name: reader.money(amount, catalogue.currency) for name, amount in amounts.items()}
    return reader.mrkdwn(
        "*Your commission: {now} now*\n{percent} of what is paid: {before} a term so far, {after} from the renewal on.",
        percent=reader.percent(what.percent),
        **facts,
    )


def _notes(reader: Reader, what: Preview) -> list[Mrkdwn]:
    if what.buys:
        return [reader.mrkdwn("The subscription starts today. A trial ends with it.")]
    notes = []
    if what.replaces:
        day = reader.day(what.replaces.effective_on)
        notes.append(reader.mrkdwn("This takes the place of what was planned for {day}.", day=day))
    if what.renews_on > what.found.today:
        notes.append(reader.mrkdwn("You can undo it until {day}.", day=reader.day(what.renews_on)))
    return notes or [reader.mrkdwn("It takes effect at once.")]


def done_view(reader: Reader, catalogue: Catalogue, what: Preview) -> View:
    """What was done, once it is."""
    facts = {"organisation": what.found.customer.organisation, "day": reader.day(what.renews_on)}
    lines = []
    if what.buys:
        lines.append(
            reader.mrkdwn(
                ":white_check_mark: The subscription of *{organisation}* has started: {state}. It renews on {day}.",
                state=state_text(reader, catalogue, what.wish),
                **facts,
            )
        )
    elif _at_once(what) != what.old:
        lines.append(
            reader.mrkdwn(
                ":white_check_mark: From today on, *{organisation}* has {state}.",
                state=state_text(reader, catalogue, _at_once(what)),
                **facts,
            )
        )
    if what.waits:
        lines.append(
            reader.mrkdwn(
                ":calendar: From {day} on, *{organisation}* will have {state}. Until then nothing else changes, "
                "and you can undo it on the customer's page.",
                state=state_text(reader, catalogue, what.wish),
                **facts,
            )
        )
    return b.modal(reader, reader.text("Change plan"), [b.section(line) for line in lines], callback="plan_changed")


def page_blocks(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans) -> list[Block]:
    """What the customer's page says of the subscription, and what can be done about it."""
    customer, is_admin = seen.customer, seen.member.role == "admin"
    blocks: list[Block] = []
    if customer.renews_on and plans.renewal_price is not None:
        price = reader.money(plans.renewal_price, catalogue.currency)
        day = reader.day(customer.renews_on)
        blocks.append(b.section(reader.mrkdwn("*Next renewal*\n{price} on {day}", price=price, day=day)))
    if change := plans.pending or plans.undoable:
        undo = _undo_button(reader, catalogue, seen, plans) if is_admin and plans.undoable else None
        blocks.append(b.section(_told(reader, catalogue, seen, change), undo))
    actions = []
    if is_admin:
        actions.append(b.button(reader.text("Change plan"), "plan.open", customer.id))
    if is_admin and customer.renews_on and not _is_cancelled(plans.pending):
        actions.append(_cancel_button(reader, customer))
    actions.append(b.button(reader.text("History"), "history.open", customer.id))
    return [*blocks, b.actions(*actions)]


def _is_cancelled(pending: PlanChange | None) -> bool:
    return pending is not None and pending.kind == "cancel"


def _told(reader: Reader, catalogue: Catalogue, seen: Found, change: PlanChange) -> Mrkdwn:
    """A change that waits, or that can be undone still."""
    facts = {
        "organisation": seen.customer.organisation,
        "day": reader.day(change.effective_on),
        "who": mention(change.made_by),
        "before": state_text(reader, catalogue, state_before(change)),
        "state": state_text(reader, catalogue, state_after(change)),
    }
    if _is_cancelled(change):
        return reader.mrkdwn(
            ":calendar: The subscription ends on *{day}*; {who} has cancelled it. Then {organisation} falls back to "
            "the free plan, and nothing is deleted.",
            **facts,
        )
    if change.status == "scheduled":
        return reader.mrkdwn(":calendar: From *{day}* on: {state}, as {who} has decided.", **facts)
    return reader.mrkdwn("Changed on {day} by {who}: {before} → {state}", **facts)


def _undo_button(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans) -> Any:
    if plans.undoable is None:
        raise ValueError("There is nothing to undo")
    cost = plans.undoing.now
    facts = {
        "state": state_text(reader, catalogue, state_before(plans.undoable)),
        "amount": reader.money(abs(cost), catalogue.currency),
    }
    if plans.undoable.kind == "cancel":
        text = reader.text("The subscription goes on: {state}.", **facts)
    elif cost < 0:
        text = reader.text("Back to {state}. {amount} is credited for the days that are left.", **facts)
    elif cost > 0:
        text = reader.text("Back to {state}. {amount} is to be paid for the days that are left.", **facts)
    else:
        text = reader.text("It stays at {state}, and costs nothing.", **facts)
    sure = b.confirm(reader, reader.text("Undo this change?"), text, reader.text("Undo"))
    value = {"customer": seen.customer.id, "change": plans.undoable.id, "cost": cost}
    return b.button(reader.text("Undo"), "plan.undo", value, confirm=sure)


def _cancel_button(reader: Reader, customer: Customer) -> Any:
    if customer.renews_on is None:
        raise ValueError("Only a subscription is cancelled")
    text = reader.text(
        "The subscription of {organisation} ends on {day}. Until then nothing changes, and you can undo it. "
        "Then the free plan is left, and nothing is deleted.",
        organisation=b.cut(customer.organisation, 80),
        day=reader.day(customer.renews_on),
    )
    go = reader.text("Cancel subscription")
    value = {"customer": customer.id, "renewal": customer.renews_on.isoformat()}
    sure = b.confirm(reader, reader.text("Cancel this subscription?"), text, go, danger=True)
    return b.button(reader.text("Cancel subscription"), "plan.cancel", value, "danger", sure)
