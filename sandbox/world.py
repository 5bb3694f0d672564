"""The state of the sandbox: workspaces, their people, conversations, messages and views. Data only."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import BaseModel, Field

SLACKBOT = "USLACKBOT"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Json = dict[str, Any]


class Workspace(BaseModel):
    """A Slack team."""

    id: str
    name: str
    domain: str


class User(BaseModel):
    """A person or the app's bot, of one workspace. `tz` is an IANA name, `locale` such as fr-FR."""

    id: str
    workspace: str
    handle: str
    real_name: str
    title: str = ""
    email: str = ""
    locale: str = "en-US"
    tz: str = "Europe/London"
    color: str = "4a6fa5"
    role: str = ""
    is_guest: bool = False
    is_bot: bool = False
    is_admin: bool = False
    deactivated: bool = False
    updated: int = 0


class Installation(BaseModel):
    """The app in one workspace."""

    workspace: str
    app_id: str
    bot_id: str
    bot_user: str
    token: str
    active: bool = True


class Conversation(BaseModel):
    """A public or private channel, or a direct message of two. `read` maps a user to the last time they have read."""

    id: str
    workspace: str
    kind: Literal["channel", "private", "im"]
    name: str = ""
    topic: str = ""
    creator: str = ""
    created: int = 0
    members: list[str] = Field(default_factory=list)
    archived: bool = False
    read: dict[str, str] = Field(default_factory=dict)


class File(BaseModel):
    """An uploaded file. `content` is base64; None until it was uploaded. `given_to` are bots that got it in a form."""

    id: str
    workspace: str
    name: str
    title: str = ""
    size: int = 0
    mimetype: str = "application/octet-stream"
    alt_text: str = ""
    content: str | None = None
    created: int = 0
    user: str = ""
    channels: list[str] = Field(default_factory=list)
    given_to: list[str] = Field(default_factory=list)
    complete: bool = False


class Message(BaseModel):
    """A message. `only_for` is the one user who sees an ephemeral one; `pings` are the names it would have alerted."""

    ts: str
    conversation: str
    user: str
    text: str = ""
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    only_for: str | None = None
    edited: bool = False
    deleted: bool = False
    files: list[str] = Field(default_factory=list)
    metadata: Json | None = None
    response_to: str | None = None
    subtype: str | None = None
    reactions: list[Json] = Field(default_factory=list)
    pings: list[str] = Field(default_factory=list)


class View(BaseModel):
    """A modal or Home tab of one user. `errors` maps blocks to the texts at their fields, `banner` is about it all."""

    id: str
    workspace: str
    user: str
    hash: str
    payload: Json
    external_id: str = ""
    previous: str | None = None
    root: str = ""
    errors: dict[str, str] = Field(default_factory=dict)
    banner: str | None = None

    @property
    def blocks(self) -> list[Json]:
        """The blocks, each with its block_id."""
        blocks: list[Json] = self.payload["blocks"]
        return blocks


class UserGroup(BaseModel):
    """A user group such as @reviewers."""

    id: str
    workspace: str
    handle: str
    name: str
    members: list[str] = Field(default_factory=list)
    disabled: bool = False


class World(BaseModel):
    """Everything there is. Kept as one JSON document. `finished`: the story that it begins with was told."""

    home: str = ""
    workspaces: dict[str, Workspace] = Field(default_factory=dict)
    users: dict[str, User] = Field(default_factory=dict)
    installations: dict[str, Installation] = Field(default_factory=dict)
    conversations: dict[str, Conversation] = Field(default_factory=dict)
    messages: dict[str, list[Message]] = Field(default_factory=dict)
    views: dict[str, View] = Field(default_factory=dict)
    stacks: dict[str, list[str]] = Field(default_factory=dict)
    homes: dict[str, str] = Field(default_factory=dict)
    files: dict[str, File] = Field(default_factory=dict)
    groups: dict[str, UserGroup] = Field(default_factory=dict)
    last_number: int = 0
    offset_seconds: float = 0.0
    finished: bool = False

    def new_id(self, prefix: str) -> str:
        """An identifier that looks like Slack's, such as U0A00001C."""
        self.last_number += 1
        number, digits = self.last_number * 36 + 10, ""
        while number:
            number, digit = divmod(number, 36)
            digits = _DIGITS[digit] + digits
        return f"{prefix}0{digits:0>8}"

    def people(self, workspace: str) -> list[User]:
        """The people of a workspace, without bots, in the order they came."""
        return [user for user in self.users.values() if user.workspace == workspace and not user.is_bot]

    def installation_in(self, workspace: str) -> Installation | None:
        """The app's installation in a workspace, if it is there and active."""
        matches = (one for one in self.installations.values() if one.workspace == workspace and one.active)
        return next(matches, None)

    def conversations_of(self, user: str) -> list[Conversation]:
        """The conversations the user is a member of."""
        return [one for one in self.conversations.values() if user in one.members]

    def channel_named(self, workspace: str, name: str) -> Conversation | None:
        """A channel by its name, with or without the hash sign."""
        wanted = name.removeprefix("#")
        matches = (c for c in self.conversations.values() if c.workspace == workspace and c.kind != "im")
        return next((channel for channel in matches if channel.name == wanted), None)

    def direct(self, one: str, other: str) -> Conversation:
        """The direct messages between two users, made when they do not exist yet."""
        for conversation in self.conversations.values():
            if conversation.kind == "im" and set(conversation.members) == {one, other}:
                return conversation
        workspace = self.users[one].workspace
        made = Conversation(id=self.new_id("D"), workspace=workspace, kind="im", members=[one, other])
        self.conversations[made.id] = made
        return made

    def all_messages(self, conversation: str) -> list[Message]:
        """Everything ever posted in a conversation, oldest first, replies and deleted ones included."""
        return self.messages.setdefault(conversation, [])

    def message(self, conversation: str, ts: str) -> Message | None:
        """One message that is still there."""
        return next((m for m in reversed(self.all_messages(conversation)) if m.ts == ts and not m.deleted), None)

    def seen_by(self, user: str, conversation: str) -> Iterator[Message]:
        """What a user sees in a conversation and its threads, oldest first."""
        for message in self.all_messages(conversation):
            if not message.deleted and message.only_for in (None, user):
                yield message

    def replies(self, conversation: str, parent: str) -> Iterable[Message]:
        """The replies of a thread, without its first message and without ephemeral ones."""
        return itertools.chain(
            m
            for m in self.all_messages(conversation)
            if m.thread_ts == parent and m.ts != parent and not m.deleted and m.only_for is None
        )

    def stack(self, user: str) -> list[View]:
        """A user's open modals, the lowest first."""
        return [self.views[view] for view in self.stacks.get(user, [])]

    def home_of(self, user: str) -> View | None:
        """The Home tab the app has published for a user."""
        view = self.homes.get(user)
        return self.views[view] if view else None
