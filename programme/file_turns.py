"""Whose turn it is to make a file for somebody: one of a kind at a time. A process that is dead is not waited for."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from programme.access import require_console
from programme.desk import Actor, Desk
from storage.queries import exports


@dataclass(frozen=True)
class Turn:
    """The right to make somebody's file, or table."""

    desk: Desk
    token: str

    async def lasts(self) -> bool:
        """Says that the file is still being made; False once another process has taken this one for dead."""
        async with self.desk.store.write() as session:
            return await exports.renew(session, self.token, self.desk.clock.now() + self.desk.lease)


@asynccontextmanager
async def turn(desk: Desk, actor: Actor, kind: str) -> AsyncIterator[Turn | None]:
    """A turn, until the block ends; None where it is being made already. Raises as require_console.

    Args:
        kind: one of storage.models.EXPORT_KINDS.
    """
    mine, now = Turn(desk, secrets.token_hex(16)), desk.clock.now()
    async with desk.store.write() as session:
        await require_console(session, desk, actor)
        who = (actor.workspace_id, actor.user_id)
        is_free = await exports.claim(session, *who, kind, mine.token, now, now + desk.lease)
    if not is_free:
        yield None
        return
    try:
        yield mine
    finally:
        async with desk.store.write() as session:
            await exports.release(session, mine.token)
