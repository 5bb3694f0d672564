"""The Events API: what happens is told to the app, and told again when it does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.core import Core
from sandbox.delivery import TIMEOUT, Answer, Envelope
from sandbox.objects import user_to_slack
from sandbox.payloads import Payloads
from sandbox.world import Conversation, User

Json = dict[str, Any]


class Events:
    """Sends events in the background. `send` delivers one envelope."""

    def __init__(self, core: Core, payloads: Payloads, send: Callable[[Envelope], Awaitable[Answer]]) -> None:
        self._core, self._payloads, self._send = core, payloads, send
        self._tasks: set[asyncio.Task[None]] = set()

    def happened(self, workspace: str, event: Json, subscription: str | None = None) -> None:
        """Tell the app about an event, if it subscribed to it. `subscription` differs from the type for messages."""
        bot = self._core.world.installation_in(workspace)
        if bot is None or not self._core.manifest.wants_event(subscription or event["type"]):
            return
        event.setdefault("event_ts", self._core.day.next_ts())
        task = asyncio.create_task(self._deliver(self._payloads.event(bot, event)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def home_opened(self, user: User, conversation: Conversation, view: Json | None) -> None:
        """Somebody looks at the app's Home tab."""
        event = {"type": "app_home_opened", "user": user.id, "channel": conversation.id, "tab": "home"}
        self.happened(user.workspace, event | ({"view": view} if view else {}))

    def membership(self, user: User, conversation: Conversation, *, joined: bool, by: str | None = None) -> None:
        """Somebody came into a channel or left it."""
        event = {
            "type": "member_joined_channel" if joined else "member_left_channel",
            "user": user.id,
            "channel": conversation.id,
            "channel_type": "G" if conversation.kind == "private" else "C",
            "team": conversation.workspace,
        }
        self.happened(conversation.workspace, event | ({"inviter": by} if by else {}))

    def archived(self, conversation: Conversation, by: str, *, back: bool) -> None:
        """A channel was archived, or brought back."""
        kind = "group" if conversation.kind == "private" else "channel"
        name = f"{kind}_unarchive" if back else f"{kind}_archive"
        self.happened(conversation.workspace, {"type": name, "channel": conversation.id, "user": by})

    def changed(self, user: User) -> None:
        """A person's data changed."""
        shown = user_to_slack(self._core, user, with_locale=True)
        event = {"type": "user_change", "user": shown, "cache_ts": self._core.time()}
        self.happened(user.workspace, event)

    def uninstalled(self, workspace: str) -> None:
        """The app was removed from a workspace; to be told before the installation is made inactive."""
        self.happened(workspace, {"type": "app_uninstalled"})

    async def _deliver(self, payload: Json) -> None:
        answer = await self._send(Envelope("events_api", payload))
        for number, wait in enumerate(self._core.limits.event_retry_seconds, start=1):
            if answer.problem is None:
                return
            await asyncio.sleep(wait)
            reason = "http_timeout" if answer.problem == TIMEOUT else "http_error"
            answer = await self._send(Envelope("events_api", payload, retry=number, retry_reason=reason))

    async def idle(self) -> None:
        """Wait until everything was told, or given up."""
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        """Give up what is still under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
