"""What is chosen in an element, from the words a person would point at."""

from datetime import date, datetime, time
from typing import Any

from sandbox.people import find_person, find_place
from sandbox.screen import Control, option_text
from sandbox.world import User, World

Json = dict[str, Any]


def chosen_value(control: Control, value: Any, world: World, user: User) -> Json:
    """The fields of an action or of `state` for this choice. AssertionError when it is not offered."""
    kind = control.kind
    if kind in ("plain_text_input", "email_text_input", "url_text_input", "number_input"):
        return {"value": None if value is None else str(value)}
    if kind in ("static_select", "external_select", "radio_buttons", "overflow"):
        return {"selected_option": None if value is None else option(control, value)}
    if kind in ("multi_static_select", "multi_external_select", "checkboxes"):
        return {"selected_options": _options(control, value)}
    if kind in ("datepicker", "timepicker", "datetimepicker"):
        return _moment(kind, value)
    if kind.endswith("users_select"):
        return _several(kind, "selected_user", [find_person(world, one).id for one in _listed(value)])
    if kind == "file_input":
        return {"files": _listed(value)}
    what = "selected_channel" if kind.endswith("channels_select") else "selected_conversation"
    return _several(kind, what, [find_place(world, user, one).id for one in _listed(value)])


def option(control: Control, words: str) -> Json:
    """The choice with these words, or the only one that contains them."""
    exact = [one for one in control.options if option_text(one) == words]
    found = exact or [one for one in control.options if words in option_text(one)]
    if len(found) != 1:
        offered = [option_text(one) for one in control.options]
        raise AssertionError(f"{control.name!r} offers not one {words!r}, but {offered}.")
    return found[0]


def _options(control: Control, value: Any) -> list[Json]:
    if value is True:
        return list(control.options)
    return [option(control, words) for words in _listed(value)]


def _moment(kind: str, value: Any) -> Json:
    if isinstance(value, datetime):
        return {"selected_date_time": int(value.timestamp())}
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, time):
        value = value.strftime("%H:%M")
    return {"selected_date" if kind == "datepicker" else "selected_time": value}


def _several(kind: str, name: str, found: list[str]) -> Json:
    if kind.startswith("multi_"):
        return {f"{name}s": found}
    return {name: found[0] if found else None}


def _listed(value: Any) -> list[Any]:
    if value is None or value is False:
        return []
    return list(value) if isinstance(value, (list, tuple, set)) else [value]
