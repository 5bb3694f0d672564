"""What has already happened when the sandbox starts anew: its people have used the bot, through the same screens."""

from sandbox.server import Sandbox


async def play(_sandbox: Sandbox) -> None:
    """Act as the people of the cast, so that the first screen says something."""
