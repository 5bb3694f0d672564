"""What is worth a look in an application, in words."""

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.reader import N_, Mrkdwn, Reader
from programme.review_hints import Hint

MOST_SHOWN = 5
_SEEN = {
    "same_person": N_("The applicant has applied before, as {company} on {when}: {outcome}."),
    "same_company": N_("A company of this name has applied before, on {when}: {outcome}."),
    "same_website": N_("{company} applied with the same website on {when}: {outcome}."),
    "same_address": N_("{company} applied with the same e-mail address on {when}: {outcome}."),
}
_OUTCOMES = {
    "open": N_("not decided yet"),
    "approved": N_("approved"),
    "rejected": N_("rejected"),
    "withdrawn": N_("withdrawn"),
}
_ADDRESSES = {
    "other_domain": N_("{address} is not an address of the company's website."),
    "mailbox_provider": N_("Anybody can have an address such as {address}."),
}


def hint_lines(reader: Reader, hints: list[Hint]) -> list[Block]:
    """One block; the most telling hints, and how many more there are."""
    if not hints:
        return []
    lines = [Mrkdwn(f"• {_line(reader, hint)}") for hint in hints[:MOST_SHOWN]]
    more = len(hints) - MOST_SHOWN
    if more > 0:
        others = reader.count("{number} more", "{number} more", more)
        lines.append(Mrkdwn(f"• {others}"))
    text = Mrkdwn("\n".join([reader.mrkdwn(":mag: *Worth a look*"), *lines]))
    return [b.section(text)]


def _line(reader: Reader, hint: Hint) -> Mrkdwn:
    if hint.seen is None:
        return reader.mrkdwn(_ADDRESSES[hint.what], address=hint.address)
    return reader.mrkdwn(
        _SEEN[hint.what],
        company=hint.seen.company,
        when=reader.short_day(hint.seen.submitted_at.date()),
        outcome=reader.text(_OUTCOMES[hint.seen.status]),
    )
