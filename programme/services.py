"""The services of a customer's plan, and how they are set up (mission row 12)."""

from dataclasses import dataclass, replace

from programme.access import require_console_change
from programme.customers import Found, find, require_verified
from programme.desk import Actor, Desk
from programme.mail_setup import MailSetup, check_mail
from programme.refusals import Refused
from programme.trials import status_on
from programme.upkeep import condition_with, note


@dataclass(frozen=True)
class Service:
    """A service of the plan.

    Args:
        has_records: whether it needs records in the customer's DNS.
    """

    name: str
    has_records: bool


@dataclass(frozen=True)
class Services:
    """A customer, with the services of its plan.

    Args:
        status: the customer's, today: `trial`, `free`, `active` or `overdue`.
        mail: what its mail records came to; None while nobody has looked, or where the plan has no mail.
    """

    found: Found
    status: str
    services: tuple[Service, ...]
    mail: MailSetup | None = None

    @property
    def has_mail(self) -> bool:
        return any(service.has_records for service in self.services)


async def services_of(desk: Desk, actor: Actor, which: str | int) -> Services:
    """The services of one of the actor's customers, before anything is looked up.

    Raises: Refused as programme.customers.find, or "not_verified" while the domain is not proven.
    """
    seen = await find(desk, actor, which)
    customer = seen.customer
    require_verified(customer)
    mail = desk.catalogue.mail.service
    services = tuple(Service(name, name == mail) for name in desk.catalogue.plan_of(customer.plan).services)
    return Services(seen, status_on(customer, seen.today), services)


async def check_services(desk: Desk, actor: Actor, which: str | int) -> Services:
    """The same, with what the domain's name servers say of its mail records. Takes up to 5 s.

    What worked once, or is mended, is written down at once, unless the actor may change nothing.
    Raises: Refused as `services_of`.
    """
    services = await services_of(desk, actor, which)
    if not services.has_mail:
        return services
    seen = services.found
    setup = await check_mail(desk.dns, seen.customer.domain, desk.catalogue, seen.partner.data_centre)
    if await _may_change(desk, actor):
        await _note(desk, actor, seen, setup)
    return replace(services, mail=setup)


async def _note(desk: Desk, actor: Actor, seen: Found, setup: MailSetup) -> None:
    """Writes down what works; that something broke is the weekly round's to say, which looks at the proof too."""
    now = await find(desk, actor, seen.customer.id)
    customer = now.customer
    if customer.broken_part == "proof":
        return
    condition = condition_with(customer, setup, is_proven=True)
    was_broken = set((customer.broken_mail or "").split())
    is_worse = set((condition.broken_mail or "").split()) - was_broken
    is_news = (condition.broken_mail, condition.mail_worked) != (customer.broken_mail, customer.mail_worked)
    if is_news and not is_worse:
        await note(desk, customer, now.partner, condition, actor)


async def _may_change(desk: Desk, actor: Actor) -> bool:
    try:
        async with desk.store.read() as session:
            await require_console_change(session, desk, actor)
    except Refused:
        return False
    return True
