"""A customer that came onto the list by mistake is taken off it, as long as its domain is not proven (mission row 11).

It stays in the partner's history. Nobody is told: whoever has proven nothing knows of nothing.
"""

from programme.access import require_console_change
from programme.clock import today
from programme.customers import WHO, record_change, require_unproven, theirs_locked
from programme.desk import Actor, Desk
from programme.moving import take_off
from storage.models import Customer


async def remove(desk: Desk, actor: Actor, customer_id: int) -> Customer:
    """Raises Refused with "suspended", "unknown_customer" (whoever is removed is that, too) or "proven"."""
    async with desk.store.write() as session:
        partner = await require_console_change(session, desk, actor)
        customer = await theirs_locked(session, partner, customer_id)
        require_unproven(customer)
        await take_off(session, customer, today(desk.clock, partner.time_zone))
        record_change(session, desk, actor, customer, "removed", {name: getattr(customer, name) for name in WHO}, None)
        return customer
