"""People at their Slack: requests to a bot, signed and form-encoded as Slack sends them, so many at once."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientSession, TCPConnector

from benchmarks.kit.customers import WORKSPACE
from benchmarks.kit.served import Served
from benchmarks.kit.small_slack import SmallSlack

COMMAND = "/partner-customers"


@dataclass(frozen=True)
class Turn:
    """What one stretch of requests took.

    Args:
        busy: processor seconds of the bot's process.
    """

    requests: int
    seconds: float
    busy: float

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cost(self) -> float:
        """Milliseconds of a processor for a request."""
        return 1000 * self.busy / self.requests


def command(user: str, text: str = "") -> str:
    """A slash command, as the body of a request."""
    return urlencode(
        {
            "team_id": WORKSPACE, "team_domain": "desk", "channel_id": "D1", "channel_name": "directmessage",
            "user_id": user, "user_name": user.lower(), "command": COMMAND, "text": text, "api_app_id": "A1",
            "is_enterprise_install": "false", "response_url": "https://desk.example/response/1",
            "trigger_id": "1.2.abc",
        }
    )  # fmt: skip


def press(user: str, view: dict[str, Any], action: str, value: object) -> str:
    """A button in a modal, as the body of a request; Slack sends the whole modal along."""
    who = {"id": user, "username": user.lower(), "name": user.lower(), "team_id": WORKSPACE}
    pressed = {"type": "button", "action_id": action, "block_id": "b", "value": json.dumps(value), "action_ts": "1.2"}
    kept = {"id": "V1", "root_view_id": "V1", "hash": "1.a", "team_id": WORKSPACE, "state": {"values": {}}}
    payload = {
        "type": "block_actions", "user": who, "team": {"id": WORKSPACE, "domain": "desk"}, "api_app_id": "A1",
        "container": {"type": "view", "view_id": "V1"}, "trigger_id": "1.2.abc", "view": view | kept,
        "actions": [pressed], "enterprise": None, "is_enterprise_install": False,
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)})


def signed(body: str, secret: str) -> dict[str, str]:
    moment = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={digest}",
    }


async def ask(bot: Served, bodies: Sequence[str], at_once: int, slack: SmallSlack, views: int = 0) -> Turn:
    """Sends all, so many at once, each as soon as the one before it is answered.

    Args:
        views: how many views Slack gets for one request; what is not there yet is waited for.
    """
    waiting, came = iter(bodies), slack.views
    async with ClientSession(connector=TCPConnector(limit=at_once)) as session:

        async def one_after_another() -> None:
            for body in waiting:
                async with session.post(bot.address, data=body.encode(), headers=signed(body, bot.secret)) as answer:
                    await answer.read()
                    assert answer.status == 200, answer.status

        began, busy = time.perf_counter(), bot.busy()
        await asyncio.gather(*(one_after_another() for _ in range(at_once)))
        await slack.have(came + views * len(bodies))
        return Turn(len(bodies), time.perf_counter() - began, bot.busy() - busy)
