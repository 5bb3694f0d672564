"""Proving a customer's domain: look, and write down what was found (mission rows 19 and 20)."""

from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from programme.access import require_console_change
from programme.bought_before import resume_subscription
from programme.catalogue import Catalogue
from programme.customers import Found, find, found, record_change, theirs
from programme.desk import Actor, Desk
from programme.leaving_letter import say_who_looks_after
from programme.lost_proofs import let_go, look_for_the_former, mend
from programme.one_trial import resume_trial
from programme.proof_pauses import search_from
from programme.refusals import Refused
from programme.verification import Finding, Outcome, ProofTemplate, check
from storage.models import Customer
from storage.queries import customers


@dataclass(frozen=True)
class Proof:
    """A customer, and what its domain's name servers said."""

    found: Found
    finding: Finding


def template_of(catalogue: Catalogue) -> ProofTemplate:
    terms = catalogue.verification
    return ProofTemplate(txt_value=terms.txt_value, cname_host=terms.cname_host, cname_target=terms.cname_target)


async def may_verify(desk: Desk, actor: Actor, which: str | int) -> Found:
    """The customer whose domain the actor may prove. Raises Refused as programme.customers.find, or "suspended"."""
    async with desk.store.read() as session:
        await require_console_change(session, desk, actor)
    return await find(desk, actor, which)


async def verify(desk: Desk, actor: Actor, which: str | int) -> Proof:
    """Asks the domain's name servers, and marks the customer as verified when they prove it. Takes up to 5 s, and
    as long again where another partner is about to lose the domain.

    Raises: Refused as `may_verify`, or "domain_taken" when another partner has proven the same domain before and its
        proof is not gone for good.
    """
    seen = await may_verify(desk, actor, which)
    customer = seen.customer
    finding = await check(desk.dns, customer.domain, customer.verification_token, template_of(desk.catalogue))
    if finding.outcome is not Outcome.VERIFIED:
        await _search_on(desk, customer)
        return Proof(seen, finding)
    if customer.is_proven:
        return Proof(seen, finding)
    await look_for_the_former(desk, customer, template_of(desk.catalogue))
    return Proof(await _mark(desk, actor, customer, finding), finding)


async def _search_on(desk: Desk, customer: Customer) -> None:
    """Somebody is at it: what is not there now may be there soon."""
    async with desk.store.write() as session:
        await customers.note(session, customer, **search_from(desk.clock.now(), desk.catalogue.verification))


async def _mark(desk: Desk, actor: Actor, seen: Customer, finding: Finding) -> Found:
    try:
        async with desk.store.write() as session:
            partner = await require_console_change(session, desk, actor)
            customer = await theirs(session, partner, seen.id)
            await let_go(session, desk, customer, seen.verification_token)
            await mend(session, desk, actor, customer)
            if await customers.mark_verified(
                session, customer, seen.verification_token, finding.method or "", desk.clock.now()
            ):
                record_change(session, desk, actor, customer, "verified", None, {"method": finding.method})
                await resume_trial(session, desk, actor, customer)
                await resume_subscription(session, desk, actor, partner, customer)
                say_who_looks_after(session, desk, customer, partner)
            now = await found(session, desk, actor, customer)
            if now.customer.verification_token != seen.verification_token:
                raise Refused("unknown_customer", domain=seen.domain)  # it was corrected meanwhile
            return now
    except IntegrityError:
        raise Refused("domain_taken", customer_id=seen.id) from None
