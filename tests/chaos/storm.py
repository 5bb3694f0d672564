"""A Slack that breaks at random, the same way for the same seed as far as the order of calls is the same."""

from collections import Counter
from collections.abc import Callable
from random import Random

from sandbox.faults import Fault, Faults

# What may befall a call, and how often in a hundred; Slack's answer may come later than a lease lasts.
POSTING = {"ratelimited": 4, "http_500": 4, "internal_error": 4, "lose": 8, "late": 8, "late_for_good": 3, "slow": 5}
LOOKING = {"ratelimited": 10, "http_500": 10, "lose": 5, "late": 5}
ODDS = {"chat.postMessage": POSTING, "conversations.history": LOOKING}

LATE_SECONDS = (0.05, 0.6)
# A call that Slack performs later than half a lease after it was made might be performed twice; no bot can help that.
SLOW_SECONDS = (0.05, 0.6)


class Storm(Faults):
    """Injects faults while it is `raging`, and strikes at some calls.

    Args:
        longest: seconds that an answer may keep the bot waiting, longer than it waits.
        strike: called at random calls, up to `strikes_left` times.
    """

    def __init__(self, random: Random, longest: float, strike: Callable[[], None]) -> None:
        super().__init__()
        self._random, self._longest, self._strike = random, longest, strike
        self.raging = False
        self.posts, self.strikes_left, self._calls, self._next_strike = 0, 0, 0, 0
        self.injected: Counter[str] = Counter()

    def begin(self, strikes: int) -> None:
        """Another stormy day."""
        self.raging, self.posts, self.strikes_left, self._calls = True, 0, strikes, 0
        self._next_strike = self._random.randint(1, 20)

    def end(self) -> None:
        """From now on Slack works."""
        self.raging = False

    def take(self, method: str) -> Fault | None:
        """What befalls this call."""
        if not self.raging or method not in ODDS:
            return None
        self._calls += 1
        self.posts += method == "chat.postMessage"
        if self.strikes_left and self._calls >= self._next_strike:
            self.strikes_left -= 1
            self._next_strike = self._calls + self._random.randint(5, 40)
            self._strike()
        return self._fault(method, ODDS[method])

    def _fault(self, method: str, odds: dict[str, int]) -> Fault | None:
        (kind,) = self._random.choices([*odds, None], [*odds.values(), 100 - sum(odds.values())])
        if kind is None:
            return None
        self.injected[f"{method} {kind}"] += 1
        match kind:
            case "ratelimited" | "internal_error":
                return Fault(method=method, error=kind)
            case "http_500":
                return Fault(method=method, status=self._random.choice((500, 502, 503)))
            case "lose":
                return Fault(method=method, kind="lose")
            case "slow":
                return Fault(method=method, kind="slow", seconds=self._random.uniform(*SLOW_SECONDS))
            case "late":
                return Fault(method=method, kind="late", seconds=self._random.uniform(*LATE_SECONDS))
        return Fault(method=method, kind="late", seconds=self._longest)
