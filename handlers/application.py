"""The applicant's own side: where an application stands, answering a question, withdrawing, and what they are told."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.blocks import Block, PlainTextInputElement
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from handlers import blocks as b
from handlers.application_status import (
    again_button,
    again_text,
    answer_button,
    question_headline,
    status_of,
    status_view,
)
from handlers.apply import with_reader
from handlers.caller import Caller, caller_of
from handlers.courier import drawn_anew
from handlers.home import place_blocks
from handlers.posting import Post, Repaint
from handlers.reader import Reader
from handlers.views import show_modal
from programme.applications import answer, asked_question, own_application, question_message, question_of, withdraw
from programme.desk import Actor, Desk
from programme.forms import LONGEST_TEXT
from programme.refusals import Refused
from storage.base import is_id
from storage.models import OutgoingMessage, Question


async def open_status(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    own = await status_of(caller)
    await ack()
    await show_modal(client, body, status_view(caller.reader, caller.desk, own))


async def open_answer(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    question = await asked_question(caller.desk, caller.actor, _number(b.pressed(body)))
    await ack()
    await show_modal(client, body, answer_view(caller.reader, question))


async def take_answer(ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
    caller = caller_of(context)
    await answer(caller.desk, caller.actor, _number(b.remembered(view)), b.typed(view)["answer"])
    own = await status_of(caller)
    news = caller.reader.mrkdwn(":white_check_mark: *Thank you! We have your answer.*")
    await ack(response_action="update", view=status_view(caller.reader, caller.desk, own, news))
    if below := view.get("previous_view_id"):
        await client.views_update(view_id=below, view=status_view(caller.reader, caller.desk, own))
    await caller.house.courier.deliver_now()


async def take_back(
    ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext, respond: AsyncRespond
) -> None:
    await ack()
    caller = caller_of(context)
    await withdraw(caller.desk, caller.actor, _number(b.pressed(body)))
    await _show_again(caller, client, body, respond)
    await caller.house.courier.deliver_now()


async def _show_again(caller: Caller, client: AsyncWebClient, body: dict[str, Any], respond: AsyncRespond) -> None:
    """Draws the place that the button stood in once more."""
    view = body.get("view")
    if view and view["type"] == "modal":
        await client.views_update(
            view_id=view["id"], view=status_view(caller.reader, caller.desk, await status_of(caller))
        )
        return
    blocks = await place_blocks(caller)
    if view:
        await client.views_publish(user_id=caller.actor.user_id, view=b.home(blocks))
    else:
        await respond(blocks=b.drawn(blocks), text=caller.reader.text("My application"), replace_original=True)


def _number(value: object) -> int:
    """The id that a button or a form names. Raises Refused for what is none of ours."""
    if is_id(value):
        return value
    raise Refused("no_application")


def answer_view(reader: Reader, question: Question) -> View:
    element = PlainTextInputElement(action_id="typed", multiline=True, max_length=LONGEST_TEXT)
    return b.modal(
        reader,
        reader.text("Our question"),
        [
            b.words(question.question),
            b.field("answer", reader.text("Your answer"), element),
            b.context(reader.mrkdwn("Our reviewers read it as you type it. Once sent, it cannot be changed.")),
        ],
        callback="application.answer",
        submit=reader.text("Send"),
        close=reader.text("Cancel"),
        remember=question.id,
    )


async def draw_claimed(desk: Desk, message: OutgoingMessage) -> Post | None:
    """That somebody reads it; nothing any more once it is decided."""
    found = await with_reader(desk, message.about)
    if found is None or found[0].status != "open":
        return None
    application, reader = found
    own = await own_application(desk, Actor(application.workspace_id, application.user_id))
    facts = {"company": application.company, "due": reader.weekday(application.due_at)}
    if own and own.reviewer:
        facts["reviewer"] = own.reviewer.name
        text = reader.mrkdwn(":eyes: *{reviewer} is reading the application of {company}.*", **facts)
    else:
        text = reader.mrkdwn(":eyes: *We have begun to read the application of {company}.*", **facts)
    due = reader.mrkdwn("You will hear from us by *{due}*.", **facts)
    show = b.button(reader.text("Show my application"), "application.open")
    return Post(text, [b.section(text), b.context(due), b.actions(show)])


async def draw_question(desk: Desk, message: OutgoingMessage) -> Post | None:
    """What a reviewer asks; nothing any more once it has been answered or the application is closed."""
    found = await with_reader(desk, message.about)
    if found is None or found[0].status != "open":
        return None
    application, reader = found
    own = await own_application(desk, Actor(application.workspace_id, application.user_id))
    if own is None or own.question is None or own.question.id != message.about["question_id"]:
        return None
    text = question_headline(reader, own)
    waiting = reader.mrkdwn("Our clock stands still until you have answered.")
    return Post(
        text,
        [
            b.section(text),
            b.words(own.question.question),
            b.context(waiting),
            b.actions(answer_button(reader, own.question)),
        ],
    )


async def repaint_question(desk: Desk, message: OutgoingMessage) -> Repaint | None:
    """The question without its button, and what was answered."""
    found = await with_reader(desk, message.about)
    ids = int(str(message.about["application_id"])), int(str(message.about["question_id"]))
    standing, question = await question_message(desk, *ids), await question_of(desk, *ids)
    if found is None or question is None:
        return None
    application, reader = found
    text = reader.mrkdwn(
        ":speech_balloon: *Our question about the application of {company}:*", company=application.company
    )
    post = Post(text, [b.section(text), b.words(question.question), *_outcome(reader, question)])
    return drawn_anew(standing, post)


def _outcome(reader: Reader, question: Question) -> list[Block]:
    if question.answer is None:
        return [b.context(reader.mrkdwn("This question does not wait for an answer any more."))]
    return [b.section(reader.mrkdwn("*Your answer:*")), b.words(question.answer)]


async def draw_withdrawn(desk: Desk, message: OutgoingMessage) -> Post | None:
    found = await with_reader(desk, message.about)
    if found is None:
        return None
    application, reader = found
    text = reader.mrkdwn(":wave: *You have withdrawn your application for {company}.*", company=application.company)
    return Post(
        text, [b.section(text), b.context(again_text(reader, desk, application)), b.actions(again_button(reader))]
    )


MESSAGES = {
    "claimed": draw_claimed,
    "question": draw_question,
    "question_over": repaint_question,
    "withdrawn": draw_withdrawn,
}


def register(app: AsyncApp) -> None:
    app.action("application.open")(open_status)
    app.action("application.answer")(open_answer)
    app.view("application.answer")(take_answer)
    app.action("application.withdraw")(take_back)
