"""What every use case needs, and who asks for it."""

from dataclasses import dataclass
from datetime import timedelta

from programme.catalogue import Catalogue
from programme.clock import Clock
from programme.dns import Dns
from storage.outbox import LEASE
from storage.store import Store


@dataclass(frozen=True)
class Desk:
    """Args:
    lease: how long a courier may take for what it has claimed; who takes longer is taken for dead.
    """

    store: Store
    clock: Clock
    catalogue: Catalogue
    dns: Dns
    lease: timedelta = LEASE


@dataclass(frozen=True)
class Actor:
    """Somebody in a Slack workspace. What they may do is looked up on every call, from the database."""

    workspace_id: str
    user_id: str
