"""A customer's subscription as a step of its page: how it stands, and what can be done about it (mission row 14)."""

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.customer_blocks import shown_domain, state, trial_bar
from handlers.plan_view import subscription_text
from handlers.reader import Mrkdwn, Reader, mention
from handlers.steps import Step
from handlers.subscription_buttons import can_be_recorded, cancel_button, renew_button, subscribe_button
from handlers.suspension import suspension
from handlers.undo_button import undo_button
from programme.catalogue import Catalogue
from programme.customers import Found
from programme.plan_changes import Plans, standing
from programme.plan_preview import is_paid_for
from programme.pricing import Subscription
from programme.renewals import recorded_from, terms_due
from programme.subscriptions import is_ending, next_term
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
        blocks.append(b.section(_renewal(reader, price, day, terms_due(customer, plans.pending, seen.today))))
        first_day = recorded_from(catalogue, customer, plans.pending)
        if first_day > seen.today:
            day = reader.day(first_day)
            blocks.append(b.context(reader.mrkdwn("It can be recorded from {day} on.", day=day)))
    if plans.pending:
        blocks.append(_told_with_undo(reader, catalogue, seen, plans, plans.pending))
    in_effect = [one.change for one in plans.undoings if one.change.status == "applied"]
    return blocks + [_told_with_undo(reader, catalogue, seen, plans, change) for change in in_effect]


def _renewal(reader: Reader, price: str, day: str, terms: int) -> Mrkdwn:
    """The next renewal; where more than one is to be recorded by now, the first of them."""
    if terms < 2:
        return reader.mrkdwn("*Next renewal*\n{price} on {day}", price=price, day=day)
    overdue = reader.count("{number} renewal overdue", "{number} renewals overdue", terms)
    return reader.mrkdwn(
        "*{overdue}*\nThe first has been due since {day}; {price} each.", overdue=overdue, day=day, price=price
    )


def _told_with_undo(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans, change: PlanChange) -> Block:
    """A change, with its button where the reader may undo it."""
    what = next((one for one in plans.undoings if one.change.id == change.id), None)
    undo = undo_button(reader, catalogue, seen, what, plans.pending) if what and seen.rights.may_administer else None
    return b.section(_told(reader, catalogue, seen, change), undo)


def _actions(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans) -> list[Block]:
    customer = seen.customer
    if seen.rights.is_suspended:
        return suspension(reader, catalogue, seen.partner)
    if not seen.rights.may_administer:
        return [b.context(reader.mrkdwn("Only an admin of your company changes a subscription. You can read it here."))]
    shown: list[ButtonElement] = []
    if customer.renews_on is None and catalogue.sells(customer.plan):
        shown.append(subscribe_button(reader, catalogue, seen))
    elif customer.renews_on is not None and can_be_recorded(catalogue, customer, plans.pending, seen.today):
        shown.append(renew_button(reader, catalogue, customer, plans.pending))
    is_fixed = is_paid_for(customer, plans.pending)
    if not is_fixed:
        shown.append(b.button(reader.text("Change plan"), "plan.open", customer.id))
    if customer.renews_on is not None and not is_ending(plans.pending) and not is_fixed:
        shown.append(cancel_button(reader, seen, plans.pending))
    if customer.status == "trial" and trial_of(customer, seen.today, catalogue.trial).can_be_extended:
        shown.append(b.button(reader.text("Extend trial"), "trial.open", customer.id))
    buttons: list[Block] = [b.actions(*shown)] if shown else []
    return [*_not_sold(reader, catalogue, customer), *_fixed(reader, customer, plans.pending), *buttons]


def _fixed(reader: Reader, customer: Customer, pending: PlanChange | None) -> list[Block]:
    """Why nothing can be changed for now."""
    if pending is None or not is_paid_for(customer, pending):
        return []
    text = reader.mrkdwn(
        "The renewal of {day} is recorded with the planned change. From that day on you can change or cancel the "
        "subscription again; or undo the renewal first.",
        day=reader.day(pending.effective_on),
    )
    return [b.context(text)]


def _not_sold(reader: Reader, catalogue: Catalogue, customer: Customer) -> list[Block]:
    if catalogue.sells(customer.plan):
        return []
    text = reader.mrkdwn(
        "The plan {plan} is not sold any more. Please choose another one with *Change plan*.", plan=customer.plan
    )
    return [b.section(text)]


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
