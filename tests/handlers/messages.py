"""The messages in the code, where they end up, and what the catalogues make of them."""

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from handlers.reader import LOCALES

ROOT = Path(__file__).parents[2]
TRANSLATED = ("fr", "de")

# A message as it stands in the code; one that counts has two forms.
Id = str | tuple[str, ...]

# How many characters Slack takes: of a modal's title, submit and close; of a button; of the parts of a question
# before it; of a choice; of a placeholder; of a header. By our function, then by argument, by place or by name.
PLACES: dict[str, dict[int | str, int]] = {
    "modal": {1: 24, "submit": 24, "close": 24},
    "button": {0: 75},
    "link_button": {0: 75},
    "confirm": {1: 100, 2: 300, 3: 30},
    "option": {0: 75},
    "header": {0: 150},
    "PlainTextInputElement": {"placeholder": 150},
    "ExternalDataSelectElement": {"placeholder": 150},
    "View": {"close": 24},
    "ConfirmObject": {"deny": 30},
}
# What these say is always a message of ours; choices and headers may also be people's own names.
OURS = ("modal", "button", "link_button", "confirm")


@cache
def messages_in_code() -> frozenset[Id]:
    """Every message, found with the keywords of `make messages`."""
    line = re.search(r"^KEYWORDS := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert line is not None
    keywords = parse_keywords(word for word in shlex.split(line[1]) if word != "-k")
    found = extract_from_dir(ROOT / "handlers", keywords=keywords)
    return frozenset(message for _file, _line, message, _comments, _context in found)


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of a language as it is kept."""
    with (LOCALES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def translated(language: str) -> list[Message]:
    """The messages of a catalogue, without its header."""
    return [message for message in catalogue(language) if message.id]


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """A message has one form, or one for each plural of its language."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Each form that is translated, beside the English that it stands for: the plural where there is one."""
    for message in translated(language):
        english = forms(message.id)[-1]
        yield from ((english, form) for form in forms(message.string) if form)


def said(language: str, message: Id) -> tuple[str, ...]:
    """What a message may become in a language."""
    known = None if language == "en" else catalogue(language).get(message)
    return forms(known.string) if known else forms(message)


@dataclass(frozen=True)
class Placed:
    """A message that ends up where there is little room.

    Args:
        longest: how many characters Slack takes there.
    """

    message: Id
    where: str
    longest: int


def placed() -> list[Placed]:
    """The messages in the places of PLACES, as the code puts them there.

    AssertionError for a title or button in which no message is found: it would be shown untranslated, or unmeasured.
    """
    return [one for file in sorted((ROOT / "handlers").glob("*.py")) for one in _placed_in(file)]


def _placed_in(file: Path) -> Iterator[Placed]:
    for function in _functions(ast.parse(file.read_text())):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            for argument, longest in PLACES.get(name, {}).items():
                where = f"{file.name}:{call.lineno} {name}({argument})"
                given = _argument(call, argument)
                found = list(_messages(given, function))
                assert found or given is None or name not in OURS, f"no message in {where}"
                yield from (Placed(text, where, longest) for text in found)


def _functions(module: ast.Module) -> list[ast.AST]:
    return [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _argument(call: ast.Call, which: int | str) -> ast.expr | None:
    if isinstance(which, int):
        return call.args[which] if which < len(call.args) else None
    return next((keyword.value for keyword in call.keywords if keyword.arg == which), None)


def _messages(argument: ast.expr | None, function: ast.AST) -> Iterator[Id]:
    """The messages in an argument, or in the variable that it is."""
    if isinstance(argument, ast.Name):
        assigned = (node for node in ast.walk(function) if isinstance(node, ast.Assign))
        values = [one.value for one in assigned if any(ast.unparse(to) == argument.id for to in one.targets)]
    else:
        values = [argument] if argument else []
    words = {node.value for value in values for node in ast.walk(value) if isinstance(node, ast.Constant)}
    yield from (message for message in messages_in_code() if words.intersection(forms(message)))
