"""The one place where a refusal becomes words: why not, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from slack_sdk.models.blocks import Block, ButtonElement

from handlers import blocks as b
from handlers.promise import answer_within
from handlers.reader import N_, Mrkdwn, Reader, mail_link, mention
from programme.catalogue import Catalogue
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
    facts = {name: _readable(fact, reader) for name, fact in refused.facts.items()}
    text = reader.mrkdwn(_SENTENCES[refused.reason], **facts, support=mail_link(catalogue.support_address))
    return Words(text, _choose_plan(refused, reader) if refused.reason in _BUYING_HELPS else None)


# What only a subscription is a way on from.
_BUYING_HELPS = ("trial_ended", "trial_at_longest", "trial_bought", "not_subscribed")


def _choose_plan(refused: Refused, reader: Reader) -> ButtonElement | None:
    customer_id = refused.facts.get("customer_id")
    return b.button(reader.text("Choose a plan"), "plan.open", customer_id, "primary") if customer_id else None


def _readable(fact: object, reader: Reader) -> object:
    if isinstance(fact, datetime):
        return reader.moment(fact)
    return reader.day(fact) if isinstance(fact, date) else fact


_SENTENCES = {
    "unknown_person": N_("Slack did not tell us who you are. Please try again in a minute, or write to {support}."),
    "no_console": N_(
        "Your partnership is not for Workplace, so there is no customer console for it. "
        "The partner store is open to you. Would you like to offer Workplace as well? Write to {support}."
    ),
    "suspended": N_(
        "Your partnership is suspended: you can read everything, but change nothing. Please write to {support}."
    ),
    "admins_only": N_("Only an admin of your company can do this. Please ask one of your admins."),
    "reviewers_only": N_("Only the programme's reviewers can do this. Questions? Write to {support}."),
    "already_partner": N_("You are a partner already, with *{partner}*. Type `/partner` to see what you can do."),
    "may_not_apply": N_(
        "We have declined the application of *{company}* for good: there is no new form for it. "
        "Has something changed? Write to {support}."
    ),
    "apply_later": N_(
        "We have declined the application of *{company}* lately. You may apply again from {may_apply_at} on. "
        "Questions? Write to {support}."
    ),
    "no_application": N_(
        "This application does not wait for a decision any more, so there is nothing to change. "
        "Type `/partner` to see where you stand."
    ),
    "question_open": N_("The applicant of *{company}* has not answered yet what was asked on {asked_at}."),
    "own_application": N_("This is your own application. Somebody else has to decide on it."),
    "unknown_application": N_("This application does not exist any more. Please write to {support}."),
    "applicant_is_partner": N_("The applicant has joined another partner meanwhile. Please reject this application."),
    "not_on_trial": N_("*{organisation}* has a subscription already. There is no trial to extend."),
    "trial_ended": N_(
        "The trial of *{organisation}* ended on {ends_on} and cannot be extended any more. Nothing was deleted: "
        "start a subscription with `/partner-manage {domain}`, or write to {support}."
    ),
    "trial_at_longest": N_(
        "The trial of *{organisation}* has reached its limit of {longest_days} days; it ends on {ends_on}. "
        "To go on, start a subscription with `/partner-manage {domain}`, or write to {support}."
    ),
    "trial_bought": N_(
        "The trial of *{organisation}* ended when its subscription began. Nothing was deleted: "
        "start a subscription again with `/partner-manage {domain}`, or write to {support}."
    ),
    "nothing_changes": N_("*{organisation}* has exactly this already, so there is nothing to change."),
    "undo_instead": N_(
        "*{organisation}* has exactly this today. To keep it, press *Undo* beside the planned change on its page."
    ),
    "already_planned": N_("Exactly this is planned already for *{organisation}*, from {effective_on} on."),
    "change_paid": N_(
        "The renewal of *{organisation}* has been recorded with the change that is planned for {effective_on}. "
        "From that day on, you can change it again. Questions? Write to {support}."
    ),
    "nothing_to_undo": N_("There is nothing to undo for *{organisation}* any more. Please open its page again."),
    "cost_changed": N_("What undoing costs has changed meanwhile. Please open the page of *{organisation}* again."),
    "still_in_use": N_("*{organisation}* uses {in_use} licences by now, so this cannot be undone."),
    "cancellation_planned": N_(
        "The subscription of *{organisation}* is cancelled to {ends_on}. To keep it, press *Undo* on its page."
    ),
    "cannot_rest": N_("The date of *{organisation}* is too near for that: {due_on}."),
    "already_extended": N_("The trial of *{organisation}* has been extended already: it ends on {ends_on}."),
    "already_subscribed": N_("*{organisation}* has a subscription already. It renews on {renews_on}."),
    "already_renewed": N_("*{organisation}* has been renewed already: the next renewal is on {renews_on}."),
    "not_subscribed": N_("*{organisation}* has no subscription yet. Start one first."),
    "domain_taken": N_(
        "The records are right, but this domain belongs to an organisation that we know already. "
        "Please write to {support}: we will sort it out with you."
    ),
    "unknown_plan": N_("This plan is not offered any more. Please choose another one."),
    "unknown_expertise": N_("This expertise is not offered any more. Please choose another one."),
    "bad_period": N_(
        "I cannot read this period. Type a month (`/partner-report 2026-10`), "
        "a quarter (`/partner-report 2026-Q4`) or a year (`/partner-report 2026`)."
    ),
    "domain_missing": N_("Please type the domain too: `{command} dupont.example`."),
    "members_full": N_(
        "A company may have {most} people here, those invited included. There is room for {left} more. "
        "Remove somebody or revoke an invitation first; if you need more room, write to {support}."
    ),
    "unknown_member": N_("This person does not belong to your company any more. Please open the list again."),
    "last_admin": N_("A company needs an admin. Please make somebody else an admin first."),
    "guest_no_admin": N_(
        "Guests of this workspace may be members, but not admins. Please choose somebody else, or write to {support}."
    ),
    "unknown_invitation": N_("There is no such invitation for you. Please ask whoever told you of it."),
    "invitation_gone": N_(
        "This invitation of *{partner}* does not hold any more. An admin of the company can send a new one."
    ),
    "partner_suspended": N_(
        "The partnership of *{partner}* is suspended at the moment, so nobody can join. Questions? Write to {support}."
    ),
    "withdraw_first": N_(
        "Your own application for *{company}* is still open. Withdraw it first (type `/partner`), then accept."
    ),
    "not_yourself": N_("You cannot name yourself. Another reviewer can."),
    "not_a_person": N_("This is an app, or somebody who is not in Slack any more. Please choose somebody else."),
    "works_elsewhere": N_(
        "This person works for *{partner}* already, and a person works for one partner. Please choose somebody else."
    ),
    "applies_themself": N_(
        "This person's own application for *{company}* is open. Please decide on it first, or choose somebody else."
    ),
    "unknown_partner": N_("There is no such partner any more. Please look for it in the list of partners."),
    "own_partner": N_("You belong to *{partner}* yourself. Another reviewer has to change this."),
    "bad_input": N_("Some of what was typed will not do. Please open the form again."),
}


def _no_partner(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    answer = answer_within(reader, catalogue)
    text = reader.mrkdwn("You do not belong to a partner yet, but you can apply now. {answer}", answer=answer)
    return Words(text, b.button(reader.text("Apply to become a partner"), "apply.open", style="primary"))


def _unknown_customer(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    domain = refused.facts.get("domain")
    if domain is None:
        text = reader.mrkdwn("You have no such customer. Please look at your list.")
    else:
        text = reader.mrkdwn("You have no customer with the domain *{domain}*. Is it spelled right?", domain=domain)
    return Words(text, b.button(reader.text("Show my customers"), "customers.open"))


def _not_verified(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    text = reader.mrkdwn(
        "*{domain}* is not verified yet. Once it is, you can manage *{organisation}* on its behalf.",
        domain=refused.facts["domain"],
        organisation=refused.facts["organisation"],
    )
    verify = b.button(reader.text("Verify"), "verify.open", refused.facts["customer_id"], style="primary")
    return Words(text, verify)


def _already_decided(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    facts = refused.facts
    told = {"who": mention(str(facts["decided_by"])), "when": _readable(facts["decided_at"], reader)}
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
        when=_readable(facts["claimed_at"], reader),
    )
    seen = [facts["application_id"], facts["claimed_by_workspace"], facts["claimed_by"]]
    return Words(text, b.button(reader.text("Take over"), "review.take_over", seen))


def _application_open(refused: Refused, reader: Reader, catalogue: Catalogue) -> Words:
    text = reader.mrkdwn(
        "We already have your application for *{company}*. You will hear from us by {due_at}.",
        company=refused.facts["company"],
        due_at=_readable(refused.facts["due_at"], reader),
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


_TOLD: dict[str, Callable[[Refused, Reader, Catalogue], Words]] = {
    "cannot_invite": _cannot_invite,
    "no_partner": _no_partner,
    "unknown_customer": _unknown_customer,
    "not_verified": _not_verified,
    "already_decided": _already_decided,
    "application_open": _application_open,
    "no_question": _no_question,
    "claimed_by_other": _claimed_by_other,
}


def field_error(reader: Reader, word: str, support: str, **facts: object) -> str:
    """What stands at a field that will not do, as plain text."""
    return reader.text(_FIELD_ERRORS[word], support=support, **facts)


_FIELD_ERRORS = {
    "missing": N_("Please fill this in."),
    "empty": N_("Please fill this in."),
    "too_long": N_("This is too long. Please shorten it."),
    "unreadable": N_("There are characters in this text that cannot be read. Please type it again."),
    "not_offered": N_("Please choose one from the list."),
    "too_many_people": N_("Please choose five people at most."),
    "not_an_email": N_("Please type one e-mail address, such as name@dupont.example."),
    "not_a_percentage": N_("Please type a number with up to two decimals, such as 12.5."),
    "percentage_too_high": N_("This is more than the programme allows. Please type a smaller number."),
    "not_a_website": N_("Please type a web address, such as https://dupont.example."),
    "not_a_country": N_("Please choose a country from the list."),
    "postal_code_missing": N_("Your country has postal codes: please type yours, such as {postal_code}."),
    "not_a_postal_code": N_(
        "This is not a postal code of the country that you have chosen. One of its codes is {postal_code}."
    ),
    "not_a_phone_number": N_(
        "This is not a telephone number. Please type one number without an extension, such as {phone}."
    ),
    "not_accepted": N_("Please accept the terms and conditions to go on."),
    "not_a_number_of_licences": N_("Please type a whole number from 1 to 1,000,000."),
    "licences_in_use": N_("Please type {in_use} or more: so many are in use."),
    "not_a_domain": N_("This is not a domain. It should look like dupont.example."),
    "has_path": N_("Please type the domain only, without what follows the slash."),
    "has_port": N_("Please type the domain only, without the port number."),
    "is_email": N_("This is an e-mail address. Please type the domain only, which follows the @."),
    "ip_address": N_("This is an IP address. Please type the domain, such as dupont.example."),
    "public_suffix": N_("Nobody can own this ending by itself. Please type the whole domain, such as dupont.example."),
    "bad_characters": N_("There are characters that a domain cannot have. Is it spelled right?"),
    "already_yours": N_("You have this customer already. Look for it in your list."),
    "too_many_letters": N_("Enough letters have been sent for this customer today. Please go on tomorrow."),
    "taken": N_("This domain cannot be added. Please write to {support}: we will sort it out with you."),
    "not_a_date": N_("Please choose a date."),
    "date_over": N_("This day is over. Please choose today or a later day."),
    "date_too_far": N_("This is more than five years ahead. Please choose an earlier day."),
    "not_days": N_("Please type whole numbers of days, separated by commas, such as 7, 3, 1."),
    "not_dates": N_("Please type dates such as 2026-12-24, separated by commas."),
    "bot_not_in_channel": N_("I am not in this channel. Type `/invite @Partner Desk` there, then save again."),
    "channel_gone": N_("Nothing can be posted in this channel. Please choose another one."),
}
