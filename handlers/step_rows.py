"""The rows that a step of a customer's page lists, such as notes and contacts: the menu beside each."""

import secrets
from typing import Any

from slack_sdk.models.blocks import OverflowMenuElement

from handlers import blocks as b
from handlers.paging import an_id
from handlers.reader import Reader
from programme.refusals import Refused


def new_row() -> dict[str, Any]:
    """What the form for a new row keeps: a key of its own, so that sending it twice adds one row."""
    return {"key": secrets.token_hex(16)}


def row_menu(reader: Reader, action: str, row_id: int) -> OverflowMenuElement:
    """The menu beside a row; `chosen_row` reads what was chosen from it."""
    options = [
        b.option(reader.text("Change …"), f"change {row_id}"),
        b.option(reader.text("Remove …"), f"remove {row_id}"),
    ]
    return OverflowMenuElement(action_id=action, options=options)


def chosen_row(body: dict[str, Any], unknown: str) -> tuple[str, int]:
    """What was chosen from a row's menu, `change` or `remove`, and the row's id.

    Args:
        unknown: the reason of the Refused that is raised for a choice that is not one of ours.
    """
    what, _, number = str((body["actions"][0].get("selected_option") or {}).get("value")).partition(" ")
    if what not in ("change", "remove") or not number.isdecimal():
        raise Refused(unknown)
    return what, an_id(int(number))
