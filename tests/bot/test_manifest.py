"""What Slack is told of the app, and what the app does: the same."""

import ast
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot import oauth
from handlers import assembly

ROOT = Path(__file__).parents[2]
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "app_manifest.yml").read_text(encoding="utf-8"))

# The scopes of each Web API method for a bot token: those for public and for private channels, where Slack parts them.
SCOPES: dict[str, set[str]] = {
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    # files:read is what a file_input asks for, and what its file is fetched with.
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
OF_EVENTS = {
    "app_home_opened": set[str](),
    "app_uninstalled": set[str](),
    "channel_archive": {"channels:read"},
    "channel_unarchive": {"channels:read"},
    "group_archive": {"groups:read"},
    "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "tokens_revoked": set[str](),
    "user_change": {"users:read"},
}


class Register:
    """Takes listeners as a Bolt app does, and keeps what they listen to."""

    def __init__(self) -> None:
        self.found: dict[str, set[str]] = defaultdict(set)

    def __getattr__(self, kind: str) -> Callable[[str], Callable[[Any], Any]]:
        def take(name: str) -> Callable[[Any], Any]:
            self.found[kind].add(name)
            return lambda listener: listener

        return take


def listeners() -> dict[str, set[str]]:
    register: Any = Register()
    for feature in assembly.FEATURES:
        feature.register(register)
    found: dict[str, set[str]] = register.found
    return found


def calls() -> Iterator[ast.Call]:
    for file in sorted([*ROOT.glob("handlers/*.py"), *ROOT.glob("bot/*.py")]):
        yield from (n for n in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(n, ast.Call))


def constants(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def test_the_commands_are_those_of_the_manifest() -> None:
    commands = [command["command"] for command in MANIFEST["features"]["slash_commands"]]
    assert listeners()["command"] == set(commands)
    assert len(commands) == len(set(commands)) == 10


def test_the_events_are_those_of_the_manifest() -> None:
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert listeners()["event"] == set(events)


def test_everything_arrives_at_one_address() -> None:
    settings, commands = MANIFEST["settings"], MANIFEST["features"]["slash_commands"]
    interactivity = settings["interactivity"]
    addresses = {command["url"] for command in commands} | {settings["event_subscriptions"]["request_url"]}
    addresses |= {interactivity["request_url"], interactivity["message_menu_options_url"]}
    assert addresses == {"https://desk.example/slack/events"}
    assert interactivity["is_enabled"]


def test_commands_arrive_as_they_were_typed() -> None:
    """With should_escape, Slack makes a link of the domain that somebody types."""
    assert not any(command["should_escape"] for command in MANIFEST["features"]["slash_commands"])


def test_the_scopes_are_those_that_the_calls_need() -> None:
    known = {name for name in dir(AsyncWebClient) if "_" in name and not name.startswith("_")}
    families = {name.partition("_")[0] for name in SCOPES}
    called = {
        call.func.attr for call in calls()
        if isinstance(call.func, ast.Attribute) and call.func.attr in known
        and call.func.attr.partition("_")[0] in families
    }  # fmt: skip
    assert called == SCOPES.keys()
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    needed = {"commands"}.union(*SCOPES.values(), *(OF_EVENTS[event] for event in events))
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_whoever_installs_it_is_asked_for_the_same() -> None:
    assert list(oauth.SCOPES) == MANIFEST["oauth_config"]["scopes"]["bot"]


def test_every_button_does_something_and_nothing_waits_for_no_button() -> None:
    buttons: set[str] = set()
    drawn: set[str] = set()
    for call in calls():
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        drawn |= set().union(*(constants(argument) for argument in call.args)) if name != "action" else set()
        drawn |= set().union(*(constants(one.value) for one in call.keywords if one.arg == "action_id"))
        place = {"button": 1, "link_button": 2}.get(name)
        if place is not None and len(call.args) > place:
            buttons |= constants(call.args[place])
    waited_for = listeners()["action"]
    # Lists have the same buttons to turn a page, each under its own name.
    turns = {name for name in buttons if name.startswith(".")}
    turned = {place + turn for place in drawn for turn in turns} & waited_for
    assert {name[name.rindex(".") :] for name in turned} == turns
    drawn |= turned
    assert buttons - turns <= waited_for
    assert waited_for <= drawn
    assert len(buttons) > 10


def test_every_form_is_taken_and_no_other() -> None:
    """A modal with a submit button has a listener; one without needs none."""
    forms: set[str] = set()
    for call in calls():
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        # What draws a form for others, with a button of its own, is told who takes it.
        if "callback" in keywords and (getattr(call.func, "attr", "") != "modal" or "submit" in keywords):
            forms |= constants(keywords["callback"])
    assert forms == listeners()["view"]
