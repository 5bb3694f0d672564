"""What every use case needs, and who asks for it."""

from dataclasses import dataclass, field
from datetime import timedelta

from programme.catalogue import Catalogue
from programme.clock import Clock
from programme.dns import Dns
from programme.links import Links, links_for_nobody
from storage.outbox import LEASE
from storage.store import Store


@dataclass(frozen=True)
class Desk:
    """The desk that all use cases work at.

    Args:
        lease: how long a courier may take for what it has claimed; who takes longer is taken for dead.
        links: for letters to people who are not in Slack.
    """

    store: Store
    clock: Clock
    catalogue: Catalogue
    dns: Dns
    lease: timedelta = LEASE
    links: Links = field(default_factory=links_for_nobody)


@dataclass(frozen=True)
class Actor:
    """Somebody in a Slack workspace. What they may do is looked up on every call, from the database."""

    workspace_id: str
    user_id: str
