"""Errors of Slack's, told apart by what there is to do about them."""

from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from handlers.slack_errors import ChannelGone, Passing, RateLimited, SlackTrouble, TokenGone, trouble


def answer(data: Any, status: int = 200, **headers: str) -> SlackApiError:
    """An answer as slack_sdk hands it over."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    response = SimpleNamespace(data=data, status_code=status, headers=given)
    return SlackApiError("refused", response)  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (answer({"ok": False, "error": "is_archived"}), ChannelGone, "is_archived"),
        (answer({"ok": False, "error": "token_revoked"}), TokenGone, "token_revoked"),
        (answer({"ok": False, "error": "invalid_blocks"}), SlackTrouble, "invalid_blocks"),
        (answer({"ok": False, "error": "fatal_error"}), Passing, "fatal_error"),
        (answer({"ok": False, "error": "internal_error"}, 500), Passing, "internal_error"),
        (answer("<h1>Bad gateway</h1>", 502), Passing, "http_502"),
        (answer({"ok": False, "error": "ratelimited"}, 429, Retry_After="7"), RateLimited, "ratelimited"),
        (answer("Slow down", 429, Retry_After="7"), RateLimited, "ratelimited"),
        (TimeoutError(), Passing, "TimeoutError"),
        (ConnectionResetError(), Passing, "ConnectionResetError"),
    ],
)
def test_what_is_to_be_done(error: Exception, kind: type[SlackTrouble], code: str) -> None:
    found = trouble(error)
    assert (type(found), found.code) == (kind, code)


def test_an_answer_that_is_no_json_may_have_been_lost_on_the_way() -> None:
    """slack_sdk hands over aiohttp's response then, which has another shape."""
    cut_off = SimpleNamespace(status=200, headers={})
    found = trouble(SlackApiError("Failed to read", cut_off))  # type: ignore[no-untyped-call]
    assert (type(found), found.code) == (Passing, "http_200")


def test_slack_says_how_long_to_wait() -> None:
    found = trouble(answer({"ok": False, "error": "ratelimited"}, 429, Retry_After="7"))
    assert isinstance(found, RateLimited)
    assert found.seconds == 7
