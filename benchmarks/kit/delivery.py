"""Delivering many alerts into many channels, as fast as Slack's limits allow."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.kit import customers as made
from benchmarks.kit.processes import Slack, bot
from storage.models import Application, Customer, Partner
from storage.store import Store

ANY_HOUR = ("UTC", 0, "", False, "")
# The first and the last twentieth of the messages are no steady state.
EDGE = 0.05


@dataclass(frozen=True)
class Delivered:
    """What was measured.

    Args:
        rate: messages a second in the steady state; `allowed`: as many as the limit allows.
        too_many: how many were answered with 429, `refused` with something else.
        bot_busy, slack_busy: the share of one processor that each of the processes took.
    """

    sent: int
    seconds: float
    rate: float
    allowed: float
    too_many: int
    refused: int
    bot_busy: float
    slack_busy: float
    megabytes: float

    @property
    def limited_by(self) -> str:
        if self.rate >= 0.95 * self.allowed:
            return "the limit itself"
        who, share = max(("bot", self.bot_busy), ("sandbox", self.slack_busy), key=lambda one: one[1])
        return f"the {who}'s processor" if share > 0.9 else f"waiting; the {who} is busiest, {share:.0%} of a processor"


def fill(address: str, slack: Slack, alerts: int) -> None:
    """A partner for each channel, who wants single messages; its customers each have another reason."""
    count, reasons = len(slack.channels), _reasons()
    numbers = range(1, count + 1)
    made.fill(
        Store(address),
        {
            Application: map(made.application, numbers),
            Partner: (_partner(number, slack) for number in numbers),
            Customer: (
                made.customer(number + 1, number % count + 1, **reasons[number // count % len(reasons)])
                for number in range(alerts)
            ),
        },
    )


def _partner(number: int, slack: Slack) -> made.Row:
    return made.partner(number, slack.channels[number - 1], "single", ANY_HOUR, workspace=slack.workspace)


def _reasons() -> list[dict[str, Any]]:
    trial = {"status": "trial", "is_verified": True}
    paying = {"status": "active", "is_verified": True, "started_on": _day(-365), "trial_ends_on": _day(-365)}
    return [
        {**trial, "trial_ends_on": _day(3)},
        {**trial, "trial_ends_on": _day(-1)},
        {**paying, "renews_on": _day(7)},
        {**paying, "renews_on": _day(-3)},
        {**paying, "renews_on": _day(200), "broken_on": _day(0)},
    ]


def _day(ahead: int) -> Any:
    return made.TODAY + timedelta(days=ahead)


def deliver(address: str, slack: Slack, per_second: float, per_minute: int, folder: Path) -> Delivered:
    """Plans, and then delivers in a bot of its own."""
    pace = {"MESSAGES_PER_SECOND": str(per_second), "MESSAGES_PER_MINUTE": str(per_minute)}
    bot("plan", address, slack, folder)
    slack.count_from_now()
    told = bot("deliver", address, slack, folder, **pace)
    came = slack.arrived()
    times, refused = came["arrived"], came["refused"]
    edge = round(len(times) * EDGE)
    steady = times[edge : len(times) - edge]
    return Delivered(
        sent=len(times),
        seconds=told["seconds"],
        rate=(len(steady) - 1) / (steady[-1] - steady[0]),
        allowed=per_minute / 60,
        too_many=refused.count("ratelimited"),
        refused=len(refused) - refused.count("ratelimited"),
        bot_busy=told["busy"] / told["seconds"],
        slack_busy=came["busy"] / told["seconds"],
        megabytes=told["megabytes"],
    )
