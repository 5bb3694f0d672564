"""What the reviewers' week brings into their channel: the digest, and reminders and escalations in the threads."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from slack_sdk.models.blocks import Block, ButtonElement

from handlers import blocks as b
from handlers.addressee import reviewers_reader
from handlers.courier import DrawMessage, drawn_anew
from handlers.posting import Post, Repaint
from handlers.reader import Mrkdwn, Reader, escape, mention
from programme.desk import Actor, Desk
from programme.review_week import Digest, Waiting, digest_now, digest_of, standing_digest, to_escalate, to_remind_of
from storage.models import Application, OutgoingMessage

# More people than this are not called by name: the message would be nothing but names.
MOST_NAMES = 20


async def draw_reminder(desk: Desk, message: OutgoingMessage) -> Post | None:
    waiting = await to_remind_of(desk, _application(message), _day(message))
    if waiting is None:
        return None
    reader = reviewers_reader(desk.catalogue)
    text = reader.mrkdwn(
        ":hourglass_flowing_sand: *Reminder: {company} expects an answer by {due}.* {who}",
        company=waiting.application.company,
        due=reader.weekday(waiting.application.due_at),
        who=_who(reader, waiting.holder),
    )
    return Post(text, [b.section(text), b.actions(_review(reader, waiting.application))])


async def draw_escalation(group: str | None, desk: Desk, message: OutgoingMessage) -> Post | None:
    waiting = await to_escalate(desk, _application(message), _day(message))
    if waiting is None:
        return None
    reader = reviewers_reader(desk.catalogue)
    text = _escalation(reader, waiting, _called(reader, waiting, group))
    advice = reader.mrkdwn("Approve, reject, or ask the applicant for more: until they answer, the clock stands still.")
    return Post(text, [b.section(text), b.context(advice), b.actions(_review(reader, waiting.application))])


def _escalation(reader: Reader, waiting: Waiting, who: Mrkdwn) -> Mrkdwn:
    company = waiting.application.company
    if waiting.days_left == 0:
        return reader.mrkdwn(
            ":rotating_light: {who}: *the answer to {company} is due today.*", who=who, company=company
        )
    late = _late(reader, waiting.days_left)
    return reader.mrkdwn(
        ":rotating_light: {who}: *the answer to {company} is {late}.*", who=who, company=company, late=late
    )


def _late(reader: Reader, days_left: int) -> str:
    return reader.count("{number} day overdue", "{number} days overdue", -days_left)


def _called(reader: Reader, waiting: Waiting, group: str | None) -> Mrkdwn:
    """Who is to do something about it: who is on it; else the user group of the reviewers, or all of them."""
    if waiting.holder:
        return mention(waiting.holder.user_id)
    if group:
        return Mrkdwn(f"<!subteam^{group}>")
    named = waiting.reviewers[:MOST_NAMES]
    if not named:
        return escape(reader.text("Reviewers"))
    names = " ".join(mention(reviewer.user_id) for reviewer in named)
    others = len(waiting.reviewers) - len(named)
    if not others:
        return Mrkdwn(names)
    more = reader.count("and {number} more", "and {number} more", others)
    return Mrkdwn(f"{names} {escape(more)}")


async def draw_digest(desk: Desk, message: OutgoingMessage) -> Post | None:
    digest = await digest_of(desk, _day(message))
    if digest is None:
        return None
    return _digest(desk, digest)


async def repaint_digest(desk: Desk, message: OutgoingMessage) -> Repaint | None:
    """The newest digest, with what waits now."""
    return drawn_anew(await standing_digest(desk), _digest(desk, await digest_now(desk)))


def _digest(desk: Desk, digest: Digest) -> Post:
    reader = reviewers_reader(desk.catalogue)
    return Post(_headline(reader, digest), digest_blocks(reader, digest))


def digest_blocks(reader: Reader, digest: Digest) -> list[Block]:
    queue = digest.queue
    blocks: list[Block] = [b.header(_headline(reader, digest))]
    if counts := _counts(reader, digest):
        blocks.append(b.context(*counts))
    for application, holder in zip(queue.first, digest.holders, strict=True):
        text = _line(reader, digest, application, holder)
        blocks.append(b.section(text, _review(reader, application)))
    if queue.waiting > len(queue.first):
        shown = reader.number(len(queue.first))
        blocks.append(b.context(reader.mrkdwn("These are the {number} most urgent ones.", number=shown)))
    return [*blocks, b.actions(b.button(reader.text("All applications"), "review.queue"))]


def _headline(reader: Reader, digest: Digest) -> str:
    if not digest.queue.waiting:
        return reader.text("Nothing waits for a decision any more")
    return reader.count(
        "{number} application waits for a decision",
        "{number} applications wait for a decision",
        digest.queue.waiting,
    )


def _counts(reader: Reader, digest: Digest) -> Sequence[Mrkdwn]:
    counts = []
    if overdue := digest.queue.overdue:
        late = reader.count("{number} overdue", "{number} overdue", overdue)
        counts.append(f":rotating_light: {late}")
    if asked := digest.queue.asked:
        waits = reader.count("{number} waits for its applicant", "{number} wait for their applicants", asked)
        counts.append(f":speech_balloon: {waits}")
    return [Mrkdwn(count) for count in counts]


def _line(reader: Reader, digest: Digest, application: Application, holder: Actor | None) -> Mrkdwn:
    facts = {
        "company": b.cut(application.company, 100),
        "city": application.city,
        "due": reader.weekday(application.due_at),
        "who": _who(reader, holder),
    }
    days_left = (digest.today.day_of(application.due_at) - digest.today.on).days
    if days_left > 0:
        return reader.mrkdwn("*{company}*, {city}\nAnswer due by {due}. {who}", **facts)
    if days_left == 0:
        return reader.mrkdwn("*{company}*, {city}\n:hourglass_flowing_sand: *Answer due today.* {who}", **facts)
    facts["late"] = _late(reader, days_left)
    return reader.mrkdwn("*{company}*, {city}\n:rotating_light: *The answer is {late}.* {who}", **facts)


def _who(reader: Reader, holder: Actor | None) -> Mrkdwn:
    if holder is None:
        return reader.mrkdwn("Nobody is on it yet.")
    return reader.mrkdwn("{who} is on it.", who=mention(holder.user_id))


def _review(reader: Reader, application: Application) -> ButtonElement:
    return b.button(reader.text("Review"), "review.open", application.id)


def _application(message: OutgoingMessage) -> int:
    return int(str(message.about["application_id"]))


def _day(message: OutgoingMessage) -> date:
    return date.fromisoformat(str(message.about["day"]))


def messages(group: str | None) -> dict[str, DrawMessage]:
    """How each kind is drawn.

    Args:
        group: the user group that reviews, where there is one.
    """
    return {
        "review_digest": draw_digest,
        "digest_repaint": repaint_digest,
        "review_reminder": draw_reminder,
        "review_escalation": partial(draw_escalation, group),
    }
