"""Composition objects, with Slack's limits. Unknown fields are refused, as Slack refuses them."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError


class Strict(BaseModel):
    """Refuses unknown fields and values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PlainText(Strict):
    """A text shown as it is."""

    type: Literal["plain_text"]
    text: Annotated[str, StringConstraints(min_length=1)]
    emoji: bool | None = None


class Markdown(Strict):
    """A text with Slack's own markup."""

    type: Literal["mrkdwn"]
    text: Annotated[str, StringConstraints(min_length=1)]
    verbatim: bool | None = None


class _AtMost:
    """Checks the length of a text object; a class, so that the limit shows in its repr."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, text: PlainText | Markdown) -> PlainText | Markdown:
        if len(text.text) > self.most:
            raise PydanticCustomError("text_too_long", "must be less than {over} characters", {"over": self.most + 1})
        return text


AnyText = Annotated[PlainText | Markdown, Field(discriminator="type")]

Text3000 = Annotated[AnyText, AfterValidator(_AtMost(3000))]
Text2000 = Annotated[AnyText, AfterValidator(_AtMost(2000))]
Text300 = Annotated[AnyText, AfterValidator(_AtMost(300))]
Text75 = Annotated[AnyText, AfterValidator(_AtMost(75))]
Plain2000 = Annotated[PlainText, AfterValidator(_AtMost(2000))]
Plain150 = Annotated[PlainText, AfterValidator(_AtMost(150))]
Plain100 = Annotated[PlainText, AfterValidator(_AtMost(100))]
Plain75 = Annotated[PlainText, AfterValidator(_AtMost(75))]
Plain30 = Annotated[PlainText, AfterValidator(_AtMost(30))]
Plain24 = Annotated[PlainText, AfterValidator(_AtMost(24))]

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=3000, pattern=r"^[a-zA-Z][a-zA-Z0-9+.-]*:\S+$")]
Date = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Confirm(Strict):
    """The question asked before an action."""

    title: Plain100
    text: Text300
    confirm: Plain30
    deny: Plain30
    style: Literal["primary", "danger"] | None = None


class Option(Strict):
    """One choice of a select menu."""

    text: Plain75
    value: Annotated[str, StringConstraints(min_length=1, max_length=150)]
    description: Plain75 | None = None


class RichOption(Strict):
    """One choice of checkboxes or radio buttons, whose texts may have markup."""

    text: Text75
    value: Annotated[str, StringConstraints(min_length=1, max_length=150)]
    description: Text75 | None = None


class OverflowOption(Option):
    """One entry of an overflow menu; it may be a link."""

    url: Url | None = None


class OptionGroup(Strict):
    """Choices under a heading."""

    label: Plain75
    options: Annotated[list[Option], Field(min_length=1, max_length=100)]


class ConversationFilter(Strict):
    """Which conversations a menu offers."""

    include: list[Literal["im", "mpim", "private", "public"]] | None = None
    exclude_external_shared_channels: bool | None = None
    exclude_bot_users: bool | None = None


class DispatchConfig(Strict):
    """When typing in an input is told to the app."""

    trigger_actions_on: Annotated[list[Literal["on_enter_pressed", "on_character_entered"]], Field(min_length=1)]


class SlackFile(Strict):
    """A file in Slack, by its id or its address."""

    id: str | None = None
    url: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        require((self.id is None) != (self.url is None), "must define either `id` or `url`")
        return self


def require(fulfilled: bool, rule: str) -> None:
    """Raise the refusal `rule` unless it is fulfilled."""
    if not fulfilled:
        raise PydanticCustomError("rule", "{rule}", {"rule": rule})


def values_of(options: list[Any] | None, groups: list[OptionGroup] | None = None) -> list[str]:
    """The values of all options, in groups or not."""
    grouped = [option for group in groups or [] for option in group.options]
    return [option.value for option in [*(options or []), *grouped]]
