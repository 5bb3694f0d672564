"""The client to speak to a workspace with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack_errors import TokenGone


@dataclass(frozen=True)
class Installation:
    """The bot as it sits in a workspace."""

    workspace_id: str
    token: str
    bot_id: str
    bot_user_id: str


InstallationOf = Callable[[str], Awaitable[Installation | None]]


class Clients:
    """Gives the client of a workspace, each with that workspace's own token over one shared session.

    Args:
        plain: the client without a token that the others are made like.
        installation_of: finds the bot's installation in a workspace by its id; None where there is none.
        home: the id of the workspace that reviewers sit in.
    """

    def __init__(self, plain: AsyncWebClient, installation_of: InstallationOf, home: str) -> None:
        self._plain = plain
        self._installation_of = installation_of
        self.home = home

    async def bot_user(self, workspace_id: str) -> str | None:
        """Who the bot itself is in a workspace; None where it is not installed."""
        installation = await self._installation_of(workspace_id)
        return installation.bot_user_id if installation else None

    async def of(self, workspace_id: str) -> AsyncWebClient:
        """Raises TokenGone where the bot is not installed, or not any more."""
        installation = await self._installation_of(workspace_id)
        if installation is None:
            raise TokenGone("not_installed")
        return AsyncWebClient(
            token=installation.token,
            base_url=self._plain.base_url,
            timeout=self._plain.timeout,
            session=self._plain.session,
            # By default slack_sdk asks again when an answer is lost, and a message would be posted twice: the courier
            # looks first whether it stands there.
            retry_handlers=[],
        )
