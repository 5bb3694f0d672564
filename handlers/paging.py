"""Leafing through a list: where a page ends is carried by the buttons that go on from there."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from slack_sdk.models.blocks import Block

from handlers import blocks as b
from handlers.reader import Reader
from storage.base import is_id
from storage.queries.paging import Cursor, Page

# Where a list stands: what is looked for, and the place to go on `after` or `before`.
Place = dict[str, Any]
End = TypeVar("End")


def turning(reader: Reader, page: Page[Any], place: Place, action: str) -> list[Block]:
    """Previous and Next; the way back to the beginning for somebody whose page has become empty meanwhile.

    Args:
        action: the listener is told `action.previous`, `action.next` or `action.first`.
    """
    asked = {name: value for name, value in place.items() if name not in ("after", "before")}
    buttons = []
    if page.before is not None:
        value = asked | {"before": written(page.before)}
        buttons.append(b.button(reader.text("Previous"), f"{action}.previous", value))
    if page.after is not None:
        buttons.append(b.button(reader.text("Next"), f"{action}.next", asked | {"after": written(page.after)}))
    if not page.rows and not is_beginning(place):
        buttons.append(b.button(reader.text("Back to the beginning"), f"{action}.first", asked))
    return [b.actions(*buttons)] if buttons else []


def written(cursor: Cursor) -> list[Any]:
    return [value.isoformat() if isinstance(value, date) else value for value in cursor]


def place_of(value: Any) -> Place:
    """What a button or a modal remembers; the beginning for what is none of ours."""
    return value if isinstance(value, dict) else {}


def is_beginning(place: Place) -> bool:
    """Whether a list stands at its first page."""
    return not place.get("after") and not place.get("before")


def ends_of(place: Place, read: Callable[[Any], End | None]) -> tuple[End | None, End | None]:
    """Where a list goes on after, and where before: never both, whatever the button says.

    Args:
        read: understands what the button carries, such as `last_id`; None for what is none of ours.
    """
    after, before = read(place.get("after")), read(place.get("before"))
    return after, None if after else before


def word(place: Place, name: str, longest: int = 200) -> str:
    """A text of a place."""
    value = place.get(name)
    return value[:longest] if isinstance(value, str) else ""


def moment_and_id(value: Any) -> Cursor | None:
    """A place in a list that is ordered by a moment; None for what is none."""
    match value:
        case [str(moment), number] if is_id(number):
            at = _moment(moment)
            return (at, number) if at else None
    return None


def moment_and_person(value: Any) -> Cursor | None:
    """A place in a list that is ordered by a moment, a user and a workspace; None for what is none."""
    match value:
        case [str(moment), str(user), str(workspace)] if user.isalnum() and workspace.isalnum():
            at = _moment(moment)
            return (at, user, workspace) if at else None
    return None


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def last_id(value: Any) -> int | None:
    """The id at the end of a place; None for what is none."""
    match value:
        case [*_, number] if is_id(number):
            return number
    return None


def an_id(value: Any) -> int:
    """An id that a button carries; one that nothing has for what is none of ours."""
    return value if is_id(value) else 0
