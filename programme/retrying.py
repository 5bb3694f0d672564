"""Doing something once more, where somebody else was quicker."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

Result = TypeVar("Result")


async def once_more_if_beaten(act: Callable[[], Awaitable[Result]]) -> Result:
    """Does something in a transaction of its own, and once more where the database found that another one came first.

    The second time it sees what that other one did, and can say so in its own words.
    """
    try:
        return await act()
    except IntegrityError:
        return await act()
