"""What stands in the DNS does not play tricks on whoever reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail_words import sentence
from handlers.reader import Reader
from programme.dns import Answer, Result
from programme.dns_text import shown, visible
from programme.mail_check import Check, Line, Remark, State, judged
from programme.verification import Record, _records


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("v=spf1 include:größe.example -all", "v=spf1 include:größe.example -all"),
        ("a\nb\tc\x00\x7f", r"a\x0ab\x09c\x00\x7f"),
        ("pay\u202eelpmaxe\u2066", r"pay\u202eelpmaxe\u2066"),
        ("a\u00a0b\u200bc\ufeff", r"a\xa0b\u200bc\ufeff"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text())
def test_nothing_invisible_is_left_and_it_is_never_too_long(text: str) -> None:
    assert visible(text).isprintable()
    assert len(shown(text, 20)) <= 20


def test_whatever_is_shown_of_a_record_is_spelled_out() -> None:
    answer = Answer("a.example", "TXT", Result.FOUND, ("x\u202ey",))
    assert _records(answer, answer.values) == (Record("TXT", "a.example", r"x\u202ey"),)
    check = judged("spf", [Remark("no_spf", State.MISSING)], [], ["x\u202ey"], [Line("a.example", "TXT", "x\u202ey")])
    assert (check.found, check.paste[0].value) == ((r"x\u202ey",), r"x\u202ey")


def test_so_is_what_stands_in_a_sentence() -> None:
    check = Check("spf")
    for facts in ({"term": ["v=\u202espf"]}, {"term": "v=\u202espf"}):
        remark = Remark("bad_term", State.WRONG, dict(facts))
        assert "\u202e" not in sentence(Reader("en"), check, remark)
