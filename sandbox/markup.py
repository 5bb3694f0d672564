"""Slack's text markup: what it shows, and whom it would alert."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sandbox.world import SLACKBOT, World

Json = dict[str, Any]

_ANGLED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_ITALIC = re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])")
_STRIKE = re.compile(r"(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])")
_CODE = re.compile(r"(`{3}|`)(.+?)\1", re.DOTALL)
_LOUD_NAMES = re.compile(r"(?<![\w.])@(channel|here|everyone)\b")
_DATE_PARTS = {
    "{date_num}": "%Y-%m-%d",
    "{date}": "%B %-d, %Y",
    "{date_short}": "%b %-d, %Y",
    "{date_long}": "%A, %B %-d, %Y",
    "{date_pretty}": "%B %-d, %Y",
    "{date_short_pretty}": "%b %-d, %Y",
    "{date_long_pretty}": "%A, %B %-d, %Y",
    "{time}": "%H:%M",
    "{time_secs}": "%H:%M:%S",
}


def unescape(text: str) -> str:
    """The three entities that Slack knows, as characters."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """What Slack does to the text a person types."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def visible(text: str, world: World) -> str:
    """What a person reads: mentions as names, links as their labels, without the marks of bold, italic and code."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group(2))
        return f"\0{len(kept) - 1}\0"

    text = _CODE.sub(keep, text)
    for style in (_BOLD, _ITALIC, _STRIKE):
        text = style.sub(r"\1", text)
    text = re.sub("\0(\\d+)\0", lambda match: kept[int(match.group(1))], text)
    return unescape(_ANGLED.sub(lambda match: _angled(match, world), text))


def links(text: str) -> list[tuple[str, str]]:
    """The links of a text: what is shown, and where it leads."""
    found = _ANGLED.finditer(text)
    return [(unescape(m[2] or m[1]), unescape(m[1])) for m in found if m[1][0] not in "@#!"]


def _angled(match: re.Match[str], world: World) -> str:
    target, label = match.group(1), match.group(2)
    if target.startswith("@"):
        return "@" + name_of(target[1:], world)
    if target.startswith("#"):
        channel = world.conversations.get(target[1:])
        return "#" + (channel.name if channel else label or "unknown")
    if target.startswith("!date^"):
        return _date(target, label or "")
    if target.startswith("!"):
        return _special(target[1:], label, world)
    return label or target.removeprefix("mailto:")


def _special(target: str, label: str | None, world: World) -> str:
    name, _, group = target.partition("^")
    if name == "subteam":
        return "@" + (world.groups[group].handle if group in world.groups else label or "unknown")
    return label or f"@{name}"


def _date(target: str, fallback: str) -> str:
    try:
        _, seconds, form = target.split("^")[:3]
        moment = datetime.fromtimestamp(int(seconds), UTC)
    except ValueError:
        return fallback
    if "{ago}" in form:  # this picture stands still
        return fallback
    for token, pattern in _DATE_PARTS.items():
        form = form.replace(token, moment.strftime(pattern))
    return form


def name_of(user: str, world: World) -> str:
    """The name people know a user by."""
    if user == SLACKBOT:
        return "Slackbot"
    known = world.users.get(user)
    return known.real_name if known else "unknown"


def pings(text: str, blocks: list[Json] | None, world: World, *, names_too: bool = False) -> list[str]:
    """Whom a message would alert: `@channel` and the like, people, groups. `names_too` is Slack's `link_names`."""
    found: list[str] = []
    for piece in [text, *_markup_in(blocks or [])]:
        for target, _ in _ANGLED.findall(piece):
            if target.startswith("@") or (target.startswith("!") and not target.startswith("!date")):
                found.append(_angled_name(target, world))
        if names_too:
            found += [f"@{name}" for name in _LOUD_NAMES.findall(piece)]
    found += _rich_pings(blocks or [], world)
    return list(dict.fromkeys(found))


def _angled_name(target: str, world: World) -> str:
    if target.startswith("@"):
        return "@" + name_of(target[1:], world)
    return _special(target[1:], None, world)


def _markup_in(value: Any) -> Iterator[str]:
    """Every text in blocks in which Slack looks for markup."""
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "markdown") and isinstance(value.get("text"), str):
            yield value["text"]
        for part in value.values():
            yield from _markup_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _markup_in(part)


def _rich_pings(value: Any, world: World) -> list[str]:
    if isinstance(value, list):
        return [ping for part in value for ping in _rich_pings(part, world)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "broadcast":
        return [f"@{value['range']}"]
    if value.get("type") == "user" and "user_id" in value:
        return ["@" + name_of(value["user_id"], world)]
    return [ping for part in value.values() for ping in _rich_pings(part, world)]
