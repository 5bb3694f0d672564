"""The card of an application, in the review channel and in a modal: all that was entered, and what can be done."""

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.addressee import reviewers_reader
from handlers.apply_form import SIZES
from handlers.courier import drawn_anew
from handlers.paging import Place
from handlers.posting import Post, Repaint
from handlers.reader import Mrkdwn, Reader, each_readers_moment, escape, how_long_ago, link, mail_link, mention
from handlers.review_hints import hint_lines
from programme.applications import card_message
from programme.catalogue import Catalogue
from programme.desk import Desk
from programme.phones import readable_phone
from programme.review_card import Card, card_of
from storage.models import Application, OutgoingMessage

SIGNS = {
    "open": ":hourglass_flowing_sand:",
    "asked": ":speech_balloon:",
    "approved": ":white_check_mark:",
    "rejected": ":no_entry:",
    "withdrawn": ":wave:",
}


def card_view(reader: Reader, catalogue: Catalogue, card: Card, queue: Place | None = None) -> View:
    """A modal with the card.

    Args:
        queue: where the list stands that the modal lies on; None when it lies on none.
    """
    title = reader.text("Application")
    seen = [card.application.id, queue]
    return b.modal(reader, title, card_blocks(reader, catalogue, card), callback="shown", remember=seen)


def card_blocks(reader: Reader, catalogue: Catalogue, card: Card) -> list[Block]:
    """What matters first: where it stands, what is worth a look, who they are; what can be done stands last."""
    application = card.application
    return [
        b.header(f"{application.company}"),
        b.section(_headline(reader, card)),
        *_age(reader, application),
        *hint_lines(reader, card.hints),
        b.fields(*_entered(reader, catalogue, application)),
        b.section(reader.mrkdwn("*Experience*")),
        b.words(application.experience),
        b.section(reader.mrkdwn("*Plan for the partnership*")),
        b.words(application.partnership_plan),
        *_questions(reader, card),
        b.context(_terms(reader, application)),
        *_outcome(reader, catalogue, card),
    ]


def _headline(reader: Reader, card: Card) -> Mrkdwn:
    application = card.application
    facts = {
        "sign": Mrkdwn(SIGNS["asked" if application.asked_at else application.status]),
        "who": mention(application.user_id),
        "received": reader.weekday(application.submitted_at),
        "due": reader.weekday(application.due_at),
    }
    if application.status != "open":
        return reader.mrkdwn("{sign} Application by {who}, received on {received}.", **facts)
    if application.asked_at:
        return reader.mrkdwn(
            "{sign} Application by {who}, received on {received}. *Waiting for the applicant's answer*; "
            "until then the clock stands still.",
            **facts,
        )
    if card.holder:
        facts["holder"] = mention(card.holder.user_id)
        return reader.mrkdwn(
            "{sign} Application by {who}, received on {received}. *Answer due by {due}.* {holder} is on it.", **facts
        )
    return reader.mrkdwn("{sign} Application by {who}, received on {received}. *Answer due by {due}.*", **facts)


def _age(reader: Reader, application: Application) -> list[Block]:
    """How long it has been waiting, as long as it does. The card may stand for days before it is drawn anew."""
    if application.status != "open":
        return []
    since = application.asked_at or application.submitted_at
    ago = how_long_ago(since, reader.moment(since))
    if application.asked_at:
        return [b.context(reader.mrkdwn("Asked: {ago}", ago=ago))]
    return [b.context(reader.mrkdwn("Received: {ago}", ago=ago))]


def _entered(reader: Reader, catalogue: Catalogue, application: Application) -> list[Mrkdwn]:
    place = " ".join(part for part in (application.postal_code, application.city) if part)
    lines = [application.street, place, application.region, reader.country(application.country)]
    names = {expertise.id: expertise.name[reader.language] for expertise in catalogue.expertise}
    expertise = names.get(application.expertise, application.expertise)
    website = link(application.website, application.website) if application.website else Mrkdwn("–")
    return [
        reader.mrkdwn("*Contact*\n{contact}", contact=_contact(application)),
        reader.mrkdwn("*Business address*\n{address}", address="\n".join(line for line in lines if line)),
        reader.mrkdwn("*Website*\n{website}", website=website),
        reader.mrkdwn("*Size*\n{size}", size=reader.text(SIZES[application.company_size])),
        reader.mrkdwn("*Mail account*\n{mail_account}", mail_account=mail_link(application.mail_account)),
        reader.mrkdwn("*Primary expertise or interest*\n{expertise}", expertise=expertise),
    ]


def _contact(application: Application) -> Mrkdwn:
    lines = [escape(application.contact_name), mail_link(application.contact_email)]
    if application.contact_phone:
        lines.append(escape(readable_phone(application.contact_phone)))
    return Mrkdwn("\n".join(lines))


def _questions(reader: Reader, card: Card) -> list[Block]:
    """The last ones; the thread has them all."""
    blocks: list[Block] = []
    for question in card.questions[-2:]:
        blocks += [
            b.section(reader.mrkdwn("*{who} asked*", who=mention(question.asked_by))),
            b.words(question.question),
        ]
        if question.answer is not None:
            blocks += [b.section(reader.mrkdwn("*The applicant answered*")), b.words(question.answer)]
    return blocks


def _terms(reader: Reader, application: Application) -> Mrkdwn:
    return reader.mrkdwn(
        "Terms and conditions {version} accepted on {when}.",
        version=application.terms_version,
        when=each_readers_moment(reader, application.terms_accepted_at),
    )


def _outcome(reader: Reader, catalogue: Catalogue, card: Card) -> list[Block]:
    application = card.application
    if application.status == "open":
        return [b.actions(*_buttons(reader, card))]
    when = each_readers_moment(reader, application.decided_at) if application.decided_at else Mrkdwn("–")
    facts = {"who": mention(application.decided_by or ""), "when": when}
    if application.status == "withdrawn":
        return [b.section(reader.mrkdwn(":wave: *Withdrawn* by the applicant on {when}.", when=when))]
    if application.status == "approved":
        blocks: list[Block] = [b.section(reader.mrkdwn(":white_check_mark: *Approved* by {who} on {when}.", **facts))]
        note = application.decision_note
        return [*blocks, b.section(reader.mrkdwn("*Note of welcome*")), b.words(note)] if note else blocks
    names = {reason.id: reason.name[reader.language] for reason in catalogue.application.reason}
    facts["reason"] = escape(names.get(application.decision_reason or "", "–"))
    return [
        b.section(reader.mrkdwn(":no_entry: *Rejected* by {who} on {when}: {reason}.", **facts)),
        b.words(application.decision_note or "–"),
    ]


def _buttons(reader: Reader, card: Card) -> list[ButtonElement]:
    number = card.application.id
    buttons = [b.button(reader.text("Approve"), "review.approve", number, "primary")]
    if card.holder is None:
        buttons.append(b.button(reader.text("Claim"), "review.claim", number))
    else:
        buttons.append(b.button(reader.text("Release"), "review.release", number))
    if card.application.asked_at is None:
        buttons.append(b.button(reader.text("Ask for more"), "review.ask", number))
    return [*buttons, b.button(reader.text("Reject"), "review.reject", number, "danger")]


async def draw_card(desk: Desk, message: OutgoingMessage) -> Post | None:
    card = await card_of(desk, int(str(message.about["application_id"])))
    if card is None:
        return None
    reader = reviewers_reader(desk.catalogue)
    text = reader.text("{company} applies to become a partner.", company=card.application.company)
    return Post(text, card_blocks(reader, desk.catalogue, card))


async def repaint_card(desk: Desk, message: OutgoingMessage) -> Repaint | None:
    standing = await card_message(desk, int(str(message.about["application_id"])))
    return drawn_anew(standing, await draw_card(desk, message))


MESSAGES = {"review_card": draw_card, "card_repaint": repaint_card}
