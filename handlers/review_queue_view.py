"""How the reviewers' lists look."""

from datetime import datetime

from slack_sdk.models.blocks import Block, PlainTextInputElement, StaticSelectElement
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.paging import Place, is_beginning, moment_and_id, turning, word
from handlers.reader import N_, Mrkdwn, Reader, escape, mention
from programme.catalogue import Catalogue
from programme.review import holder_of
from programme.review_queue import FILTERS, MEDIAN_DAYS, Counts, Queue
from storage.models import Application

LISTS = (*FILTERS, "decided")
_NAMES = {
    "waiting": N_("All that wait"),
    "unclaimed": N_("Nobody is on it"),
    "mine": N_("I am on it"),
    "asked": N_("Waiting for the applicant"),
    "overdue": N_("Overdue"),
    "decided": N_("Decided"),
}
_NOTHING = {
    "waiting": N_(":tada: *Nothing waits for a decision.*"),
    "unclaimed": N_("Somebody is on each application."),
    "mine": N_("You are on no application."),
    "asked": N_("No applicant has been asked for more."),
    "overdue": N_(":tada: *Nothing is overdue.*"),
    "decided": N_("Nothing has been decided yet."),
}


def list_of(place: Place) -> str:
    which = word(place, "list")
    return which if which in LISTS else LISTS[0]


def queue_view(caller: Caller, queue: Queue, place: Place) -> View:
    reader = caller.reader
    blocks = [
        *_heading(reader, queue, place),
        *_rows(caller, queue, place),
        *turning(reader, queue.page, place, "review.page"),
    ]
    return b.modal(
        reader, reader.text("Applications"), blocks, callback="review_queue", submit=reader.text("Search"),
        remember=_same_place(place),
    )  # fmt: skip


def _same_place(place: Place) -> Place:
    """What leads back to this page, and nothing else that a button may have carried."""
    page = {name: place[name] for name in ("after", "before") if moment_and_id(place.get(name))}
    return {"list": list_of(place), "words": word(place, "words")} | page


def _heading(reader: Reader, queue: Queue, place: Place) -> list[Block]:
    options = {which: b.option(_name(reader, which, queue.counts), which) for which in LISTS}
    lists = StaticSelectElement(
        action_id="review.list",
        placeholder=reader.text("List"),
        options=list(options.values()),
        initial_option=options[list_of(place)],
    )
    company = PlainTextInputElement(
        action_id="typed",
        initial_value=word(place, "words") or None,
        placeholder=reader.text("How its name begins"),
        max_length=200,
    )
    return [
        b.actions(lists, b.button(reader.text("Partners"), "partners.list")),
        b.field("company", reader.text("Company"), company, optional=True),
        b.context(_totals(reader, queue.counts), _pace(reader, queue)),
        b.divider(),
    ]


def _name(reader: Reader, which: str, counts: Counts) -> str:
    """A list's name, with how many are in it."""
    number = getattr(counts, which, None)
    name = reader.text(_NAMES[which])
    return name if number is None else f"{name} ({reader.number(number)})"


def _totals(reader: Reader, counts: Counts) -> Mrkdwn:
    waiting = reader.count("{number} application waits for us", "{number} applications wait for us", counts.waiting)
    overdue = reader.count("{number} is overdue", "{number} are overdue", counts.overdue)
    asked = reader.count("{number} waits for its applicant", "{number} wait for their applicants", counts.asked)
    return Mrkdwn(" · ".join(escape(part) for part in (waiting, overdue, asked)))


def _pace(reader: Reader, queue: Queue) -> Mrkdwn:
    if queue.pace.median is None:
        return reader.mrkdwn("Nothing was decided in the last {days} days.", days=MEDIAN_DAYS)
    number = reader.count("{number} decision", "{number} decisions", queue.pace.decisions)
    return reader.mrkdwn(
        "Median time to a decision in the last {days} days: *{time}* ({number}).",
        days=MEDIAN_DAYS,
        time=reader.duration(queue.pace.median),
        number=number,
    )


def _rows(caller: Caller, queue: Queue, place: Place) -> list[Block]:
    reader, words = caller.reader, word(place, "words")
    if queue.page.rows:
        return [_row(caller, application) for application in queue.page.rows]
    if not is_beginning(place):
        return [b.section(reader.mrkdwn("There is nothing more in this list."))]
    if words:
        return [b.section(reader.mrkdwn("No company in this list begins with *{words}*.", words=words))]
    return [b.section(reader.mrkdwn(_NOTHING[list_of(place)]))]


def _row(caller: Caller, application: Application) -> Block:
    reader = caller.reader
    who = reader.mrkdwn(
        "*{company}* · {city}, {country}",
        company=b.cut(application.company, 200),
        city=application.city,
        country=reader.country(application.country),
    )
    if application.status == "open":
        lines = [who, _due(reader, application, caller.desk.clock.now()), _holder(caller, application)]
        button = b.button(reader.text("Review"), "review.open", application.id)
    else:
        lines = [who, outcome(reader, caller.desk.catalogue, application)]
        button = b.button(reader.text("Show"), "review.open", application.id)
    return b.section(Mrkdwn("\n".join(lines)), button)


def _due(reader: Reader, application: Application, now: datetime) -> Mrkdwn:
    if application.asked_at is not None:
        since = reader.distance(application.asked_at, now)
        return reader.mrkdwn(":speech_balloon: Asked {since}; the clock stands still until the answer.", since=since)
    facts = {"day": reader.weekday(application.due_at), "distance": reader.distance(application.due_at, now)}
    if application.due_at <= now:
        return reader.mrkdwn(":red_circle: *Overdue:* an answer was due on {day}, {distance}.", **facts)
    return reader.mrkdwn(":hourglass_flowing_sand: Answer due on {day}, {distance}.", **facts)


def _holder(caller: Caller, application: Application) -> Mrkdwn:
    reader, holder = caller.reader, holder_of(caller.desk, application)
    if holder is None:
        return reader.mrkdwn("Nobody is on it yet.")
    if holder == caller.actor:
        return reader.mrkdwn("You are on it.")
    return reader.mrkdwn("{who} is on it.", who=mention(holder.user_id))


def outcome(reader: Reader, catalogue: Catalogue, application: Application) -> Mrkdwn:
    """Who decided on an application, when and how."""
    when = reader.moment(application.decided_at) if application.decided_at else "–"
    facts = {"who": mention(application.decided_by or ""), "when": when}
    if application.status == "withdrawn":
        return reader.mrkdwn(":wave: *Withdrawn* by the applicant on {when}.", when=when)
    if application.status == "approved":
        return reader.mrkdwn(":white_check_mark: *Approved* by {who} on {when}.", **facts)
    names = {reason.id: reason.name[reader.language] for reason in catalogue.application.reason}
    reason = names.get(application.decision_reason or "", "–")
    return reader.mrkdwn(":no_entry: *Rejected* by {who} on {when}: {reason}.", **facts, reason=reason)
