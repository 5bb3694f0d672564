"""Files that Slack describes and does not give."""

from typing import Any, cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack_files import download
from programme.refusals import Refused


class Client:
    """Says of every file what a test has given it."""

    token = "xoxb-1"

    def __init__(self, file: dict[str, Any]) -> None:
        self._file = file

    async def files_info(self, *, file: str) -> dict[str, Any]:
        return {"file": self._file | {"id": file}}


@pytest.mark.parametrize("more", [{}, {"url_private_download": None}, {"url_private_download": ""}])
async def test_a_file_that_cannot_be_fetched_is_not_given(more: dict[str, Any]) -> None:
    """Those that stand elsewhere, such as in another service's cloud, have no such address."""
    client = cast(AsyncWebClient, Client({"mode": "external"} | more))
    with pytest.raises(Refused, match="file_not_given"):
        await download(client, {"id": "F1"}, 10)
