"""What went wrong with a call to Slack, as a type that says what to do about it."""

import asyncio

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

CHANNEL_GONE = {
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "restricted_action",
    "cannot_dm_bot",
    "user_not_found",
}
TOKEN_GONE = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "team_access_not_granted",
}
PASSING = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
NETWORK = (ClientError, asyncio.TimeoutError, OSError)


class SlackTrouble(Exception):
    """A call to Slack did not work out, for good: trying again changes nothing.

    Args:
        code: Slack's own word for it.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ChannelGone(SlackTrouble):
    """Nothing can be posted there until somebody changes something in Slack."""


class TokenGone(SlackTrouble):
    """The workspace has taken back our token."""


class Passing(SlackTrouble):
    """It may work in a while. Slack may have done what we asked all the same: the answer is what got lost."""


class RateLimited(Passing):
    """Too many calls.

    Args:
        seconds: how long Slack wants us to wait.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds


SLACK_ERRORS = (SlackClientError, *NETWORK)


def trouble(error: Exception) -> SlackTrouble:
    """The type for an error that a call of slack_sdk raised (one of SLACK_ERRORS)."""
    if not isinstance(error, SlackApiError):
        return Passing(type(error).__name__)
    response = error.response
    # slack_sdk's own response, or aiohttp's where the answer was no JSON; a server in trouble answers with a page.
    status: int = getattr(response, "status_code", getattr(response, "status", 200))
    data = getattr(response, "data", None)
    code = str(data.get("error", "unknown")) if isinstance(data, dict) else None
    if status == 429 or code == "ratelimited":
        return RateLimited(int(response.headers.get("Retry-After", 1)))
    if status >= 500 or code is None or code in PASSING:
        return Passing(code or f"http_{status}")
    if code in TOKEN_GONE:
        return TokenGone(code)
    return ChannelGone(code) if code in CHANNEL_GONE else SlackTrouble(code)
