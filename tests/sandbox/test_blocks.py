"""Block Kit: every limit and rule refuses what Slack refuses, and takes what Slack takes."""

from typing import Any

import pytest

from sandbox.blocks import Surface, check_blocks, check_view
from tests.sandbox.small_bot import actions, button, field, modal, plain, words

Json = dict[str, Any]

IMAGE = {"type": "image", "image_url": "https://a.example/x", "alt_text": "x"}
RICH = {"type": "rich_text_section", "elements": [{"type": "text", "text": "words"}]}
CONFIRM = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}


def option(value: str) -> Json:
    return {"text": plain(value), "value": value}


def options(count: int) -> list[Json]:
    return [option(str(number)) for number in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "s", **more}


def section(**more: Any) -> Json:
    return {"type": "section", **more}


def table(rows: int = 1, cells: int = 1, text: str = "x") -> Json:
    row = [{"type": "raw_text", "text": text}] * cells
    return {"type": "table", "rows": [row] * rows}


FINE: list[Json] = [
    words("*Hello*"),
    section(fields=[{"type": "mrkdwn", "text": "x" * 2000}] * 10),
    section(text=plain("Pick"), accessory={"type": "overflow", "action_id": "o", "options": options(5)}),
    {"type": "header", "text": plain("x" * 150)},
    {"type": "divider", "block_id": "d"},
    {
        "type": "context",
        "elements": [plain("x"), {"type": "image", "image_url": "https://a.example/x", "alt_text": "x"}],
    },
    actions(button("Go", "go", style="primary", value="x" * 2000, confirm=CONFIRM), select(options=options(100))),
    actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-30"}),
    {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "A chart", "title": plain("Sales")},
    {"type": "rich_text", "elements": [RICH, {"type": "rich_text_list", "style": "bullet", "elements": [RICH]}]},
    {
        "type": "rich_text",
        "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x"}]}],
    },
    table(100, 20),
    field("E-mail", "email_text_input", "e", optional=True, hint=plain("Yours")),
    field("How many", "number_input", "n", is_decimal_allowed=False, min_value="1"),
    field(
        "Terms",
        "checkboxes",
        "c",
        options=[{"text": {"type": "mrkdwn", "text": "<https://a.example|Yes>"}, "value": "y"}],
    ),
    field("Who", "multi_users_select", "u", max_selected_items=3),
    field("Customer", "external_select", "x", min_query_length=2, initial_option=option("1")),
    field("Plan", "static_select", "p", option_groups=[{"label": plain("Paid"), "options": options(2)}]),
]

WRONG: list[tuple[Json, str]] = [
    (words("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text]"),
    (section(), "must define either `text` or `fields`"),
    (section(fields=[plain("x")] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (section(fields=[plain("x" * 2001)]), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0]"),
    (section(text=plain("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "[json-pointer:/blocks/0/text/type]"),
    ({"type": "context", "elements": [plain("x")] * 11}, "no more than 10 items allowed"),
    ({"type": "actions", "elements": [button("x", str(n)) for n in range(26)]}, "no more than 25 items allowed"),
    ({"type": "actions", "elements": []}, "no fewer than 1 items allowed"),
    ({"type": "carousel", "elements": []}, "unsupported type: carousel [json-pointer:/blocks/0]"),
    ({"text": plain("x")}, "missing required field: type [json-pointer:/blocks/0]"),
    ({**words("x"), "color": "red"}, "invalid additional property: color [json-pointer:/blocks/0]"),
    ({**words("x"), "block_id": "x" * 256}, "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    (actions(button("x" * 76, "a")), "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text]"),
    (actions(button("x", "a", value="x" * 2001)), "must be less than 2001 characters"),
    (actions(button("x", "x" * 256)), "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"),
    (actions(button("x", "a", style="green")), "[json-pointer:/blocks/0/elements/0/style]"),
    (actions(button("x", "a", colour="red")), "invalid additional property: colour"),
    (actions(button("x", "a"), button("y", "a")), "action_id `a` already exists for another element"),
    (actions(button("x", "a", confirm={**CONFIRM, "text": plain("")})), "must be more than 0 characters"),
    (actions(button("x", "a", confirm={**CONFIRM, "confirm": plain("x" * 31)})), "must be less than 31 characters"),
    (actions(select(options=options(101))), "no more than 100 items allowed"),
    (actions(select(options=[])), "no fewer than 1 items allowed"),
    (actions(select()), "must define either `options` or `option_groups`"),
    (
        actions(select(options=options(1), initial_option={"text": plain("x"), "value": "9"})),
        "initial option was not found",
    ),
    (actions(select(options=[{"text": plain("x" * 76), "value": "1"}])), "must be less than 76 characters"),
    (actions(select(options=[{"text": plain("x"), "value": "x" * 151}])), "must be less than 151 characters"),
    (actions({"type": "overflow", "action_id": "o", "options": options(6)}), "no more than 5 items allowed"),
    (actions({"type": "plain_text_input", "action_id": "o"}), "unsupported type: plain_text_input"),
    (actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-13-01"}), "initial_date"),
    (field("x" * 2001, "plain_text_input", "p"), "must be less than 2001 characters [json-pointer:/blocks/0/label]"),
    (field("x", "plain_text_input", "p", placeholder=plain("x" * 151)), "must be less than 151 characters"),
    (field("x", "plain_text_input", "p", max_length=3001), "element/max_length"),
    (field("x", "plain_text_input", "p", min_length=5, max_length=4), "min_length must not be more than max_length"),
    (field("x", "number_input", "n"), "missing required field: is_decimal_allowed"),
    (field("x", "checkboxes", "c", options=options(11)), "no more than 10 items allowed"),
    (field("x", "button", "b"), "unsupported type: button"),
    ({"type": "image", "image_url": "https://a.example/x"}, "missing required field: alt_text"),
    ({"type": "image", "alt_text": "x"}, "must define either `image_url` or `slack_file`"),
    (
        {"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]},
        "unsupported type: rich_text_poem",
    ),
    (table(101), "no more than 100 items allowed"),
    (table(1, 21), "no more than 20 items allowed"),
    (table(100, 1, "x" * 101), "must be less than 10001 characters"),
]


@pytest.mark.parametrize("block", FINE, ids=lambda block: str(block["type"]))
def test_slack_takes(block: Json) -> None:
    assert check_blocks([block], Surface.MESSAGE) == []


@pytest.mark.parametrize(("block", "rule"), WRONG, ids=[rule for _, rule in WRONG])
def test_slack_refuses(block: Json, rule: str) -> None:
    problems = check_blocks([block], Surface.MESSAGE)
    assert len(problems) == 1
    assert rule in problems[0]


@pytest.mark.parametrize(("surface", "most"), [(Surface.MESSAGE, 50), (Surface.MODAL, 100), (Surface.HOME, 100)])
def test_blocks_on_a_surface_are_limited(surface: Surface, most: int) -> None:
    assert check_blocks([{"type": "divider"}] * most, surface) == []
    problems = check_blocks([{"type": "divider"}] * (most + 1), surface)
    assert problems == [f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"]


def test_block_ids_are_unique_together() -> None:
    twice = [{"type": "divider", "block_id": "a"}, {**words("x"), "block_id": "a"}]
    assert "block_id `a` already exists" in check_blocks(twice, Surface.MESSAGE)[0]


def test_tables_are_for_messages_and_one_is_enough() -> None:
    assert "unsupported type: table" in check_blocks([table()], Surface.MODAL)[0]
    assert "only one table" in check_blocks([table(), table()], Surface.MESSAGE)[0]


@pytest.mark.parametrize(
    ("view", "rule"),
    [
        (modal("x" * 25), "must be less than 25 characters [json-pointer:/view/title]"),
        (modal("x", submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit]"),
        (modal("x", close=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/close]"),
        (modal("x", private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal("x", callback_id="x" * 256), "must be less than 256 characters [json-pointer:/view/callback_id]"),
        (modal("x", colour="red"), "invalid additional property: colour [json-pointer:/view]"),
        (modal("x", field("Name", "plain_text_input", "n"), submit=None), "missing required field: submit"),
        ({"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
        ({"type": "home", "blocks": []}, "must be of type modal"),
        ({"type": "window", "blocks": []}, "unsupported type: window"),
        ("nonsense", "/view"),
    ],
)
def test_views_are_checked(view: Any, rule: str) -> None:
    assert rule in check_view(view, Surface.MODAL)[0]


def test_fine_views() -> None:
    assert check_view(modal("Apply", field("Name", "plain_text_input", "n")), Surface.MODAL) == []
    assert check_view({"type": "home", "blocks": [words("x")]}, Surface.HOME) == []
