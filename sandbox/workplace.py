"""What happens in a workspace beside the bot: channels come and go, people join, leave and change."""

import re
from collections.abc import Iterable
from typing import Any

from sandbox import cast
from sandbox.acts import CannotDo
from sandbox.core import Core
from sandbox.events import Events
from sandbox.people import find_person
from sandbox.world import Conversation, Installation, User, UserGroup

_CHANNEL_NAME = re.compile(r"[\w\-]{1,80}")


class Workplace:
    """The home workspace, changed by its people. Channels and people are named as people name them."""

    def __init__(self, core: Core, events: Events) -> None:
        self._core, self._events = core, events

    def channel(self, name: str) -> Conversation:
        """A channel by name."""
        found = self._core.world.channel_named(self._core.world.home, name)
        if found is None:
            raise CannotDo(f"There is no channel {name!r}.")
        return found

    def add_channel(
        self, name: str, members: Iterable[str], *, private: bool = False, with_bot: bool = True
    ) -> Conversation:
        """Make a channel. The first of the members made it."""
        name = name.strip().lower().removeprefix("#").replace(" ", "-")
        if not _CHANNEL_NAME.fullmatch(name):
            raise CannotDo("A channel's name has at most 80 letters, digits, hyphens and underscores.")
        if self._core.world.channel_named(self._core.world.home, name):
            raise CannotDo(f"There is a channel #{name} already.")
        names = tuple(find_person(self._core.world, one).real_name for one in members)
        place = cast.Place(name, "", tuple(dict.fromkeys(names)), private)
        channel = cast.add_channel(self._core.world, self._core.world.home, place, self._core.time())
        self._changed()
        if with_bot:
            self.invite_bot(name)
        return channel

    def archive(self, name: str, *, by: str | None = None) -> None:
        """Put a channel into the archive."""
        self._set_archived(name, by, archived=True)

    def unarchive(self, name: str, *, by: str | None = None) -> None:
        """Bring a channel back."""
        self._set_archived(name, by, archived=False)

    def _set_archived(self, name: str, by: str | None, *, archived: bool) -> None:
        channel = self.channel(name)
        channel.archived = archived
        actor = find_person(self._core.world, by).id if by else channel.creator
        self._events.archived(channel, actor, back=not archived)
        self._changed()

    def invite(self, name: str, person: str) -> None:
        """Let a person into a channel."""
        self._join(self.channel(name), find_person(self._core.world, person))

    def remove(self, name: str, person: str) -> None:
        """Take a person out of a channel."""
        self._leave(self.channel(name), find_person(self._core.world, person))

    def invite_bot(self, name: str) -> None:
        """Let the app into a channel."""
        self._join(self.channel(name), self._bot)

    def remove_bot(self, name: str) -> None:
        """Take the app out of a channel."""
        self._leave(self.channel(name), self._bot)

    def _join(self, channel: Conversation, user: User) -> None:
        if user.id not in channel.members:
            channel.members.append(user.id)
            self._events.membership(user, channel, joined=True, by=channel.creator)
            self._changed()

    def _leave(self, channel: Conversation, user: User) -> None:
        if user.id in channel.members:
            channel.members.remove(user.id)
            self._events.membership(user, channel, joined=False)
            self._changed()

    def add_person(self, part: cast.Part) -> User:
        """Somebody new comes to the workspace."""
        world = self._core.world
        user = cast.add_person(world, world.home, part, self._core.time())
        self._core.changes.tell("people")
        return user

    def change_person(self, name: str, **fields: Any) -> None:
        """Change a person's locale, time zone, e-mail address and so on; `deactivated=True` when they have left."""
        user = find_person(self._core.world, name)
        for field, value in fields.items():
            if field not in User.model_fields:
                raise CannotDo(f"A person has no {field}.")
            setattr(user, field, value)
        user.updated = self._core.time()
        self._events.changed(user)
        self._core.changes.tell("people")

    def add_group(self, handle: str, members: Iterable[str]) -> UserGroup:
        """Make a user group."""
        world = self._core.world
        ids = [find_person(world, name).id for name in members]
        group = UserGroup(id=world.new_id("S"), workspace=world.home, handle=handle, name=handle, members=ids)
        world.groups[group.id] = group
        return group

    def uninstall(self) -> None:
        """Remove the app from the workspace; its token is good for nothing from now on."""
        installation = self._installation
        self._events.uninstalled(installation.workspace)
        installation.active = False
        self._core.changes.tell("bot")

    @property
    def _installation(self) -> Installation:
        found = self._core.world.installation_in(self._core.world.home)
        if found is None:
            raise CannotDo("The app is not installed here.")
        return found

    @property
    def _bot(self) -> User:
        return self._core.world.users[self._installation.bot_user]

    def _changed(self) -> None:
        self._core.changes.tell("conversations")
