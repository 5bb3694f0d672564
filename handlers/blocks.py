"""The pieces that messages, modals and the Home tab are made of. slack_sdk's models check Slack's limits."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InputInteractiveElement,
    InteractiveElement,
    LinkButtonElement,
    MarkdownTextObject,
    Option,
    PlainTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)
from slack_sdk.models.views import View as SlackView

from handlers import beneath
from handlers.drawing import draw
from handlers.reader import Mrkdwn, Reader

# Slack's limits, in characters.
TITLE, BUTTON, SECTION, FIELD, OPTION = 24, 75, 3000, 2000, 75
BAR_LENGTH = 20
# Of what `handlers.reader.escape` writes.
LONGEST_ENTITY = len("&amp;")


Text = TypeVar("Text", str, Mrkdwn)


def cut(text: Text, longest: int) -> Text:
    """The text, or as much of it as Slack takes, with an ellipsis to say so; Mrkdwn stays Mrkdwn that can be read."""
    if len(text) <= longest:
        return text
    end = _safe_end(text, longest - 1) if isinstance(text, Mrkdwn) else longest - 1
    return type(text)(text[:end] + "…")


def _safe_end(text: Mrkdwn, end: int) -> int:
    """The last place up to `end` that is inside of no link or mention (`<…>`) and no entity (`&amp;`)."""
    opened = text.rfind("<", 0, end)
    if opened > text.rfind(">", 0, end):
        end = opened
    entity = text.rfind("&", max(0, end - LONGEST_ENTITY + 1), end)
    return end if entity < 0 or ";" in text[entity:end] else entity


def mrkdwn(text: Mrkdwn, longest: int = SECTION) -> MarkdownTextObject:
    """Verbatim: Slack looks for no addresses, names or channels in it by itself, so people's text links nowhere."""
    return MarkdownTextObject(text=cut(text, longest), verbatim=True)


def section(text: Mrkdwn, accessory: InteractiveElement | None = None, block_id: str | None = None) -> SectionBlock:
    return SectionBlock(text=mrkdwn(text), accessory=accessory, block_id=block_id)


def words(text: str) -> SectionBlock:
    """Somebody's own words, as plain text: nothing in them is formatted, so nothing has to be escaped."""
    return SectionBlock(text=PlainTextObject(text=cut(text, SECTION), emoji=False))


def fields(*texts: Mrkdwn) -> SectionBlock:
    """Up to ten short texts in two columns."""
    return SectionBlock(fields=[mrkdwn(text, FIELD) for text in texts])


def context(*texts: Mrkdwn) -> ContextBlock:
    return ContextBlock(elements=[mrkdwn(text, FIELD) for text in texts])


def header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=cut(text, 150), emoji=False))


def divider() -> DividerBlock:
    return DividerBlock()


def copyable(text: str) -> RichTextBlock:
    """A line to copy: Slack puts a copy button beside it, and changes nothing in it."""
    return RichTextBlock(elements=[RichTextPreformattedElement(elements=[RichTextElementParts.Text(text=text)])])


def bar(filled: int) -> Mrkdwn:
    """How far something is, as a picture: `filled` of BAR_LENGTH."""
    return Mrkdwn("█" * filled + "░" * (BAR_LENGTH - filled))


def actions(*elements: InteractiveElement, block_id: str | None = None) -> ActionsBlock:
    return ActionsBlock(elements=list(elements), block_id=block_id)


def button(
    text: str, action: str, value: object = "", style: str | None = None, confirm: ConfirmObject | None = None
) -> ButtonElement:
    """A button.

    Args:
        action: the action_id that the listener waits for.
        value: goes to the listener as JSON; what may be done with it is decided there, never here.
    """
    return ButtonElement(
        text=PlainTextObject(text=cut(text, BUTTON), emoji=False),
        action_id=action,
        value=json.dumps(value, ensure_ascii=False),
        style=style,
        confirm=confirm,
    )


def link_button(text: str, url: str, action: str) -> LinkButtonElement:
    return LinkButtonElement(text=PlainTextObject(text=cut(text, BUTTON), emoji=False), url=url, action_id=action)


def confirm(reader: Reader, title: str, text: str, go: str, danger: bool = False) -> ConfirmObject:
    return ConfirmObject(
        title=PlainTextObject(text=cut(title, 100)),
        text=PlainTextObject(text=cut(text, 300)),
        confirm=cut(go, 30),
        deny=reader.text("Cancel"),
        style="danger" if danger else None,
    )


def option(text: str, value: str) -> Option:
    return Option(text=PlainTextObject(text=cut(text, OPTION), emoji=False), value=value)


def field(
    name: str, label: str, element: InputInteractiveElement, hint: str | None = None, optional: bool = False
) -> InputBlock:
    """An input. Its block is named after the field, so that an error finds its place."""
    return InputBlock(block_id=name, label=label, element=element, hint=hint, optional=optional)


class View(SlackView):
    """Slack's libraries ask a view to draw itself."""

    def to_dict(self, *_: Any) -> dict[str, Any]:
        return draw(self)


def modal(
    reader: Reader,
    title: str,
    blocks: Sequence[Block],
    *,
    callback: str,
    submit: str | None = None,
    close: str | None = None,
    remember: object = None,
) -> View:
    """A modal, which remembers what it stands on.

    Args:
        callback: the callback_id of its submission.
        remember: kept in private_metadata as JSON; what it names is looked up again, and never believed.
    """
    kept = beneath.remembered(callback, remember)
    return View(
        type="modal",
        title=cut(title, TITLE),
        blocks=list(blocks),
        callback_id=callback,
        submit=cut(submit, TITLE) if submit else None,
        close=cut(close or reader.text("Close"), TITLE),
        private_metadata=kept.metadata,
        notify_on_close=kept.is_told or None,
    )


def home(blocks: Sequence[Block]) -> View:
    return View(type="home", blocks=list(blocks)[:100])


def drawn(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """As Slack's API takes them; raises slack_sdk's SlackObjectFormationError where a limit is passed."""
    return [draw(block) for block in blocks]


def typed(view: dict[str, Any]) -> dict[str, str]:
    """What was typed or chosen in a modal: field name → text; nothing chosen is an empty text."""
    values: dict[str, dict[str, dict[str, Any]]] = view["state"]["values"]
    return {field_name: _value(next(iter(elements.values()))) for field_name, elements in values.items()}


def _value(element: dict[str, Any]) -> str:
    if chosen := element.get("selected_option"):
        return str(chosen["value"])
    if "selected_options" in element:
        return ",".join(chosen["value"] for chosen in element["selected_options"] or [])
    kinds = ("value", "selected_conversation", "selected_user", "selected_date")
    return next((str(element[kind]) for kind in kinds if element.get(kind)), "")


def remembered(view: dict[str, Any]) -> Any:
    """What a modal keeps for itself."""
    return beneath.kept(view)


def pressed(body: dict[str, Any]) -> Any:
    """The value of the button that was pressed; None where there is none, or it is not one of ours."""
    try:
        return json.loads(body["actions"][0].get("value") or "null")
    except ValueError:
        return None
