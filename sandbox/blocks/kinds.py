"""The blocks themselves."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from sandbox.blocks.elements import Accessory, ActionElement, Image, InputElement
from sandbox.blocks.objects import (
    Identifier,
    Markdown,
    Plain150,
    Plain2000,
    PlainText,
    SlackFile,
    Strict,
    Text2000,
    Text3000,
    Url,
    require,
)
from sandbox.blocks.rich import RichElement


class Block(Strict):
    """What all blocks share."""

    block_id: Identifier | None = None


class Section(Block):
    type: Literal["section"]
    text: Text3000 | None = None
    fields: Annotated[list[Text2000], Field(min_length=1, max_length=10)] | None = None
    accessory: Accessory | None = None
    expand: bool | None = None

    @model_validator(mode="after")
    def _has_words(self) -> Self:
        require(self.text is not None or self.fields is not None, "must define either `text` or `fields`")
        return self


class Header(Block):
    type: Literal["header"]
    text: Plain150
    level: Annotated[int, Field(ge=1, le=4)] | None = None


class Divider(Block):
    type: Literal["divider"]


class Context(Block):
    type: Literal["context"]
    elements: Annotated[
        list[Annotated[Image | PlainText | Markdown, Field(discriminator="type")]], Field(min_length=1, max_length=10)
    ]


class Actions(Block):
    type: Literal["actions"]
    elements: Annotated[list[ActionElement], Field(min_length=1, max_length=25)]


class Input(Block):
    type: Literal["input"]
    label: Plain2000
    element: InputElement
    hint: Plain2000 | None = None
    optional: bool | None = None
    dispatch_action: bool | None = None


class ImageBlock(Block):
    type: Literal["image"]
    alt_text: Annotated[str, StringConstraints(max_length=2000)]
    image_url: Url | None = None
    slack_file: SlackFile | None = None
    title: Plain2000 | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        require((self.image_url is None) != (self.slack_file is None), "must define either `image_url` or `slack_file`")
        return self


class RichText(Block):
    type: Literal["rich_text"]
    elements: Annotated[list[RichElement], Field(min_length=1)]


class MarkdownBlock(Block):
    type: Literal["markdown"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=12000)]


class FileBlock(Block):
    type: Literal["file"]
    external_id: str
    source: Literal["remote"]


class RawText(Strict):
    type: Literal["raw_text"]
    text: Annotated[str, StringConstraints(min_length=1)]


class RawNumber(Strict):
    type: Literal["raw_number"]
    value: float
    text: str | None = None


class RichCell(Strict):
    type: Literal["rich_text"]
    elements: Annotated[list[RichElement], Field(min_length=1)]


class Column(Strict):
    align: Literal["left", "center", "right"] | None = None
    is_wrapped: bool | None = None


Cell = Annotated[RawText | RawNumber | RichCell, Field(discriminator="type")]
Row = Annotated[list[Cell], Field(min_length=1, max_length=20)]


class Table(Block):
    type: Literal["table"]
    rows: Annotated[list[Row], Field(min_length=1, max_length=100)]
    column_settings: Annotated[list[Column | None], Field(max_length=20)] | None = None


AnyBlock = Annotated[
    Section | Header | Divider | Context | Actions | Input | ImageBlock | RichText | MarkdownBlock | FileBlock | Table,
    Field(discriminator="type"),
]
