"""What every use case needs, and who asks for it."""

from dataclasses import dataclass

from programme.catalogue import Catalogue
from programme.clock import Clock
from programme.dns import Dns
from storage.store import Store


@dataclass(frozen=True)
class Desk:
    store: Store
    clock: Clock
    catalogue: Catalogue
    dns: Dns


@dataclass(frozen=True)
class Actor:
    """Somebody in a Slack workspace. What they may do is looked up on every call, from the database."""

    workspace_id: str
    user_id: str
