"""Whose proof of a domain has been gone for long does not hold it any more: who proves it now has it (mission row 19).

A domain expires, and somebody else registers it. For so many days after the proof was first missed (the catalogue's
verification.claim_after_days) it stays with whoever proved it first, and only that customer or the reviewers give it to
another partner. From then on another partner may add it as it adds any other, and gets it with a record of its own.
"""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit
from programme.desk import Actor, Desk
from programme.moving import Decision, leave
from programme.proof_pauses import gone_by
from programme.verification import Outcome, ProofTemplate, check
from storage.models import Customer
from storage.queries import customers, mapping


async def look_for_the_former(desk: Desk, customer: Customer, template: ProofTemplate) -> None:
    """Makes sure that the proof of whoever would lose the domain is not back since it was last looked for.

    Takes up to 5 s, and no time where nobody would.
    """
    async with desk.store.read() as session:
        former = await _former(session, desk, customer)
    if former is None:
        return
    finding = await check(desk.dns, former.domain, former.verification_token, template, why=False)
    if finding.outcome is Outcome.VERIFIED:
        async with desk.store.write() as session:
            await mend(session, desk, None, former)


async def mend(session: AsyncSession, desk: Desk, actor: Actor | None, seen: Customer) -> None:
    """Writes down that a proof is there again, where it was gone.

    Args:
        actor: who had it looked for; None where it was found by the way.
    """
    was: audit.Facts = {"broken_on": seen.broken_on, "broken_part": seen.broken_part, "broken_mail": None}
    if await customers.mend_proof(session, seen):
        subject = ("customer", seen.id)
        audit.record(session, desk.clock.now(), actor, "checked", subject, seen.partner_id, was, dict.fromkeys(was))


async def let_go(session: AsyncSession, desk: Desk, customer: Customer, token: str) -> None:
    """Takes a domain from the partner whose proof of it is gone for good, right before `customer` is marked with it.

    Call it first of all in the transaction: whoever would lose the domain is locked before who gets it, as
    programme.moving.move does.

    Args:
        token: of the record that was found.
    """
    seen = await _former(session, desk, customer)
    former = await mapping.locked_customer(session, seen.partner_id, seen.id) if seen else None
    own = await mapping.locked_customer(session, customer.partner_id, customer.id) if former else None
    if former is None or own is None or own.verified_at or own.verification_token != token:
        return
    since = former.broken_on
    if former.broken_part == "proof" and since is not None and since <= _gone_by(desk):
        await leave(session, desk, former, Decision("new_proof", since=since))


async def _former(session: AsyncSession, desk: Desk, customer: Customer) -> Customer | None:
    if customer.verified_at is not None:
        return None
    return await customers.former_holder(session, customer.partner_id, customer.domain, _gone_by(desk))


def _gone_by(desk: Desk) -> date:
    return gone_by(desk.clock.now(), desk.catalogue.verification)
