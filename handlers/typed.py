"""Which customer is meant: the domain typed after a command, or the one that a button was made for."""

from typing import Any

from handlers.blocks import pressed
from programme.refusals import Refused


def which_customer(body: dict[str, Any]) -> str | int:
    """A domain as typed, or a customer's id; whose it is gets decided where it is looked up.

    Raises: Refused("domain_missing") with the command's usage; Refused("unknown_customer") for a button not of ours.
    """
    if "command" in body:
        if not (typed := str(body.get("text") or "").strip()):
            raise Refused("domain_missing", command=body["command"])
        return typed[:253]
    value = pressed(body)
    if isinstance(value, dict):
        value = value.get("customer")
    if not isinstance(value, int):
        raise Refused("unknown_customer")
    return value
