"""The inputs of a view or message: their values at first, and what Slack itself says about what was filled in."""

import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
State = dict[str, dict[str, Json]]

MOST_FILES = 10
REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_URL = re.compile(r"https?://[^\s/?#.]+\.\S+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")

# For each kind of element: the key of its value in `state`, and the field that holds its first value.
VALUE_KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "file_input": ("files", ""),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "checkboxes": ("selected_options", "initial_options"),
    "radio_buttons": ("selected_option", "initial_option"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
_LISTS = {"selected_options", "selected_users", "selected_conversations", "selected_channels", "files"}


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block with each of its elements that a person can use."""
    for block in blocks:
        inside = block.get("elements", []) if block["type"] == "actions" else []
        for element in [*inside, block.get("element"), block.get("accessory")]:
            if element and element["type"] != "image":
                yield block, element


def first_values(blocks: list[Json]) -> State:
    """The state of inputs nobody has touched, in the form Slack sends it (`state.values`)."""
    state: State = {}
    for block, element in elements(blocks):
        if element["type"] in VALUE_KEYS:
            key, initial = VALUE_KEYS[element["type"]]
            value = element.get(initial, [] if key in _LISTS else None)
            state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], key: value}
    return state


def merged(blocks: list[Json], filled: State) -> State:
    """The first values, with those that a person has changed; what belongs to no element here is left out."""
    state = first_values(blocks)
    for block_id, actions in state.items():
        for action_id, before in actions.items():
            value = filled.get(block_id, {}).get(action_id)
            if value is not None and VALUE_KEYS[before["type"]][0] in value:
                actions[action_id] = {**value, "type": before["type"]}
                _empty_is_none(actions[action_id])
    return state


def _empty_is_none(value: Json) -> None:
    """Slack sends null for an input that was cleared."""
    if value.get("value") == "":
        value["value"] = None


def errors(blocks: list[Json], state: State) -> dict[str, str]:
    """What Slack shows at the fields before it sends anything to the app."""
    found = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        value = state.get(block["block_id"], {}).get(element["action_id"], {})
        problem = _error(element, value.get(VALUE_KEYS[element["type"]][0]), optional=bool(block.get("optional")))
        if problem:
            found[block["block_id"]] = problem
    return found


def _error(element: Json, value: Any, *, optional: bool) -> str | None:
    if value in (None, "", []) or (isinstance(value, str) and not value.strip()):
        return None if optional else REQUIRED
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_error(element, value)
    if kind == "email_text_input" and not _EMAIL.fullmatch(value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _URL.fullmatch(value):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _number_error(element, value)
    if kind == "file_input":
        return _file_error(element, value)
    most = element.get("max_selected_items")
    if most and len(value) > most:
        return f"You can choose at most {most}."
    return None


def _file_error(element: Json, files: list[Json]) -> str | None:
    most, kinds = element.get("max_files") or MOST_FILES, element.get("filetypes")
    if len(files) > most:
        return f"You can add at most {most} files." if most > 1 else "You can add one file only."
    if kinds and any(file["name"].rpartition(".")[2].lower() not in kinds for file in files):
        return f"Only these types of files can be added: {', '.join(kinds)}."
    return None


def _length_error(element: Json, value: str) -> str | None:
    least, most = element.get("min_length") or 0, element.get("max_length") or 3000
    if len(value) < least:
        return f"Please enter at least {least} characters."
    return f"Please enter at most {most} characters." if len(value) > most else None


def _number_error(element: Json, value: str) -> str | None:
    if not _NUMBER.fullmatch(value):
        return "Please enter a valid number."
    if "." in value and not element["is_decimal_allowed"]:
        return "Please enter a whole number."
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter a number that is at least {element['min_value']}."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter a number that is at most {element['max_value']}."
    return None
