"""Looks for the proof of domains that wait for one, and tells the partner when it is there (mission row 19)."""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError

from programme import audit
from programme.bought_before import resume_subscription
from programme.desk import Desk
from programme.leaving_letter import say_who_looks_after
from programme.lost_proofs import let_go, look_for_the_former
from programme.news import tell_partner
from programme.one_trial import resume_trial
from programme.proof import template_of
from programme.proof_pauses import next_search
from programme.rounds import GoOn, always, look_at_all
from programme.verification import Finding, Outcome, check
from storage.models import Customer, Partner
from storage.queries import customers, partnerships, upkeep

# Whose process dies over a search is searched for again after this.
AGAIN_AFTER = timedelta(minutes=5)


async def look_for_proofs(desk: Desk, go_on: GoOn = always) -> int:
    """Searches for the proofs that are to be looked for by now; as programme.rounds.look_at_all. Returns how many."""
    return await look_at_all(desk, upkeep.UNPROVEN, AGAIN_AFTER, _look, go_on)


async def verified_of(desk: Desk, partner_id: int, customer_id: int) -> tuple[Partner, Customer] | None:
    """A customer with its partner, for telling of it; None where the domain is not verified any more."""
    async with desk.store.read() as session:
        partner = await partnerships.partner(session, partner_id)
        customer = await customers.customer(session, partner_id, customer_id)
    return (partner, customer) if partner and customer and customer.verified_at else None


async def _look(desk: Desk, customer: Customer, partner: Partner) -> None:
    if partner.status == "active":  # nothing changes for a suspended one, not by itself either
        template = template_of(desk.catalogue)
        finding = await check(desk.dns, customer.domain, customer.verification_token, template, why=False)
        if finding.outcome is Outcome.VERIFIED:
            await look_for_the_former(desk, customer, template)
            if await _write_down(desk, customer, partner, finding):
                return
    since, now = customer.proof_sought_at or customer.created_at, desk.clock.now()
    async with desk.store.write() as session:
        await upkeep.search_again(session, customer, next_search(since, now, desk.catalogue.verification))


async def _write_down(desk: Desk, customer: Customer, partner: Partner, finding: Finding) -> bool:
    """Returns False where another partner has proven the same domain before and holds it still."""
    now = desk.clock.now()
    try:
        async with desk.store.write() as session:
            await let_go(session, desk, customer, customer.verification_token)
            if await customers.mark_verified(session, customer, customer.verification_token, finding.method or "", now):
                after: dict[str, object] = {"method": finding.method}
                audit.record(session, now, None, "verified", ("customer", customer.id), partner.id, None, after)
                key = f"customer:{customer.id}:verified:{now:%Y%m%d%H%M%S}"
                has_tried = await resume_trial(session, desk, None, customer)
                has_bought = await resume_subscription(session, desk, None, partner, customer)
                about = {"customer_id": customer.id, "resumed": has_tried or has_bought}
                await tell_partner(session, desk, partner, key, "domain_verified", None, **about)
                say_who_looks_after(session, desk, customer, partner)
    except IntegrityError:
        return False
    return True
