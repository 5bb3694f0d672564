"""Slack's pace for messages: about one a second in a channel, some hundred a minute in a workspace."""

from collections import OrderedDict
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter

# Channels whose pace is remembered; one forgotten has been silent for long.
MOST_CHANNELS = 10_000


@dataclass(frozen=True)
class Pace:
    """Waits for a channel's turn. Other channels go on meanwhile.

    Args:
        per_second: messages a second in one channel.
        per_minute: messages a minute in one workspace.
    """

    per_second: float = 1.0
    per_minute: float = 300.0
    _channels: OrderedDict[tuple[str, str], AsyncLimiter] = field(default_factory=OrderedDict)
    _workspaces: dict[str, AsyncLimiter] = field(default_factory=dict)

    async def turn(self, workspace: str, channel: str) -> None:
        await self._channel(workspace, channel).acquire()
        await self._workspace(workspace).acquire()

    def _channel(self, workspace: str, channel: str) -> AsyncLimiter:
        place = (workspace, channel)
        limiter = self._channels.setdefault(place, AsyncLimiter(1, 1 / self.per_second))
        self._channels.move_to_end(place)
        if len(self._channels) > MOST_CHANNELS:
            self._channels.popitem(last=False)
        return limiter

    def _workspace(self, workspace: str) -> AsyncLimiter:
        # One at a time, without a burst: a minute that begins with one would end with refusals.
        return self._workspaces.setdefault(workspace, AsyncLimiter(1, 60 / self.per_minute))
