"""views.*"""

from typing import Any

from sandbox import views
from sandbox.blocks import Surface
from sandbox.core import SlackRefused
from sandbox.tickets import Trigger
from sandbox.web_api.call import Call, method
from sandbox.world import View

Json = dict[str, Any]


def _payload(call: Call) -> Json:
    payload = call.json("view")
    if not isinstance(payload, dict):
        raise SlackRefused("invalid_arguments", ["[ERROR] missing required field: view"])
    return payload


def _trigger(call: Call) -> Trigger:
    trigger = views.use_trigger(call.core, call.text("trigger_id", None))
    if trigger.workspace != call.workspace.id:
        raise SlackRefused("invalid_trigger_id")
    return trigger


def _open(call: Call, trigger: Trigger, payload: Json) -> Json:
    user = trigger.user
    within = trigger.view in call.core.world.stacks.get(user, [])
    view = views.open_modal(call.core, user, payload, on_top=within)
    return {"view": views.to_slack(call.core, view)}


@method("views.open")
async def open_(call: Call) -> Json:
    """Open a modal. From within a modal it goes on top of that, as views.push does."""
    payload = _payload(call)
    views.check(call.core, payload, Surface.MODAL)
    return _open(call, _trigger(call), payload)


@method("views.push")
async def push(call: Call) -> Json:
    """Put a modal on top of the one in which something was done."""
    payload = _payload(call)
    views.check(call.core, payload, Surface.MODAL)
    trigger = _trigger(call)
    if trigger.view not in call.core.world.stacks.get(trigger.user, []):
        raise SlackRefused("not_found")
    return _open(call, trigger, payload)


@method("views.update")
async def update(call: Call) -> Json:
    """Replace what a view shows."""
    view = _find(call)
    payload = _payload(call)
    views.check(call.core, payload, Surface(view.payload["type"]), besides=view.id)
    _same_hash(call, view)
    views.update(call.core, view, payload)
    return {"view": views.to_slack(call.core, view)}


def _find(call: Call) -> View:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise SlackRefused("invalid_arguments", ["[ERROR] missing required field: view_id"])
    for view in call.core.world.views.values():
        is_it = view.id == view_id if view_id else view.external_id == external_id
        if is_it and view.workspace == call.workspace.id and views.is_open(call.core, view):
            return view
    raise SlackRefused("not_found")


def _same_hash(call: Call, view: View) -> None:
    if call.text("hash") not in ("", view.hash):
        raise SlackRefused("hash_conflict")


@method("views.publish")
async def publish(call: Call) -> Json:
    """Show a Home tab to a person."""
    user = call.user(call.text("user_id", None))
    if user.is_bot or user.deactivated:
        raise SlackRefused("user_not_found")
    payload = _payload(call)
    present = call.core.world.home_of(user.id)
    views.check(call.core, payload, Surface.HOME, besides=present.id if present else None)
    if present:
        _same_hash(call, present)
    view = views.publish(call.core, user.id, payload)
    return {"view": views.to_slack(call.core, view)}
