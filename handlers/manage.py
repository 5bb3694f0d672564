"""The customer's page: managing an organisation on its behalf (mission rows 12, 14 and 20)."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.customer_blocks import buttons, columns, shown_domain, summary, term_name, trial_bar
from handlers.plan_view import page_blocks
from handlers.reader import Mrkdwn, Reader, mention
from handlers.typed import which_customer
from handlers.views import show_modal
from programme.catalogue import Catalogue
from programme.customers import Found, find
from programme.plan_changes import Plans, standing
from programme.pricing import price
from programme.refusals import Refused
from programme.renewal_dates import renewal_after
from programme.subscriptions import next_term, price_of_term, renew, subscribe
from programme.trials import extensions, trial_of
from storage.models import Customer, TrialExtension


async def open_customer(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await find(caller.desk, caller.actor, which_customer(body))
    view = await customer_view(caller, seen)
    await ack()
    await show_modal(client, body, view)


async def start_subscription(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    await ack()
    caller = caller_of(context)
    customer_id = which_customer(body)
    subscribed = await subscribe(caller.desk, caller.actor, customer_id)
    await client.views_update(view_id=body["view"]["id"], view=await customer_view(caller, subscribed))


async def record_renewal(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    await ack()
    caller = caller_of(context)
    from_date = date.fromisoformat(str(b.pressed(body)["renewal"]))
    renewed = await renew(caller.desk, caller.actor, which_customer(body), from_date)
    await client.views_update(view_id=body["view"]["id"], view=await customer_view(caller, renewed))


async def open_console(ack: AsyncAck) -> None:
    """The button leads there by itself; Slack tells us all the same."""
    await ack()


async def customer_view(caller: Caller, seen: Found) -> View:
    """The page of a verified customer. Raises Refused("not_verified") for another one (mission row 20)."""
    customer, reader, catalogue = seen.customer, caller.reader, caller.desk.catalogue
    if customer.verified_at is None:
        facts = {"domain": shown_domain(customer), "organisation": customer.organisation}
        raise Refused("not_verified", customer_id=customer.id, **facts)
    grown = await extensions(caller.desk, caller.actor, customer.id)
    plans = await standing(caller.desk, caller.actor, customer.id)
    blocks = [
        b.header(customer.organisation),
        b.context(_on_behalf(reader, customer)),
        b.fields(*columns(reader, catalogue, customer)),
        b.context(summary(reader, customer, seen.today)),
        b.actions(*_buttons(reader, catalogue, seen, plans)),
        *page_blocks(reader, catalogue, seen, plans),
        *_trial(reader, catalogue, seen, grown),
        *_services(reader, catalogue, customer),
        b.divider(),
        b.context(_not_allowed(reader)),
    ]
    return b.modal(reader, reader.text("Customer"), blocks, callback="managed", remember={"customer": customer.id})


def _on_behalf(reader: Reader, customer: Customer) -> Mrkdwn:
    return reader.mrkdwn(
        "You are managing {organisation} ({domain}) on its behalf. What you do here is recorded.",
        organisation=customer.organisation,
        domain=shown_domain(customer),
    )


def _buttons(reader: Reader, catalogue: Catalogue, seen: Found, plans: Plans) -> list[ButtonElement | Any]:
    customer, is_admin = seen.customer, seen.member.role == "admin"
    console = catalogue.links.admin_console.format(domain=customer.domain)
    shown = [b.link_button(reader.text("Open the admin console"), console, "manage.console")]
    if is_admin and customer.renews_on is None:
        shown.append(_subscribe_button(reader, catalogue, seen))
    elif is_admin and not (plans.pending and plans.pending.kind == "cancel"):
        shown.append(_renew_button(reader, catalogue, customer, plans))
    return shown + buttons(reader, catalogue, customer, seen.today, is_admin, manage=False)


def _subscribe_button(reader: Reader, catalogue: Catalogue, seen: Found) -> Any:
    customer = seen.customer
    text = reader.text(
        "{price} now, {term}. The next renewal is on {renewal}. The trial ends with it.",
        price=_price(reader, catalogue, customer),
        term=term_name(reader, customer.term),
        renewal=reader.day(renewal_after(seen.today, seen.today, customer.term)),
    )
    sure = b.confirm(reader, reader.text("Start the subscription?"), text, reader.text("Start subscription"))
    return b.button(reader.text("Start subscription"), "manage.subscribe", customer.id, "primary", sure)


def _renew_button(reader: Reader, catalogue: Catalogue, customer: Customer, plans: Plans) -> Any:
    if customer.renews_on is None:
        raise ValueError("Only a subscription is renewed")
    coming, counted_from = next_term(customer, plans.pending)
    text = reader.text(
        "{price} for another term. The renewal after this one is on {renewal}.",
        price=reader.money(price(catalogue, coming), catalogue.currency),
        renewal=reader.day(renewal_after(counted_from, customer.renews_on, coming.term)),
    )
    sure = b.confirm(reader, reader.text("Record the renewal?"), text, reader.text("Record renewal"))
    value = {"customer": customer.id, "renewal": customer.renews_on.isoformat()}
    return b.button(reader.text("Record renewal"), "manage.renew", value, confirm=sure)


def _price(reader: Reader, catalogue: Catalogue, customer: Customer) -> str:
    return reader.money(price_of_term(catalogue, customer), catalogue.currency)


def _trial(reader: Reader, catalogue: Catalogue, seen: Found, grown: list[TrialExtension]) -> list[Block]:
    if seen.customer.status != "trial":
        return []
    blocks: list[Block] = [b.section(trial_bar(reader, trial_of(seen.customer, seen.today, catalogue.trial)))]
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


def _services(reader: Reader, catalogue: Catalogue, customer: Customer) -> list[Block]:
    plan = catalogue.plan_of(customer.plan)
    services = ", ".join(plan.services)
    button = b.button(reader.text("Services"), "services.open", customer.id)
    return [b.section(reader.mrkdwn("*Services of {plan}*\n{services}", plan=plan.name, services=services), button)]


def _not_allowed(reader: Reader) -> Mrkdwn:
    return reader.mrkdwn(
        "A partner may not change the super administrator, two-factor settings, admin roles, profile pictures, "
        "passwords, the dashboard or contact sync, nor delete or back up users."
    )


def register(app: AsyncApp) -> None:
    app.command("/partner-manage")(open_customer)
    app.action("manage.open")(open_customer)
    app.action("manage.subscribe")(start_subscription)
    app.action("manage.renew")(record_renewal)
    app.action("manage.console")(open_console)
    app.action("portal.open")(open_console)
