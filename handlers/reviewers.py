"""Who reviews: the members of the review channel, or of the reviewers' user group."""

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from handlers.clients import Clients
from programme.desk import Desk
from programme.people import name_reviewers


@dataclass(frozen=True)
class Reviewers:
    """Keeps the programme's list of reviewers as Slack has it.

    Args:
        channel: the review channel, in the home workspace.
        group: a user group of the home workspace, which counts instead of the channel's members where it is given.
    """

    desk: Desk
    clients: Clients
    channel: str
    group: str | None = None

    async def refresh(self) -> None:
        """Asks Slack, and writes down who reviews from now on. Raises one of SLACK_ERRORS."""
        client = await self.clients.of(self.clients.home)
        people = await self._group(client) if self.group else await self._channel(client)
        bot = await self.clients.bot_user(self.clients.home)  # it sits in the channel, and decides nothing
        await name_reviewers(self.desk, self.clients.home, [one for one in people if one != bot])

    async def _group(self, client: AsyncWebClient) -> list[str]:
        answer = await client.usergroups_users_list(usergroup=self.group or "")
        return list(answer["users"])

    async def _channel(self, client: AsyncWebClient) -> list[str]:
        people: list[str] = []
        async for page in await client.conversations_members(channel=self.channel, limit=200):
            people += page["members"]
        return people
