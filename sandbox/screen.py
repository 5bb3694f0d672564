"""What a person sees of blocks: words, buttons, menus and fields. All tests of the product read through this."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox import forms, markup
from sandbox.world import World

Json = dict[str, Any]

_PICKED = {"users_select", "multi_users_select"}
_PLACES = {"conversations_select", "channels_select", "multi_conversations_select", "multi_channels_select"}


@dataclass(frozen=True)
class Control:
    """Something to press or choose from. `name` is what stands on it; `line` is the place of its block."""

    kind: str
    name: str
    block_id: str
    action_id: str
    line: int
    element: Json

    @property
    def options(self) -> list[Json]:
        """The choices of a menu, also those in groups."""
        grouped = [option for group in self.element.get("option_groups", []) for option in group["options"]]
        return [*self.element.get("options", []), *grouped]


@dataclass(frozen=True)
class Field:
    """An input with its label. `value` is what it shows now, as a person reads it."""

    label: str
    kind: str
    value: str
    hint: str
    optional: bool
    error: str | None
    control: Control


@dataclass
class Screen:
    """Blocks as they are seen. `lines` has one entry for each block, in order."""

    lines: list[str] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    images: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """Everything that can be read, a line for each block."""
        return "\n".join(line for line in self.lines if line)

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons, in order."""
        return [control.name for control in self.controls if control.kind == "button"]

    @property
    def menus(self) -> dict[str, list[str]]:
        """The menus outside of inputs, with their choices."""
        return {c.name: [option_text(o) for o in c.options] for c in self.controls if c.kind != "button"}


def draw(blocks: list[Json], world: World, state: forms.State | None = None, errors: Json | None = None) -> Screen:
    """Draw blocks. `state` has the present values of inputs, `errors` the texts at their blocks."""
    return _Artist(world, state or forms.first_values(blocks), errors or {}).draw(blocks)


def option_text(option: Json) -> str:
    """The words of a choice."""
    return markup.unescape(option["text"]["text"])


class _Artist:
    def __init__(self, world: World, state: forms.State, errors: Json) -> None:
        self._world, self._state, self._errors = world, state, errors
        self._screen = Screen()

    def draw(self, blocks: list[Json]) -> Screen:
        for block in blocks:
            words = " ".join(word for word in self._words(block) if word)
            self._screen.lines.append(words)
            self._add_controls(block)
        return self._screen

    def _words(self, block: Json) -> Iterator[str]:
        match block["type"]:
            case "image":
                yield self._image(block)
            case "rich_text":
                yield self._rich(block["elements"])
            case "table":
                yield self._table(block)
            case "input":
                yield from self._input(block)
            case _:
                yield from self._plain_words(block)

    def _plain_words(self, block: Json) -> Iterator[str]:
        """The words of section, header, markdown, context and actions."""
        texts = block["elements"] if block["type"] == "context" else [block.get("text"), *block.get("fields", [])]
        yield from map(self._text, texts)
        if block["type"] in ("section", "actions"):
            yield from self._element_words(block)

    def _element_words(self, block: Json) -> Iterator[str]:
        for element in [*block.get("elements", []), block.get("accessory")]:
            if element is None:
                continue
            if element["type"] == "image":
                yield self._image(element)
            elif element["type"] not in ("button", "overflow"):
                yield self._shown_value(block, element)
            if element["type"] in ("checkboxes", "radio_buttons"):
                yield " ".join(self._option_words(option) for option in element["options"])

    def _text(self, text: Any) -> str:
        if text is None:
            return ""
        if isinstance(text, str):
            return self._marked(text)
        if text["type"] == "image":
            return self._image(text)
        return self._marked(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])

    def _marked(self, text: str) -> str:
        self._screen.links.update(dict(markup.links(text)))
        return markup.visible(text, self._world)

    def _image(self, image: Json) -> str:
        self._screen.images.append(image["alt_text"])
        return self._text(image.get("title"))

    def _table(self, block: Json) -> str:
        return "\n".join(" | ".join(self._cell(cell) for cell in row) for row in block["rows"])

    def _cell(self, cell: Json) -> str:
        if cell["type"] == "rich_text":
            return self._rich(cell["elements"])
        return str(cell.get("text") or cell.get("value", ""))

    def _rich(self, elements: list[Json]) -> str:
        return "\n".join(self._rich_element(element) for element in elements)

    def _rich_element(self, element: Json) -> str:
        if element["type"] == "rich_text_list":
            return "\n".join(self._rich_element(one) for one in element["elements"])
        return "".join(self._rich_piece(piece) for piece in element["elements"])

    def _rich_piece(self, piece: Json) -> str:
        kind = piece["type"]
        if kind == "link":
            words = piece.get("text") or piece["url"]
            self._screen.links[words] = piece["url"]
            return str(words)
        if kind == "date":
            return datetime.fromtimestamp(piece["timestamp"], UTC).strftime("%Y-%m-%d")
        named = {
            "user": lambda: "@" + markup.name_of(piece["user_id"], self._world),
            "broadcast": lambda: f"@{piece['range']}",
            "emoji": lambda: f":{piece['name']}:",
            "channel": lambda: "#" + self._channel(piece["channel_id"]),
        }
        return named[kind]() if kind in named else str(piece.get("text", ""))

    def _channel(self, channel: str) -> str:
        known = self._world.conversations.get(channel)
        return known.name if known else "unknown"

    def _input(self, block: Json) -> Iterator[str]:
        element = block["element"]
        entry = Field(
            label=block["label"]["text"],
            kind=element["type"],
            value=self._shown_value(block, element),
            hint=self._text(block.get("hint")),
            optional=bool(block.get("optional")),
            error=self._errors.get(block["block_id"]),
            control=self._control(block, element),
        )
        self._screen.fields.append(entry)
        yield entry.label
        yield entry.value
        if element["type"] in ("checkboxes", "radio_buttons"):
            yield " ".join(self._option_words(option) for option in element["options"])
        yield entry.hint
        yield entry.error or ""

    def _option_words(self, option: Json) -> str:
        return f"{self._text(option['text'])} {self._text(option.get('description'))}".strip()

    def _shown_value(self, block: Json, element: Json) -> str:
        key, _ = forms.VALUE_KEYS[element["type"]]
        value = self._state.get(block["block_id"], {}).get(element["action_id"], {}).get(key)
        values = value if isinstance(value, list) else [value] if value is not None else []
        shown = [self._one_value(element["type"], one) for one in values]
        if not shown and element.get("placeholder") and block["type"] != "input":
            return str(element["placeholder"]["text"])
        return ", ".join(shown)

    def _one_value(self, kind: str, value: Any) -> str:
        if isinstance(value, dict):
            return option_text(value) if "text" in value else str(value.get("name", ""))
        if kind in _PICKED:
            return markup.name_of(value, self._world)
        return self._channel(value) if kind in _PLACES else str(value)

    def _add_controls(self, block: Json) -> None:
        if block["type"] != "input":
            for _, element in forms.elements([block]):
                self._screen.controls.append(self._control(block, element))

    def _control(self, block: Json, element: Json) -> Control:
        line = len(self._screen.lines) - (0 if block["type"] == "input" else 1)
        return Control(
            element["type"], self._control_name(block, element), block["block_id"], element["action_id"], line, element
        )

    def _control_name(self, block: Json, element: Json) -> str:
        if element["type"] == "button":
            return str(element["text"]["text"])
        if block["type"] == "input":
            return str(block["label"]["text"])
        if element["type"] == "overflow":
            return "More"
        placeholder = element.get("placeholder", {}).get("text")
        return str(placeholder or self._text(block.get("text")) or element["type"])
