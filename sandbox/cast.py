"""The people and channels that the sandbox starts with."""

import secrets
from dataclasses import dataclass

from sandbox.world import SLACKBOT, Conversation, Installation, User, Workspace, World

BOT = "Partner Desk"
REVIEW_CHANNEL = "partner-reviews"


@dataclass(frozen=True)
class Part:
    """One person of the cast."""

    name: str
    title: str
    role: str
    locale: str
    tz: str
    color: str
    domain: str
    is_guest: bool = False
    is_admin: bool = False


@dataclass(frozen=True)
class Place:
    """One channel. `members` are names of the cast, or BOT."""

    name: str
    topic: str
    members: tuple[str, ...]
    private: bool = False


# Whoever opens the page is the first of them.
PEOPLE = (
    Part("Emma Clarke", "Clarke & Sons, Leeds", "partner", "en-GB", "Europe/London", "7b3fa0", "clarke.example"),
    Part(
        "Anna Richter",
        "Partner manager",
        "reviewer",
        "de-DE",
        "Europe/Berlin",
        "4a154b",
        "nordlicht.example",
        False,
        True,
    ),
    Part("Ben Okafor", "Partner manager", "reviewer", "en-GB", "Europe/London", "2f6f4e", "nordlicht.example"),
    Part("Camille Laurent", "Laurent Conseil", "applicant", "fr-FR", "Europe/Paris", "b5482a", "laurent.example"),
    Part("Hugo Petit", "Laurent Conseil", "colleague", "fr-FR", "Europe/Paris", "1f6fb2", "laurent.example"),
    Part("Jonas Weber", "Weber IT, Köln", "applicant", "de-DE", "Europe/Berlin", "8a6d00", "weber.example"),
    Part("Priya Nair", "Brightdesk, Dublin", "applicant", "en-IE", "Europe/Dublin", "0e7c86", "brightdesk.example"),
    Part("Greta Lind", "Guest", "guest", "en-US", "Europe/Stockholm", "5c6670", "lind.example", is_guest=True),
)

_EVERYBODY = tuple(part.name for part in PEOPLE)
PLACES = (
    Place("general", "News for everybody", (*_EVERYBODY, BOT)),
    Place(REVIEW_CHANNEL, "Applications and what became of them", ("Anna Richter", "Ben Okafor", BOT), private=True),
    Place("laurent-alerts", "Trials and renewals of Laurent Conseil", ("Camille Laurent", "Hugo Petit", BOT)),
    Place("clarke-alerts", "Trials and renewals of Clarke & Sons", ("Emma Clarke", BOT)),
    Place("weber-partner", "Weber IT and us", ("Jonas Weber", BOT)),
)


def nordlicht(now: int) -> World:
    """The home workspace of the vendor, with the app installed. `now` is in seconds since 1970."""
    world = World()
    home = add_workspace(world, "Nordlicht Software", "nordlicht", now)
    world.home = home.id
    for part in PEOPLE:
        add_person(world, home.id, part, now)
    for place in PLACES:
        add_channel(world, home.id, place, now)
    return world


def add_workspace(world: World, name: str, domain: str, now: int, *, with_app: bool = True) -> Workspace:
    """A workspace, with the app installed unless it is to come later."""
    workspace = Workspace(id=world.new_id("T"), name=name, domain=domain)
    world.workspaces[workspace.id] = workspace
    if with_app:
        install(world, workspace.id, now)
    return workspace


def install(world: World, workspace: str, now: int) -> Installation:
    """The app in a workspace, installed now or before; it comes back after it was removed."""
    known = next((one for one in world.installations.values() if one.workspace == workspace), None)
    if known:
        known.active = True
        return known
    bot = User(
        id=world.new_id("U"),
        workspace=workspace,
        handle="partner_desk",
        real_name=BOT,
        is_bot=True,
        color="0b6e8e",
        updated=now,
    )
    world.users[bot.id] = bot
    token = f"xoxb-{secrets.randbelow(10**12)}-{secrets.token_hex(16)}"
    installation = Installation(
        workspace=workspace, app_id=_app_id(world), bot_id=world.new_id("B"), bot_user=bot.id, token=token
    )
    world.installations[token] = installation
    return installation


def _app_id(world: World) -> str:
    """The app is one and the same in all workspaces."""
    known = next(iter(world.installations.values()), None)
    return known.app_id if known else world.new_id("A")


def add_person(world: World, workspace: str, part: Part, now: int) -> User:
    """A person of a workspace, with their direct messages with the app."""
    handle = part.name.split()[0].lower()
    user = User(
        id=world.new_id("U"),
        workspace=workspace,
        handle=handle,
        real_name=part.name,
        title=part.title,
        email=f"{handle}@{part.domain}",
        locale=part.locale,
        tz=part.tz,
        color=part.color,
        role=part.role,
        is_guest=part.is_guest,
        is_admin=part.is_admin,
        updated=now,
    )
    world.users[user.id] = user
    bot = world.installation_in(workspace)
    if bot:
        world.direct(user.id, bot.bot_user)
    return user


def add_channel(world: World, workspace: str, place: Place, now: int) -> Conversation:
    """A channel of a workspace."""
    ids = {user.real_name: user.id for user in world.users.values() if user.workspace == workspace}
    members = [ids[name] for name in place.members]
    channel = Conversation(
        id=world.new_id("C"),
        workspace=workspace,
        kind="private" if place.private else "channel",
        name=place.name,
        topic=place.topic,
        creator=members[0] if members else SLACKBOT,
        created=now,
        members=members,
    )
    world.conversations[channel.id] = channel
    return channel
