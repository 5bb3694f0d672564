"""Installing the bot into workspaces of partners, by Slack's OAuth."""

import secrets
from logging import Logger, getLogger
from typing import Any
from urllib.parse import urljoin

from cryptography.fernet import Fernet, InvalidToken
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings, reveal
from programme.desk import Desk
from programme.workspaces import Workspace, install

# What the bot may do; app_manifest.yml says the same, and a test compares them.
SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
)
STATE_SECONDS = 600


class SignedStates(AsyncOAuthStateStore):
    """A state that proves by itself that we gave it out, to the process that it comes back to as well.

    Bolt holds it against the visitor's cookie too, so that nobody can use another person's.
    """

    def __init__(self, key: Fernet) -> None:
        self._key = key

    @property
    def logger(self) -> Logger:
        return getLogger(__name__)

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        return self._key.encrypt(secrets.token_bytes(16)).decode()

    async def async_consume(self, state: str) -> bool:
        try:
            self._key.decrypt(state.encode(), ttl=STATE_SECONDS)
        except InvalidToken:
            return False
        return True


class Workspaces(AsyncInstallationStore):
    """Gives what OAuth brings to the programme."""

    def __init__(self, desk: Desk, key: Fernet) -> None:
        self._desk = desk
        self._key = key

    @property
    def logger(self) -> Logger:
        return getLogger(__name__)

    async def async_save(self, installation: Installation) -> None:
        bot = installation.to_bot()
        workspace = Workspace(bot.team_id or "", bot.bot_token, bot.bot_id, bot.bot_user_id)
        await install(self._desk, self._key, workspace)


def oauth_flow(settings: Settings, desk: Desk) -> AsyncOAuthFlow | None:
    """The pages under /slack/install and /slack/oauth_redirect; None where OAuth is not set up."""
    client_secret, key = reveal(settings.slack_client_secret), reveal(settings.encryption_key)
    if not settings.slack_client_id or not client_secret or not key:
        return None
    fernet = Fernet(key)
    flow_settings = AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=client_secret,
        scopes=list(SCOPES),
        authorization_url=urljoin(settings.slack_api_url, "/oauth/v2/authorize"),
        installation_store=Workspaces(desk, fernet),
        state_store=SignedStates(fernet),
        install_page_rendering_enabled=False,
    )
    return AsyncOAuthFlow(client=AsyncWebClient(base_url=settings.slack_api_url), settings=flow_settings)
