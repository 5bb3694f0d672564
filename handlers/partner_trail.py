"""What was done by a partner and for it, a line for each: who, when, what, and what it was before."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.caller import Caller
from handlers.paging import Place, turning
from handlers.reader import N_, Mrkdwn, Reader, escape, mention
from programme.catalogue import Catalogue
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
    "verified": N_("{who} has proven the domain {domain}."),
    "trial_extended": N_("{who} has extended the trial of {domain}."),
    "subscribed": N_("{who} has started the subscription of {domain}."),
    "renewed": N_("{who} has renewed the subscription of {domain}."),
    "assigned": N_("{who} looks after {domain}."),
    "outlook": N_("{who} has said how it stands with {domain}."),
    "snoozed": N_("{who} has put off the alerts of {domain}."),
    "checked": N_("{who} has checked the domain {domain}."),
}
FACTS = {
    "alert_channel": N_("alert channel"),
    "alert_days": N_("days of the alerts"),
    "alert_form": N_("form of the alerts"),
    "alert_hour": N_("hour of the alerts"),
    "broken_on": N_("broken since"),
    "broken_part": N_("broken part"),
    "data_centre": N_("data centre"),
    "ends_on": N_("end of the trial"),
    "kind": N_("kind of alert"),
    "language": N_("language"),
    "licences": N_("licences"),
    "method": N_("proven by"),
    "note": N_("note"),
    "organisation": N_("organisation"),
    "outlook": N_("outlook"),
    "percent": N_("commission"),
    "plan": N_("plan"),
    "quiet_days": N_("days without alerts"),
    "reason": N_("reason"),
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
}
# What the sentence says already, or nobody reads.
LEFT_OUT = {"workspace_id", "user_id", "alert_workspace", "assigned_workspace", "assigned_to", "domain"}
VALUES = {
    "active": N_("active"),
    "admin": N_("admin"),
    "at_risk": N_("at risk"),
    "broken": N_("proof or mail set-up gone"),
    "digest": N_("in one message"),
    "ended": N_("trial ended"),
    "leaves": N_("leaves"),
    "mail": N_("mail set-up"),
    "member": N_("member"),
    "monthly": N_("monthly"),
    "overdue": N_("overdue"),
    "proof": N_("proof of the domain"),
    "renewal": N_("renewal"),
    "renews": N_("renews"),
    "single": N_("each by itself"),
    "suspended": N_("suspended"),
    "trial": N_("trial"),
    "unverified": N_("domain not proven"),
    "yearly": N_("yearly"),
}
# Facts whose values are words of the programme; everything else is somebody's own.
WORDS = {"alert_form", "broken_part", "kind", "outlook", "role", "status", "term"}
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def trail_view(caller: Caller, seen: Trail, place: Place) -> View:
    reader, catalogue = caller.reader, caller.desk.catalogue
    blocks: list[Block] = [b.header(seen.partner.name)]
    for row in seen.page.rows:
        blocks += [
            b.section(_sentence(reader, row, seen.domains)),
            b.context(_details(reader, catalogue, row)),
        ]
    if not seen.page.rows:
        blocks.append(b.section(reader.mrkdwn("There is nothing more in this list.")))
    blocks += turning(reader, seen.page, place | {"partner": seen.partner.id}, "partners.trail")
    return b.modal(reader, reader.text("What was done"), blocks, callback="trail", remember=seen.partner.id)


def _sentence(reader: Reader, row: AuditRow, domains: dict[int, str]) -> Mrkdwn:
    facts = {**(row.before or {}), **(row.after or {})}
    person = facts.get("user_id")
    return reader.mrkdwn(
        ACTIONS.get(row.action, N_("{who}: {action}")),
        who=mention(row.user_id) if row.user_id else reader.mrkdwn("The programme"),
        person=mention(str(person)) if person else "–",
        domain=domains.get(row.subject_id, str(facts.get("domain", "–"))) if row.subject == "customer" else "–",
        action=row.action,
    )


def _details(reader: Reader, catalogue: Catalogue, row: AuditRow) -> Mrkdwn:
    """When it was, and what has changed to what."""
    before, after = row.before or {}, row.after or {}
    parts = [escape(reader.moment(row.at))]
    for name in dict.fromkeys([*before, *after]):
        was, is_now = before.get(name), after.get(name)
        if name in LEFT_OUT or was == is_now:
            continue
        values = [_value(reader, catalogue, name, value) for value in (was, is_now)]
        shown = Mrkdwn(" → ".join(values)) if was not in (None, "") else values[1]
        label = reader.text(FACTS[name]) if name in FACTS else name
        parts.append(reader.mrkdwn("{label}: {value}", label=label, value=shown))
    return Mrkdwn(b.cut(" · ".join(parts), LONGEST_LINE))


def _value(reader: Reader, catalogue: Catalogue, name: str, value: Any) -> Mrkdwn:
    return escape(_readable(reader, catalogue, name, value))


def _readable(reader: Reader, catalogue: Catalogue, name: str, value: Any) -> str | Mrkdwn:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return reader.text("yes") if value else reader.text("no")
    text = b.cut(str(value), LONGEST_FACT)
    if name == "alert_channel":
        return Mrkdwn(f"<#{text}>")
    if name == "percent":
        return reader.percent(Decimal(text))
    if name == "data_centre":
        return {one.id: one.name[reader.language] for one in catalogue.data_centre}.get(text, text)
    if name == "plan":
        return {one.id: one.name for one in catalogue.plan}.get(text, text)
    if name in WORDS:
        return reader.text(VALUES[text]) if text in VALUES else text
    return reader.short_day(date.fromisoformat(text)) if ISO_DAY.fullmatch(text) else text
