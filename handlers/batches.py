"""Writes down together what happens at about the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


@dataclass
class _Batch(Generic[Entry]):
    entries: list[Entry] = field(default_factory=list)
    is_written: bool = False
    error: Exception | None = None


class Batches(Generic[Entry]):
    """While one batch is being written, the next one gathers: the more there is to write, the fewer writings it takes.

    Args:
        write: takes a whole batch; it is written, or fails, as one.
    """

    def __init__(self, write: Callable[[list[Entry]], Awaitable[None]]) -> None:
        self._write = write
        self._gathering: _Batch[Entry] = _Batch()
        self._turn = asyncio.Lock()

    async def add(self, entry: Entry) -> None:
        """Returns when the entry is written. Raises what the writing raised."""
        batch = self._gathering
        batch.entries.append(entry)
        async with self._turn:
            if batch is self._gathering:
                self._gathering = _Batch()
            # Unless another one has done it for all. If that one was cancelled, this one does.
            if not batch.is_written and batch.error is None:
                try:
                    await self._write(batch.entries)
                except Exception as error:
                    batch.error = error
                else:
                    batch.is_written = True
        if batch.error is not None:
            raise batch.error
