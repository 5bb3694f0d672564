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
from handlers.reader import LANGUAGE_NAMES, N_, Mrkdwn, Reader, escape, mention
from handlers.trail_words import ACTIONS, ALERT_DAYS, DAYS, FACTS, LEFT_OUT, MONEY, PARTNERS_OWN, VALUES, WORDS
from programme.catalogue import Catalogue
from programme.partner_settings import ONCE
from programme.partnerships import Trail
from storage.models import AuditRow

LONGEST_FACT = 200
# What people have written in as many words as they like.
OWN_WORDS = ("note_text", "note", "reason")


def trail_view(caller: Caller, seen: Trail, place: Place) -> View:
    reader, catalogue = caller.reader, caller.desk.catalogue
    blocks: list[Block] = [b.header(seen.partner.name)]
    for row in seen.page.rows:
        blocks += [
            b.section(sentence(reader, row, seen.domains)),
            b.context(details(reader, catalogue, row)),
            *whole_words(reader, row),
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
    return Mrkdwn(" · ".join([escape(reader.moment(row.at)), *parts]))


def whole_words(reader: Reader, row: AuditRow, *, is_own: bool = False) -> list[Block]:
    """What was too long for the line of details, as plain text: no room is lost to escaping.

    A note as it was is shown; as it became it stands among the notes, or in the row that changed or removed it later.

    Args:
        is_own: whether the partner's own people read it.
    """
    before, after = row.before or {}, row.after or {}
    blocks: list[Block] = []
    for name in OWN_WORDS:
        text = str(before.get(name) or (after.get(name) if name != "note_text" else None) or "")
        if len(text) > LONGEST_FACT and (is_own or name not in PARTNERS_OWN):
            label = reader.mrkdwn("*The whole text* ({label})", label=reader.text(FACTS[name]))
            blocks += [b.context(label), b.words(text)]
    return blocks


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
