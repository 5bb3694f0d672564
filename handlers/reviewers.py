"""Who reviews: the members of the review channel, or of the reviewers' user group."""

import asyncio
from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from handlers.clients import Clients
from programme.desk import Desk
from programme.people import name_reviewers


@dataclass
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
    _wanted: int = 0
    _known: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """Asks Slack, and writes down who reviews from now on. Raises one of SLACK_ERRORS.

        One at a time, or an older answer might be written down last. An answer that was asked for after somebody came
        is good for them too.
        """
        self._wanted += 1
        mine = self._wanted
        async with self._turn:
            if self._known < mine:
                newest = self._wanted
                await self._ask()
                self._known = newest

    async def _ask(self) -> None:
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
