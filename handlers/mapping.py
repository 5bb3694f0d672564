"""Asking for a customer that another partner has: the question to the customer, and the one to the reviewers."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import Caller, caller_of
from handlers.reader import Mrkdwn, Reader, code, mail_link
from handlers.typed import LONGEST_DOMAIN
from handlers.views import show_modal
from programme.desk import Desk
from programme.domains import parse_domain
from programme.forms import LONGEST_TEXT
from programme.mapping import LONGEST_NOTE, Asking, ask, asking, escalate, may_escalate
from programme.proof import template_of
from programme.refusals import Refused
from storage.base import is_id
from storage.models import MappingRequest


async def open_mapping(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await asking(caller.desk, caller.actor, _which(b.pressed(body)))
    await ack()
    await show_modal(client, body, standing_view(caller, seen))


async def open_again(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await asking(caller.desk, caller.actor, _which(b.pressed(body)))
    await ack()
    view = question_view(caller.reader, caller.desk, seen) if seen.may_ask else standing_view(caller, seen)
    await show_modal(client, body, view)


async def take_question(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await ask(caller.desk, caller.actor, str(b.remembered(view)), b.typed(view)["note"])
    await ack(response_action="update", view=standing_view(caller, seen))
    await caller.house.courier.deliver_now()


async def open_escalation(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
) -> None:
    caller = caller_of(context)
    seen = await may_escalate(caller.desk, caller.actor, _which(b.pressed(body)))
    await ack()
    await show_modal(client, body, escalation_view(caller.reader, seen))


async def take_escalation(ack: AsyncAck, view: dict[str, Any], context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    seen = await escalate(caller.desk, caller.actor, str(b.remembered(view)), b.typed(view)["words"])
    await ack(response_action="update", view=standing_view(caller, seen))
    await caller.house.courier.deliver_now()


def _which(value: Any) -> str | int:
    """A domain, or a customer of the partner's own. Raises Refused for a button that is not one of ours."""
    if isinstance(value, str):
        return value[:LONGEST_DOMAIN]
    if is_id(value):
        return value
    raise Refused("unknown_customer")


def standing_view(caller: Caller, seen: Asking) -> View:
    """The question, or what has become of it."""
    if seen.request is None:
        return question_view(caller.reader, caller.desk, seen)
    return asked_view(caller.reader, caller.desk, seen, seen.request)


def question_view(reader: Reader, desk: Desk, seen: Asking) -> View:
    text = reader.mrkdwn(
        "*{domain} is looked after already.* Do you want to ask the customer to let you look after it?",
        domain=parse_domain(seen.domain).unicode,
    )
    days = reader.count("{number} day", "{number} days", desk.catalogue.consent.link_days)
    how = reader.mrkdwn(
        "Its super administrator gets an e-mail with your company's name and your note, and has {days} to agree or "
        "decline. With its consent it comes to you as it is, with its subscription or its trial. Who looks after it "
        "now, we tell nobody.",
        days=days,
    )
    note = PlainTextInputElement(action_id="typed", multiline=True, max_length=LONGEST_NOTE)
    hint = reader.text("The customer will read this text as it is.")
    blocks: list[Block] = [
        b.section(text),
        b.field("note", reader.text("Note to the customer"), note, hint=hint, optional=True),
        b.context(how),
    ]
    title = reader.text("Ask the customer")
    return b.modal(
        reader,
        title,
        blocks,
        callback="mapping",
        submit=reader.text("Ask"),
        close=reader.text("Cancel"),
        remember=seen.domain,
    )


def asked_view(reader: Reader, desk: Desk, seen: Asking, request: MappingRequest) -> View:
    domain = parse_domain(seen.domain).unicode
    txt = template_of(desk.catalogue).txt(seen.domain, request.verification_token)
    blocks: list[Block] = [
        b.section(_standing(reader, desk, seen, request)),
        b.divider(),
        b.section(
            reader.mrkdwn(
                "*If it comes to a decision of the reviewers,* it helps when this TXT record stands at {domain} (host "
                "{host}): it proves that the domain's holder works with you.",
                domain=domain,
                host=code(txt.host),
            )
        ),
        b.copyable(txt.value),
    ]
    buttons = []
    if seen.may_escalate:
        buttons.append(b.button(reader.text("Ask the reviewers"), "mapping.escalate", seen.domain))
    if seen.may_ask:
        buttons.append(b.button(reader.text("Ask the customer again"), "mapping.again", seen.domain))
    if buttons:
        blocks.append(b.actions(*buttons))
    elif seen.may_escalate_from is not None:
        day = reader.day(seen.may_escalate_from)
        blocks.append(b.context(reader.mrkdwn("No answer? From {day} on you may ask the reviewers.", day=day)))
    return b.modal(reader, reader.text("Your request"), blocks, callback="mapping_asked")


def _standing(reader: Reader, desk: Desk, seen: Asking, request: MappingRequest) -> Mrkdwn:
    domain = parse_domain(seen.domain).unicode
    if request.status == "declined":
        return reader.mrkdwn(
            ":wave: *{domain} prefers to leave things as they are.* You may still ask the reviewers to decide.",
            domain=domain,
        )
    if request.escalated_at is not None:
        return reader.mrkdwn(
            ":scales: *The reviewers will decide about {domain}.* You hear of it as soon as they have; the customer "
            "may still answer itself.",
            domain=domain,
        )
    if seen.has_expired:
        return reader.mrkdwn(
            ":hourglass: *{domain} has not answered, and the link in its e-mail has expired.*", domain=domain
        )
    return reader.mrkdwn(
        ":envelope: *{domain} has been asked.* Its super administrator has until {day} to answer, and you hear of it "
        "at once. Questions? Write to {support}.",
        domain=domain,
        day=reader.day(request.good_until),
        support=mail_link(desk.catalogue.support_address),
    )


def escalation_view(reader: Reader, seen: Asking) -> View:
    text = reader.mrkdwn(
        "The reviewers see both sides: who has the domain and since when, what its name servers say, and what you "
        "write here about {domain}.",
        domain=parse_domain(seen.domain).unicode,
    )
    words = PlainTextInputElement(action_id="typed", multiline=True, max_length=LONGEST_TEXT)
    return b.modal(
        reader,
        reader.text("Ask the reviewers"),
        [b.section(text), b.field("words", reader.text("What should they know?"), words)],
        callback="escalation",
        submit=reader.text("Send"),
        close=reader.text("Cancel"),
        remember=seen.domain,
    )


def register(app: AsyncApp) -> None:
    app.action("mapping.open")(open_mapping)
    app.action("mapping.again")(open_again)
    app.view("mapping")(take_question)
    app.action("mapping.escalate")(open_escalation)
    app.view("escalation")(take_escalation)
