"""Where somebody's application stands, as they see it: in Home, by `/partner`, and as a modal of its own."""

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.reader import Mrkdwn, Reader, mail_link
from programme.applications import OwnApplication, may_reapply, may_reapply_at, own_application
from programme.catalogue import Catalogue
from programme.desk import Desk
from programme.refusals import Refused
from storage.models import Application, Question


async def status_of(caller: Caller) -> OwnApplication:
    """The caller's newest application. Raises Refused("no_application") where there never was one."""
    own = await own_application(caller.desk, caller.actor)
    if own is None:
        raise Refused("no_application")
    return own


def status_view(reader: Reader, desk: Desk, own: OwnApplication, news: Mrkdwn | None = None) -> View:
    """Where the application stands, with what its applicant can do.

    Args:
        news: what has just been done.
    """
    told: list[Block] = [b.section(news)] if news else []
    blocks = [*told, *status_blocks(reader, desk, own), _support(reader, desk.catalogue)]
    return b.modal(reader, reader.text("My application"), blocks, callback="application.status")


def status_blocks(reader: Reader, desk: Desk, own: OwnApplication) -> list[Block]:
    application = own.application
    if application.status == "open":
        return _open(reader, desk, own)
    if application.status == "rejected":
        return [*rejection(reader, desk.catalogue, application), *_again(reader, desk, application)]
    if application.status == "approved":
        text = reader.mrkdwn(":tada: *We have accepted the application of {company}.*", company=application.company)
        return [b.section(text)]
    text = reader.mrkdwn(":wave: *You have withdrawn your application for {company}.*", company=application.company)
    return [b.section(text), *_again(reader, desk, application)]


def _open(reader: Reader, desk: Desk, own: OwnApplication) -> list[Block]:
    application = own.application
    sent = reader.mrkdwn("Application sent on {day}.", day=reader.weekday(application.submitted_at))
    answer = [answer_button(reader, own.question)] if own.question else []
    return [
        b.section(_headline(reader, own)),
        *(_asked(reader, own.question) if own.question else []),
        b.context(_by_when(reader, desk, own), sent),
        b.actions(*answer, _withdraw_button(reader, application)),
    ]


def _headline(reader: Reader, own: OwnApplication) -> Mrkdwn:
    facts = {"company": own.application.company, "reviewer": own.reviewer.name if own.reviewer else ""}
    if own.question:
        return question_headline(reader, own)
    if own.reviewer:
        return reader.mrkdwn(":eyes: *{reviewer} is reading the application of {company}.*", **facts)
    return reader.mrkdwn(
        ":hourglass_flowing_sand: *We have the application of {company}*, and will read it soon.", **facts
    )


def question_headline(reader: Reader, own: OwnApplication) -> Mrkdwn:
    """That something was asked, and by whom: whoever asks is on it until there is an answer."""
    if own.reviewer is None:
        return reader.mrkdwn(
            ":speech_balloon: *We have a question about the application of {company}:*", company=own.application.company
        )
    return reader.mrkdwn(
        ":speech_balloon: *{reviewer} has a question about the application of {company}:*",
        reviewer=own.reviewer.name,
        company=own.application.company,
    )


def _asked(reader: Reader, question: Question) -> list[Block]:
    return [
        b.words(question.question),
        b.context(reader.mrkdwn("Asked on {when}.", when=reader.moment(question.asked_at))),
    ]


def _by_when(reader: Reader, desk: Desk, own: OwnApplication) -> Mrkdwn:
    due = own.application.due_at
    if own.question:
        return reader.mrkdwn("Our clock stands still until you have answered.")
    if due < desk.clock.now():
        return reader.mrkdwn(
            "You should have heard from us by {due}. We are sorry: it takes longer than we promised.",
            due=reader.weekday(due),
        )
    return reader.mrkdwn("You will hear from us by *{due}*.", due=reader.weekday(due))


def answer_button(reader: Reader, question: Question) -> ButtonElement:
    return b.button(reader.text("Answer"), "application.answer", question.id, style="primary")


def _withdraw_button(reader: Reader, application: Application) -> ButtonElement:
    sure = b.confirm(
        reader,
        reader.text("Withdraw the application?"),
        reader.text("We will not read it any further. You may apply again later, with a new form."),
        reader.text("Withdraw"),
        danger=True,
    )
    return b.button(
        reader.text("Withdraw my application"), "application.withdraw", application.id, style="danger", confirm=sure
    )


def rejection(reader: Reader, catalogue: Catalogue, application: Application) -> list[Block]:
    """That it was declined, and why: the reason from the catalogue, and what the reviewer wrote."""
    names = {reason.id: reason.name[reader.language] for reason in catalogue.application.reason}
    text = reader.mrkdwn("*We could not accept the application of {company}.*", company=application.company)
    reason = reader.mrkdwn("*Reason:* {reason}", reason=names.get(application.decision_reason or "", "–"))
    return [b.section(text), b.section(reason), b.words(application.decision_note or "–")]


def again_text(reader: Reader, desk: Desk, application: Application) -> Mrkdwn:
    """When somebody may apply again, after an application that was declined or withdrawn."""
    when = may_reapply(desk, application)
    if when == "never":
        return reader.mrkdwn(
            "This decision is final, so there is no new form. Do you see it differently? Write to {support}.",
            support=mail_link(desk.catalogue.support_address),
        )
    if when == "later" and (from_then := may_reapply_at(desk, application)):
        return reader.mrkdwn("You may apply again from {when} on.", when=reader.moment(from_then))
    return reader.mrkdwn("You may apply again at any time.")


def _again(reader: Reader, desk: Desk, application: Application) -> list[Block]:
    text = b.context(again_text(reader, desk, application))
    if may_reapply(desk, application) != "now":
        return [text]
    return [text, b.actions(again_button(reader))]


def again_button(reader: Reader) -> ButtonElement:
    return b.button(reader.text("Apply again"), "apply.open", style="primary")


def _support(reader: Reader, catalogue: Catalogue) -> Block:
    return b.context(reader.mrkdwn("Questions? Write to {support}.", support=mail_link(catalogue.support_address)))
