"""What the scenarios of the customer list share: customers of every status, and the files that were posted."""

import base64
from datetime import date, timedelta
from typing import Any

from sandbox import Person
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given

TODAY = date(2026, 11, 17)


def shown(person: Person) -> list[str]:
    """The domains of the cards in a modal, in their order."""
    return domains(person.modal.text)


def domains(text: str) -> list[str]:
    """The domains of the cards in what can be read somewhere."""
    return [line.split()[0] for line in text.splitlines() if line.endswith("Organisation")]


async def one_of_each(world: World, whose: str = "Emma") -> None:
    """A customer on trial, an active one, an overdue one and one on the free plan."""
    await given.customer(world, whose, "trial.example", organisation="Zoë & Co")
    await subscribed(world, whose, "active.example", TODAY + timedelta(days=20), plan="professional", licences="70")
    await subscribed(world, whose, "overdue.example", TODAY - timedelta(days=2), organisation="Émile SA", licences="3")
    free = await given.verified(world, whose, "free.example", organisation="abc Verein")
    await given.change(
        world, Customer, free, trial_started_on=TODAY - timedelta(days=30), trial_ends_on=TODAY - timedelta(days=15)
    )


async def subscribed(world: World, whose: str, domain: str, renews_on: date, **typed: str) -> int:
    """A customer with a subscription. Returns its id."""
    customer = await given.customer(world, whose, domain, **typed)
    started = renews_on - timedelta(days=365)
    await given.change(world, Customer, customer, status="active", started_on=started, renews_on=renews_on)
    return customer


def files(world: World, person: Person) -> list[tuple[str, bytes]]:
    """The names and contents of the files in somebody's direct messages, oldest first."""
    kept: dict[str, Any] = world.sandbox.core.world.files
    found = [kept[file] for message in person.messages("DM") for file in message.message.files]
    return [(file.name, base64.b64decode(file.content)) for file in found]
