"""The app as its manifest describes it to Slack."""

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Command:
    """A slash command of the manifest."""

    command: str
    hint: str
    description: str


@dataclass(frozen=True)
class Manifest:
    """What the sandbox needs of `app_manifest.yml`.

    `scopes`, `events` and `commands` are None when there is no manifest; everything is then allowed.
    """

    name: str = "Partner Desk"
    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None
    commands: tuple[Command, ...] | None = None
    raw: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Manifest":
        """Read a manifest file; without one, an app that may do everything."""
        if not path.exists():
            return cls()
        raw = _read(path.read_text(encoding="utf-8"))
        features = raw.get("features", {})
        subscriptions = raw.get("settings", {}).get("event_subscriptions", {})
        return cls(
            name=features.get("bot_user", {}).get("display_name") or raw.get("display_information", {}).get("name"),
            scopes=frozenset(raw.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
            events=frozenset(subscriptions.get("bot_events", [])),
            commands=tuple(
                Command(entry["command"], entry.get("usage_hint", ""), entry.get("description", ""))
                for entry in features.get("slash_commands", [])
            ),
            raw=raw,
        )

    def knows_command(self, command: str) -> bool:
        """Whether Slack would send this slash command to the app."""
        return self.commands is None or any(known.command == command for known in self.commands)

    def wants_event(self, subscription: str) -> bool:
        """Whether the app subscribed to an event, named as in the manifest (`message.im`)."""
        return self.events is None or subscription in self.events

    def lacks_scopes(self, needed: frozenset[str]) -> frozenset[str]:
        """Which of the needed bot scopes the app was not given."""
        return frozenset() if self.scopes is None else needed - self.scopes


@lru_cache
def _read(text: str) -> dict[str, Any]:
    """What a manifest says; nobody may change it, since the next one to ask gets the same."""
    raw: dict[str, Any] = yaml.safe_load(text) or {}
    return raw
