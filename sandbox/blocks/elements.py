"""Block elements: what a person can press, choose or fill in."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from sandbox.blocks.objects import (
    Clock,
    Confirm,
    ConversationFilter,
    Date,
    DispatchConfig,
    Identifier,
    Option,
    OptionGroup,
    OverflowOption,
    Plain75,
    Plain150,
    RichOption,
    SlackFile,
    Strict,
    Url,
    require,
    values_of,
)


class Interactive(Strict):
    """Something that sends an action; Slack makes up an action_id when there is none."""

    action_id: Identifier | None = None


class Confirmed(Interactive):
    """Something that may ask back before it acts."""

    confirm: Confirm | None = None


class Focusable(Strict):
    """Something that may have the cursor when a view opens."""

    focus_on_load: bool | None = None


class Button(Confirmed):
    type: Literal["button"]
    text: Plain75
    url: Url | None = None
    value: Annotated[str, StringConstraints(max_length=2000)] | None = None
    style: Literal["primary", "danger"] | None = None
    accessibility_label: Annotated[str, StringConstraints(max_length=75)] | None = None


class Overflow(Confirmed):
    type: Literal["overflow"]
    options: Annotated[list[OverflowOption], Field(min_length=1, max_length=5)]


class Image(Strict):
    type: Literal["image"]
    alt_text: Annotated[str, StringConstraints(max_length=2000)]
    image_url: Url | None = None
    slack_file: SlackFile | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        require((self.image_url is None) != (self.slack_file is None), "must define either `image_url` or `slack_file`")
        return self


class Menu(Confirmed, Focusable):
    """What all select menus share."""

    placeholder: Plain150 | None = None


class _Static(Menu):
    options: Annotated[list[Option], Field(min_length=1, max_length=100)] | None = None
    option_groups: Annotated[list[OptionGroup], Field(min_length=1, max_length=100)] | None = None

    @model_validator(mode="after")
    def _options_or_groups(self) -> Self:
        require(
            (self.options is None) != (self.option_groups is None), "must define either `options` or `option_groups`"
        )
        return self

    def _require_known(self, chosen: list[Option]) -> None:
        values = values_of(self.options, self.option_groups)
        require(all(one.value in values for one in chosen), "initial option was not found in the options")


class StaticSelect(_Static):
    type: Literal["static_select"]
    initial_option: Option | None = None

    @model_validator(mode="after")
    def _initial_is_known(self) -> Self:
        self._require_known([self.initial_option] if self.initial_option else [])
        return self


class ExternalSelect(Menu):
    type: Literal["external_select"]
    initial_option: Option | None = None
    min_query_length: Annotated[int, Field(ge=0)] | None = None


class UsersSelect(Menu):
    type: Literal["users_select"]
    initial_user: str | None = None


class ConversationsSelect(Menu):
    type: Literal["conversations_select"]
    initial_conversation: str | None = None
    default_to_current_conversation: bool | None = None
    response_url_enabled: bool | None = None
    filter: ConversationFilter | None = None


class ChannelsSelect(Menu):
    type: Literal["channels_select"]
    initial_channel: str | None = None
    response_url_enabled: bool | None = None


class _Multi(Menu):
    max_selected_items: Annotated[int, Field(ge=1)] | None = None


class MultiStaticSelect(_Static, _Multi):
    type: Literal["multi_static_select"]
    initial_options: Annotated[list[Option], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _initial_are_known(self) -> Self:
        self._require_known(self.initial_options or [])
        return self


class MultiExternalSelect(_Multi):
    type: Literal["multi_external_select"]
    initial_options: list[Option] | None = None
    min_query_length: Annotated[int, Field(ge=0)] | None = None


class MultiUsersSelect(_Multi):
    type: Literal["multi_users_select"]
    initial_users: list[str] | None = None


class MultiConversationsSelect(_Multi):
    type: Literal["multi_conversations_select"]
    initial_conversations: list[str] | None = None
    default_to_current_conversation: bool | None = None
    filter: ConversationFilter | None = None


class MultiChannelsSelect(_Multi):
    type: Literal["multi_channels_select"]
    initial_channels: list[str] | None = None


class Checkboxes(Confirmed, Focusable):
    type: Literal["checkboxes"]
    options: Annotated[list[RichOption], Field(min_length=1, max_length=10)]
    initial_options: Annotated[list[RichOption], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _initial_are_known(self) -> Self:
        require(
            all(option in self.options for option in self.initial_options or []),
            "initial options were not found in the options",
        )
        return self


class RadioButtons(Confirmed, Focusable):
    type: Literal["radio_buttons"]
    options: Annotated[list[RichOption], Field(min_length=1, max_length=10)]
    initial_option: RichOption | None = None

    @model_validator(mode="after")
    def _initial_is_known(self) -> Self:
        require(
            self.initial_option is None or self.initial_option in self.options,
            "initial option was not found in the options",
        )
        return self


class DatePicker(Confirmed, Focusable):
    type: Literal["datepicker"]
    initial_date: Date | None = None
    placeholder: Plain150 | None = None


class TimePicker(Confirmed, Focusable):
    type: Literal["timepicker"]
    initial_time: Clock | None = None
    placeholder: Plain150 | None = None
    timezone: str | None = None


class DateTimePicker(Confirmed, Focusable):
    type: Literal["datetimepicker"]
    initial_date_time: Annotated[int, Field(ge=1_000_000_000, le=9_999_999_999)] | None = None


class _Typed(Interactive, Focusable):
    """What all inputs to type into share."""

    placeholder: Plain150 | None = None
    dispatch_action_config: DispatchConfig | None = None


class PlainTextInput(_Typed):
    type: Literal["plain_text_input"]
    initial_value: Annotated[str, StringConstraints(max_length=3000)] | None = None
    multiline: bool | None = None
    min_length: Annotated[int, Field(ge=0, le=3000)] | None = None
    max_length: Annotated[int, Field(ge=1, le=3000)] | None = None

    @model_validator(mode="after")
    def _lengths_agree(self) -> Self:
        require((self.min_length or 0) <= (self.max_length or 3000), "min_length must not be more than max_length")
        return self


class EmailInput(_Typed):
    type: Literal["email_text_input"]
    initial_value: str | None = None


class UrlInput(_Typed):
    type: Literal["url_text_input"]
    initial_value: str | None = None


class NumberInput(_Typed):
    type: Literal["number_input"]
    is_decimal_allowed: bool
    initial_value: str | None = None
    min_value: str | None = None
    max_value: str | None = None


class RichTextInput(_Typed):
    type: Literal["rich_text_input"]
    initial_value: dict[str, Any] | None = None


class FileInput(Interactive):
    type: Literal["file_input"]
    filetypes: list[str] | None = None
    max_files: Annotated[int, Field(ge=1, le=10)] | None = None


_Single = StaticSelect | ExternalSelect | UsersSelect | ConversationsSelect | ChannelsSelect
_Several = MultiStaticSelect | MultiExternalSelect | MultiUsersSelect | MultiConversationsSelect | MultiChannelsSelect
_Choices = _Single | _Several | Checkboxes | RadioButtons | DatePicker | TimePicker

Accessory = Annotated[Button | Overflow | Image | _Choices, Field(discriminator="type")]
ActionElement = Annotated[Button | Overflow | _Choices | DateTimePicker | RichTextInput, Field(discriminator="type")]
InputElement = Annotated[
    _Choices | DateTimePicker | PlainTextInput | EmailInput | UrlInput | NumberInput | RichTextInput | FileInput,
    Field(discriminator="type"),
]
