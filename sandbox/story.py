"""What has already happened when the sandbox starts anew: its people have used the bot, through the same screens.

A partner was accepted forty days ago and has customers in every state; a new application waits for a decision.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.person import Person
from sandbox.server import Sandbox

ALERTS = "#clarke-alerts"
# What the vendor has published for its customers' mail to refer to; nobody has the key's other half.
VENDORS_RECORDS = (
    ("spf.nordlicht.example", "v=spf1 ip4:192.0.2.0/24 ~all"),
    ("dkim.nordlicht.example", "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="),
)
BEGAN_DAYS_AGO = 40
ALERT_SECONDS = 30.0

CLARKE: dict[str, Any] = {
    "Company": "Clarke & Sons Ltd",
    "Company size": "10 to 49 people",
    "Website": "https://clarke.example",
    "Street and number": "12 Wharf Street",
    "Postal code": "LS2 7EQ",
    "City": "Leeds",
    "Country": "United Kingdom",
    "Contact e-mail": "emma@clarke.example",
    "Telephone": "0113 496 0123",
    "Your mail account with Nordlicht": "emma@clarke.example",
    "Your experience": "Fifteen years of looking after the computers of small companies in Yorkshire, mail included.",
    "Your plan for the partnership": "Move our forty customers to one suite, ten of them this year.",
}
BRIGHTDESK: dict[str, Any] = {
    "Company": "Brightdesk",
    "Company size": "1 to 9 people",
    "Website": "https://brightdesk.example",
    "Street and number": "3 Harcourt Row",
    "Postal code": "D02 XY00",
    "City": "Dublin",
    "Country": "Ireland",
    "Contact e-mail": "priya@brightdesk.example",
    "Your mail account with Nordlicht": "priya@brightdesk.example",
    "Your experience": "We set up offices for start-ups: laptops, network, mail.\nThree of us, since 2021.",
    "Your plan for the partnership": "Offer Workplace with every new office, about two a month.",
}


@dataclass(frozen=True)
class Customer:
    """A customer that the partner has added."""

    domain: str
    organisation: str
    plan: str
    licences: str
    term: str


HARBOUR = Customer("harbour.example", "Harbour Logistics", "Workplace Professional", "24", "monthly")
MILLER = Customer("miller-bakery.example", "Miller's Bakery", "Workplace Standard", "8", "yearly")
NORTHGATE = Customer("northgate.example", "Northgate Dental", "Workplace Professional", "15", "yearly")
PENNINE = Customer("pennine-walks.example", "Pennine Walks", "Workplace Standard", "5", "monthly")
GREENFIELD = Customer("greenfield.example", "Greenfield Primary School", "Workplace Standard", "60", "yearly")


async def play(sandbox: Sandbox) -> None:
    """Act as the people of the cast, so that the first screen says something."""
    sandbox.core.day.begin(days_ago=BEGAN_DAYS_AGO)
    for name, value in VENDORS_RECORDS:
        sandbox.dns.add(name, "TXT", value)
    emma = sandbox.person("Emma")
    for days_ago, scene in _scenes(sandbox, emma):
        _move_to(sandbox, days_ago)
        await scene()
    await _warned(sandbox, emma)
    sandbox.core.day.reset()
    sandbox.core.changes.tell("day")


def _scenes(sandbox: Sandbox, emma: Person) -> list[tuple[int, Callable[[], Awaitable[None]]]]:
    """What happened, by how many days ago."""
    return [
        (BEGAN_DAYS_AGO, lambda: _become_partner(sandbox, emma)),
        (26, lambda: _subscribed(sandbox, emma, HARBOUR)),
        (21, lambda: _add(emma, PENNINE)),
        (20, lambda: _verified(sandbox, emma, NORTHGATE)),
        (13, lambda: _verified(sandbox, emma, MILLER)),
        (8, lambda: _extend(emma, NORTHGATE)),
        (4, lambda: _add(emma, GREENFIELD)),
        (2, lambda: _apply(sandbox.person("Priya"), BRIGHTDESK)),
        (1, _nothing),
    ]


def _move_to(sandbox: Sandbox, days_ago: int) -> None:
    wanted = datetime.now(UTC).date() - timedelta(days=days_ago)
    if wanted > sandbox.core.day.now().date():
        sandbox.move_day(to=wanted)


async def _nothing() -> None:
    return


async def _warned(sandbox: Sandbox, emma: Person) -> None:
    """What is due has been announced; an alert still on its way would count its days from a day that is over."""
    await emma.sees(MILLER.organisation, "trial ends in 3 days", where=ALERTS, within=ALERT_SECONDS)
    soon = re.compile(rf"{HARBOUR.organisation}.* renews in [1-7] days", re.DOTALL)

    def announced() -> bool | None:
        return any(soon.search(message.text) for message in emma.messages(ALERTS)) or None

    if not await sandbox.core.changes.wait_for(announced, ALERT_SECONDS):
        raise AssertionError(f"The renewal of {HARBOUR.organisation} was not announced.")


async def _apply(person: Person, form: dict[str, Any]) -> None:
    await person.command("/partner-apply", channel="#general")
    await person.fill_many(form | {"Terms and conditions": ["I accept the terms and conditions"]})
    await person.submit()
    await person.sees("We have your application")
    await person.close()


async def _become_partner(sandbox: Sandbox, emma: Person) -> None:
    await _apply(emma, CLARKE)
    await sandbox.person("Ben").click("Approve", where="#partner-reviews")
    await sandbox.person("Ben").submit()
    await emma.sees("You are now a partner", where="DM")
    await emma.command("/partner-settings", channel="DM")
    await emma.fill("Alert channel", ALERTS)
    await emma.submit()
    await emma.sees("will arrive here", where=ALERTS)


async def _add(emma: Person, customer: Customer) -> None:
    await emma.command("/partner-add", channel="DM")
    await emma.fill_many(
        {
            "Domain": customer.domain,
            "Organisation": customer.organisation,
            "Super administrator's e-mail": f"admin@{customer.domain}",
            "Plan": customer.plan,
            "Number of licences": customer.licences,
            "Term": customer.term,
        }
    )
    await emma.submit()
    await emma.sees("one of your customers now")
    await emma.close()


async def _verified(sandbox: Sandbox, emma: Person, customer: Customer) -> None:
    await _add(emma, customer)
    sandbox.dns.add_zone(customer.domain)
    await emma.command(f"/partner-verify {customer.domain}", channel="DM")
    await emma.sees("neither record is there")
    value = next(line for line in emma.modal.text.splitlines() if "verification=" in line)
    sandbox.dns.add(customer.domain, "TXT", value)
    await emma.click("Check now")
    await emma.sees("is verified")
    await emma.close()


async def _subscribed(sandbox: Sandbox, emma: Person, customer: Customer) -> None:
    await _verified(sandbox, emma, customer)
    await emma.command(f"/partner-manage {customer.domain}", channel="DM")
    await emma.click("Subscription")
    await emma.click("Start subscription")
    await emma.close()
    await emma.sees("Subscription · domain verified")
    await emma.close()


async def _extend(emma: Person, customer: Customer) -> None:
    await emma.command(f"/partner-extend-trial {customer.domain}", channel="DM")
    await emma.submit()
    await emma.sees("now ends on")
    await emma.close()
