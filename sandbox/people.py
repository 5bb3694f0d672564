"""Finding people and places by the names that people use."""

from sandbox.world import Conversation, User, World


def find_person(world: World, name: str) -> User:
    """A person by first name or full name, of the home workspace first. AssertionError names those who are there."""
    everybody = sorted((u for u in world.users.values() if not u.is_bot), key=lambda u: u.workspace != world.home)
    for user in everybody:
        if name in (user.real_name, user.real_name.split()[0]):
            return user
    raise AssertionError(f"There is no {name!r} here, only {', '.join(user.real_name for user in everybody)}.")


def find_place(world: World, user: User, where: str) -> Conversation:
    """A conversation as the user names it: `#channel`, `DM` (with the app), or the name of a person."""
    mine = world.conversations_of(user.id)
    if where == "DM":
        bot = world.installation_in(user.workspace)
        if bot is None:
            raise AssertionError("The app is not installed in this workspace.")
        return world.direct(user.id, bot.bot_user)
    channel = next((one for one in mine if one.kind != "im" and one.name == where.removeprefix("#")), None)
    if channel is not None:
        return channel
    if where.startswith("#"):
        names = ", ".join(f"#{one.name}" for one in mine if one.kind != "im")
        raise AssertionError(f"{user.real_name} sees no {where}, only {names}.")
    return world.direct(user.id, find_person(world, where).id)
