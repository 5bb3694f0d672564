"""How alerts look in the partner's channel (mission row 24)."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, InteractiveElement, RawTextObject, StaticSelectElement, TableBlock
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.alert_done import OUTLOOKS, done_lines
from handlers.alert_parts import Part, customers_in
from handlers.customer_blocks import buttons, name_of_plan, shown_domain
from handlers.lost_proof import what_to_do
from handlers.mail_words import broken_mail
from handlers.posting import Post
from handlers.reader import N_, Mrkdwn, Reader, mention
from handlers.subscription_buttons import renew_button
from programme.access import Rights
from programme.alerts import DueAlert
from programme.catalogue import Catalogue
from programme.desk import Desk
from programme.outlook import snooze_choices
from programme.pricing import Subscription
from programme.subscriptions import next_term, renewal_price

# Of a digest's alerts, so many have their buttons in the message itself; the others' are a click away.
WITH_BUTTONS = 3
# Names are cut so that a full digest, with all that can be written under its buttons, stays below the 12,000 characters
# that Slack takes in the blocks of a message: each of a name's may have to be written with five.
LONGEST_NAME, LONGEST_DOMAIN, LONGEST_CELL = 60, 80, 36
RENEWALS = ("renewal", "overdue")
# A channel has no role: what is offered in it is refused to whoever may not.
ADMINS, MEMBERS = Rights(may_change=True, may_administer=True), Rights(may_change=True, may_administer=False)
SIGNS = {
    "trial": ":hourglass_flowing_sand:",
    "ended": ":white_circle:",
    "renewal": ":repeat:",
    "overdue": ":red_circle:",
    "unverified": ":mag:",
    "broken": ":warning:",
}


def reader_of(due: DueAlert) -> Reader:
    """The channel is read by many: in the partner's language and time zone."""
    return Reader(due.partner.language, due.partner.time_zone)


def draw(desk: Desk, bundle: Sequence[DueAlert], part: Part | None = None) -> Post:
    """One message of one alert, or of many.

    Args:
        part: which of a morning's messages it is; None for the only one.
    """
    if len(bundle) == 1:
        return _single(desk.catalogue, bundle[0])
    return _digest(desk.catalogue, bundle, part or Part(1, 1, customers_in(bundle)))


def _single(catalogue: Catalogue, due: DueAlert) -> Post:
    reader = reader_of(due)
    text = reader.text(
        "{organisation} ({domain}): {when}",
        organisation=b.cut(due.customer.organisation, LONGEST_NAME),
        domain=b.cut(shown_domain(due.customer), LONGEST_DOMAIN),
        when=when(reader, due),
    )
    return Post(text, [*alert_blocks(reader, catalogue, due)])


def alert_blocks(reader: Reader, catalogue: Catalogue, due: DueAlert) -> list[Block]:
    """One alert with its buttons; they are for everyone in the channel, and ask again who presses them."""
    offered = elements(reader, catalogue, due)
    told = [*([] if due.is_over else [_detail(reader, catalogue, due)]), *_state(reader, due)]
    return [
        b.section(_headline(reader, due)),
        *([b.context(*told)] if told else []),
        *done_lines(reader, due),
        *([b.actions(*offered, block_id=f"alert-{due.alert.id}")] if offered else []),
    ]


def when(reader: Reader, due: DueAlert) -> str:
    """What happens to the customer, and when, as part of a sentence."""
    days = due.days_left
    match due.alert.kind:
        case "trial" if days == 0:
            return reader.text("the trial ends today")
        case "trial":
            return reader.count("the trial ends in {number} day", "the trial ends in {number} days", days)
        case "ended":
            return reader.text("the trial has ended")
        case "renewal":
            return _ending(reader, days) if due.is_end else _renewing(reader, days)
        case "overdue":
            return reader.count("the renewal is {number} day overdue", "the renewal is {number} days overdue", -days)
        case "unverified":
            return reader.count("not verified for {number} day", "not verified for {number} days", -days)
    return _broken(reader, due)


def _renewing(reader: Reader, days: int) -> str:
    if days == 0:
        return reader.text("it renews today")
    return reader.count("the subscription renews in {number} day", "the subscription renews in {number} days", days)


def _ending(reader: Reader, days: int) -> str:
    if days == 0:
        return reader.text("the cancelled subscription ends today")
    return reader.count(
        "the cancelled subscription ends in {number} day", "the cancelled subscription ends in {number} days", days
    )


def _broken(reader: Reader, due: DueAlert) -> str:
    if due.customer.broken_part == "mail":
        return broken_mail(reader, due.customer)
    return reader.text("the proof of its domain is gone")


def _headline(reader: Reader, due: DueAlert) -> Mrkdwn:
    return reader.mrkdwn(
        "{sign} *{organisation}* ({domain}): *{when}* ({day})",
        sign=Mrkdwn(SIGNS["trial" if due.is_end else due.alert.kind]),
        organisation=b.cut(due.customer.organisation, LONGEST_NAME),
        domain=b.cut(shown_domain(due.customer), LONGEST_DOMAIN),
        when=when(reader, due),
        day=reader.day(due.alert.due_on),
    )


_DETAILS = {
    "trial": N_(
        "{plan}, {licences}. After the trial the organisation falls back to the free plan; nothing is deleted."
    ),
    "ended": N_("{plan}, {licences}. The organisation has fallen back to the free plan; nothing was deleted."),
    "renewal": N_("{plan}, {licences}, {price} for the next term."),
    "end": N_(
        "{plan}, {licences}. Then the organisation falls back to the free plan; nothing is deleted. To keep the "
        "subscription, undo its end on the customer’s page."
    ),
    "overdue": N_("{plan}, {licences}, {price} for the next term. Has it been renewed? Then record it."),
    "unverified": N_("{plan}, {licences}. Until the domain is verified, mail cannot be set up."),
    "proof": N_("{plan}, {licences} · {what_to_do}"),
    "mail": N_("{plan}, {licences}. Please put the records right with the customer."),
    "broken": N_("{plan}, {licences}. Please check the records with the customer, or mail may stop arriving."),
}


def _detail(reader: Reader, catalogue: Catalogue, due: DueAlert) -> Mrkdwn:
    state, price = _about(due), renewal_price(catalogue, due.customer, due.pending)
    text = reader.mrkdwn(
        _DETAILS[_subject(due)],
        plan=name_of_plan(catalogue, state.plan),
        licences=reader.count("{number} licence", "{number} licences", state.licences),
        price="–" if price is None else reader.money(price, catalogue.currency),
        what_to_do=what_to_do(reader, catalogue, due.customer, due.today),
    )
    if not due.is_late:
        return text
    return Mrkdwn(text + " " + reader.mrkdwn("This warning comes late."))


def _subject(due: DueAlert) -> str:
    if due.alert.kind == "broken" and due.customer.broken_part == "proof":
        return "proof"
    if due.alert.kind == "broken" and "mx" in (due.customer.broken_mail or "").split():
        return "mail"
    return "end" if due.is_end else due.alert.kind


def _about(due: DueAlert) -> Subscription:
    """What a renewal is about is what will be renewed; everything else is about what there is today."""
    customer = due.customer
    if due.alert.kind in RENEWALS and not due.is_end:
        return next_term(customer, due.pending)[0]
    return Subscription.of(customer)


def _state(reader: Reader, due: DueAlert) -> list[Mrkdwn]:
    """Who looks after it, and how it is thought to go on."""
    customer, lines, said = due.customer, [], {row.action for row in due.since}
    if customer.assigned_to and "assigned" not in said:
        lines.append(reader.mrkdwn("Looked after by {who}", who=mention(customer.assigned_to)))
    if customer.outlook and "outlook" not in said:
        lines.append(reader.mrkdwn("*{outlook}*", outlook=reader.text(OUTLOOKS[customer.outlook])))
    return lines


SNOOZES = {
    "3_days": N_("In 3 days"),
    "week": N_("In a week"),
    "7_days_before": N_("7 days before"),
}


def elements(reader: Reader, catalogue: Catalogue, due: DueAlert) -> list[InteractiveElement]:
    """What can be done about an alert at once."""
    customer = due.customer
    may = ADMINS if due.alert.kind == "trial" and not due.is_over else MEMBERS
    shown: list[InteractiveElement] = [*buttons(reader, catalogue, customer, due.today, may)]
    if due.alert.kind == "broken" and customer.broken_part == "mail":
        shown.append(b.button(reader.text("Look at the records"), "services.open", customer.id))
    if due.is_to_be_recorded and not due.is_over:
        shown.append(renew_button(reader, catalogue, customer, due.pending))
    shown.append(b.button(reader.text("Assign to me"), "alert.assign", {"customer": customer.id}))
    # Of what is over only a trial that goes on is still an open question.
    if due.alert.kind not in ("trial", "renewal") or due.is_end or (due.is_over and customer.status != "trial"):
        return shown
    shown.append(_menu(reader, "alert.outlook", reader.text("How it goes on"), OUTLOOKS, due))
    choices = snooze_choices(due.alert.due_on, due.today)
    if choices:
        offered = {name: text for name, text in SNOOZES.items() if name in choices}
        shown.append(_menu(reader, "alert.snooze", reader.text("Remind again"), offered, due))
    return shown


def _menu(reader: Reader, action: str, name: str, choices: dict[str, str], due: DueAlert) -> StaticSelectElement:
    options = [
        b.option(reader.text(text), f"{choice}:{due.alert.id}:{due.customer.id}") for choice, text in choices.items()
    ]
    return StaticSelectElement(action_id=action, placeholder=name, options=options)


def _digest(catalogue: Catalogue, bundle: Sequence[DueAlert], part: Part) -> Post:
    reader, partner = reader_of(bundle[0]), bundle[0].partner
    title = reader.count("{number} customer needs you", "{number} customers need you", part.customers)
    if part.of > 1:
        title = f"{title} ({part.number}/{part.of})"
    blocks: list[Block] = [b.header(title), *_at_stake(reader, catalogue, bundle), _table(reader, bundle)]
    for due in bundle[:WITH_BUTTONS]:
        blocks += alert_blocks(reader, catalogue, due)
    blocks += _others(reader, bundle[WITH_BUTTONS:])
    return Post(f"{partner.name}: {title}", blocks)


def _others(reader: Reader, bundle: Sequence[DueAlert]) -> list[Block]:
    """The way to those that have no room here."""
    if not bundle:
        return []
    count = reader.count("Show the other {number}", "Show the other {number}", len(bundle))
    return [b.actions(b.button(count, "alert.others", [due.alert.id for due in bundle]))]


def _at_stake(reader: Reader, catalogue: Catalogue, bundle: Sequence[DueAlert]) -> list[Block]:
    renewing = [due for due in bundle if due.alert.kind in RENEWALS and not (due.is_end or due.is_over)]
    if not renewing:
        return []
    prices = [renewal_price(catalogue, due.customer, due.pending) or 0 for due in renewing]
    total = reader.money(sum(prices), catalogue.currency)
    return [b.section(reader.mrkdwn("Renewals worth *{total}* are at stake.", total=total))]


def _table(reader: Reader, bundle: Sequence[DueAlert]) -> TableBlock:
    heading = [reader.text("Date"), reader.text("Organisation"), reader.text("What"), reader.text("Domain")]
    rows = [
        [
            reader.short_day(due.alert.due_on),
            b.cut(due.customer.organisation, LONGEST_CELL),
            f"✓ {when(reader, due)}" if due.is_over else when(reader, due),
            b.cut(shown_domain(due.customer), LONGEST_CELL),
        ]
        for due in bundle
    ]
    cells = [[RawTextObject(text=cell).to_dict() for cell in row] for row in [heading, *rows]]
    return TableBlock(rows=cells, column_settings=[{}, *[{"is_wrapped": True}] * 3])


# Of the hundred blocks that a modal may have: three each, and one for each thing that has been done about it.
MOST_IN_A_MODAL = 14


def others_view(reader: Reader, catalogue: Catalogue, bundle: Sequence[DueAlert]) -> View:
    """The alerts of a digest that had no room for buttons, a page at a time."""
    blocks: list[Block] = []
    for due in bundle[:MOST_IN_A_MODAL]:
        blocks += alert_blocks(reader, catalogue, due)
    if not blocks:
        blocks = [b.section(reader.mrkdwn("Nothing is left to do here."))]
    blocks += _others(reader, bundle[MOST_IN_A_MODAL:])
    return b.modal(reader, reader.text("Customers"), blocks, callback="alerts")
