"""What is drawn is what slack_sdk itself would draw, and passes the same checks."""

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ConfirmObject,
    DatePickerElement,
    ImageBlock,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
    TableBlock,
)
from slack_sdk.models.views import View

from handlers import blocks as b
from handlers.drawing import draw
from handlers.reader import Mrkdwn, Reader

READER = Reader("fr", "Europe/Paris")
SURE = b.confirm(READER, "Sure?", "It cannot be undone.", "Go on", danger=True)
LONG = ConfirmObject(title="t" * 101, text="Sure?")
CHOICES = [b.option("One", "1"), Option(text="Two", value="2", description="the second", url="https://two.example")]

BLOCKS: list[Block] = [
    b.section(Mrkdwn("*bold*"), b.button("Press", "press", {"customer": 1}, "primary", SURE), block_id="s"),
    b.fields(Mrkdwn("one"), Mrkdwn("two")),
    b.words("plain"),
    b.context(Mrkdwn("small"), Mrkdwn("print")),
    b.header("Head"),
    b.divider(),
    b.copyable("v=spf1 include:spf.example ~all"),
    b.actions(b.link_button("Open", "https://portal.example", "open"), DatePickerElement(action_id="day")),
    b.field("name", "Name", PlainTextInputElement(action_id="typed", initial_value=None), hint="Yours", optional=True),
    b.field("one", "One", StaticSelectElement(action_id="one", options=CHOICES, initial_option=CHOICES[0])),
    b.field("many", "Many", CheckboxesElement(action_id="many", options=CHOICES, initial_options=CHOICES[1:])),
    ImageBlock(image_url="https://picture.example/1.png", alt_text="A picture", title="Sales"),
    TableBlock(rows=[[{"type": "raw_text", "text": "1"}]], column_settings=[{"align": "right"}, {}]),
]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_a_block_is_drawn_as_slack_sdk_draws_it(block: Block) -> None:
    assert draw(block) == block.to_dict()
    assert b.drawn([block]) == [block.to_dict()]


def test_so_are_modals_and_home_tabs() -> None:
    modal = b.modal(READER, "Title", BLOCKS, callback="c", submit="Save", remember={"a": 1})
    for view in (modal, b.home(BLOCKS)):
        assert view.to_dict() == View.to_dict(view)


@pytest.mark.parametrize(
    "block",
    [
        b.actions(b.button("Press", "a" * 256)),
        b.section(Mrkdwn("x"), b.button("Press", "press", confirm=LONG)),
        b.field("one", "One", StaticSelectElement(action_id="one", options=[b.option("One", "1" * 151)])),
    ],
    ids=["action_id", "confirm", "option"],
)
def test_what_slack_would_refuse_is_refused_however_deep_it_lies(block: Block) -> None:
    with pytest.raises(SlackObjectFormationError):
        block.to_dict()
    with pytest.raises(SlackObjectFormationError):
        draw(block)
