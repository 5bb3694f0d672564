"""A small, faithful Slack workspace on this machine, with a name server and a mailbox, to run the bot against.

It imports nothing of the bot: it knows the bot only over HTTP, web socket, DNS and SMTP, as the world does.
"""

from sandbox.limits import Limits
from sandbox.person import Person
from sandbox.server import Sandbox

__all__ = ["Limits", "Person", "Sandbox"]
