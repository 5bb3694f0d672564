"""What was done by a partner and for it, a line for each: who, when, what, and what it was before."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.paging import Place, turning
from handlers.reader import N_, Mrkdwn, Reader, escape, mention
from handlers.settings_view import LANGUAGE_NAMES
from programme.catalogue import Catalogue
from programme.partners import ONCE
from programme.partnerships import Trail
from storage.models import AuditRow

LONGEST_FACT, LONGEST_LINE = 200, 1000

ACTIONS = {
    "onboarded": N_("{who} has accepted the partner."),
    "suspended": N_("{who} has suspended the partner."),
    "reinstated": N_("{who} has reinstated the partner."),
    "commission_changed": N_("{who} has changed the commission."),
    "settings_changed": N_("{who} has changed the settings."),
    "admin_named": N_("{who} has named {person} an admin."),
    "role_changed": N_("{who} has changed the role of {person}."),
    "member_removed": N_("{who} has removed {person}."),
    "member_left": N_("{who} has left the company."),
    "no_admin_left": N_("The partner has no admin any more."),
    "invited": N_("{who} has invited {person}."),
    "invitation_accepted": N_("{who} has accepted the invitation."),
    "invitation_declined": N_("{who} has declined the invitation."),
    "invitation_revoked": N_("{who} has revoked the invitation of {person}."),
    "added": N_("{who} has added the customer {domain}."),
    "import_started": N_("{who} has begun to import a file of customers."),
    "imported": N_("A file of customers of {who} has been imported."),
    "corrected": N_("{who} has corrected the details of {domain}."),
    "verified": N_("{who} has proven the domain {domain}."),
    "records_sent": N_("{who} has had the DNS records of {domain} sent by e-mail."),
    "trial_extended": N_("{who} has extended the trial of {domain}."),
    "subscribed": N_("{who} has started the subscription of {domain}."),
    "renewed": N_("{who} has renewed the subscription of {domain}."),
    "plan_changed": N_("{who} has changed the subscription of {domain}."),
    "plan_change_planned": N_("{who} has planned a change of the subscription of {domain}."),
    "change_undone": N_("{who} has undone a change of the subscription of {domain}."),
    "cancellation_planned": N_("{who} has cancelled the subscription of {domain} to its end."),
    "cancel_undone": N_("{who} has undone the cancellation of the subscription of {domain}."),
    "cancelled": N_("{who} has ended the subscription of {domain}, as it was cancelled."),
    "assigned": N_("{who} looks after {domain}."),
    "given": N_("{who} has asked {person} to look after {domain}."),
    "unassigned": N_("{who} has noted that nobody looks after {domain}."),
    "contact_added": N_("{who} has added a contact of {domain}."),
    "contact_changed": N_("{who} has changed a contact of {domain}."),
    "contact_removed": N_("{who} has removed a contact of {domain}."),
    "letter_sent_again": N_("{who} has had the e-mail about who looks after {domain} sent again."),
    "letter_asked_again": N_("{domain} has asked for the e-mail about who looks after it again."),
    "in_use_recorded": N_("{who} has recorded how many licences of {domain} are in use."),
    "note_written": N_("{who} has written a note on {domain}."),
    "note_changed": N_("{who} has changed a note on {domain}."),
    "note_removed": N_("{who} has removed a note on {domain}."),
    "outlook": N_("{who} has said how it stands with {domain}."),
    "snoozed": N_("{who} has put off the alerts of {domain}."),
    "checked": N_("{who} has checked the domain {domain}."),
    "left": N_("{domain} has left the partner."),
    "mapped": N_("{domain} has come to the partner."),
    "mapping_asked": N_("{who} has asked {domain} to come to the partner."),
    "mapping_declined": N_("{domain} has declined to come to the partner."),
    "mapping_escalated": N_("{who} has asked the reviewers for {domain}."),
    "mapping_ruled": N_("{who} has decided about {domain}."),
}
FACTS = {
    "alert_channel": N_("alert channel"),
    "alert_form": N_("form of the alerts"),
    "alert_hour": N_("hour of the alerts"),
    "assigned_to": N_("looked after by"),
    "broken_mail": N_("broken parts of the mail set-up"),
    "broken_on": N_("broken since"),
    "broken_part": N_("broken part"),
    "charge": N_("charged"),
    "commission": N_("the partner’s share"),
    "contact_email": N_("e-mail address"),
    "contact_name": N_("name"),
    "contact_phone": N_("telephone"),
    "contact_role": N_("role"),
    "consent": N_("agreed by"),
    "corrected_domain": N_("domain"),
    "credit": N_("credited"),
    "data_centre": N_("data centre"),
    "email": N_("e-mail address"),
    "effective_on": N_("takes effect"),
    "ends_on": N_("end of the trial"),
    "file": N_("file"),
    "good": N_("to be added"),
    "kind": N_("kind of alert"),
    "language": N_("language"),
    "licences": N_("licences"),
    "licences_in_use": N_("licences in use"),
    "method": N_("proven by"),
    "note": N_("note"),
    "note_text": N_("note"),
    "organisation": N_("organisation"),
    "outlook": N_("outlook"),
    "percent": N_("commission"),
    "plan": N_("plan"),
    "quiet_days": N_("days without alerts"),
    "customers_added": N_("customers added"),
    "reason": N_("reason"),
    "rows": N_("rows"),
    "rows_refused": N_("rows refused"),
    "renews_on": N_("renewal"),
    "role": N_("role"),
    "skips_weekends": N_("weekends without alerts"),
    "snoozed_until": N_("no alerts until"),
    "status": N_("state"),
    "super_admin_email": N_("super administrator"),
    "term": N_("term"),
    "time_zone": N_("time zone"),
    "until": N_("until"),
    "valid_from": N_("valid from"),
    "verdict": N_("decision"),
}
# What a partner has chosen about its alerts, by their kind.
ALERT_DAYS = {
    "trial": N_("alerts before a trial ends"),
    "ended": N_("alert after a trial has ended"),
    "renewal": N_("alerts before a renewal"),
    "overdue": N_("alerts after a missed renewal"),
    "unverified": N_("alerts without a proof of the domain"),
    "broken": N_("alert when a proof or a mail set-up is gone"),
}
# What the sentence says already, or nobody reads.
LEFT_OUT = {"stopped_by", "workspace_id", "user_id", "alert_workspace", "assigned_workspace", "domain"}
VALUES = {
    "active": N_("active"),
    "admin": N_("admin"),
    "at_risk": N_("at risk"),
    "billing": N_("billing"),
    "cancelled": N_("cancelled"),
    "broken": N_("proof or mail set-up gone"),
    "decides": N_("decides"),
    "customer": N_("the customer"),
    "digest": N_("in one message"),
    "ended": N_("trial ended"),
    "kept": N_("stays where it is"),
    "leaves": N_("leaves"),
    "left": N_("has left"),
    "mail": N_("mail set-up"),
    "member": N_("member"),
    "monthly": N_("monthly"),
    "other": N_("something else"),
    "moved": N_("goes to the partner that asked"),
    "overdue": N_("overdue"),
    "proof": N_("proof of the domain"),
    "renewal": N_("renewal"),
    "renews": N_("renews"),
    "reviewers": N_("the reviewers"),
    "single": N_("each by itself"),
    "suspended": N_("suspended"),
    "technical": N_("technical"),
    "trial": N_("trial"),
    "unverified": N_("domain not proven"),
    "yearly": N_("yearly"),
}
# Facts whose values are words of the programme; everything else is somebody's own.
WORDS = {
    "alert_form", "broken_part", "consent", "contact_role", "kind", "outlook", "role", "status", "term", "verdict",
}  # fmt: skip
# In minor units of the catalogue's currency.
MONEY = {"charge", "commission", "credit"}
# What a partner has written down for itself: the trail that the reviewers read says that it did, and not what.
PARTNERS_OWN = {"contact_email", "contact_name", "contact_phone", "contact_role", "note_text"}
# One date, or several.
DAYS = {"broken_on", "effective_on", "ends_on", "quiet_days", "renews_on", "snoozed_until", "until", "valid_from"}


def trail_view(caller: Caller, seen: Trail, place: Place) -> View:
    reader, catalogue = caller.reader, caller.desk.catalogue
    blocks: list[Block] = [b.header(seen.partner.name)]
    for row in seen.page.rows:
        blocks += [
            b.section(sentence(reader, row, seen.domains)),
            b.context(details(reader, catalogue, row)),
        ]
    if not seen.page.rows:
        blocks.append(b.section(reader.mrkdwn("There is nothing more in this list.")))
    blocks += turning(reader, seen.page, place | {"partner": seen.partner.id}, "partners.trail")
    return b.modal(reader, reader.text("What was done"), blocks, callback="trail", remember=seen.partner.id)


def sentence(reader: Reader, row: AuditRow, domains: dict[int, str]) -> Mrkdwn:
    facts = {**(row.before or {}), **(row.after or {})}
    person = facts.get("user_id") or facts.get("assigned_to")
    return reader.mrkdwn(
        ACTIONS.get(row.action, N_("{who}: {action}")),
        who=mention(row.user_id) if row.user_id else reader.mrkdwn("The programme"),
        person=mention(str(person)) if person else "–",
        domain=_domain(row, domains, facts),
        action=row.action,
    )


def _domain(row: AuditRow, domains: dict[int, str], facts: dict[str, object]) -> str:
    said = str(facts.get("domain", "–"))
    return domains.get(row.subject_id, said) if row.subject == "customer" else said


def details(reader: Reader, catalogue: Catalogue, row: AuditRow, *, is_own: bool = False) -> Mrkdwn:
    """When it was, and what has changed to what.

    Args:
        is_own: whether the partner's own people read it.
    """
    parts = changes(reader, catalogue, row.before or {}, row.after or {}, is_own=is_own)
    return Mrkdwn(b.cut(" · ".join([escape(reader.moment(row.at)), *parts]), LONGEST_LINE))


def changes(
    reader: Reader, catalogue: Catalogue, before: dict[str, Any], after: dict[str, Any], *, is_own: bool = True
) -> list[Mrkdwn]:
    """What is something else after than before, one by one, and what it was."""
    parts: list[Mrkdwn] = []
    for name in dict.fromkeys([*before, *after]):
        was, is_now = before.get(name), after.get(name)
        if name in LEFT_OUT or was == is_now or (name in PARTNERS_OWN and not is_own):
            continue
        if name == "alert_days":
            parts += _alert_days(reader, str(was or ""), str(is_now or ""))
            continue
        values = [_value(reader, catalogue, name, value) for value in (was, is_now)]
        shown = Mrkdwn(" → ".join(values)) if was not in (None, "") else values[1]
        label = reader.text(FACTS[name]) if name in FACTS else name
        parts.append(reader.mrkdwn("{label}: {value}", label=label, value=shown))
    return parts


def _alert_days(reader: Reader, was: str, is_now: str) -> list[Mrkdwn]:
    """What a partner has changed of its alerts.

    Args:
        was, is_now: what differs from the programme's usual days, as programme.schedule writes it.
    """
    before, after, parts = json.loads(was or "{}"), json.loads(is_now or "{}"), []
    for kind, label in ALERT_DAYS.items():
        if before.get(kind) != after.get(kind):
            values = [_days(reader, kind, chosen.get(kind)) for chosen in (before, after)]
            parts.append(reader.mrkdwn("{label}: {value}", label=reader.text(label), value=" → ".join(values)))
    return parts


def _days(reader: Reader, kind: str, days: list[int] | None) -> str:
    """A partner's days of one kind of alert; None for those that the programme proposes."""
    if days is None:
        return reader.text("as usual")
    if kind in ONCE:
        return reader.text("yes") if days else reader.text("no")
    if not days:
        return reader.text("none")
    written = ", ".join(reader.number(day) for day in days)
    return reader.count("{days} day", "{days} days", days[0] if len(days) == 1 else len(days), days=written)


def _value(reader: Reader, catalogue: Catalogue, name: str, value: Any) -> Mrkdwn:
    if name in MONEY and isinstance(value, int):
        return escape(reader.money(value, catalogue.currency))
    return escape(_readable(reader, catalogue, name, value))


def _readable(reader: Reader, catalogue: Catalogue, name: str, value: Any) -> str | Mrkdwn:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return reader.text("yes") if value else reader.text("no")
    if name in DAYS:
        return _written_days(reader, str(value))
    text = b.cut(str(value), LONGEST_FACT)
    if name == "alert_channel":
        return Mrkdwn(f"<#{text}>")
    if name == "assigned_to":
        return mention(text)
    if name == "percent":
        return reader.percent(Decimal(text))
    if name in WORDS:
        return reader.text(VALUES[text]) if text in VALUES else text
    return _names(reader, catalogue).get(name, {}).get(text, text)


def _names(reader: Reader, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """What is kept by an id, and is called otherwise."""
    return {
        "data_centre": {one.id: one.name[reader.language] for one in catalogue.data_centre},
        "language": LANGUAGE_NAMES,
        "plan": {one.id: one.name for one in catalogue.plan},
    }


def _written_days(reader: Reader, days: str) -> str:
    return ", ".join(reader.short_day(date.fromisoformat(day)) for day in days.split(","))
