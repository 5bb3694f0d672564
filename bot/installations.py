"""Where the bot is installed: in the home workspace by its token, in others by OAuth."""

import asyncio

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.web.async_client import AsyncWebClient

from handlers.clients import Installation


class Installations:
    """Finds the bot's installation in a workspace.

    Args:
        client: carries the home workspace's token.
        store: what OAuth has installed; None where only the home workspace is served.
    """

    def __init__(self, client: AsyncWebClient, store: AsyncInstallationStore | None) -> None:
        self._client = client
        self._store = store
        self._home: Installation | None = None
        self._asking = asyncio.Lock()

    async def home(self) -> Installation:
        """Asks Slack once whose token it is. Raises slack_sdk's or aiohttp's errors."""
        async with self._asking:
            if self._home is None:
                answer = await self._client.auth_test()
                self._home = Installation(
                    answer["team_id"], self._client.token or "", answer["bot_id"], answer["user_id"]
                )
        return self._home

    async def of(self, workspace_id: str) -> Installation | None:
        home = await self.home()
        if workspace_id in ("", home.workspace_id):
            return home
        if self._store is None:
            return None
        bot = await self._store.async_find_bot(enterprise_id=None, team_id=workspace_id)
        return Installation(workspace_id, bot.bot_token, bot.bot_id, bot.bot_user_id) if bot else None

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
