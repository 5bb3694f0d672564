"""Where a refusal becomes words: why not, and what to do next.

Most have one sentence, which handlers.refusal_sentences has; here are those that need more than that. What is wrong
with a field of a form is said in handlers.field_errors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from slack_sdk.models.blocks import Block, ButtonElement

from handlers import blocks as b
from handlers.answer_time import answer_within
from handlers.import_words import expected_columns
from handlers.reader import N_, Mrkdwn, Reader, mail_link, mention
from handlers.refusal_sentences import SENTENCES
from programme.catalogue import Catalogue
from programme.customer_filters import LONGEST_WORDS, Query, kept
from programme.domains import domains_meant, parse_domain
from programme.refusals import Refused


@dataclass(frozen=True)
class Words:
    """A sentence or two, and a button for the next step where there is one."""

    text: Mrkdwn
    button: ButtonElement | None = None

    def blocks(self) -> list[Block]:
        return [b.section(self.text)] + ([b.actions(self.button)] if self.button else [])


def say(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    """The words for a refusal.

    Args:
        catalogue: its support address is named wherever there is no other way on (mission row 23).
    """
    if refused.reason in _TOLD:
        return _TOLD[refused.reason](refused, reader, catalogue)
    facts = {name: readable(fact, reader) for name, fact in refused.facts.items()}
    facts["support"] = mail_link(catalogue.support_address)
    if refused.facts.get("is_verified") is False and refused.reason in _UNPROVEN:
        return Words(reader.mrkdwn(_UNPROVEN[refused.reason], **facts), _verify(refused, reader))
    text = reader.mrkdwn(SENTENCES[refused.reason], **facts)
    return Words(text, _choose_plan(refused, reader) if refused.reason in _BUYING_HELPS else None)


LONGEST_NAME = 50  # on a button that has a verb before it
# What only a subscription is a way on from.
_BUYING_HELPS = ("trial_ended", "trial_at_longest", "trial_bought", "not_subscribed", "unknown_plan")


# Who has no proof yet has to prove its domain before it can buy.
_UNPROVEN = {
    "trial_ended": N_(
        "The trial of *{organisation}* ended on {ends_on} and cannot be extended any more. Nothing was deleted: "
        "verify its domain first, then you can start a subscription. Questions? Write to {support}."
    ),
    "trial_at_longest": N_(
        "The trial of *{organisation}* has reached its limit of {longest_days} days; it ends on {ends_on}. "
        "To go on, verify its domain first, then you can start a subscription. Questions? Write to {support}."
    ),
}


def _choose_plan(refused: Refused, reader: Reader) -> ButtonElement | None:
    customer_id = refused.facts.get("customer_id")
    return b.button(reader.text("Choose a plan"), "plan.open", customer_id, "primary") if customer_id else None


def _verify(refused: Refused, reader: Reader) -> ButtonElement:
    return b.button(reader.text("Verify"), "verify.open", refused.facts["customer_id"], style="primary")


def readable(fact: object, reader: Reader) -> object:
    """A fact as a sentence takes it: dates, moments and numbers as the reader writes them."""
    if isinstance(fact, datetime):
        return reader.moment(fact)
    if isinstance(fact, int) and not isinstance(fact, bool):
        return reader.number(fact)
    return reader.day(fact) if isinstance(fact, date) else fact


def _no_partner(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    if refused.facts.get("reviews"):
        text = reader.mrkdwn(
            "*You review applications here*, and have no customers of your own. Each partner has a page with how many "
            "customers it has: choose *Partners* above the applications."
        )
        return Words(text, b.button(reader.text("What waits for a decision"), "review.queue", style="primary"))
    answer = answer_within(reader, catalogue)
    text = reader.mrkdwn("You do not belong to a partner yet, but you can apply now. {answer}", answer=answer)
    return Words(text, b.button(reader.text("Apply to become a partner"), "apply.open", style="primary"))


def _admins_only(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    admins = [mention(user) for user in cast(list[str], refused.facts["admins"])]
    if not admins:
        return Words(reader.mrkdwn("Only an admin of your company can do this. Please ask one of your admins."))
    asked = Mrkdwn(reader.one_of(admins))
    return Words(reader.mrkdwn("Only an admin of your company can do this. Please ask {admins}.", admins=asked))


def _unknown_customer(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    typed = refused.facts.get("domain")
    if typed is None:
        text = reader.mrkdwn("You have no such customer. Please look at your list.")
    elif domains_meant(str(typed)):
        text = reader.mrkdwn("You have no customer with the domain *{domain}*. Is it spelled right?", domain=typed)
    else:
        return _search_for(str(typed), reader)
    return Words(text, b.button(reader.text("Show my customers"), "customers.open"))


def _search_for(name: str, reader: Reader) -> Words:
    """To whoever has typed what a customer is called, where a domain is asked for."""
    text = reader.mrkdwn("*{name}* is not a domain. Look for the customer in your list.", name=name)
    button = reader.text("Search for “{name}”", name=b.cut(name, LONGEST_NAME))
    return Words(text, b.button(button, "customers.open", kept(Query(words=name[:LONGEST_WORDS].strip()))))


def _not_verified(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    text = reader.mrkdwn(
        "*{domain}* is not verified yet. Once it is, you can manage *{organisation}* on its behalf.",
        domain=parse_domain(str(refused.facts["domain"])).unicode,
        organisation=refused.facts["organisation"],
    )
    return Words(text, _verify(refused, reader))


def _already_decided(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    facts = refused.facts
    told = {"who": mention(str(facts["decided_by"])), "when": readable(facts["decided_at"], reader)}
    if facts["status"] == "withdrawn":
        text = reader.mrkdwn(
            "The applicant has withdrawn the application of *{company}*, on {when}.",
            company=facts["company"], when=told["when"],
        )  # fmt: skip
        return Words(text)
    if facts["status"] == "approved":
        return Words(
            reader.mrkdwn("{who} has already approved *{company}*, on {when}.", company=facts["company"], **told)
        )
    text = reader.mrkdwn(
        "{who} has already rejected *{company}*, on {when}. The reason given: {note}",
        company=facts["company"], note=facts["note"], **told,
    )  # fmt: skip
    return Words(text)


def _claimed_by_other(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    facts = refused.facts
    text = reader.mrkdwn(
        "{who} has been reading the application of *{company}* since {when}. Speak to them, or take it over.",
        who=mention(str(facts["claimed_by"])),
        company=facts["company"],
        when=readable(facts["claimed_at"], reader),
    )
    seen = [facts["application_id"], facts["claimed_by_workspace"], facts["claimed_by"]]
    return Words(text, b.button(reader.text("Take over"), "review.take_over", seen))


def _application_open(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    text = reader.mrkdwn(
        "We already have your application for *{company}*. You will hear from us by {due_at}.",
        company=refused.facts["company"],
        due_at=readable(refused.facts["due_at"], reader),
    )
    return Words(text, b.button(reader.text("Show my application"), "application.open"))


def _no_question(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    text = reader.mrkdwn(
        "This question about *{company}* does not wait for an answer any more. Anything to add? Write to {support}.",
        company=refused.facts["company"],
        support=mail_link(catalogue.support_address),
    )
    return Words(text, b.button(reader.text("Show my application"), "application.open"))


_WHY_NOT = {
    "not_a_person": N_("{who} is an app, or not in Slack any more."),
    "not_here": N_("{who} belongs to another workspace."),
    "yourself": N_("{who}: this is you."),
    "already_here": N_("{who} works for your company already."),
    "works_elsewhere": N_("{who} works for a partner already."),
    "guest_no_admin": N_("{who} is a guest of this workspace: guests may be members, but not admins."),
}


def _cannot_invite(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    people = cast(list[tuple[str, str]], refused.facts["people"])
    lines = [reader.mrkdwn("*Nobody has been invited yet.* Please choose again:")]
    lines += [Mrkdwn("• " + reader.mrkdwn(_WHY_NOT[why], who=mention(user))) for user, why in people]
    lines.append(reader.mrkdwn("Questions? Write to {support}.", support=mail_link(catalogue.support_address)))
    return Words(Mrkdwn("\n".join(lines)))


def _columns_missing(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    columns = expected_columns(reader, cast(list[str], refused.facts["missing"]))
    missing = reader.mrkdwn("These columns are missing in this file: *{columns}*.", columns=columns)
    if sheet := refused.facts["sheet"]:
        missing = reader.mrkdwn(
            "These columns are missing in the sheet *{sheet}*: *{columns}*.", sheet=sheet, columns=columns
        )
    advice = reader.mrkdwn(
        "Please name them so in its first row; their order does not matter. The example file shows how."
    )
    return Words(Mrkdwn(f"{missing} {advice}"))


def _domain_taken(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    text = reader.mrkdwn(
        "The records are right, but this domain belongs to an organisation that we know already. You may ask it to let "
        "you look after it, or write to {support}.",
        support=mail_link(catalogue.support_address),
    )
    ask = b.button(reader.text("Ask the customer"), "mapping.open", refused.facts["customer_id"], "primary")
    return Words(text, ask)


_TOLD: dict[str, Callable[[Refused, Reader, Catalogue], Words]] = {
    "cannot_invite": _cannot_invite,
    "no_partner": _no_partner,
    "admins_only": _admins_only,
    "unknown_customer": _unknown_customer,
    "domain_taken": _domain_taken,
    "not_verified": _not_verified,
    "already_decided": _already_decided,
    "application_open": _application_open,
    "no_question": _no_question,
    "claimed_by_other": _claimed_by_other,
    "columns_missing": _columns_missing,
}
