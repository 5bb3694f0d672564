"""Which customer is meant: the domain typed after a command, or the one that a button was made for."""

from typing import Any

from handlers.blocks import pressed
from programme.refusals import Refused
from storage.base import is_id

LONGEST_DOMAIN = 253


def command_text(body: dict[str, Any]) -> str:
    """What was typed after a command, as it was typed; Slack sends `&`, `<` and `>` as entities. Empty for a button."""
    text = str(body.get("text") or "") if "command" in body else ""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def which_customer(body: dict[str, Any]) -> str | int:
    """A domain as typed, or a customer's id; whose it is gets decided where it is looked up.

    Raises: Refused("domain_missing") with the command's usage; Refused("unknown_customer") for a button not of ours.
    """
    if "command" in body:
        if not (typed := command_text(body)):
            raise Refused("domain_missing", command=body["command"])
        return typed[:LONGEST_DOMAIN]
    value = pressed(body)
    if isinstance(value, dict):
        value = value.get("customer")
    if not is_id(value):
        raise Refused("unknown_customer")
    return value
