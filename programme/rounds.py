"""Goes round the partners with domains that are to be looked at, until nothing is due any more (mission rows 12, 19).

The partners take turns, so that one with five thousand domains holds nobody back: a round takes the same share of each
that has something due, in any order, and only then comes the next round. Several processes may go round at once; what
one has claimed the others leave alone.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from programme.desk import Desk
from storage.models import Customer, Partner
from storage.queries import upkeep
from storage.queries.upkeep import Waiting

# What a process does at most, lest it be too much for a name server that many of the domains have in common. At this
# pace a million domains take fourteen hours, and five thousand that were imported together about four minutes.
AT_ONCE = 20
A_SECOND = 20
# Customers that are claimed together; and so the longest that a partner with one domain waits for the others.
BATCH = 60

GoOn = Callable[[], bool]
Look = Callable[[Desk, Customer, Partner], Awaitable[None]]


def always() -> bool:
    return True


async def look_at_all(desk: Desk, waiting: Waiting, lease: timedelta, look: Look, go_on: GoOn = always) -> int:
    """Looks at all that is due. Returns how much that was.

    Args:
        lease: how long a claim holds; longer than a batch takes.
        look: what to do, which also says when it is due again.
        go_on: asked before each domain; as soon as it says no, what was not begun is free for others.
    Raises: what the first domain raised that could not be looked at, after all others have been.
    """
    rounds = _Rounds(desk, waiting, lease, look, go_on)
    while go_on() and await rounds.go_round():
        pass
    if rounds.troubles:
        raise rounds.troubles[0]
    return rounds.looked


@dataclass
class _Rounds:
    desk: Desk
    waiting: Waiting
    lease: timedelta
    look: Look
    go_on: GoOn
    looked: int = 0
    troubles: list[Exception] = field(default_factory=list)
    next_at: float = 0.0

    async def go_round(self) -> bool:
        """Returns whether there was anything to do that nobody else has taken."""
        before = self.looked
        async with self.desk.store.read() as session:
            partners = await upkeep.partners_waiting(session, self.waiting, self.desk.clock.now())
        # In any order: processes do not meet at each partner, and no partner is always the one for whom a round that
        # is cut short has no time.
        random.shuffle(partners)
        share = max(1, BATCH // max(1, len(partners)))
        for start in range(0, len(partners), BATCH):
            await self._batch(partners[start : start + BATCH], share)
        return self.looked > before

    async def _batch(self, partners: list[int], share: int) -> None:
        time = asyncio.get_running_loop().time
        await _pause(self.next_at - time())
        if not self.go_on():
            return
        began, now = time(), self.desk.clock.now()
        until = now + self.lease
        async with self.desk.store.write() as session:
            claimed = await upkeep.claim(session, self.waiting, partners, share, now, until)
        slots = asyncio.Semaphore(AT_ONCE)
        begun = await asyncio.gather(*(self._one(slots, *each) for each in _in_turns(claimed)))
        unbegun = {customer.id for customer, _ in claimed} - set(begun)
        if unbegun:
            async with self.desk.store.write() as session:
                await upkeep.give_back(session, self.waiting, sorted(unbegun), until, now)
        self.looked += len(claimed) - len(unbegun)
        self.next_at = began + len(claimed) / A_SECOND

    async def _one(self, slots: asyncio.Semaphore, customer: Customer, partner: Partner) -> int | None:
        """The customer's id where it was begun."""
        async with slots:
            if not self.go_on():
                return None
            try:
                await self.look(self.desk, customer, partner)
            except Exception as trouble:
                self.troubles.append(trouble)
            return customer.id


async def _pause(seconds: float) -> None:
    await asyncio.sleep(max(0.0, seconds))


def _in_turns(claimed: list[tuple[Customer, Partner]]) -> list[tuple[Customer, Partner]]:
    """The first of each partner, then the second of each, and so on."""
    seen: dict[int, int] = {}
    turns = []
    for customer, partner in claimed:
        seen[partner.id] = turn = seen.get(partner.id, 0) + 1
        turns.append((turn, customer, partner))
    return [(customer, partner) for _, customer, partner in sorted(turns, key=lambda each: each[0])]
