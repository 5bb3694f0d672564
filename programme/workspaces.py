"""The workspaces, beside the home one, that have installed the bot. Their tokens are kept encrypted."""

from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken

from programme.desk import Desk
from storage.queries import installations


@dataclass(frozen=True)
class Workspace:
    """The bot in a workspace."""

    workspace_id: str
    token: str
    bot_id: str
    bot_user_id: str


async def install(desk: Desk, key: Fernet, workspace: Workspace) -> None:
    """Keeps an installation; a second one of the same workspace takes the place of the first."""
    async with desk.store.write() as session:
        await installations.save_installation(
            session,
            workspace_id=workspace.workspace_id,
            encrypted_token=key.encrypt(workspace.token.encode()).decode(),
            bot_id=workspace.bot_id,
            bot_user_id=workspace.bot_user_id,
            installed_at=desk.clock.now(),
        )


async def installed(desk: Desk, key: Fernet, workspace_id: str) -> Workspace | None:
    """None where the bot is not installed, or the token was encrypted with another key."""
    async with desk.store.read() as session:
        found = await installations.installation(session, workspace_id)
    if found is None:
        return None
    try:
        token = key.decrypt(found.encrypted_token.encode()).decode()
    except InvalidToken:
        return None
    return Workspace(found.workspace_id, token, found.bot_id, found.bot_user_id)


async def uninstall(desk: Desk, workspace_id: str) -> None:
    """Forgets an installation, and its token with it. Doing it twice changes nothing."""
    async with desk.store.write() as session:
        await installations.remove_installation(session, workspace_id)
