"""Reviewing applications: the card, the decision, the queue (mission rows 6 to 8)."""

import asyncio
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.caller import PATIENCE_SECONDS, Caller, ask_slack, caller_of
from handlers.courier import NotYet
from handlers.posting import Post, Repaint
from handlers.reader import Mrkdwn, Reader, each_readers_moment, mention
from handlers.slack_errors import SLACK_ERRORS
from handlers.views import show_modal
from programme import review
from programme.applications import application_for_review, card_message, with_applicant
from programme.catalogue import Catalogue
from programme.desk import Desk
from programme.forms import LONGEST_TEXT
from storage.models import Application, OutgoingMessage

SIGNS = {
    "open": ":hourglass_flowing_sand:",
    "approved": ":white_check_mark:",
    "rejected": ":no_entry:",
    "withdrawn": ":wave:",
}


async def approve(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    await _ask_who_reviews(caller, client)
    decided = await review.approve(caller.desk, caller.actor, int(b.pressed(body)))
    await caller.house.courier.deliver_now()
    await _show_decided(caller, client, body, decided)


async def ask_why(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    application = await review.may_decide(caller.desk, caller.actor, int(b.pressed(body)))
    await show_modal(client, body, reject_view(caller.reader, application))


async def reject(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    note = b.typed(view)["note"]
    await _ask_who_reviews(caller, client)
    await review.reject(caller.desk, caller.actor, int(b.remembered(view)), note)
    await ack(response_action="clear")
    await caller.house.courier.deliver_now()


async def show_queue(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    waiting = await review.queue(caller.desk, caller.actor)
    await ack()
    reader = caller.reader
    view = b.modal(reader, reader.text("Applications"), queue_blocks(reader, waiting), callback="queue")
    await show_modal(client, body, view)


async def open_one(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    await ack()
    caller = caller_of(context)
    application = await application_for_review(caller.desk, caller.actor, int(b.pressed(body)))
    view = application_view(caller.reader, caller.desk.catalogue, application)
    await show_modal(client, body, view)


async def _ask_who_reviews(caller: Caller, client: AsyncWebClient) -> None:
    """The channel's members may have changed a moment ago; when Slack is away, what we knew last counts."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await caller.house.reviewers.refresh()
            await ask_slack(caller.desk, client, caller.actor)
    except SLACK_ERRORS:
        return


async def _show_decided(caller: Caller, client: AsyncWebClient, body: dict[str, Any], decided: Application) -> None:
    """In the channel the courier repaints the card; a modal is repainted here."""
    if view := body.get("view"):
        changed = application_view(caller.reader, caller.desk.catalogue, decided)
        await client.views_update(view_id=view["id"], view=changed)


def reject_view(reader: Reader, application: Application) -> View:
    note = PlainTextInputElement(
        action_id="typed",
        multiline=True,
        max_length=LONGEST_TEXT,
        placeholder=reader.text("What would have to be different?"),
    )
    return b.modal(
        reader,
        reader.text("Reject"),
        [
            b.section(
                reader.mrkdwn("You are about to reject the application of *{company}*.", company=application.company)
            ),
            b.field(
                "note", reader.text("Reason"), note, hint=reader.text("The applicant will read this text as it is.")
            ),
        ],
        callback="rejection",
        submit=reader.text("Reject"),
        close=reader.text("Cancel"),
        remember=application.id,
    )


def application_view(reader: Reader, catalogue: Catalogue, application: Application) -> View:
    return b.modal(reader, reader.text("Application"), card_blocks(reader, catalogue, application), callback="shown")


def queue_blocks(reader: Reader, waiting: list[Application]) -> list[Block]:
    if not waiting:
        return [b.section(reader.mrkdwn(":tada: *Nothing waits for a decision.*"))]
    blocks: list[Block] = [b.header(reader.text("Waiting for a decision"))]
    for application in waiting:
        text = reader.mrkdwn(
            "*{company}*, {city}\nanswer due by {due}",
            company=application.company,
            city=application.city,
            due=reader.weekday(application.due_at),
        )
        blocks.append(b.section(text, b.button(reader.text("Review"), "review.open", application.id)))
    return blocks


def card_blocks(reader: Reader, catalogue: Catalogue, application: Application) -> list[Block]:
    """Everything that was entered, and what is to be done with it."""
    return [
        b.header(f"{application.company}"),
        b.section(_headline(reader, application)),
        b.fields(*_entered(reader, catalogue, application)),
        b.section(reader.mrkdwn("*Experience*")),
        b.words(application.experience),
        b.section(reader.mrkdwn("*Plan for the partnership*")),
        b.words(application.partnership_plan),
        b.context(_terms(reader, application)),
        *_decision(reader, application),
    ]


def _headline(reader: Reader, application: Application) -> Mrkdwn:
    facts = {
        "sign": Mrkdwn(SIGNS[application.status]),
        "who": mention(application.user_id),
        "received": reader.weekday(application.submitted_at),
        "due": reader.weekday(application.due_at),
    }
    if application.status == "open":
        return reader.mrkdwn("{sign} Application by {who}, received on {received}. *Answer due by {due}.*", **facts)
    return reader.mrkdwn("{sign} Application by {who}, received on {received}.", **facts)


def _entered(reader: Reader, catalogue: Catalogue, application: Application) -> list[Mrkdwn]:
    address = (
        f"{application.street}\n{application.postal_code} {application.city}\n{reader.country(application.country)}"
    )
    names = {expertise.id: expertise.name[reader.language] for expertise in catalogue.expertise}
    expertise = names.get(application.expertise, application.expertise)
    return [
        reader.mrkdwn("*Business address*\n{address}", address=address),
        reader.mrkdwn("*Website*\n{website}", website=application.website or "–"),
        reader.mrkdwn("*Mail account*\n{mail_account}", mail_account=application.mail_account),
        reader.mrkdwn("*Primary expertise or interest*\n{expertise}", expertise=expertise),
    ]


def _terms(reader: Reader, application: Application) -> Mrkdwn:
    return reader.mrkdwn(
        "Terms and conditions {version} accepted on {when}.",
        version=application.terms_version,
        when=each_readers_moment(reader, application.terms_accepted_at),
    )


def _decision(reader: Reader, application: Application) -> list[Block]:
    if application.status == "open":
        return [_buttons(reader, application)]
    facts = {"who": mention(application.decided_by or ""), "when": _decided_at(reader, application)}
    if application.status == "approved":
        return [b.section(reader.mrkdwn(":white_check_mark: *Approved* by {who} on {when}.", **facts))]
    return [
        b.section(reader.mrkdwn(":no_entry: *Rejected* by {who} on {when}.", **facts)),
        b.section(reader.mrkdwn("*Reason*")),
        b.words(application.decision_note or "–"),
    ]


def _decided_at(reader: Reader, application: Application) -> Mrkdwn:
    return each_readers_moment(reader, application.decided_at) if application.decided_at else Mrkdwn("–")


def _buttons(reader: Reader, application: Application) -> Block:
    sure = b.confirm(
        reader,
        reader.text("Approve this application?"),
        reader.text("{company} becomes a partner and is welcomed at once.", company=b.cut(application.company, 100)),
        reader.text("Approve"),
    )
    return b.actions(
        b.button(reader.text("Approve"), "review.approve", application.id, "primary", sure),
        b.button(reader.text("Reject"), "review.reject", application.id, "danger"),
    )


def reviewers_reader(catalogue: Catalogue) -> Reader:
    """The review channel is read by many: one language and one time zone, set in the catalogue."""
    return Reader(catalogue.programme.review_language, catalogue.programme.review_time_zone)


async def draw_card(desk: Desk, message: OutgoingMessage) -> Post | None:
    found = await with_applicant(desk, int(str(message.about["application_id"])))
    if found is None:
        return None
    reader, application = reviewers_reader(desk.catalogue), found[0]
    text = reader.text("{company} applies to become a partner.", company=application.company)
    return Post(text, card_blocks(reader, desk.catalogue, application))


async def repaint_card(desk: Desk, message: OutgoingMessage) -> Repaint | None:
    card = await card_message(desk, int(str(message.about["application_id"])))
    if card is None or card.status == "failed":
        return None
    if card.channel is None or card.ts is None:
        raise NotYet("the card has not been posted")
    post = await draw_card(desk, message)
    return Repaint(card.channel, card.ts, post) if post else None


MESSAGES = {"review_card": draw_card, "card_repaint": repaint_card}


def register(app: AsyncApp) -> None:
    app.command("/partner-review")(show_queue)
    app.action("review.queue")(show_queue)
    app.action("review.open")(open_one)
    app.action("review.approve")(approve)
    app.action("review.reject")(ask_why)
    app.view("rejection")(reject)
