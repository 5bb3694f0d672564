"""Checks a list of blocks or a view, and says what Slack would say about it."""

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from sandbox.blocks.kinds import AnyBlock
from sandbox.blocks.objects import Plain24, Strict


class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


MOST_BLOCKS = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
MESSAGES_ONLY = {"table", "markdown", "file"}
TABLE_CHARACTERS = 10_000

_block: TypeAdapter[AnyBlock] = TypeAdapter(AnyBlock)


class _ModalFrame(Strict):
    type: Literal["modal"]
    title: Plain24
    blocks: list[Any]
    submit: Plain24 | None = None
    close: Plain24 | None = None
    private_metadata: Annotated[str, StringConstraints(max_length=3000)] | None = None
    callback_id: Annotated[str, StringConstraints(max_length=255)] | None = None
    external_id: Annotated[str, StringConstraints(max_length=255)] | None = None
    clear_on_close: bool | None = None
    notify_on_close: bool | None = None
    submit_disabled: bool | None = None


class _HomeFrame(Strict):
    type: Literal["home"]
    blocks: list[Any]
    private_metadata: Annotated[str, StringConstraints(max_length=3000)] | None = None
    callback_id: Annotated[str, StringConstraints(max_length=255)] | None = None
    external_id: Annotated[str, StringConstraints(max_length=255)] | None = None


_frame: TypeAdapter[Any] = TypeAdapter(Annotated[_ModalFrame | _HomeFrame, Field(discriminator="type")])


def check_blocks(blocks: Any, surface: Surface, pointer: str = "/blocks") -> list[str]:
    """What is wrong with these blocks on this surface, each with the place; empty when Slack would take them."""
    if not isinstance(blocks, list):
        return [_line("must be an array", pointer)]
    problems = []
    if len(blocks) > MOST_BLOCKS[surface]:
        problems.append(_line(f"no more than {MOST_BLOCKS[surface]} items allowed", pointer))
    for number, block in enumerate(blocks):
        problems += _check_one(block, surface, f"{pointer}/{number}")
    return problems or _check_together(blocks, pointer)


def check_view(view: Any, surface: Surface) -> list[str]:
    """What is wrong with a view that is to be a modal or a Home tab."""
    problems = _explain(_frame, view, "/view")
    if problems:
        return problems
    if view["type"] != surface:
        return [_line(f"must be of type {surface}", "/view/type")]
    problems = check_blocks(view["blocks"], surface, "/view/blocks")
    has_inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in view["blocks"])
    if surface is Surface.MODAL and has_inputs and not view.get("submit"):
        problems.append(_line("missing required field: submit", "/view"))
    return problems


def _check_one(block: Any, surface: Surface, pointer: str) -> list[str]:
    problems = _explain(_block, block, pointer)
    if problems:
        return problems
    kind = block["type"]
    if kind in MESSAGES_ONLY and surface is not Surface.MESSAGE:
        return [_line(f"unsupported type: {kind}", f"{pointer}/type")]
    if kind == "input" and surface is Surface.HOME and block["element"]["type"] == "file_input":
        return [_line("unsupported type: file_input", f"{pointer}/element/type")]
    if kind == "table" and sum(_characters(row) for row in block["rows"]) > TABLE_CHARACTERS:
        return [_line(f"must be less than {TABLE_CHARACTERS + 1} characters", f"{pointer}/rows")]
    return _check_action_ids(block, pointer)


def _check_action_ids(block: dict[str, Any], pointer: str) -> list[str]:
    ids = Counter(element["action_id"] for element in block.get("elements", []) if element.get("action_id"))
    return [_line(f"action_id `{one}` already exists for another element", pointer) for one in ids if ids[one] > 1]


def _check_together(blocks: list[dict[str, Any]], pointer: str) -> list[str]:
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    problems = [_line(f"block_id `{one}` already exists", pointer) for one in ids if ids[one] > 1]
    if sum(block["type"] == "table" for block in blocks) > 1:
        problems.append(_line("only one table is allowed", pointer))
    focused = sum(bool(block.get("element", {}).get("focus_on_load")) for block in blocks)
    if focused > 1:
        problems.append(_line("only one element may have focus_on_load", pointer))
    return problems


def _characters(value: Any) -> int:
    """How much text there is in a row of a table."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(_characters(part) for part in value.values())
    return sum(_characters(part) for part in value) if isinstance(value, list) else 0


def _explain(model: TypeAdapter[Any], value: Any, pointer: str) -> list[str]:
    try:
        model.validate_python(value)
    except ValidationError as refused:
        return [_in_slacks_words(error, value, pointer) for error in refused.errors()]
    return []


def _in_slacks_words(error: ErrorDetails, value: Any, pointer: str) -> str:
    kind, context = error["type"], error.get("ctx", {})
    path = _real_path(error["loc"], value, with_missing=kind == "missing")
    if kind in ("missing", "extra_forbidden"):
        name = path.pop() if path else error["loc"][-1]
        rule = "missing required field" if kind == "missing" else "invalid additional property"
        return _line(f"{rule}: {name}", _join(pointer, path))
    words = {
        "union_tag_invalid": f"unsupported type: {context.get('tag')}",
        "union_tag_not_found": "missing required field: type",
        "string_too_long": f"must be less than {context.get('max_length', 0) + 1} characters",
        "string_too_short": f"must be more than {context.get('min_length', 1) - 1} characters",
        "too_long": f"no more than {context.get('max_length')} items allowed",
        "too_short": f"no fewer than {context.get('min_length')} items allowed",
    }
    return _line(words.get(kind, error["msg"]), _join(pointer, path))


def _real_path(loc: tuple[int | str, ...], value: Any, *, with_missing: bool) -> list[int | str]:
    """The place in the value itself: pydantic also names the member of a union, which is no part of the value."""
    path: list[int | str] = []
    for number, step in enumerate(loc):
        may_be_missing = with_missing and number == len(loc) - 1
        if isinstance(value, dict) and isinstance(step, str) and (step in value or may_be_missing):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            continue
        path.append(step)
    return path


def _join(pointer: str, path: list[int | str]) -> str:
    return "/".join([pointer, *map(str, path)])


def _line(rule: str, pointer: str) -> str:
    return f"[ERROR] {rule} [json-pointer:{pointer}]"
