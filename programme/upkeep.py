"""Looks after verified domains: is the proof still there, does their mail still arrive with us? (mission row 12)"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from programme import audit
from programme.clock import today
from programme.desk import Desk
from programme.dns import Result
from programme.proof import template_of
from programme.verification import Outcome, check
from storage.models import Customer, Partner
from storage.queries import upkeep

EVERY = timedelta(days=7)
# Whose process dies over a check, or whose name servers are silent, is looked at again after this.
AGAIN_AFTER = timedelta(hours=6)
AT_ONCE = 20
NO_ANSWER = (Outcome.SERVER_FAILING, Outcome.SERVER_SILENT)


@dataclass(frozen=True)
class Condition:
    """What was found of a domain.

    Args:
        broken_part: `proof` or `mail`; None when all is well.
        mail_works: whether its mail arrives with the vendor.
    """

    broken_part: str | None
    mail_works: bool


async def look_after_domains(desk: Desk) -> int:
    """Checks the domains that nobody has looked at for a week, some at a time. Returns how many."""
    now = desk.clock.now()
    async with desk.store.write() as session:
        due = await upkeep.claim_unchecked(session, now - EVERY, now - EVERY + AGAIN_AFTER, AT_ONCE)
    await asyncio.gather(*(_look_after(desk, customer, partner) for customer, partner in due))
    return len(due)


async def _look_after(desk: Desk, customer: Customer, partner: Partner) -> None:
    condition = await condition_of(desk, customer)
    if condition is None:
        return
    now = desk.clock.now()
    broken_on = customer.broken_on or today(desk.clock, partner.time_zone) if condition.broken_part else None
    values: dict[str, object] = {"broken_on": broken_on, "broken_part": condition.broken_part}
    before: dict[str, object] = {name: getattr(customer, name) for name in values}
    async with desk.store.write() as session:
        mail_worked = condition.mail_works or customer.mail_worked
        await upkeep.note_check(session, customer, now, mail_worked=mail_worked, **values)
        if values != before:
            subject = ("customer", customer.id)
            audit.record(session, now, None, "checked", subject, customer.partner_id, before, values)


async def condition_of(desk: Desk, customer: Customer) -> Condition | None:
    """How a verified domain stands; None when its name servers give no answer that one could go by."""
    template = template_of(desk.catalogue)
    finding, mail = await asyncio.gather(
        check(desk.dns, customer.domain, customer.verification_token, template),
        desk.dns.lookup(customer.domain, "MX"),
    )
    if finding.outcome in NO_ANSWER or mail.result in (Result.FAILING, Result.SILENT):
        return None
    hosts = {value.rpartition(" ")[2] for value in mail.values}
    mail_works = bool(hosts & set(desk.catalogue.mail.mx))
    if finding.outcome is not Outcome.VERIFIED:
        return Condition("proof", mail_works)
    return Condition("mail" if customer.mail_worked and not mail_works else None, mail_works)
