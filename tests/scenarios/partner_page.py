"""How scenarios come to a partner's page, and past it."""

import json

from handlers.reader import Reader
from sandbox import Person
from sandbox.delivery import Envelope
from storage.models import Partner
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_review_queue import reader_of


async def on_page(world: World, person: Person, company: str = "Clarke & Sons") -> Reader:
    """Opens a partner's page the way a reviewer does."""
    reader = reader_of(person)
    await person.command("/partner-review", channel="#general")
    await person.click(reader.text("Partners"))
    await person.click(reader.text("Open"), near=company)
    return reader


async def press_unseen(world: World, person: Person, action: str, value: object) -> None:
    """Presses a button that was never shown to somebody, in their Home tab."""
    await person.home()
    view = world.sandbox.core.world.home_of(person.user.id)
    assert view is not None
    pressed = {"type": "button", "block_id": "b", "action_id": action, "value": json.dumps(value)}
    acts = world.sandbox.acts
    payload = acts.payloads.view_action(person.user, view, [pressed], {})
    await acts.send(Envelope("interactive", payload))
    await world.quiet()


async def the_partner(world: World) -> Partner:
    return (await given.rows(world, Partner))[0]
