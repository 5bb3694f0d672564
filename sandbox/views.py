"""Modals and Home tabs: opened, pushed, updated, published, closed."""

import json
import secrets
from typing import Any

from sandbox.blocks import Surface, check_view
from sandbox.core import Core, SlackRefused
from sandbox.posting import with_block_ids
from sandbox.tickets import TicketRefused, Trigger
from sandbox.world import View

Json = dict[str, Any]

MOST_VIEWS = 3
MOST_BYTES = 250_000


def check(core: Core, payload: Any, surface: Surface, *, besides: str | None = None) -> None:
    """Raise SlackRefused when Slack would not take the view. `besides` is a view that may have the same external_id."""
    if len(json.dumps(payload, ensure_ascii=False).encode()) > MOST_BYTES:
        raise SlackRefused("view_too_large")
    problems = check_view(payload, surface)
    if problems:
        raise SlackRefused("invalid_arguments", problems)
    if any(block.get("element", {}).get("type") == "file_input" for block in payload["blocks"]):
        _need_files_read(core)
    external = payload.get("external_id")
    taken = any(v.external_id == external and v.id != besides for v in core.world.views.values())
    if external and taken:
        raise SlackRefused("duplicate_external_id")


def _need_files_read(core: Core) -> None:
    """Slack's documentation asks an app that uses a file_input to have this scope."""
    if core.manifest.lacks_scopes(frozenset({"files:read"})):
        provided = ",".join(sorted(core.manifest.scopes or ()))
        raise SlackRefused("missing_scope", needed="files:read", provided=provided)


def use_trigger(core: Core, trigger_id: str) -> Trigger:
    """Exchange a trigger_id, or raise SlackRefused."""
    try:
        return core.tickets.use_trigger(trigger_id)
    except TicketRefused as refused:
        raise SlackRefused(str(refused)) from None


def open_modal(core: Core, user: str, payload: Json, *, on_top: bool) -> View:
    """Open a modal for a user, on top of those that are open, or instead of them. Raises SlackRefused."""
    stack = core.world.stack(user) if on_top else []
    if len(stack) >= MOST_VIEWS:
        raise SlackRefused("push_limit_reached")
    if not on_top:
        clear(core, user)
    view = _new(core, user, payload)
    view.previous = stack[-1].id if stack else None
    view.root = stack[0].id if stack else view.id
    core.world.stacks.setdefault(user, []).append(view.id)
    _tell(core, view)
    return view


def update(core: Core, view: View, payload: Json) -> None:
    """Replace what a view shows; the payload was checked before."""
    view.payload = _named(core, payload)
    view.external_id = payload.get("external_id") or view.external_id
    view.hash = _new_hash(core)
    view.errors, view.banner = {}, None
    _tell(core, view)


def publish(core: Core, user: str, payload: Json) -> View:
    """Show a Home tab to a user; the payload was checked before."""
    view = core.world.home_of(user)
    if view is None:
        view = _new(core, user, payload)
        view.root = view.id
        core.world.homes[user] = view.id
        _tell(core, view)
    else:
        update(core, view, payload)
    return view


def close(core: Core, user: str, view: View) -> None:
    """Close one modal; the one below it shows again."""
    stack = core.world.stacks.get(user, [])
    if view.id in stack:
        stack.remove(view.id)
        del core.world.views[view.id]
        core.changes.tell("view", only_for={user}, view=view.id)


def clear(core: Core, user: str) -> None:
    """Close all modals of a user."""
    for view in reversed(core.world.stack(user)):
        close(core, user, view)


def is_open(core: Core, view: View) -> bool:
    """Whether the user still has this view before them."""
    world = core.world
    return view.id in world.stacks.get(view.user, []) or world.homes.get(view.user) == view.id


def show_errors(core: Core, view: View, errors: dict[str, str], banner: str | None = None) -> None:
    """Show texts at the fields of a modal, or one for the whole of it."""
    view.errors, view.banner = errors, banner
    _tell(core, view)


def to_slack(core: Core, view: View, state: Json | None = None) -> Json:
    """The view as Slack gives it to the app, with the values of its inputs."""
    user = core.world.users[view.user]
    bot = core.bot_of(user)
    shown: Json = {
        "id": view.id,
        "team_id": view.workspace,
        "type": view.payload["type"],
        "blocks": view.blocks,
        "private_metadata": view.payload.get("private_metadata") or "",
        "callback_id": view.payload.get("callback_id") or "",
        "external_id": view.external_id,
        "state": {"values": state or {}},
        "hash": view.hash,
        "title": view.payload.get("title") or {"type": "plain_text", "text": "View Title", "emoji": True},
        "clear_on_close": bool(view.payload.get("clear_on_close")),
        "notify_on_close": bool(view.payload.get("notify_on_close")),
        "close": view.payload.get("close"),
        "submit": view.payload.get("submit"),
        "previous_view_id": view.previous,
        "root_view_id": view.root,
        "app_id": bot.app_id,
        "bot_id": bot.bot_id,
        "app_installed_team_id": view.workspace,
    }
    return shown


def _new(core: Core, user: str, payload: Json) -> View:
    view = View(
        id=core.world.new_id("V"),
        workspace=core.world.users[user].workspace,
        user=user,
        hash=_new_hash(core),
        payload=_named(core, payload),
        external_id=payload.get("external_id") or "",
    )
    core.world.views[view.id] = view
    return view


def _named(core: Core, payload: Json) -> Json:
    return {**payload, "blocks": with_block_ids(core, payload["blocks"]) or []}


def _new_hash(core: Core) -> str:
    return f"{core.time()}.{secrets.token_hex(4)}"


def _tell(core: Core, view: View) -> None:
    kind = "home" if view.payload["type"] == "home" else "view"
    core.changes.tell(kind, only_for={view.user}, view=view.id)
