"""A customer's subscription as a step of its page: how it stands, and what can be done about it (mission row 14)."""

from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.customer_blocks import shown_domain, state, term_name, trial_bar
from handlers.plan_view import ends_with_it, subscription_text
from handlers.reader import Mrkdwn, Reader, mention
from handlers.steps import Step
from handlers.undo_button import undo_button
from programme.catalogue import Catalogue
from programme.customers import Found
from programme.plan_changes import Plans, standing
from programme.pricing import Subscription, price
from programme.renewal_dates import renewal_after
from programme.renewals import recorded_from
from programme.subscriptions import is_ending, next_term, renewal_price
from programme.trials import extensions, trial_of
from storage.models import Customer, PlanChange, TrialExtension


async def subscription_view(caller: Caller, seen: Found, step: Step) -> View:
    """The step as it is now. Raises Refused as programme.plan_changes.standing."""
    customer, reader, catalogue = seen.customer, caller.reader, caller.desk.catalogue
    grown = await extensions(caller.desk, caller.actor, customer.id)
    plans = await standing(caller.desk, caller.actor, customer.id)
    blocks: list[Block] = [
        b.header(customer.organisation),
        b.context(
            reader.mrkdwn(
                "{domain} · {state}", domain=shown_domain(customer), state=state(reader, customer, seen.today)
            )
        ),
        b.section(_agreed(reader, catalogue, customer)),
        *_trial(reader, catalogue, seen, grown),
        *_coming(reader, catalogue, seen, plans),
        *_actions(reader, catalogue, seen, plans),
        *step.way_back(reader),
    ]
    return b.modal(reader, reader.text("Subscription"), blocks, callback="subscription", remember=step.kept())


def _agreed(reader: Reader, catalogue: Catalogue, customer: Customer) -> Mrkdwn:
    """What the customer has, or has asked for."""
    agreed = subscription_text(reader, catalogue, Subscription.of(customer))
    if customer.renews_on is not None:
        return reader.mrkdwn("*Subscribed to*\n{state}", state=agreed)
    if customer.status == "cancelled":
        return reader.mrkdwn("*Last subscribed to*\n{state}", state=agreed)
    return reader.mrkdwn("*Wanted, not bought yet*\n{state}", state=agreed)


def _coming(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans) -> list[Block]:
    """The next renewal, and a change that waits for it or can be undone."""
    customer, blocks = seen.customer, list[Block]()
    if customer.renews_on and plans.renewal_price is not None:
        price, day = reader.money(plans.renewal_price, catalogue.currency), reader.day(customer.renews_on)
        blocks.append(b.section(reader.mrkdwn("*Next renewal*\n{price} on {day}", price=price, day=day)))
        first_day = recorded_from(catalogue, customer, plans.pending)
        if first_day > seen.today:
            day = reader.day(first_day)
            blocks.append(b.context(reader.mrkdwn("It can be recorded from {day} on.", day=day)))
    if plans.pending:
        blocks.append(_told_with_undo(reader, catalogue, seen, plans, plans.pending))
    in_effect = [one.change for one in plans.undoings if one.change.status == "applied"]
    return blocks + [_told_with_undo(reader, catalogue, seen, plans, change) for change in in_effect]


def _told_with_undo(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans, change: PlanChange) -> Block:
    """A change, with its button where the reader may undo it."""
    what = next((one for one in plans.undoings if one.change.id == change.id), None)
    undo = undo_button(reader, catalogue, seen, what, plans.pending) if what and seen.member.role == "admin" else None
    return b.section(_told(reader, catalogue, seen, change), undo)


def _actions(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans) -> list[Block]:
    customer = seen.customer
    if seen.member.role != "admin":
        return [b.context(reader.mrkdwn("Only an admin of your company changes a subscription. You can read it here."))]
    shown: list[ButtonElement] = []
    if customer.renews_on is None and catalogue.sells(customer.plan):
        shown.append(subscribe_button(reader, catalogue, seen))
    elif customer.renews_on is not None and can_be_recorded(catalogue, customer, plans.pending, seen.today):
        shown.append(renew_button(reader, catalogue, customer, plans.pending))
    shown.append(b.button(reader.text("Change plan"), "plan.open", customer.id))
    if customer.renews_on is not None and not is_ending(plans.pending):
        shown.append(_cancel_button(reader, seen, plans.pending))
    if customer.status == "trial" and trial_of(customer, seen.today, catalogue.trial).can_be_extended:
        shown.append(b.button(reader.text("Extend trial"), "trial.open", customer.id))
    return [*_not_sold(reader, catalogue, customer), b.actions(*shown)]


def _not_sold(reader: Reader, catalogue: Catalogue, customer: Customer) -> list[Block]:
    if catalogue.sells(customer.plan):
        return []
    text = reader.mrkdwn(
        "The plan {plan} is not sold any more. Please choose another one with *Change plan*.", plan=customer.plan
    )
    return [b.section(text)]


def subscribe_button(reader: Reader, catalogue: Catalogue, seen: Found) -> ButtonElement:
    customer = seen.customer
    text = reader.text(
        "{price} now, {term}. The next renewal is on {renewal}. {trial}",
        price=reader.money(price(catalogue, Subscription.of(customer)), catalogue.currency),
        term=term_name(reader, customer.term),
        renewal=reader.day(renewal_after(seen.today, seen.today, customer.term)),
        trial=ends_with_it(reader, seen),
    ).rstrip()
    sure = b.confirm(reader, reader.text("Start the subscription?"), text, reader.text("Start subscription"))
    return b.button(reader.text("Start subscription"), "manage.subscribe", customer.id, "primary", sure)


def can_be_recorded(catalogue: Catalogue, customer: Customer, pending: PlanChange | None, today: date) -> bool:
    """Whether the renewal of a subscription can be recorded today."""
    return not is_ending(pending) and recorded_from(catalogue, customer, pending) <= today


def renew_button(reader: Reader, catalogue: Catalogue, customer: Customer, pending: PlanChange | None) -> ButtonElement:
    if customer.renews_on is None:
        raise ValueError("Only a subscription is renewed")
    coming, counted_from = next_term(customer, pending)
    cost = renewal_price(catalogue, customer, pending)
    text = reader.text(
        "{price} for another term. The renewal after this one is on {renewal}.",
        price="–" if cost is None else reader.money(cost, catalogue.currency),
        renewal=reader.day(renewal_after(counted_from, customer.renews_on, coming.term)),
    )
    sure = b.confirm(reader, reader.text("Record the renewal?"), text, reader.text("Record renewal"))
    value = {"customer": customer.id, "renewal": customer.renews_on.isoformat()}
    return b.button(reader.text("Record renewal"), "manage.renew", value, confirm=sure)


def _trial(reader: Reader, catalogue: Catalogue, seen: Found, grown: list[TrialExtension]) -> list[Block]:
    if seen.customer.status != "trial":
        return []
    trial = trial_of(seen.customer, seen.today, catalogue.trial)
    ended = reader.mrkdwn("The trial ended on {day}.", day=reader.day(trial.ends_on))
    blocks: list[Block] = [b.section(ended if trial.has_ended else trial_bar(reader, trial))]
    if grown:
        blocks.append(b.context(*(_extension(reader, extension) for extension in grown)))
    return blocks


def _extension(reader: Reader, extension: TrialExtension) -> Mrkdwn:
    facts = {
        "end": reader.short_day(extension.to_end),
        "who": mention(extension.extended_by),
        "day": reader.moment(extension.extended_at),
    }
    if extension.reason is None:
        return reader.mrkdwn("Extended to {end} by {who} on {day}", **facts)
    return reader.mrkdwn("Extended to {end} by {who} on {day}: {reason}", reason=extension.reason, **facts)


def _told(reader: Reader, catalogue: Catalogue, seen: Found, change: PlanChange) -> Mrkdwn:
    """A change that waits, or what can be undone still."""
    after = Subscription.after(change)
    if change.status == "scheduled" and not is_ending(change):
        after, _ = next_term(seen.customer, change)
    facts = {
        "organisation": seen.customer.organisation,
        "day": reader.day(change.effective_on),
        "who": mention(change.made_by),
        "until": reader.day(change.renews_on),
        "recorded": reader.moment(change.made_at),
        "before": subscription_text(reader, catalogue, Subscription.before(change)),
        "state": subscription_text(reader, catalogue, after),
    }
    if is_ending(change):
        return reader.mrkdwn(
            ":calendar: The subscription ends on *{day}*; {who} has cancelled it. Then {organisation} falls back to "
            "the free plan, and nothing is deleted.",
            **facts,
        )
    if change.kind == "renewal":
        return reader.mrkdwn("Renewed until {until} by {who}, recorded on {recorded}.", **facts)
    if change.status == "scheduled":
        return reader.mrkdwn(":calendar: From *{day}* on: {state}, as {who} has decided.", **facts)
    return reader.mrkdwn("Changed on {day} by {who}: {before} → {state}", **facts)


def _cancel_button(reader: Reader, seen: Found, pending: PlanChange | None) -> ButtonElement:
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
