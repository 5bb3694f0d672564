"""What the sandbox keeps between runs: one JSON document in its data folder."""

import asyncio
import base64
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from sandbox.day import write_atomically

SAVE_AFTER_SECONDS = 0.5


class Keys(BaseModel):
    """The secrets that the sandbox and the bot share; made up once."""

    signing_secret: str = Field(default_factory=lambda: secrets.token_hex(16))
    app_token: str = Field(default_factory=lambda: f"xapp-1-{secrets.token_hex(24)}")
    client_id: str = Field(default_factory=lambda: f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**13)}")
    client_secret: str = Field(default_factory=lambda: secrets.token_hex(16))
    verification: str = Field(default_factory=lambda: secrets.token_hex(12))
    encryption_key: str = Field(default_factory=lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


class Store:
    """Keeps the state in `folder`, or keeps nothing when there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._path = folder / "state.json" if folder else None
        self._task: asyncio.Task[None] | None = None

    def load(self) -> dict[str, Any] | None:
        """The state that was saved last, if any."""
        if self._path is None or not self._path.exists():
            return None
        state: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        return state

    def save(self, state: dict[str, Any]) -> None:
        """Save now."""
        if self._path is not None:
            write_atomically(self._path, json.dumps(state, ensure_ascii=False))

    def save_soon(self, state: Callable[[], dict[str, Any]]) -> None:
        """Save shortly after the first of many changes, once for all of them."""
        if self._path is not None and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._save_later(state))

    async def _save_later(self, state: Callable[[], dict[str, Any]]) -> None:
        await asyncio.sleep(SAVE_AFTER_SECONDS)
        self.save(state())

    async def saved(self) -> None:
        """Wait for a save that is under way."""
        if self._task is not None:
            await self._task

    async def stop(self) -> None:
        """Forget a save that is still to come."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
