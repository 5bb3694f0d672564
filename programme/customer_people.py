"""The people around a customer: who looks after it, whom the partner speaks to there, how many work with it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from programme import audit, outbox
from programme.access import require_console, require_console_change
from programme.customers import MOST_LICENCES, Found, found, record_change, theirs, theirs_locked
from programme.desk import Actor, Desk
from programme.forms import Rule, read_fields, whole_number
from programme.leaving_letter import Written, last_letter
from programme.members import Colleague
from programme.refusals import Refused
from programme.subscriptions import next_term
from storage.models import Customer, CustomerContact, Partner, PlanChange
from storage.queries import customer_notes, customers, members, partnerships, plan_changes
from storage.queries.audit import latest


@dataclass(frozen=True)
class People:
    """The people around a customer.

    Args:
        colleagues: the partner's own, without those who are gone.
        pending: the change of the subscription that waits for the renewal.
        letter: the last one to the super administrator about who looks after it; None before the domain is proven.
        is_in_use_noted: whether anybody has written down how many licences are in use.
    """

    found: Found
    colleagues: list[Colleague]
    contacts: list[CustomerContact]
    pending: PlanChange | None
    letter: Written | None
    is_in_use_noted: bool = True

    @property
    def licences_kept(self) -> int | None:
        """How many licences stay after the renewal because they are in use, where fewer were planned; else None."""
        pending, customer = self.pending, self.found.customer
        if pending is None or pending.kind == "cancel" or customer.started_on is None:
            return None
        coming, _ = next_term(customer, pending)
        return coming.licences if coming.licences > pending.to_licences else None


async def people_of(desk: Desk, actor: Actor, customer_id: int) -> People:
    """For everybody of the partner, one that is suspended included. Raises Refused as programme.customers.find."""
    async with desk.store.read() as session:
        partner, _ = await require_console(session, desk, actor)
        customer = await theirs(session, partner, customer_id)
        colleagues = [Colleague(member, person) for member, person in await members.people_of(session, partner.id)]
        return People(
            await found(session, desk, actor, customer),
            [one for one in colleagues if not one.is_gone],
            await customer_notes.contacts(session, partner.id, customer.id),
            await plan_changes.scheduled(session, partner.id, customer.id),
            await last_letter(session, desk, partner, customer),
            await _is_in_use_noted(session, partner, customer),
        )


async def _is_in_use_noted(session: AsyncSession, partner: Partner, customer: Customer) -> bool:
    """Each customer begins with one, which nobody has noted; one that came with more brought what others had noted."""
    if customer.licences_in_use != 1:
        return True
    return await latest(session, partner.id, ("customer", customer.id), ("in_use_recorded",)) is not None


async def customer_to_change(desk: Desk, actor: Actor, customer_id: int) -> Found:
    """One of the actor's customers, for a form. Raises Refused as programme.customers.find, or "suspended"."""
    async with desk.store.read() as session:
        partner = await require_console_change(session, desk, actor)
        return await found(session, desk, actor, await theirs(session, partner, customer_id))


async def assign(desk: Desk, actor: Actor, customer_id: int, who: Actor | None) -> Found:
    """Somebody of the partner looks after a customer from now on, who is told so by whoever else decides it.

    Args:
        who: the actor, a colleague, or nobody.
    Raises: Refused with "suspended", "unknown_customer", or "unknown_member" for somebody who is not of the partner.
    """
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        await members.lock_partner(session, partner.id)  # so that nobody is chosen who is going this very moment
        customer = await theirs_locked(session, partner, customer_id)
        if who is not None and await members.member(session, partner.id, who.workspace_id, who.user_id) is None:
            raise Refused("unknown_member")
        before = _assigned(customer)
        after: audit.Facts = {
            "assigned_workspace": who.workspace_id if who else None, "assigned_to": who.user_id if who else None,
        }  # fmt: skip
        if before != after:
            await customers.note(session, customer, **after)
            action = "unassigned" if who is None else "assigned" if who == actor else "given"
            subject = ("customer", customer.id)
            row = audit.record(session, desk.clock.now(), actor, action, subject, partner.id, before, after)
            await session.flush()
            if who is not None and who != actor:
                outbox.owe_message(
                    session, desk, f"customer:{customer.id}:given:{row.id}", "customer_given", who,
                    partner_id=partner.id, customer_id=customer.id, by=actor.user_id,
                )  # fmt: skip
        return await found(session, desk, actor, customer)


def _assigned(customer: Customer) -> audit.Facts:
    return {"assigned_workspace": customer.assigned_workspace, "assigned_to": customer.assigned_to}


async def given_to(desk: Desk, who: Actor, partner_id: int, customer_id: int) -> tuple[Partner, Customer] | None:
    """A customer that somebody looks after, for telling them; None where they do not any more."""
    async with desk.store.read() as session:
        partner = await partnerships.partner(session, partner_id)
        customer = await customers.customer(session, partner_id, customer_id)
        is_gone = await members.member(session, partner_id, who.workspace_id, who.user_id) is None
    if partner is None or customer is None or is_gone:
        return None
    return (partner, customer) if (customer.assigned_workspace, customer.assigned_to) == _of(who) else None


def _of(who: Actor) -> tuple[str, str]:
    return who.workspace_id, who.user_id


IN_USE = {"in_use": Rule(whole_number(0, MOST_LICENCES, "not_a_number_in_use"))}


async def record_in_use(desk: Desk, actor: Actor, customer_id: int, typed: dict[str, str]) -> Found:
    """Writes down how many licences the vendor's console shows as in use. Nobody lowers `licences` below it.

    Args:
        typed: `in_use`, which may be more than there are licences: then some are missing.
    Raises: BadInput; Refused with "suspended" or "unknown_customer".
    """
    in_use = int(read_fields(typed, IN_USE)["in_use"] or 0)
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs_locked(session, partner, customer_id)
        before = customer.licences_in_use
        if before != in_use:
            await customers.note(session, customer, licences_in_use=in_use)
            facts = {"licences_in_use": before}, {"licences_in_use": in_use}
            record_change(session, desk, actor, customer, "in_use_recorded", *facts)
        return await found(session, desk, actor, customer)
