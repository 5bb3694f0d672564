"""A conflict over a customer, in the review channel: both sides on a card, and two buttons to rule (mission row 11)."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.addressee import reviewers_reader
from handlers.caller import ask_who_reviews, caller_of
from handlers.courier import drawn_anew
from handlers.customer_blocks import shown_domain
from handlers.posting import Post, Repaint
from handlers.reader import N_, Mrkdwn, Reader, each_readers_moment, mention
from handlers.views import show_modal
from programme.desk import Desk
from programme.forms import LONGEST_TEXT
from programme.refusals import Refused
from programme.rulings import VERDICTS, Conflict, card_message, examined, look_again, may_rule, rule
from programme.verification import Finding, Outcome
from storage.base import is_id
from storage.models import OutgoingMessage

PROOFS = {
    Outcome.VERIFIED: N_(":white_check_mark: the record is there"),
    Outcome.ALIAS_LOOP: N_(":x: the name leads in a circle, to no record"),
    Outcome.SERVER_FAILING: N_(":grey_question: the name servers answer with an error"),
    Outcome.SERVER_SILENT: N_(":grey_question: the name servers do not answer"),
}
NOT_THERE = N_(":x: the record is not there")
ENDS = {
    "accepted": N_(":white_check_mark: *The customer has agreed itself:* it is with {asker} now."),
    "declined": N_(":wave: *The customer has declined itself:* it stays with {holder}."),
    "over": N_(":information_source: *There is nothing left to decide:* the customer has left {holder} meanwhile."),
}


async def open_move(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await _open_form(ack, body, client, context, "moved")


async def open_keep(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await _open_form(ack, body, client, context, "kept")


async def _open_form(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, verdict: str
) -> None:
    await ack()
    caller = caller_of(context)
    conflict = await may_rule(caller.desk, caller.actor, _number(b.pressed(body)))
    await show_modal(client, body, ruling_view(caller.reader, conflict, verdict))


async def take_ruling(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller, (number, verdict) = caller_of(context), _remembered(view)
    await ask_who_reviews(caller, client)
    await rule(caller.desk, caller.actor, number, verdict, b.typed(view)["reason"])
    await ack()
    await caller.house.courier.deliver_now()


async def check_again(ack: AsyncAck, body: dict[str, Any], context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await look_again(caller.desk, caller.actor, _number(b.pressed(body)))
    await caller.house.courier.deliver_now()


def ruling_view(reader: Reader, conflict: Conflict, verdict: str) -> View:
    facts = {
        "domain": shown_domain(conflict.customer),
        "asker": conflict.asker.name,
        "holder": conflict.holder.name,
    }
    if verdict == "moved":
        text = reader.mrkdwn("*{domain} goes from {holder} to {asker}*, with its subscription, at once.", **facts)
    else:
        text = reader.mrkdwn("*{domain} stays with {holder}.* {asker} is told.", **facts)
    hint = reader.text("Both partners will read it. Please name neither of them to the other.")
    reason = PlainTextInputElement(action_id="typed", multiline=True, max_length=LONGEST_TEXT)
    return b.modal(
        reader,
        reader.text("Decide"),
        [b.section(text), b.field("reason", reader.text("Reason"), reason, hint=hint)],
        callback="conflict_ruling",
        submit=reader.text("Decide"),
        close=reader.text("Cancel"),
        remember=[conflict.request.id, verdict],
    )


def card_blocks(reader: Reader, conflict: Conflict) -> list[Block]:
    """Who asks stands on the left, who has it on the right."""
    request, customer = conflict.request, conflict.customer
    return [
        b.header(reader.text("Who looks after {domain}?", domain=shown_domain(customer))),
        b.section(_question(reader, conflict)),
        b.fields(
            reader.mrkdwn("*Asks*\n{partner}", partner=conflict.asker.name),
            reader.mrkdwn("*Has it*\n{partner}", partner=conflict.holder.name),
            reader.mrkdwn("*Asked the customer*\n{when}", when=each_readers_moment(reader, request.asked_at)),
            reader.mrkdwn("*Proven since*\n{when}", when=_proven(reader, conflict)),
            *_proofs(reader, conflict),
        ),
        b.section(reader.mrkdwn("*What {partner} wrote*", partner=conflict.asker.name)),
        b.words(request.escalation or "–"),
        *_end(reader, conflict),
    ]


def _question(reader: Reader, conflict: Conflict) -> Mrkdwn:
    facts = {
        "asker": conflict.asker.name,
        "holder": conflict.holder.name,
        "organisation": conflict.customer.organisation,
    }
    if conflict.request.status != "open":
        return reader.mrkdwn(
            ":scales: *{asker}* asked to look after *{organisation}*, then a customer of *{holder}*.", **facts
        )
    if conflict.declined_at is not None:
        return reader.mrkdwn(
            ":scales: *{asker}* would like to look after *{organisation}*, which is a customer of *{holder}*. It was "
            "asked by e-mail and has declined, on {when}; but its own proof of the domain was gone then.",
            **facts,
            when=each_readers_moment(reader, conflict.declined_at),
        )
    return reader.mrkdwn(
        ":scales: *{asker}* would like to look after *{organisation}*, which is a customer of *{holder}*. It was asked "
        "by e-mail and has not answered.",
        **facts,
    )


def _proven(reader: Reader, conflict: Conflict) -> Mrkdwn:
    verified_at = conflict.customer.verified_at
    return each_readers_moment(reader, verified_at) if verified_at else Mrkdwn("–")


def _proofs(reader: Reader, conflict: Conflict) -> list[Mrkdwn]:
    if conflict.proofs is None:
        return []
    found, looked_at = [_found(reader, one) for one in conflict.proofs], conflict.request.looked_at
    if conflict.request.status == "open" or looked_at is None:
        return [reader.mrkdwn("*Its record in the DNS*\n{found}", found=one) for one in found]
    when = each_readers_moment(reader, looked_at)
    return [reader.mrkdwn("*Its record in the DNS* ({when})\n{found}", when=when, found=one) for one in found]


def _found(reader: Reader, finding: Finding) -> Mrkdwn:
    return reader.mrkdwn(PROOFS.get(finding.outcome, NOT_THERE))


def _end(reader: Reader, conflict: Conflict) -> list[Block]:
    request, names = conflict.request, {"asker": conflict.asker.name, "holder": conflict.holder.name}
    if request.status == "open":
        return [
            b.actions(
                b.button(reader.text("Move to {asker}", **names), "conflict.move", request.id),
                b.button(reader.text("Leave with {holder}", **names), "conflict.keep", request.id),
                b.button(reader.text("Check the DNS again"), "conflict.check", request.id),
            )
        ]
    if request.status in ENDS:
        return [b.section(reader.mrkdwn(ENDS[request.status], **names))]
    when = each_readers_moment(reader, request.answered_at) if request.answered_at else Mrkdwn("–")
    facts = {"who": mention(request.ruled_by or ""), "when": when, **names}
    if request.status == "moved":
        text = reader.mrkdwn(":white_check_mark: *Moved to {asker}* by {who} on {when}:", **facts)
    else:
        text = reader.mrkdwn(":no_entry: *Left with {holder}* by {who} on {when}:", **facts)
    return [b.section(text), b.words(request.ruling or "–")]


async def draw_card(desk: Desk, message: OutgoingMessage) -> Post | None:
    conflict = await examined(desk, int(str(message.about["request_id"])))
    if conflict is None:
        return None
    reader = reviewers_reader(desk.catalogue)
    text = reader.text("Two partners want to look after {domain}.", domain=shown_domain(conflict.customer))
    return Post(text, card_blocks(reader, conflict))


async def repaint_card(desk: Desk, message: OutgoingMessage) -> Repaint | None:
    standing = await card_message(desk, int(str(message.about["request_id"])))
    return drawn_anew(standing, await draw_card(desk, message))


def _number(value: Any) -> int:
    """A request's number. Raises Refused for a value that is not one of ours."""
    if not is_id(value):
        raise Refused("unknown_conflict")
    return value


def _remembered(view: dict[str, Any]) -> tuple[int, str]:
    match b.remembered(view):
        case [number, str(verdict)] if is_id(number) and verdict in VERDICTS:
            return number, verdict
    raise Refused("unknown_conflict")


def register(app: AsyncApp) -> None:
    app.action("conflict.move")(open_move)
    app.action("conflict.keep")(open_keep)
    app.action("conflict.check")(check_again)
    app.view("conflict_ruling")(take_ruling)


MESSAGES = {"conflict_card": draw_card, "conflict_repaint": repaint_card}
