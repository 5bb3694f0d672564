"""What lies beneath a modal: the list of customers, and the Home tab. Both are drawn anew once it closes.

What is drawn while a request is answered stands where the request came from. So each modal remembers what it stands on,
beside what it keeps for itself, and Slack is asked to tell when it is closed; whatever was done in it shows then.
"""

import json
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

LIST = "customers"  # the list's callback_id
LONGEST = 3000  # what Slack keeps of a modal, in characters
Json = dict[str, Any]


@dataclass(frozen=True)
class Beneath:
    """What a modal stands on.

    Args:
        home: whether all of it stands on the Home tab.
        list_id: the modal with the list; None where none is beneath.
        place: where that list stands.
    """

    home: bool = False
    list_id: str | None = None
    place: Any = None


NOTHING = Beneath()
_here: ContextVar[Beneath] = ContextVar("beneath", default=NOTHING)


def stand_where(body: Json) -> None:
    """From now on modals stand where this request comes from."""
    view = body.get("view") or {}
    if view.get("type") == "home":
        _here.set(Beneath(home=True))
        return
    beneath = beneath_of(view)
    if view.get("callback_id") == LIST:
        beneath = Beneath(beneath.home, str(view["id"]), kept(view))
    _here.set(beneath)


def beneath_of(view: Json) -> Beneath:
    """What a modal stands on, as it remembers."""
    match _metadata(view):
        case {"beneath": {"home": bool(home), "list_id": str() | None as list_id, "place": place}}:
            return Beneath(home, list_id, place)
    return NOTHING


def kept(view: Json) -> Any:
    """What a modal keeps for itself."""
    match _metadata(view):
        case {"beneath": _, "kept": itself}:
            return itself
        case itself:
            return itself


def _metadata(view: Json) -> Any:
    return json.loads(view.get("private_metadata") or "null")


@dataclass(frozen=True)
class Remembered:
    """What Slack keeps of a modal.

    Args:
        is_told: whether Slack is asked to tell when it is closed.
    """

    metadata: str | None
    is_told: bool


def remembered(callback: str, itself: object) -> Remembered:
    """What a modal that is drawn now is to remember.

    Args:
        itself: what it keeps for itself, as JSON.
    """
    beneath = _here.get()
    if callback == LIST:
        beneath = Beneath(beneath.home)
    alone = None if itself is None else _written(itself)
    if beneath == NOTHING:
        return Remembered(alone, is_told=False)
    both = _written({"beneath": asdict(beneath), "kept": itself})
    # Nobody types so much that both are too long; if ever, the list is as it was.
    return Remembered(both, is_told=True) if len(both) <= LONGEST else Remembered(alone, is_told=False)


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
