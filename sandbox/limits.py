"""Slack's limits on time and frequency. Lengths of texts and blocks are in `sandbox.blocks`."""

import math
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """What the sandbox allows; the defaults are Slack's own numbers.

    messages_per_second, burst: chat.postMessage in one channel, and how many may come at once before that counts.
    workspace_per_minute: chat.postMessage over all channels of a workspace.
    calls_per_minute: ceilings of other methods, by name.
    ack_seconds: time to acknowledge; trigger_seconds: life of a trigger_id.
    response_uses, response_minutes: how often and how long a response_url works.
    event_retry_seconds: waits before the retries of an event that was not acknowledged.
    """

    messages_per_second: float = 1.0
    burst: int = 5
    workspace_per_minute: int = 600
    calls_per_minute: dict[str, int] = field(default_factory=lambda: {"conversations.history": 50})
    ack_seconds: float = 3.0
    trigger_seconds: float = 3.0
    response_uses: int = 5
    response_minutes: float = 30.0
    event_retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)


class Bucket:
    """A bucket of `size` tokens that refills at `per_second`."""

    def __init__(self, size: float, per_second: float) -> None:
        self.size, self.per_second = size, per_second
        self.level, self.filled_at = size, time.monotonic()

    def take(self) -> float:
        """Take a token. Returns 0, or the seconds to wait when there is none."""
        now = time.monotonic()
        self.level = min(self.size, self.level + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.level < 1:
            return (1 - self.level) / self.per_second
        self.level -= 1
        return 0.0


class Window:
    """At most `most` in any `seconds`."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.times: deque[float] = deque()

    def take(self) -> float:
        """Count one more. Returns 0, or the seconds to wait when the window is full."""
        now = time.monotonic()
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        if len(self.times) >= self.most:
            return self.times[0] + self.seconds - now
        self.times.append(now)
        return 0.0


class Throttle:
    """Counts the calls of the app, and says how long it has to wait."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._channels: dict[str, Bucket] = defaultdict(
            lambda: Bucket(self.limits.burst, self.limits.messages_per_second)
        )
        self._workspaces: dict[str, Window] = defaultdict(lambda: Window(self.limits.workspace_per_minute, 60.0))
        self._methods: dict[tuple[str, str], Window] = {}

    def message(self, workspace: str, channel: str) -> int:
        """Whole seconds (as in Retry-After) until the channel may get another message; 0 means now."""
        wait = self._channels[channel].take() or self._workspaces[workspace].take()
        return math.ceil(wait)

    def call(self, workspace: str, method: str) -> int:
        """Whole seconds until the method may be called again; 0 means now."""
        most = self.limits.calls_per_minute.get(method)
        if most is None:
            return 0
        window = self._methods.setdefault((workspace, method), Window(most, 60.0))
        return math.ceil(window.take())
