"""How fast the list of customers is: `python -m benchmarks.customers`.

`/partner-customers` is measured over HTTP beside a bare Bolt app, served alike, that acknowledges with "hi"; in turn
with it, in short stretches, so that both find the same machine. Ours also hands the list to Slack, as a modal: a turn
ends when Slack has it. That Slack runs in the process that asks, takes what it is given and does nothing else. What
opening a modal costs by itself is measured too, with a bare app that opens one of the same size, ready made; and what a
database costs that is asked for a 1, once. The people who ask belong to the partner with the most customers.

Of an app whose processor has time left, Bolt is what limits it: it looks every 10 ms whether a request has been
acknowledged, so that a few at once wait for each other; beyond that, the process that asks. It measures, and fails for
nothing that is merely slow.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from sqlalchemy import select

from benchmarks.alerts import ENGINES, Place, places
from benchmarks.kit import customers as made
from benchmarks.kit.asking import Turn, ask, command, press
from benchmarks.kit.served import BARE, OURS, Served, served
from benchmarks.kit.small_slack import SmallSlack, small_slack
from storage.models import Application, Customer, Member, Partner, Person
from storage.store import Store

LEAST_OF_BARE, MOST_APART = 0.5, 0.10  # what is hoped for
BUSY = 0.8  # of a processor: one that has no time left, on a machine that does other things too
PARTNER, PAGE = 1, 5
PEOPLE = [f"U{number}" for number in range(1, 21)]
TITLES = {
    "hi": 'bare Bolt, "hi"', "select": "bare Bolt, SELECT 1", "modal": "bare Bolt, a modal",
    "command": "/partner-customers", "first page": "next page, after the first", "last page": "next page, the last",
}  # fmt: skip
BARE_ONES = ("hi", "select", "modal")
WITHOUT_MODAL = ("hi", "select")
Turns = dict[str, list[Turn]]


def main() -> None:
    options = _options()
    with places(options.engines) as found:
        for place in found:
            asyncio.run(_measure(place, options))


async def _measure(place: Place, options: argparse.Namespace) -> None:
    address, partners = place.new(), max(1, options.customers // 100)
    fill(address, options.customers, partners)
    domains = await domains_of_partner(address)
    print(f"\nThe list on {place.name}: {options.customers:,} customers of {partners:,} partners", flush=True)
    print(f"  {len(domains):,} of them belong to the partner whose people ask")
    logs = place.folder
    async with (
        small_slack() as slack,
        served(BARE, slack.address, logs / "bare.log", DATABASE_URL=address) as bare,
        served(OURS, slack.address, logs / "ours.log", DATABASE_URL=address) as ours,
    ):
        bodies = await rehearse(ours, slack, domains)
        for at_once in options.at_once:
            print(f"  {at_once} requests at once; medians of {options.repetitions} turns (least to most)")
            show(await take_turns(bare, ours, slack, bodies, at_once, options))


def fill(address: str, customers: int, partners: int) -> None:
    """Customers and partners, and the people of the first one: of all partners it has the most customers."""
    now = datetime.now(UTC)
    made.fill(
        Store(address),
        {
            Application: map(made.application, range(1, partners + 1)),
            Partner: made.partners(partners),
            Customer: made.customers(customers, partners),
            Person: ((made.WORKSPACE, user, f"Person {user}", "en", "UTC", False, False, now) for user in PEOPLE),
            Member: ((PARTNER, made.WORKSPACE, user, "admin", now) for user in PEOPLE),
        },
    )


async def domains_of_partner(address: str) -> list[str]:
    """The list as it has to be."""
    store = Store(address)
    async with store.read() as session:
        found = await session.scalars(
            select(Customer.domain).where(Customer.partner_id == PARTNER).order_by(Customer.domain_key, Customer.domain)
        )
        domains = list(found)
    await store.close()
    return domains


async def rehearse(ours: Served, slack: SmallSlack, domains: list[str]) -> dict[str, list[str]]:
    """What is asked. Each is asked once beforehand, and has to show what it should."""
    view: dict[str, Any] = {}
    bodies: dict[str, list[str]] = {}
    first, last = domains[:PAGE], domains[-PAGE:]
    at = {"first page": domains[PAGE - 1], "last page": domains[-PAGE - 1]}
    for name, expected in (("command", first), ("first page", domains[PAGE : 2 * PAGE]), ("last page", last)):
        bodies[name] = [
            command(user) if name == "command" else press(user, view, "customers.next", {"after": [at[name]] * 2})
            for user in PEOPLE
        ]
        await ask(ours, bodies[name][:1], 1, slack, views=1)
        view = slack.shown()
        shown = json.dumps(view)
        assert all(domain in shown for domain in expected), f"{name} does not show {expected}"
    return bodies


async def take_turns(
    bare: Served,
    ours: Served,
    slack: SmallSlack,
    bodies: dict[str, list[str]],
    at_once: int,
    options: argparse.Namespace,
) -> Turns:
    """Each of them in turn, again and again; the first round only warms up."""
    bodies = {"hi": [command(PEOPLE[0])], **{name: [command(PEOPLE[0], name)] for name in BARE_ONES[1:]}, **bodies}
    turns: Turns = {name: [] for name in bodies}
    for turn in range(options.repetitions + 1):
        for name in in_turn(list(turns), turn):
            who, views, sent = bare if name in BARE_ONES else ours, int(name not in WITHOUT_MODAL), bodies[name]
            many = [sent[number % len(sent)] for number in range(options.requests)]
            took = await ask(who, many, at_once, slack, views)
            if turn:
                turns[name].append(took)
    return turns


def in_turn(names: Sequence[str], turn: int) -> list[str]:
    """Each comes first as often as the others."""
    return [names[(turn + place) % len(names)] for place in range(len(names))]


def show(turns: Turns) -> None:
    for name, taken in turns.items():
        rates, busy = [turn.rate for turn in taken], [turn.busy / turn.seconds for turn in taken]
        print(
            f"    {TITLES[name]:<28}{median(rates):6.0f} requests/s  ({min(rates):.0f} to {max(rates):.0f});"
            f" {median(turn.cost for turn in taken):5.2f} ms of a processor each, {median(busy):.0%} of one:"
            f" limited by {'it' if median(busy) > BUSY else 'waiting'}"
        )
    _compare('/partner-customers / "hi"', turns["command"], turns["hi"], f"wanted: at least {LEAST_OF_BARE}")
    _compare('bare SELECT 1 / "hi"', turns["select"], turns["hi"])
    _compare("/partner-customers / a modal", turns["command"], turns["modal"])
    wanted = f"wanted: {1 - MOST_APART:.2f} to {1 + MOST_APART:.2f}"
    _compare("last page / first page", turns["last page"], turns["first page"], wanted)


def _compare(what: str, these: list[Turn], others: list[Turn], wanted: str = "") -> None:
    ratios = [one.rate / other.rate for one, other in zip(these, others, strict=True)]
    ratio = median(one.rate for one in these) / median(one.rate for one in others)
    span = f"turn by turn {min(ratios):.2f} to {max(ratios):.2f}"
    print(f"    {what:<28}{ratio:6.2f}  ({'; '.join(part for part in (span, wanted) if part)})", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.customers", description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=200, help="in a turn")
    parser.add_argument("--at-once", type=int, nargs="+", default=[1, 4, 16], help="requests, one number after another")
    parser.add_argument("--repetitions", type=int, default=9)
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    return parser.parse_args()


if __name__ == "__main__":
    main()
