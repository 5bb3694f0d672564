"""Slack's pace for messages: about one a second in a channel, some hundred a minute in a workspace."""

from collections import OrderedDict
from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter

# Of a workspace's messages a minute, so many may go at once after a pause, and so many are left to chance: an answer
# that is late makes two messages arrive closer to one another than they left.
AT_ONCE, SPARE = 0.02, 0.01
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
        # A bucket of one lets in the next only after the last one's full time, and loses what a busy moment takes.
        at_once = max(1.0, AT_ONCE * self.per_minute)
        # Even the minute that begins with all of these keeps the limit.
        evenly = max(1.0, (1 - AT_ONCE - SPARE) * self.per_minute)
        return self._workspaces.setdefault(workspace, AsyncLimiter(at_once, at_once * 60 / evenly))
