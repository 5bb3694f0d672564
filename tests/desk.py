"""The whole desk for a scenario: a sandbox, and the real bot beside it, speaking over the network."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from bot.assembly import Assembly, assemble
from bot.run import socket_mode
from bot.settings import Settings
from bot.web import web_app
from sandbox import Limits, Person, Sandbox
from sandbox.people import find_person
from sandbox.person import EFFECT_SECONDS, QUIET_SECONDS
from sandbox.serving import HOST, WebServer

# Where the pace is not what a test is about, nobody waits a second between two messages.
HURRY = Limits(messages_per_second=1000, workspace_per_minute=60_000)
PACE = {"messages_per_second": 1000, "messages_per_minute": 60_000}
Delivery = Literal["http", "socket"]
# What links in letters begin with; a test follows them to where the bot really listens.
PUBLIC_URL = "https://desk.example"
# A Tuesday, at ten in the morning: whatever the day and the hour, a test finds the same offices open.
BEGINS = date(2026, 11, 17)

# What an application needs beside what Slack fills in by itself.
APPLICATION: dict[str, Any] = {
    "Company": "Weber IT GmbH",
    "Company size": "1 to 9 people",
    "Website": "https://weber.example",
    "Street and number": "Domstraße 7",
    "Postal code": "50668",
    "City": "Köln",
    "Country": "Germany",
    "Contact e-mail": "jonas@weber.example",
    "Telephone": "030 23125 000",
    "Your mail account with Nordlicht": "jonas@weber.example",
    "Your experience": "Ten years of mail migrations for small companies.",
    "Your plan for the partnership": "Five customers in the first quarter.",
    "Terms and conditions": ["I accept the terms and conditions"],
}
CUSTOMER: dict[str, Any] = {
    "Domain": "mueller.example",
    "Organisation": "Müller GmbH",
    "Super administrator's e-mail": "admin@mueller.example",
    "Plan": "Workplace Standard",
    "Number of licences": "12",
    "Term": "yearly",
}


class Patient(Person):
    """A person who waits until the bot has done all that an act of theirs made it do, however slow the machine is."""

    def __init__(self, world: "World", user_id: str) -> None:
        super().__init__(world.sandbox.acts, user_id)
        self._world = world

    async def _settle(self, since: int, patience: float = EFFECT_SECONDS) -> None:
        await self._world.quiet()


@dataclass(repr=False)  # asyncio writes out what a fixture returns, which is everything here
class World:
    """The sandbox and the bot.

    `emma`, `jonas` and the others are asked for by name: `world.person("Emma")`.
    """

    sandbox: Sandbox
    bot: Assembly
    _people: dict[str, Patient] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        user = find_person(self.sandbox.core.world, name)
        return self._people.setdefault(user.id, Patient(self, user.id))

    async def tick(self) -> int:
        """One round of the scheduler."""
        return await self.bot.tick()

    async def quiet(self) -> None:
        """Waits until the bot has heard of everything and ended what it began, and nothing came of that."""
        core, changes = self.sandbox.core, -1
        while changes != core.changes.count or core.calls_under_way:
            await core.changes.wait_for(lambda: not core.calls_under_way or None, QUIET_SECONDS)
            changes = core.changes.count
            await self.sandbox.acts.events.idle()
            await _no_listener_left()
            await self.bot.house.finish()

    async def partner(self, name: str = "Emma", reviewer: str = "Ben", **answers: str) -> Person:
        """Somebody who has applied and been accepted. Both must read English, and so must the tests' texts."""
        person = self.person(name)
        await person.command("/partner-apply")
        await person.fill_many(APPLICATION | answers)
        await person.submit()
        await person.close()
        reviewers = self.person(reviewer)
        await reviewers.click("Approve", where="#partner-reviews")
        await reviewers.submit()
        await person.sees("You are now a partner", where="DM")
        return person

    async def customer(self, partner: Person, **answers: str) -> None:
        """A customer that a partner adds."""
        await partner.command("/partner-add")
        await partner.fill_many(CUSTOMER | answers)
        await partner.submit()
        await partner.sees("one of your customers now")
        await partner.close()


@asynccontextmanager
async def running_desk(
    database: str,
    delivery: Delivery = "http",
    limits: Limits | None = None,
    reviewers: Sequence[str] = (),
    **settings: Any,
) -> AsyncIterator[World]:
    """A sandbox with the bot in it; the scheduler rests, a test calls `tick` instead.

    Args:
        limits: Slack's; without them it takes many messages a second, and the bot knows.
        reviewers: the members of a user group that reviews instead of the channel's members.
        settings: any of the bot's settings.
    """
    async with AsyncExitStack() as stack:
        if limits is None:
            limits, settings = HURRY, PACE | settings
        settings = {"public_url": PUBLIC_URL} | settings
        sandbox = await stack.enter_async_context(Sandbox(delivery=delivery, limits=limits))
        if reviewers:
            settings["reviewer_group"] = sandbox.workplace.add_group("reviewers", reviewers).id
        sandbox.core.day.begin(days_ago=(datetime.now(UTC).date() - BEGINS).days)
        environment = {name.lower(): value for name, value in sandbox.environment.items()}
        given = Settings.model_validate(environment | {"database_url": database} | settings)
        bot = await assemble(given)
        stack.push_async_callback(bot.close)
        server = WebServer(web_app(bot, _nothing, takes_events=delivery == "http"))
        sandbox.bot_url = f"http://{HOST}:{server.bind(0)}"
        await server.start()
        stack.push_async_callback(server.stop)
        if delivery == "socket":
            await stack.enter_async_context(socket_mode(bot))
        await bot.house.reviewers.refresh()
        world = World(sandbox, bot)
        yield world
        await world.quiet()


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


async def _no_listener_left() -> None:
    """Bolt's listeners go on after the acknowledgement; a test ends when they have."""
    names = ("run_ack_function_asynchronously",)
    tasks = [task for task in asyncio.all_tasks() if getattr(task.get_coro(), "__name__", "") in names]
    await asyncio.gather(*tasks, return_exceptions=True)
