"""How a customer is shown wherever it appears: its seven columns, its state, its buttons (mission rows 18 to 21)."""

from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement

from handlers import blocks as b
from handlers.reader import Mrkdwn, Reader, mail_link
from programme.access import Rights
from programme.catalogue import Catalogue, Plan
from programme.domains import parse_domain
from programme.trials import Trial, days_left, status_on, trial_of
from storage.models import Customer, Partner


def parties(catalogue: Catalogue, partner: Partner, customer: Customer) -> dict[str, str]:
    """Whom and what letters and pages for a customer name: who looks after whom, in whose programme, and with what."""
    return {
        "company": partner.name,
        "domain": shown_domain(customer),
        "organisation": customer.organisation,
        "vendor": catalogue.programme.vendor,
        "product": catalogue.programme.product,
    }


def shown_domain(customer: Customer) -> str:
    """The domain as people read it; an international name in its own script."""
    return parse_domain(customer.domain).unicode if "xn--" in customer.domain else customer.domain


def name_of_plan(catalogue: Catalogue, plan_id: str) -> str:
    """A plan's name; its id where it is not sold any more."""
    return next((plan.name for plan in catalogue.plan if plan.id == plan_id), plan_id)


def plan_line(reader: Reader, catalogue: Catalogue, plan: Plan) -> str:
    """A plan with its monthly price, to choose from."""
    price = reader.money(plan.monthly, catalogue.currency)
    return reader.text("{plan} ({price} per licence and month)", plan=plan.name, price=price)


def term_name(reader: Reader, term: str) -> str:
    return reader.text("yearly") if term == "yearly" else reader.text("monthly")


def state(reader: Reader, customer: Customer, today: date) -> str:
    """What a customer is today, and until when, as plain text."""
    status = status_on(customer, today)
    if status == "trial":
        left = days_left(customer.trial_started_on, customer.trial_ends_on, today)
        if left == 0:
            return reader.text("Trial, ends today")
        return reader.count("Trial, {number} day left", "Trial, {number} days left", left)
    names = {
        "free": reader.text("Free plan, the trial has ended"),
        "active": reader.text("Subscription, cancelled") if customer.is_ending else reader.text("Subscription"),
        "overdue": reader.text("Renewal overdue"),
        "cancelled": reader.text("Free plan, the subscription has ended"),
    }
    return names[status]


def renewal(reader: Reader, customer: Customer) -> str:
    """The renewal date; for what is not renewed, when it ends."""
    if customer.renews_on and customer.is_ending:
        return reader.text("– (ends on {day})", day=reader.short_day(customer.renews_on))
    if customer.renews_on:
        return reader.short_day(customer.renews_on)
    if customer.status != "trial":
        return "–"
    return reader.text("– (trial ends on {day})", day=reader.short_day(customer.trial_ends_on))


def columns(reader: Reader, catalogue: Catalogue, customer: Customer) -> list[Mrkdwn]:
    """The seven columns of the vendor's list, in its order."""
    return [
        reader.mrkdwn("*Domain*\n{value}", value=shown_domain(customer)),
        reader.mrkdwn("*Organisation*\n{value}", value=customer.organisation),
        reader.mrkdwn("*Super administrator*\n{value}", value=customer.super_admin_email),
        reader.mrkdwn("*Plan*\n{value}", value=name_of_plan(catalogue, customer.plan)),
        reader.mrkdwn("*Licences*\n{value}", value=reader.number(customer.licences)),
        reader.mrkdwn("*Term*\n{value}", value=term_name(reader, customer.term)),
        reader.mrkdwn("*Renewal*\n{value}", value=renewal(reader, customer)),
    ]


def sign(customer: Customer, today: date) -> str:
    status = status_on(customer, today)
    running = ":large_yellow_circle:" if customer.is_ending else ":large_green_circle:"
    signs = {"trial": ":hourglass_flowing_sand:", "active": running, "overdue": ":red_circle:"}
    return signs.get(status, ":white_circle:")


def summary(reader: Reader, customer: Customer, today: date) -> Mrkdwn:
    """One line: what it is, how its domain stands, and what of it is broken."""
    return reader.mrkdwn(
        "{sign} {state} · {verified}",
        sign=Mrkdwn(sign(customer, today)),
        state=state(reader, customer, today),
        verified=verification(reader, customer),
    )


def verification(reader: Reader, customer: Customer) -> Mrkdwn:
    """How a customer's domain stands; since when its proof or its mail set-up is gone."""
    if customer.verified_at is None:
        return reader.mrkdwn("domain not verified yet")
    if customer.broken_on is None:
        return reader.mrkdwn("domain verified")
    day = reader.short_day(customer.broken_on)
    if customer.broken_part == "proof":
        return reader.mrkdwn(":warning: *the proof of the domain is gone* since {day}", day=day)
    return reader.mrkdwn("domain verified · :warning: *the mail set-up is broken* since {day}", day=day)


def buttons(
    reader: Reader, catalogue: Catalogue, customer: Customer, today: date, may: Rights, manage: bool = True
) -> list[ButtonElement]:
    """Verify until the domain is proven, Manage once it has been; Extend trial for admins, while the trial can grow."""
    shown: list[ButtonElement] = []
    if may.may_change and not customer.is_proven:
        shown.append(b.button(reader.text("Verify"), "verify.open", customer.id, "primary"))
    if customer.verified_at is not None and manage:
        style = "primary" if customer.is_proven else None
        shown.append(b.button(reader.text("Manage"), "manage.open", customer.id, style))
    trial = trial_of(customer, today, catalogue.trial)
    if may.may_administer and customer.status == "trial" and trial.can_be_extended:
        shown.append(extend_button(reader, customer, trial))
    return shown


def extend_button(reader: Reader, customer: Customer, trial: Trial) -> ButtonElement:
    """Carries the end date that it was made for: however often it is pressed, that end is moved once."""
    until = reader.day(trial.extended_end)
    sure = b.confirm(
        reader,
        reader.text("Extend this trial?"),
        reader.text(
            "The trial of {organisation} will end on {until} instead of {now}.",
            organisation=b.cut(customer.organisation, 100),
            until=until,
            now=reader.day(trial.ends_on),
        ),
        reader.text("Extend trial"),
    )
    value = {"customer": customer.id, "end": trial.ends_on.isoformat()}
    return b.button(reader.text("Extend trial"), "trial.extend", value, confirm=sure)


def customer_row(reader: Reader, catalogue: Catalogue, customer: Customer, today: date, may: Rights) -> list[Block]:
    """A customer in a list."""
    shown = buttons(reader, catalogue, customer, today, may)
    return [
        b.fields(*columns(reader, catalogue, customer)),
        b.context(summary(reader, customer, today)),
        *([b.actions(*shown, block_id=f"customer-{customer.id}")] if shown else []),
        b.divider(),
    ]


def trial_bar(reader: Reader, trial: Trial) -> Mrkdwn:
    """Days used and left, as a picture and in words."""
    used = min(max((trial.today - trial.started_on).days, 0), trial.length)
    left = max(trial.days_left, 0)
    spent = reader.number(used)
    facts = {
        "bar": b.bar(round(b.BAR_LENGTH * used / trial.length)),
        "used": reader.count("{used} of {number} day used", "{used} of {number} days used", trial.length, used=spent),
        "end": reader.day(trial.ends_on),
        "longest": trial.terms.longest_days,
    }
    if left == 0:
        return reader.mrkdwn("{bar} {used}. It ends today, {end}. A trial lasts {longest} days at most.", **facts)
    return reader.mrkdwn(
        "{bar} {used}, {left}, until {end}. A trial lasts {longest} days at most.",
        left=reader.count("{number} day left", "{number} days left", left),
        **facts,
    )


def resumed_trial(reader: Reader, catalogue: Catalogue, customer: Customer, today: date) -> Mrkdwn:
    """Why a trial is over, or has fewer days than it had until its domain was proven."""
    trial = trial_of(customer, today, catalogue.trial)
    facts = {"start": reader.day(trial.started_on), "end": reader.day(trial.ends_on)}
    support = mail_link(catalogue.support_address)
    if trial.has_ended:
        return reader.mrkdwn(
            "*Its trial is over.* There is one trial for each domain, and this domain was verified before: its trial "
            "began on {start} and ended on {end}. Nothing was deleted: you can start a subscription now. Questions? "
            "Write to {support}.",
            **facts, support=support,
        )  # fmt: skip
    return reader.mrkdwn(
        "*Its trial ends on {end}.* There is one trial for each domain, and this domain was verified before: its trial "
        "began on {start} and goes on. Questions? Write to {support}.",
        **facts, support=support,
    )  # fmt: skip
