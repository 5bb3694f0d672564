"""Every no has its words, every word its sentence, and everything that is owed somebody to draw it."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from handlers import assembly, refusals
from handlers.field_errors import FIELD_ERRORS, field_error
from handlers.reader import Reader
from handlers.refusal_sentences import SENTENCES
from programme.domains import Reason
from storage.store import Store
from tests.programme.house import make_desk

ROOT = Path(__file__).parents[2]
SOURCES = sorted([*ROOT.glob("programme/*.py"), *ROOT.glob("handlers/*.py")])
# What a rule raises; a ValueError that says a sentence is meant for the programmer.
WORD = re.compile("[a-z_]+")


@cache
def parsed() -> list[tuple[Path, ast.AST]]:
    """The calls and assignments of all sources."""
    trees = ((file, ast.parse(file.read_text(encoding="utf-8"))) for file in SOURCES)
    return [(file, node) for file, tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call | ast.Assign)]


def nodes(kind: type[ast.AST]) -> Iterator[tuple[Path, ast.AST]]:
    return ((file, node) for file, node in parsed() if isinstance(node, kind))


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """The calls of a function, however it was imported."""
    for file, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        if called == name:
            yield file, node


def text(node: ast.AST | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def raised() -> list[tuple[str, ast.Call]]:
    return [(word, call) for _, call in calls("Refused") if call.args and (word := text(call.args[0]))]


def field_words() -> set[str]:
    """The words for a field that will not do: raised by a rule, or written down beside the field's name."""
    found = {text(call.args[0]) for _, call in calls("ValueError") if call.args}
    found |= {text(call.args[-1]) for _, call in calls("whole_number") if call.args}
    for _, call in calls("BadInput"):
        found |= {text(value) for node in ast.walk(call) if isinstance(node, ast.Dict) for value in node.values}
    for _, node in nodes(ast.Assign):
        assert isinstance(node, ast.Assign)
        kept_in = [target.value for target in node.targets if isinstance(target, ast.Subscript)]
        if any(getattr(place, "attr", getattr(place, "id", "")) == "wrong" for place in kept_in):
            found |= {text(part) for part in ast.walk(node.value)}
    return {str(reason) for reason in Reason} | {word for word in found if word and WORD.fullmatch(word)}


def test_the_scan_sees_what_is_there() -> None:
    """Else the tests below would pass on an empty list."""
    assert {word for word, _ in raised()} >= {"no_partner", "trial_ended", "already_decided", "domain_missing"}
    assert field_words() >= {
        "missing",
        "too_long",
        "not_accepted",
        "taken",
        "channel_gone",
        "public_suffix",
        "not_days",
    }


def test_every_refusal_has_words_and_no_words_are_idle() -> None:
    said = {word for word, _ in raised()} | {"bad_input"}
    assert said == SENTENCES.keys() | refusals._TOLD.keys()
    assert not SENTENCES.keys() & refusals._TOLD.keys()


def test_every_wrong_field_has_words_and_no_words_are_idle() -> None:
    assert field_words() == FIELD_ERRORS.keys()


def test_a_sentence_gets_the_facts_it_speaks_of() -> None:
    for word, call in raised():
        given = {keyword.arg for keyword in call.keywords}
        if word in SENTENCES and None not in given:
            assert placeholders(SENTENCES[word]) <= given | {"support"}, word


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_field_words_are_said_in_every_language(language: str) -> None:
    for word in field_words():
        facts = {"postal_code": "59000", "phone": "+33 1 99 00 12 34", "in_use": 9, "again": "1 May"}
        said = field_error(Reader(language), word, "help@desk.example", **facts)
        assert said
        assert "{" not in said


# Which argument of each is the kind of message or letter that the programme owes.
OWING = {"owe_message": 3, "tell_applicant": 3, "owe_mail": 3, "owed": 2, "tell_partner": 4}


def kinds(*owe: str) -> set[str]:
    """The kinds that are owed by these functions."""
    found = {text(call.args[OWING[name]]) for name in owe for _, call in calls(name) if len(call.args) > OWING[name]}
    return {kind for kind in found if kind}


def test_everything_that_is_owed_can_be_drawn(sqlite_address: str) -> None:
    desk = make_desk(Store(sqlite_address))
    courier = assembly.make_courier(desk, None, "C1", None, "desk@desk.example")  # type: ignore[arg-type]
    assert kinds("owe_message", "tell_applicant", "owed", "tell_partner") == courier.messages.keys()
    assert kinds("owe_mail") == courier.send_mail.__self__.letters.keys()  # type: ignore[attr-defined]


def test_owed_kinds_are_written_out() -> None:
    """A kind that is computed would escape the test above."""
    for owe, place in OWING.items():
        # application_history hands on the kind that `tell_applicant` is given, news that of `tell_partner`, and outbox
        # that of `owe_message`.
        assert all(
            text(call.args[place])
            for file, call in calls(owe)
            if file.stem not in ("application_history", "news", "outbox") or owe[0] == "t"
        )
