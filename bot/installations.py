"""Where the bot is installed: in the home workspace by its token, in others by OAuth."""

import asyncio

from cryptography.fernet import Fernet
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from handlers.clients import Installation
from programme.desk import Desk
from programme.workspaces import installed


class Installations:
    """Finds the bot's installation in a workspace.

    Args:
        client: carries the home workspace's token.
        key: what other workspaces' tokens are encrypted with; None where only the home workspace is served.
    """

    def __init__(self, desk: Desk, client: AsyncWebClient, key: Fernet | None) -> None:
        self._desk = desk
        self._client = client
        self._key = key
        self._home: Installation | None = None
        self._asking = asyncio.Lock()

    async def home(self) -> Installation:
        """Asks Slack once whose token it is. Raises slack_sdk's or aiohttp's errors."""
        async with self._asking:
            if self._home is None:
                answer = await self._client.auth_test()
                token = self._client.token or ""
                self._home = Installation(answer["team_id"], token, answer["bot_id"], answer["user_id"])
        return self._home

    async def of(self, workspace_id: str) -> Installation | None:
        """None where the bot is not installed."""
        home = await self.home()
        if workspace_id in ("", home.workspace_id):
            return home
        found = await installed(self._desk, self._key, workspace_id) if self._key else None
        return Installation(found.workspace_id, found.token, found.bot_id, found.bot_user_id) if found else None

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Bolt's question before each request: with which token may it be answered?"""
        installation = await self.of(team_id or "")
        if installation is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=installation.workspace_id,
            bot_token=installation.token,
            bot_id=installation.bot_id,
            bot_user_id=installation.bot_user_id,
        )
