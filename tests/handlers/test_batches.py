"""What happens at about the same time is written together: all of it, once, and each knows how it went."""

import asyncio
from itertools import chain

import pytest

from handlers.batches import Batches


class Book:
    """Writes when it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.tries = 0
        self.open = asyncio.Event()
        self.error: Exception | None = None
        self.begun = asyncio.Event()

    async def write(self, batch: list[int]) -> None:
        self.tries += 1
        self.begun.set()
        await self.open.wait()
        if self.error:
            raise self.error
        self.batches.append(batch)


async def _gathered(together: Batches[int], book: Book, numbers: range) -> list[asyncio.Task[None]]:
    """The first is being written, the others gather meanwhile."""
    tasks = [asyncio.create_task(together.add(number)) for number in numbers]
    await book.begun.wait()
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_during_a_writing_is_written_together() -> None:
    book = Book()
    tasks = await _gathered(Batches(book.write), book, range(5))
    assert not any(task.done() for task in tasks)
    book.open.set()
    await asyncio.gather(*tasks)
    assert [*chain(*book.batches)] == [0, 1, 2, 3, 4]
    assert len(book.batches) <= 2


async def test_a_failure_is_told_to_all_whom_it_befell_and_to_no_other() -> None:
    book = Book()
    together = Batches(book.write)
    book.error = OSError("the disk is full")
    book.open.set()
    ends = await asyncio.gather(*(together.add(number) for number in range(3)), return_exceptions=True)
    assert ends == [book.error] * 3
    book.error = None
    await together.add(3)
    assert book.batches == [[3]]


async def test_who_is_cancelled_takes_nobody_along() -> None:
    book = Book()
    first, *others = await _gathered(Batches(book.write), book, range(4))
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    book.open.set()
    await asyncio.gather(*others)
    assert sorted(chain(*book.batches)) in ([0, 1, 2, 3], [1, 2, 3])


async def test_what_has_failed_is_not_tried_again_for_each() -> None:
    book = Book()
    tasks = await _gathered(Batches(book.write), book, range(6))
    book.error = OSError("the disk is full")
    book.open.set()
    assert await asyncio.gather(*tasks, return_exceptions=True) == [book.error] * 6
    assert book.tries <= 2


async def test_what_comes_while_the_last_ones_are_told_is_written_too() -> None:
    """A batch is closed once, by the first of it: who is late does not end the one that gathers meanwhile."""
    book = Book()
    together = Batches(book.write)
    tasks = await _gathered(together, book, range(3))
    later = [asyncio.create_task(together.add(number)) for number in range(3, 6)]
    for number in range(6, 12):
        later.append(asyncio.create_task(together.add(number)))
        book.open.set()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, *later)
    assert sorted(chain(*book.batches)) == list(range(12))
    assert book.tries == len(book.batches) <= 4


async def test_who_is_cancelled_while_writing_for_others_leaves_it_to_the_next() -> None:
    book = Book()
    first, writer, *others = await _gathered(Batches(book.write), book, range(4))
    book.begun.clear()
    book.open.set()
    book.open.clear()  # for the first one alone
    await first
    await book.begun.wait()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    assert writer.cancelled()
    book.open.set()
    assert await asyncio.gather(*others) == [None, None]
    assert book.batches == [[0], [1, 2, 3]]
