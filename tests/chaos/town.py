"""Partners and their customers, each with one alert to come, and what became of those."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from sandbox import Sandbox
from sandbox.world import Message
from storage.models import Alert, Application, Customer, OutgoingMessage, Partner
from storage.store import Store
from tests.storage.rows import row

# How many customers each partner has, and in which form it wants its alerts: 200 of them, in 120 messages.
Partners = Sequence[tuple[int, str]]
PARTNERS: Partners = [(2, "digest")] * 30 + [(4, "single")] * 10 + [(5, "digest")] * 20
DAYS = 14
# One threshold, far enough away that it stays the most urgent one for as long as the storm lasts.
ALERT_DAYS = {"trial": [DAYS], "renewal": [DAYS]} | {kind: [] for kind in ("ended", "overdue", "unverified", "broken")}


async def build(store: Store, sandbox: Sandbox, partners: Partners) -> None:
    """Writes the partners and customers; the alerts are still to be planned. The channels are #alerts-1 and so on."""
    today = sandbox.core.day.now().date()
    async with store.write() as session:
        for number, (customers, form) in enumerate(partners, start=1):
            channel = sandbox.workplace.add_channel(f"alerts-{number}", ["Emma"])
            session.add(row(Application, id=number, user_id=f"U{number}"))
            await session.flush()
            session.add(_partner(number, form, sandbox.core.world.home, channel.id))
            await session.flush()
            session.add_all(_customer(number, place, today) for place in range(customers))


def _partner(number: int, form: str, workspace: str, channel: str) -> Any:
    return row(
        Partner, id=number, application_id=number, alert_workspace=workspace, alert_channel=channel, alert_hour=0,
        alert_days=json.dumps(ALERT_DAYS, sort_keys=True), alert_form=form,
    )  # fmt: skip


def _customer(partner: int, place: int, today: date) -> Any:
    """Trials and renewals by turns."""
    begun, due = today - timedelta(days=10), today + timedelta(days=DAYS)
    is_trial = place % 2 == 0
    dates = {"trial_started_on": begun, "trial_ends_on": due if is_trial else begun, "added_on": begun}
    if not is_trial:
        dates |= {"started_on": begun, "renews_on": due}
    name = f"customer-{partner}-{place}"
    return row(
        Customer, id=None, partner_id=partner, domain=f"{name}.example", organisation=name, verification_token=name,
        status="trial" if is_trial else "active", **dates,
    )  # fmt: skip


async def has_work(store: Store, now: datetime) -> bool:
    """Whether there is anything to do at this moment; before planning, there is."""
    async with store.read() as session:
        alerts = list(await session.scalars(select(Alert)))
    busy = [a for a in alerts if a.status == "claimed" or (a.status == "waiting" and a.not_before <= now)]
    return not alerts or bool(busy)


async def is_settled(store: Store) -> bool:
    """Whether no alert waits any more."""
    async with store.read() as session:
        waiting = await session.scalars(select(Alert.id).where(Alert.status.in_(("waiting", "claimed"))).limit(1))
    return waiting.first() is None


def posted(sandbox: Sandbox) -> Iterator[Message]:
    """Everything that the bot has posted anywhere."""
    bots = {one.bot_user for one in sandbox.core.world.installations.values()}
    for messages in sandbox.core.world.messages.values():
        yield from (message for message in messages if message.user in bots)


async def wrongs(store: Store, sandbox: Sandbox, expected: int) -> list[str]:
    """What is not as it should be: each alert once in its channel, and known to be there; and nothing else.

    Args:
        expected: how many alerts there are to be.
    """
    async with store.read() as session:
        alerts = list(await session.scalars(select(Alert)))
        channels = {partner.id: partner.alert_channel for partner in await session.scalars(select(Partner))}
        other = list(await session.scalars(select(OutgoingMessage)))
    found = [] if len(alerts) == expected else [f"{len(alerts)} alerts were planned"]
    found += [f"a message was owed: {message.key} ({message.kind})" for message in other]
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for message in posted(sandbox):
        keys = ((message.metadata or {}).get("event_payload") or {}).get("keys", [])
        found += [] if keys else [f"something else was posted: {message.text!r}"]
        for key in keys:
            places[key].append((message.conversation, message.ts))
    for alert in alerts:
        found += _wrongs_of(alert, channels[alert.partner_id], places.pop(f"alert:{alert.id}", []))
    return found + [f"{key} was posted, and nobody knows it" for key in places]


def _wrongs_of(alert: Alert, channel: str | None, places: list[tuple[str, str]]) -> list[str]:
    name = f"alert {alert.id} of partner {alert.partner_id} ({alert.attempts} tries, {alert.last_error})"
    if alert.status != "sent":
        return [f"{name} is {alert.status}, and {len(places)} times in its channel"]
    if len(places) != 1:
        return [f"{name} was posted {len(places)} times: {places}"]
    if places != [(channel, alert.ts)]:
        return [f"{name} is thought to be at {(alert.channel, alert.ts)} and is at {places[0]}"]
    return []
