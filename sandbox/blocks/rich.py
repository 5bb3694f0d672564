"""Rich text: the elements of a rich_text block."""

from typing import Annotated, Literal

from pydantic import Field

from sandbox.blocks.objects import Strict, Url


class Style(Strict):
    bold: bool | None = None
    italic: bool | None = None
    strike: bool | None = None
    underline: bool | None = None
    code: bool | None = None
    highlight: bool | None = None
    client_highlight: bool | None = None
    unlink: bool | None = None


class _Styled(Strict):
    style: Style | None = None


class RichWords(_Styled):
    type: Literal["text"]
    text: Annotated[str, Field(min_length=1)]


class RichLink(_Styled):
    type: Literal["link"]
    url: Url
    text: str | None = None
    unsafe: bool | None = None


class RichUser(_Styled):
    type: Literal["user"]
    user_id: str


class RichChannel(_Styled):
    type: Literal["channel"]
    channel_id: str


class RichGroup(_Styled):
    type: Literal["usergroup"]
    usergroup_id: str


class RichEmoji(_Styled):
    type: Literal["emoji"]
    name: str
    unicode: str | None = None
    skin_tone: int | None = None


class RichBroadcast(_Styled):
    type: Literal["broadcast"]
    range: Literal["here", "channel", "everyone"]


class RichColor(Strict):
    type: Literal["color"]
    value: str


class RichDate(_Styled):
    type: Literal["date"]
    timestamp: int
    format: str
    url: Url | None = None
    fallback: str | None = None


RichPiece = Annotated[
    RichWords | RichLink | RichUser | RichChannel | RichGroup | RichEmoji | RichBroadcast | RichColor | RichDate,
    Field(discriminator="type"),
]


class RichSection(Strict):
    type: Literal["rich_text_section"]
    elements: list[RichPiece]


class RichPreformatted(Strict):
    type: Literal["rich_text_preformatted"]
    elements: list[RichPiece]
    border: int | None = None
    language: str | None = None


class RichQuote(Strict):
    type: Literal["rich_text_quote"]
    elements: list[RichPiece]
    border: int | None = None


class RichList(Strict):
    type: Literal["rich_text_list"]
    style: Literal["bullet", "ordered"]
    elements: list[RichSection]
    indent: int | None = None
    offset: int | None = None
    border: int | None = None


RichElement = Annotated[RichSection | RichPreformatted | RichQuote | RichList, Field(discriminator="type")]
