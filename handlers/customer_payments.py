"""What a customer's subscription costs, a step of its page: what is due next, and what was agreed so far (row 13)."""

from datetime import date
from decimal import Decimal
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.paging import Place, ends_of, last_id, place_of, turning
from handlers.plan_view import subscription_text
from handlers.reader import N_, Mrkdwn, Reader, mail_link
from handlers.steps import Step, opened_step, this_step
from handlers.views import show_modal
from programme.catalogue import Catalogue
from programme.customer_payments import Payments, payments
from programme.pricing import Subscription
from storage.models import AuditRow


async def open_payments(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    await show_modal(client, body, await _view_at(caller_of(context), opened_step(body), {}))


async def turn_payments(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    view = await _view_at(caller_of(context), this_step(body), place_of(b.pressed(body)))
    await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)


async def _view_at(caller: Caller, step: Step, place: Place) -> View:
    seen = await payments(caller.desk, caller.actor, step.customer, *ends_of(place, last_id))
    return payments_view(caller.reader, caller.desk.catalogue, seen, step, place)


def payments_view(reader: Reader, catalogue: Catalogue, seen: Payments, step: Step, place: Place) -> View:
    blocks: list[Block] = [
        b.header(seen.found.customer.organisation),
        b.section(_due(reader, catalogue, seen)),
        b.divider(),
        b.section(reader.mrkdwn("*Agreed so far*")),
    ]
    for row in seen.page.rows:
        blocks.append(b.section(_agreed(reader, catalogue, row)))
    if not seen.page.rows:
        blocks.append(b.section(_nothing(reader, seen)))
    blocks += turning(reader, seen.page, place, "payments")
    blocks += [b.divider(), b.context(_not_kept(reader, catalogue)), *step.way_back(reader)]
    return b.modal(reader, reader.text("Payments"), blocks, callback="payments", remember=step.kept())


def _nothing(reader: Reader, seen: Payments) -> Mrkdwn:
    if seen.found.customer.started_on is None:
        return reader.mrkdwn("Nothing has been bought yet.")
    return reader.mrkdwn(
        "The subscription was bought before the customer came to you, or came back. What was agreed until then is not "
        "shown here."
    )


def _due(reader: Reader, catalogue: Catalogue, seen: Payments) -> Mrkdwn:
    if seen.ends_on is not None:
        return reader.mrkdwn(
            "*Nothing more is due.* The subscription is cancelled, and ends on {day}.", day=reader.day(seen.ends_on)
        )
    due = seen.due
    if due is None:
        return reader.mrkdwn("*Nothing is due.* There is no subscription.")
    if due.amount is None:
        return reader.mrkdwn(
            "*Due on {day}*\nThe plan is not sold any more. What it will cost, {support} knows.",
            day=reader.day(due.day),
            support=mail_link(catalogue.support_address),
        )
    facts = {
        "day": reader.day(due.day),
        "amount": reader.money(due.amount, catalogue.currency),
        "commission": reader.money(due.commission, catalogue.currency),
        "percent": reader.percent(due.percent),
    }
    if due.terms > 1:
        overdue = reader.count("{number} renewal overdue", "{number} renewals overdue", due.terms)
        total = reader.money(due.amount * due.terms, catalogue.currency)
        return reader.mrkdwn(
            "*{overdue}: {total}*\nThe first has been due since {day}; {amount} each. Your commission of each: "
            "{commission}, {percent}.",
            overdue=overdue, total=total, **facts,
        )  # fmt: skip
    if due.day < seen.found.today:
        return reader.mrkdwn(
            "*Overdue since {day}: {amount}*\nYour commission of it: {commission}, {percent}.", **facts
        )
    return reader.mrkdwn("*Due on {day}: {amount}*\nYour commission of it: {commission}, {percent}.", **facts)


_AGREED = {
    "subscribed": N_("Subscription started: {state}"),
    "renewed": N_("Renewed until {until}: {state}"),
    "renewal_undone": N_("Renewal undone, due again on {until}"),
    "plan_changed": N_("Changed to {state}"),
    "change_undone": N_("Change undone, back to {state}"),
    "cancelled": N_("Subscription ended, as it was cancelled"),
}


def _agreed(reader: Reader, catalogue: Catalogue, row: AuditRow) -> Mrkdwn:
    """One thing that was agreed: when, what, and what it cost."""
    facts = row.after or {}
    what = reader.mrkdwn(
        _AGREED[row.action],
        state=subscription_text(reader, catalogue, _subscription(facts)) if "plan" in facts else "–",
        until=reader.day(date.fromisoformat(str(facts["renews_on"]))) if "renews_on" in facts else "–",
    )
    text = reader.mrkdwn("*{day}* · {what}", day=reader.moment(row.at), what=what)
    if "charge" not in facts:
        return text
    return Mrkdwn(f"{text}\n{_cost(reader, catalogue, facts)}")


def _subscription(facts: dict[str, Any]) -> Subscription:
    return Subscription(str(facts["plan"]), int(facts["licences"]), str(facts["term"]))


def _cost(reader: Reader, catalogue: Catalogue, facts: dict[str, Any]) -> Mrkdwn:
    amounts = {
        "charge": reader.money(int(facts["charge"]), catalogue.currency),
        "credit": reader.money(int(facts.get("credit", 0)), catalogue.currency),
        "commission": reader.money(int(facts.get("commission", 0)), catalogue.currency),
        "percent": reader.percent(Decimal(str(facts.get("percent", 0)))),
    }
    if facts.get("credit") and not facts["charge"]:
        return reader.mrkdwn("{credit} credited. Your commission of it: {commission}, {percent}.", **amounts)
    if facts.get("credit"):
        return reader.mrkdwn(
            "{charge} charged, {credit} credited. Your commission of it: {commission}, {percent}.", **amounts
        )
    return reader.mrkdwn("{charge} charged. Your commission of it: {commission}, {percent}.", **amounts)


def _not_kept(reader: Reader, catalogue: Catalogue) -> Mrkdwn:
    return reader.mrkdwn(
        "These are the amounts that were agreed, in the catalogue's prices. Whether they have been paid is not kept "
        "here yet. Questions about a payment? Write to {support}.",
        support=mail_link(catalogue.support_address),
    )


def register(app: AsyncApp) -> None:
    app.action("payments.open")(open_payments)
    for turn in ("previous", "next", "first"):
        app.action(f"payments.{turn}")(turn_payments)
