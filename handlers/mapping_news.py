"""What partners hear when a customer was asked for, has answered, or has left."""

from datetime import date

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.addressee import partners_reader
from handlers.customer_blocks import shown_domain
from handlers.posting import Post
from handlers.reader import N_, Mrkdwn, Reader, mail_link
from programme.desk import Desk
from programme.domains import parse_domain
from programme.mapping import departed_of, news_of
from programme.rulings import conflict_of
from programme.trials import status_on
from storage.models import Customer, OutgoingMessage

ANSWERS = {
    "accepted": N_(":white_check_mark: *{domain} is your customer now: it has agreed.*"),
    "declined": N_(
        ":wave: *{domain} prefers to leave things as they are.* It was kind of it to answer; nothing has changed. "
        "Questions? Write to {support}."
    ),
    "moved": N_(":white_check_mark: *{domain} is your customer now: the reviewers have decided so.*"),
    "kept": N_(
        ":no_entry: *{domain} stays where it is: the reviewers have decided so.* Questions? Write to {support}."
    ),
    "over": N_(
        ":information_source: *Your request for {domain} is over:* something has changed about this domain meanwhile. "
        "Please add it once more to see how it stands."
    ),
}
CAME = ("accepted", "moved")
BROUGHT = {
    "trial": N_("Its trial, which runs until {day}, and the proof of its domain have come with it."),
    "free": N_("It is on the free plan: its trial ended on {day}. The proof of its domain has come with it."),
    "active": N_("Its subscription, which runs until {day}, and the proof of its domain have come with it."),
    "overdue": N_("Its subscription, whose renewal was due on {day}, and the proof of its domain have come with it."),
    "cancelled": N_("It is on the free plan: its subscription has ended. The proof of its domain has come with it."),
}


def brought(reader: Reader, customer: Customer, today: date) -> Mrkdwn:
    """What a customer has that came from another partner, as it is today."""
    day = reader.day(customer.renews_on or customer.trial_ends_on)
    return reader.mrkdwn(BROUGHT[status_on(customer, today)], day=day)


async def draw_answer(desk: Desk, message: OutgoingMessage) -> Post | None:
    news = await news_of(desk, message)
    if news is None or news.request.status not in ANSWERS:
        return None
    if news.request.status == "over" and news.customer is not None:
        return None  # its own record has brought it meanwhile, and of that it is told
    reader, request = await partners_reader(desk, message, news.partner), news.request
    facts = {
        "domain": parse_domain(request.domain).unicode,
        "support": mail_link(desk.catalogue.support_address),
    }
    parts = [reader.mrkdwn(ANSWERS[request.status], **facts)]
    if news.customer is not None and request.status in CAME:
        parts.append(brought(reader, news.customer, news.today))
    if request.ruling:
        parts.append(reader.mrkdwn("The reason given:"))
    text = Mrkdwn(" ".join(parts))
    blocks: list[Block] = [b.section(text)]
    if request.ruling:
        blocks.append(b.words(request.ruling))
    if news.may_escalate:
        ask = b.button(reader.text("Ask the reviewers"), "mapping.escalate", request.domain)
        blocks.append(b.actions(ask))
    if news.customer is not None:
        blocks.append(b.actions(b.button(reader.text("Manage"), "manage.open", news.customer.id, "primary")))
    return Post(text, blocks)


async def draw_silence(desk: Desk, message: OutgoingMessage) -> Post | None:
    news = await news_of(desk, message)
    if news is None or news.request.status != "open" or news.request.escalated_at is not None:
        return None
    reader = await partners_reader(desk, message, news.partner)
    text = reader.mrkdwn(
        ":hourglass_flowing_sand: *{domain} has not answered yet.* You asked on {day} to look after it. You may wait, "
        "or ask the programme's reviewers to decide.",
        domain=parse_domain(news.request.domain).unicode,
        day=reader.moment(news.request.asked_at),
    )
    ask = b.button(reader.text("Ask the reviewers"), "mapping.escalate", news.request.domain)
    show = b.button(reader.text("Show my request"), "mapping.open", news.request.domain)
    return Post(text, [b.section(text), b.actions(ask, show)])


async def draw_left(desk: Desk, message: OutgoingMessage) -> Post | None:
    departed = await departed_of(desk, int(str(message.about["customer_id"])))
    if departed is None:
        return None
    partner, customer = departed
    reader = await partners_reader(desk, message, partner)
    facts = {"domain": shown_domain(customer), "organisation": customer.organisation}
    kept = reader.mrkdwn(
        "What was done until now stays on record, and so does what is still to be paid or paid out. Questions? Write "
        "to {support}.",
        support=mail_link(desk.catalogue.support_address),
    )
    if message.about.get("by") == "reviewers":
        text = reader.mrkdwn(
            ":wave: *{organisation} ({domain}) is no longer your customer: the reviewers have decided so.* It is off "
            "your list. The reason given:",
            **facts,
        )
        return Post(text, [b.section(text), b.words(str(message.about.get("reason") or "–")), b.context(kept)])
    if message.about.get("by") == "new_proof":
        text = reader.mrkdwn(
            ":wave: *{organisation} ({domain}) is no longer your customer: somebody else has proven the domain.* Your "
            "customer’s own proof had been gone since {day}. It is off your list.",
            **facts,
            day=reader.day(date.fromisoformat(str(message.about["since"]))),
        )
        return Post(text, [b.section(text), b.context(kept)])
    text = reader.mrkdwn(
        ":wave: *{organisation} ({domain}) has left you:* it has ended your access, and is off your list.", **facts
    )
    return Post(text, [b.section(text), b.context(kept)])


async def draw_kept(desk: Desk, message: OutgoingMessage) -> Post | None:
    conflict = await conflict_of(desk, int(str(message.about["request_id"])))
    if conflict is None:
        return None
    reader = await partners_reader(desk, message, conflict.holder)
    text = reader.mrkdwn(
        ":white_check_mark: *{organisation} ({domain}) stays your customer.* Somebody else had asked for it, and the "
        "reviewers have decided. The reason given:",
        domain=shown_domain(conflict.customer),
        organisation=conflict.customer.organisation,
    )
    return Post(text, [b.section(text), b.words(conflict.request.ruling or "–")])


MESSAGES = {
    "mapping_answer": draw_answer,
    "mapping_silence": draw_silence,
    "customer_left": draw_left,
    "customer_kept": draw_kept,
}
