"""The README names everything that there is to know."""

from pathlib import Path

import yaml

from bot.command_line import parser
from bot.settings import Settings
from programme.alerts import KINDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_slash_command_is_in_the_readme() -> None:
    manifest = yaml.safe_load((ROOT / "app_manifest.yml").read_text(encoding="utf-8"))
    commands = [command["command"] for command in manifest["features"]["slash_commands"]]
    assert len(commands) == 10
    assert [command for command in commands if f"`{command}" not in README] == []


def test_every_setting_is_in_the_readme() -> None:
    names = [name.upper() for name in Settings.model_fields]
    assert [name for name in names if f"`{name}`" not in README] == []


def test_every_process_is_in_the_readme() -> None:
    (commands,) = (action.choices for action in parser()._actions if action.dest == "command")
    assert [name for name in commands or () if f"`python -m bot {name}" not in README] == []


def test_every_kind_of_alert_is_in_the_readme() -> None:
    assert [kind for kind in KINDS if f"`{kind}`" not in README] == []


def test_every_picture_of_the_readme_is_there() -> None:
    pictures = [part.partition(")")[0] for part in README.split("](")[1:]]
    assert [picture for picture in pictures if not (ROOT / picture).exists()] == []
