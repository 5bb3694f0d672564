"""Helpers to call the sandbox's Web API and to name its channels and people."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox import Sandbox

Json = dict[str, Any]


async def refusal(call: Awaitable[Any]) -> Json:
    """The body with which a call is refused."""
    with pytest.raises(SlackApiError) as refused:
        await call
    body: Json = refused.value.response.data
    return body


async def error_of(call: Awaitable[Any]) -> str:
    """Slack's name for the refusal of a call."""
    return str((await refusal(call))["error"])


def channel(sandbox: Sandbox, name: str) -> str:
    return sandbox.workplace.channel(name).id


def user(sandbox: Sandbox, name: str) -> str:
    return sandbox.person(name).user.id
