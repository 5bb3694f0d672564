"""What changed, told to whoever looks: the pages over their web sockets, and the drivers that wait for a condition."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

Found = TypeVar("Found")


@dataclass(frozen=True)
class Change:
    """One nudge. `only_for` names the users it concerns; None concerns everybody."""

    kind: str
    details: dict[str, Any] = field(default_factory=dict)
    only_for: frozenset[str] | None = None

    def concerns(self, user: str) -> bool:
        """Whether this user's page has something to fetch again."""
        return self.only_for is None or user in self.only_for


class Changes:
    """A board of changes. Everything runs in one event loop, so nothing here needs a lock."""

    def __init__(self) -> None:
        self.count = 0
        self._queues: set[asyncio.Queue[Change]] = set()
        self._turned = asyncio.Event()
        self._hooks: list[Callable[[], None]] = []

    def on_any(self, hook: Callable[[], None]) -> None:
        """Call `hook` at every change; used to save the state."""
        self._hooks.append(hook)

    def tell(self, kind: str, *, only_for: set[str] | None = None, **details: Any) -> None:
        """Announce a change to all pages and waiters."""
        change = Change(kind, details, None if only_for is None else frozenset(only_for))
        for queue in self._queues:
            queue.put_nowait(change)
        self.stir()
        for hook in self._hooks:
            hook()

    def stir(self) -> None:
        """Let the waiters look again, without a nudge for the pages."""
        self.count += 1
        self._turned.set()
        self._turned = asyncio.Event()

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue that gets every change while the context is open."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    async def wait_for(self, look: Callable[[], Found | None], within: float) -> Found | None:
        """Look now and after every change, until something is found or `within` seconds have passed (then None)."""
        deadline = time.monotonic() + within
        while True:
            turned = self._turned
            found = look()
            left = deadline - time.monotonic()
            if found is not None or left <= 0:
                return found
            try:
                await asyncio.wait_for(turned.wait(), left)
            except TimeoutError:
                return look()
