"""Looks after verified domains: is the proof still there, is their mail still set up? (mission row 12)"""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from programme import audit
from programme.clock import today
from programme.desk import Actor, Desk
from programme.mail_check import PARTS, State
from programme.mail_setup import MailSetup, check_mail
from programme.proof import template_of
from programme.rounds import GoOn, always, look_at_all
from programme.verification import Outcome, check
from storage.models import Customer, Partner
from storage.queries import upkeep

EVERY = timedelta(days=7)
# Whose process dies over a check, or whose name servers are silent, is looked at again after this.
AGAIN_AFTER = timedelta(hours=6)
# Nor does a circle of aliases say that the proof is gone.
NO_ANSWER = (Outcome.SERVER_FAILING, Outcome.SERVER_SILENT, Outcome.ALIAS_LOOP)


@dataclass(frozen=True)
class Condition:
    """What was found of a domain.

    Args:
        broken_part: `proof` or `mail`; None when all is well.
        broken_mail: the parts of its mail set-up that worked once and do not any more; only of `mail`.
        mail_worked: the parts that work or once did. Both have blanks between.
    """

    broken_part: str | None
    broken_mail: str | None
    mail_worked: str


async def look_after_domains(desk: Desk, go_on: GoOn = always) -> int:
    """Checks the domains that nobody has looked at for a week; as programme.rounds.look_at_all. Returns how many."""
    return await look_at_all(desk, upkeep.PROVEN, AGAIN_AFTER, _look_after, go_on)


async def _look_after(desk: Desk, customer: Customer, partner: Partner) -> None:
    condition = await condition_of(desk, customer, partner)
    if condition is not None:
        await note(desk, customer, partner, condition)


async def condition_of(desk: Desk, customer: Customer, partner: Partner) -> Condition | None:
    """How a verified domain stands; None when its name servers give no answer that one could go by."""
    template = template_of(desk.catalogue)
    finding, setup = await asyncio.gather(
        check(desk.dns, customer.domain, customer.verification_token, template, why=False),
        check_mail(desk.dns, customer.domain, desk.catalogue, partner.data_centre),
    )
    if finding.outcome in NO_ANSWER or all(one.state is State.NO_ANSWER for one in setup.checks):
        return None
    return condition_with(customer, setup, is_proven=finding.outcome is Outcome.VERIFIED)


def condition_with(customer: Customer, setup: MailSetup, is_proven: bool) -> Condition:
    """What the checks of its mail come to for a customer. A part without an answer stays what it was."""
    worked, was_broken = set(customer.mail_worked.split()), set((customer.broken_mail or "").split())
    broken = (worked & setup.failing) | (was_broken - setup.working)
    mail_worked = _in_order(worked | setup.working)
    if not is_proven:
        return Condition("proof", None, mail_worked)
    return Condition("mail", _in_order(broken), mail_worked) if broken else Condition(None, None, mail_worked)


async def note(
    desk: Desk, customer: Customer, partner: Partner, condition: Condition, actor: Actor | None = None
) -> None:
    """Writes down how a domain stands, for as long as it is verified.

    Args:
        actor: who had it looked at; None for the weekly round.
    """
    now = desk.clock.now()
    broken_on = _since(desk, customer, partner, condition) if condition.broken_part else None
    values: dict[str, Any] = {
        "broken_on": broken_on,
        "broken_part": condition.broken_part,
        "broken_mail": condition.broken_mail,
    }
    before = {name: getattr(customer, name) for name in values}
    async with desk.store.write() as session:
        # A look at the mail alone leaves the proof to the weekly round.
        next_check = {} if actor else {"check_due_at": now + EVERY}
        await upkeep.note_check(session, customer, mail_worked=condition.mail_worked, **values, **next_check)
        if values != before:
            subject = ("customer", customer.id)
            audit.record(session, now, actor, "checked", subject, customer.partner_id, before, values)


def _since(desk: Desk, customer: Customer, partner: Partner, condition: Condition) -> date:
    """Of what is broken now: a proof does not count as gone since the mail stopped working."""
    if customer.broken_on is not None and customer.broken_part == condition.broken_part:
        return customer.broken_on
    return today(desk.clock, partner.time_zone)


def _in_order(parts: set[str] | frozenset[str]) -> str:
    return " ".join(part for part in PARTS if part in parts)
