"""Files that people put into forms: Slack keeps them, and gives them to the app's token."""

from typing import Any

import structlog
from aiohttp import ClientSession, ClientTimeout
from slack_sdk.web.async_client import AsyncWebClient

from programme.refusals import Refused

log = structlog.get_logger()

PATIENCE = ClientTimeout(total=30)
OK = 200


async def download(client: AsyncWebClient, file: dict[str, Any], most: int) -> bytes:
    """The bytes of a file.

    Args:
        file: as Slack describes it in the state of a form.
        most: bytes; of a larger one so many and one more are read.
    Raises: Refused("file_not_given"), or what handlers.slack_errors names.
    """
    if not file.get("url_private_download"):  # in channels that are shared between organisations Slack says no more
        file = (await client.files_info(file=file["id"]))["file"]
    if not (address := file.get("url_private_download")):  # it stands elsewhere, such as in another service's cloud
        log.warning("file_not_given", file=file.get("id"), mode=file.get("mode"))
        raise Refused("file_not_given")
    headers = {"Authorization": f"Bearer {client.token}"}
    async with (
        ClientSession(timeout=PATIENCE) as session,
        session.get(address, headers=headers) as answer,
    ):
        # A token without the scope files:read is sent to the page where people sign in.
        if answer.status != OK or answer.history:
            log.warning("file_not_given", file=file["id"], status=answer.status, sent_on=len(answer.history))
            raise Refused("file_not_given")
        content = bytearray()
        async for part in answer.content.iter_any():
            content += part
            if len(content) > most:
                break
        return bytes(content[: most + 1])
