"""Extending a trial (mission row 21)."""

from datetime import date
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.alert_actions import extended as write_extended
from handlers.caller import caller_of
from handlers.customer_blocks import trial_bar
from handlers.customer_page import refresh_page
from handlers.customers import same_page
from handlers.home import draw_home
from handlers.reader import Reader
from handlers.steps import Form, form_on_step, opened_on, show_step_again
from handlers.subscription_view import subscription_view
from handlers.typed import which_customer
from handlers.views import show_modal
from programme.catalogue import Catalogue
from programme.customers import Found
from programme.refusals import Refused
from programme.trials import LONGEST_REASON, extend_trial, may_extend, trial_of
from storage.base import is_id


async def open_preview(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await may_extend(caller.desk, caller.actor, which_customer(body))
    await ack()
    form = opened_on("subscription", body)
    await show_modal(client, body, preview(caller.reader, caller.desk.catalogue, seen, form))


async def confirm_preview(
    ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    caller, form = caller_of(context), form_on_step(view)
    customer_id, from_end = _asked_for(b.remembered(view))
    reason = b.typed(view).get("reason", "")
    extended = await extend_trial(caller.desk, caller.actor, customer_id, from_end, reason)
    if form is None:
        await ack(response_action="update", view=_done(caller.reader, extended))
    else:
        await show_step_again(ack, client, form, await subscription_view(caller, extended, form.step))
        await refresh_page(caller, client, view, form.step, on_top=form.under is not None)
    await caller.house.courier.deliver_now()


async def extend(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    await ack()
    caller = caller_of(context)
    customer_id, from_end = _asked_for(b.pressed(body))
    extended = await extend_trial(caller.desk, caller.actor, customer_id, from_end)
    view = body.get("view")
    if view is None or view["callback_id"] == "alerts":
        await write_extended(client, body, respond, extended, caller)
    elif view["type"] == "home":
        await draw_home(caller, client)
    else:
        await client.views_update(view_id=view["id"], view=await same_page(caller, view))
    await caller.house.courier.deliver_now()


def _asked_for(value: Any) -> tuple[int, date]:
    """The customer, and the end that the person saw. Raises Refused for a value that is not one of ours."""
    try:
        customer_id, from_end = value["customer"], date.fromisoformat(value["end"])
    except (TypeError, KeyError, ValueError):
        raise Refused("unknown_customer") from None
    if not is_id(customer_id):
        raise Refused("unknown_customer")
    return customer_id, from_end


def preview(reader: Reader, catalogue: Catalogue, seen: Found, form: Form | None) -> View:
    """What extending would do, and why it is done.

    Args:
        form: where it was opened from the subscription as a step.
    """
    customer = seen.customer
    trial = trial_of(customer, seen.today, catalogue.trial)
    blocks: list[Block] = [
        b.section(reader.mrkdwn("*{organisation}*", organisation=customer.organisation)),
        b.section(trial_bar(reader, trial)),
        b.section(
            reader.mrkdwn(
                "The trial will end on *{until}* instead of {now}.",
                until=reader.day(trial.extended_end),
                now=reader.day(trial.ends_on),
            )
        ),
        b.field("reason", reader.text("Reason"), _reason(), reader.text("Your colleagues can read it."), optional=True),
        *(form.way_back(reader, "subscription.open") if form else []),
    ]
    kept = form.kept() if form else {"customer": customer.id}
    return b.modal(
        reader,
        reader.text("Extend trial"),
        blocks,
        callback="extension",
        submit=reader.text("Extend trial"),
        close=reader.text("Cancel"),
        remember=kept | {"end": trial.ends_on.isoformat()},
    )


def _reason() -> PlainTextInputElement:
    return PlainTextInputElement(action_id="typed", max_length=LONGEST_REASON)


def _done(reader: Reader, extended: Found) -> View:
    text = reader.mrkdwn(
        ":white_check_mark: The trial of *{organisation}* now ends on *{end}*.",
        organisation=extended.customer.organisation,
        end=reader.day(extended.customer.trial_ends_on),
    )
    return b.modal(reader, reader.text("Extend trial"), [b.section(text)], callback="extended")


def register(app: AsyncApp) -> None:
    app.command("/partner-extend-trial")(open_preview)
    app.action("trial.open")(open_preview)
    app.action("trial.extend")(extend)
    app.view("extension")(confirm_preview)
