"""The history of an application, in the thread under its card: a line for each change."""

from decimal import Decimal

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.addressee import reviewers_reader
from handlers.posting import Post
from handlers.reader import N_, Mrkdwn, Reader, mention
from programme.application_history import change_of
from programme.catalogue import Catalogue
from programme.desk import Desk
from storage.models import AuditRow, OutgoingMessage

_TOLD = {
    "claimed": N_("{who} is on it."),
    "taken_over": N_("{who} has taken it over from {before}."),
    "released": N_("{who} has given it back: nobody is on it."),
    "claim_lapsed": N_("Nothing was done for a while, so {before} is not on it any more. Who takes it?"),
    "asked": N_("{who} has asked the applicant:"),
    "answered": N_("{who} has answered:"),
    "approved": N_("{who} has *approved* the application: {percent} commission, data centre {data_centre}."),
    "rejected": N_("{who} has *rejected* the application: {reason}. {again}"),
    "withdrawn": N_("{who} has withdrawn the application."),
}
_AGAIN = {
    "now": N_("They may apply again at once."),
    "later": N_("They may apply again later."),
    "never": N_("They may not apply again."),
}


async def draw_note(desk: Desk, message: OutgoingMessage) -> Post | None:
    row = await change_of(desk, int(str(message.about["audit_id"])))
    if row is None:
        return None
    reader = reviewers_reader(desk.catalogue)
    text, words = _line(reader, desk.catalogue, row), _words(row)
    blocks: list[Block] = [b.section(text)]
    return Post(text, [*blocks, b.words(words)] if words else blocks)


def _line(reader: Reader, catalogue: Catalogue, row: AuditRow) -> Mrkdwn:
    before, after = row.before or {}, row.after or {}
    action = "taken_over" if row.action == "claimed" and "claimed_by" in before else row.action
    names = {one.id: one.name[reader.language] for one in (*catalogue.data_centre, *catalogue.application.reason)}
    return reader.mrkdwn(
        _TOLD[action],
        who=mention(row.user_id or ""),
        before=mention(str(before.get("claimed_by", ""))),
        percent=reader.percent(Decimal(str(after.get("percent", 0)))),
        data_centre=names.get(str(after.get("data_centre")), "–"),
        reason=names.get(str(after.get("reason")), "–"),
        again=reader.text(_AGAIN[str(after.get("reapply", "now"))]),
    )


def _words(row: AuditRow) -> str:
    """Somebody's own words, where the change was to say something."""
    after = row.after or {}
    return str(after.get("question") or after.get("answer") or after.get("note") or "")


MESSAGES = {"review_note": draw_note}
