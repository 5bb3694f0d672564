"""The preview of a file: what will come of it, and the way to another one."""

import pytest

from handlers.import_view import preview_blocks
from handlers.reader import Reader
from programme.customer_import import Preview
from programme.import_rows import CheckedFile, CheckedRow
from tests.programme.house import CATALOGUE

GOOD = CheckedRow(2, "dupont.example", [], {"domain": "dupont.example"}, {})
BAD = CheckedRow(3, "?", [], None, {"domain": "bad_characters"})


def shown(*rows: CheckedRow, language: str = "en", **about: object) -> str:
    file = CheckedFile("xlsx", [], [], list(rows), **about)  # type: ignore[arg-type]
    blocks = preview_blocks(Reader(language), CATALOGUE, "list.xlsx", Preview(1, file))
    return str([block.to_dict() for block in blocks])


def test_what_adds_nobody_has_no_tick() -> None:
    assert ":white_check_mark: 1 customer will be added." in shown(GOOD, BAD)
    nothing = shown(BAD)
    assert "white_check_mark" not in nothing
    assert "*No customer will be added.* 1 row is refused." in nothing


@pytest.mark.parametrize("rows", [[GOOD], [BAD], [GOOD, BAD]])
def test_another_file_can_be_chosen_whatever_came_of_this_one(rows: list[CheckedRow]) -> None:
    assert "Choose another file" in shown(*rows)


def test_a_column_that_comes_twice_is_not_called_needless() -> None:
    told = shown(GOOD, repeated=["Domain name"])
    assert "further left" in told
    assert "Domain name" in told
    assert "I do not need" not in told


def test_of_several_sheets_the_one_that_was_read_is_named() -> None:
    assert "only the sheet *Clients* was read" in shown(GOOD, sheet="Clients")
    assert "sheet" not in shown(GOOD)
