"""What a scenario begins with, where how it came about is another scenario's matter, and acts that no screen offers.

Partners and customers are made by the use cases themselves, so everything that a person could have done is there.
"""

import asyncio
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import select, update

from programme import applications, customers, people, review
from programme.desk import Actor
from programme.people import Description
from sandbox import Person, forms
from sandbox.cast import Part
from sandbox.delivery import Answer, Envelope
from sandbox.seen import SeenMessage, SeenModal
from storage.base import Model
from storage.models import Customer, Member, OutgoingMail, OutgoingMessage, Partner
from tests.desk import World

Row = TypeVar("Row", bound=Model)

TYPED_APPLICATION = {
    "company": "Clarke & Sons",
    "company_size": "10-49",
    "street": "1 Park Row",
    "postal_code": "LS1 5HD",
    "city": "Leeds",
    "country": "GB",
    "contact_name": "Emma Clarke",
    "contact_email": "emma@clarke.example",
    "mail_account": "emma@clarke.example",
    "expertise": "workplace",
    "experience": "Ten years of mail migrations.",
    "partnership_plan": "Five customers in the first quarter.",
}
TYPED_CUSTOMER = {
    "organisation": "Müller GmbH",
    "super_admin_email": "admin@mueller.example",
    "plan": "standard",
    "licences": "12",
    "term": "yearly",
}


def actor(world: World, name: str) -> Actor:
    user = world.person(name).user
    return Actor(user.workspace, user.id)


async def newcomer(world: World, name: str, **about: Any) -> Person:
    """Somebody more who reads English."""
    part = Part(name, "", "partner", "en-GB", "Europe/London", "336699", "example.example", **about)
    world.sandbox.workplace.add_person(part)
    world.sandbox.workplace.invite("general", name)
    return await known(world, name)


async def known(world: World, name: str) -> Person:
    """Somebody whom the desk has met before."""
    user = world.person(name).user
    description = Description(name.split()[0], user.locale, user.tz, is_guest=user.is_guest)
    await people.describe(world.bot.desk, actor(world, name), description)
    world.bot.house.readers.look_again(actor(world, name))
    return world.person(name)


async def applicant(world: World, name: str = "Emma", **typed: str) -> int:
    """Somebody's open application, with its card and receipt delivered. Returns its id."""
    application_id = await _applies(world, name, typed)
    await world.bot.house.courier.deliver()
    return application_id


async def approves(world: World, name: str, where: str = "#partner-reviews") -> None:
    """A reviewer who agrees to the usual terms of the newest application."""
    await known(world, name)
    reviewer = world.person(name)
    card = next(one for one in reversed(reviewer.messages(where)) if len(one.buttons) > 1)
    await press(world, reviewer, kept(world, card), card.buttons[0])
    await reviewer.submit()


async def partner(world: World, name: str = "Emma", *, welcomed: bool = False, **typed: str) -> Person:
    """An admin of a new partner. Unless they are to be `welcomed`, all that was to leave for them left long ago."""
    application_id = await _applies(world, name, typed)
    await known(world, "Ben")
    await review.approve(world.bot.desk, actor(world, "Ben"), application_id)
    if welcomed:
        await world.bot.house.courier.deliver()
        return world.person(name)
    async with world.bot.desk.store.write() as session:
        for model in (OutgoingMessage, OutgoingMail):
            await session.execute(update(model).values(status="sent"))
    return world.person(name)


async def _applies(world: World, name: str, typed: dict[str, str]) -> int:
    await known(world, name)
    submitted = await applications.submit(world.bot.desk, actor(world, name), TYPED_APPLICATION | typed, True)
    return submitted.id


async def member(world: World, name: str, of: str = "Emma") -> Person:
    """Somebody who belongs to another one's partner without being its admin."""
    person = await known(world, name)
    desk, who, whose = world.bot.desk, actor(world, name), actor(world, of)
    async with desk.store.write() as session:
        found = await session.scalars(select(Member.partner_id).where(Member.user_id == whose.user_id))
        session.add(
            Member(
                partner_id=found.one(),
                workspace_id=who.workspace_id,
                user_id=who.user_id,
                role="member",
                joined_at=desk.clock.now(),
            )
        )
    return person


async def change_role(world: World, name: str, role: str) -> None:
    """Somebody who is made an admin of their partner, or is none any more."""
    async with world.bot.desk.store.write() as session:
        who = actor(world, name)
        await session.execute(update(Member).where(Member.user_id == who.user_id).values(role=role))


async def customer(world: World, whose: str = "Emma", domain: str = "mueller.example", **typed: str) -> int:
    """A customer on trial. Returns its id."""
    added = await customers.add(world.bot.desk, actor(world, whose), TYPED_CUSTOMER | {"domain": domain} | typed)
    return added.customer.id


async def verified(world: World, whose: str = "Emma", domain: str = "mueller.example", **typed: str) -> int:
    """A customer on trial whose domain is proven. Returns its id."""
    customer_id = await customer(world, whose, domain, **typed)
    await change(world, Customer, customer_id, verified_at=world.bot.desk.clock.now(), verified_by_method="txt")
    return customer_id


async def alerts_in(world: World, channel: str, whose: str = "Emma", **settings: Any) -> None:
    """A partner's choice of where its alerts arrive; `alert_hour` and so on beside it."""
    where = {
        "alert_workspace": actor(world, whose).workspace_id,
        "alert_channel": world.sandbox.workplace.channel(channel).id,
    }
    await change_partner(world, whose, **where, **settings)


async def suspend(world: World, whose: str = "Emma") -> None:
    """A partner that may change nothing any more."""
    await change_partner(world, whose, status="suspended", suspended_at=world.bot.desk.clock.now())


async def change_partner(world: World, whose: str, **values: Any) -> None:
    who = actor(world, whose)
    async with world.bot.desk.store.read() as session:
        found = await session.scalars(select(Partner.id).join(Member).where(Member.user_id == who.user_id))
        partner_id = found.one()
    await change(world, Partner, partner_id, **values)


async def change(world: World, model: type[Row], row_id: int, **values: Any) -> None:
    """A row as it might have come to be."""
    async with world.bot.desk.store.write() as session:
        row = await session.get_one(model, row_id)
        for name, value in values.items():
            setattr(row, name, value)


async def rows(world: World, model: type[Row]) -> list[Row]:
    """Everything in a table."""
    async with world.bot.desk.store.read() as session:
        return list(await session.scalars(select(model)))


def later(world: World, by: timedelta) -> None:
    """The same day, later."""
    world.sandbox.core.day._set(world.sandbox.core.day.offset_seconds + by.total_seconds())


def kept(world: World, seen: SeenMessage) -> SeenMessage:
    """A message as it is now, for somebody whose screen does not follow."""
    return SeenMessage(seen.message.model_copy(deep=True), world.sandbox.core)


async def press(world: World, person: Person, seen: Any, words: str, *, times: int = 1, **forged: Any) -> None:
    """Presses a button several times at once, or with another value than the one it has."""
    assert isinstance(seen, SeenMessage | SeenModal)
    place = seen.view if isinstance(seen, SeenModal) else seen.message
    control = next(one for one in seen.screen.controls if one.name == words)
    action = {"block_id": control.block_id, "action_id": control.action_id, **forged}
    acts = world.sandbox.acts
    await asyncio.gather(*(acts.press(person.user, place, action, {}) for _ in range(times)))
    await world.quiet()


async def submit_at_once(world: World, person: Person, times: int) -> list[str]:
    """Submits the open modal several times at once. Returns what each answer does with it."""
    acts, view = world.sandbox.acts, person.modal.view
    sent = acts.payloads.submission(person.user, view, forms.merged(view.blocks, state_of(person)))
    answers = await asyncio.gather(*(acts.send(Envelope("interactive", sent)) for _ in range(times)))
    await world.quiet()
    return sorted(answer.body["response_action"] if answer.body else "close" for answer in answers)


async def submit_forged(world: World, person: Person, **fields: Any) -> Answer:
    """Submits the open modal past everything that Slack checks itself; `fields` are the elements' states by block."""
    view = person.modal.view
    state = forms.first_values(view.blocks)
    for block, value in fields.items():
        (element,) = state[block]
        state[block][element] = {**state[block][element], **value}
    acts = world.sandbox.acts
    answer = await acts.send(Envelope("interactive", acts.payloads.submission(person.user, view, state)))
    await world.quiet()
    return answer


def filled_application(**changed: Any) -> dict[str, Any]:
    """A whole application as the elements' states by block, with some of them changed."""
    selects = ("company_size", "country", "expertise")
    text = {name: {"value": value} for name, value in TYPED_APPLICATION.items() if name not in selects}
    chosen = {name: {"selected_option": {"value": TYPED_APPLICATION[name]}} for name in selects}
    return {**text, **chosen, "terms": {"selected_options": [{"value": "accepted"}]}, **changed}


def state_of(person: Person) -> forms.State:
    """What somebody has filled into the modal before them."""
    return person._eyes.filled_in(person.modal.view)


def plain(text: str) -> str:
    """A text with the marks that were typed, where look-alikes stand for them."""
    return text.translate(str.maketrans("∗ˍ∼ˋ", "*_~`"))
