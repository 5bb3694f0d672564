"""French and German are complete, fit where they are shown, and keep what is not theirs to change."""

import re
import string
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from handlers.reader import Reader
from tests.handlers.messages import (
    TRANSLATED,
    catalogue,
    forms,
    messages_in_code,
    pairs,
    placed,
    said,
    translated,
)

LANGUAGES = ("en", *TRANSLATED)
PLACEHOLDER = re.compile(r"\{\w+\}")
CODE = re.compile(r"`[^`]*`")
EMOJI = re.compile(r":[a-z_]+:")
FILTER = re.compile(r"^\w+:[\w-]+$")
COMMAND = re.compile(r"/partner[a-z-]*")
BOLD = re.compile(r"\*[^*\n]+\*")
# Slack sets bold only what stands free: before it a space or an opening bracket, after it a space or a plain mark.
FREE_BOLD = re.compile(r"(?:^|(?<=[ \n(]))\*(?! )[^*\n]+(?<! )\*(?=$|[ \n.,)?!:;])")
# Words that are written alike.
SAME = {
    "fr": {
        "Contact",
        "Date",
        "Organisation",
        "*Organisation*\n{value}",
        "Licences",
        "*Licences*\n{value}",
        "{number} licences",
        "Services",
        "Note",
        "Notes",
    },
    "de": {"Name", "Organisation", "Status", "*Organisation*\n{value}", "Website", "*Website*\n{website}"},
}
# One thing has one word, whoever wrote the sentence.
WORDS = {
    "fr": {
        "reviewer": "équipe du programme", "company": "entreprise", "companies": "entreprises", "domain": "domaine",
        "licence": "licence", "subscription": "abonnement", "super administrator": "super administrateur",
        "trial": "essai", "name server": "dns",
    },
    "de": {
        "reviewer": "prüfteam", "company": "unternehmen", "companies": "unternehmen", "domain": "domäne",
        "licence": "lizenz", "subscription": "abonnement", "super administrator": "super-admin", "trial": "test",
        "name server": "nameserver",
    },
}  # fmt: skip
WITHOUT_ROOM = {"Ask the reviewers"}
NARROW_SPACE = "\u202f"


def find_placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def bare(text: str) -> str:
    """The text without what follows the rules of no language."""
    return re.sub(r"https?://|\{\w+\}", "x", EMOJI.sub("", CODE.sub("x", FILTER.sub("x", text))))


def test_there_are_messages() -> None:
    assert {"Extend trial", ("{number} day left", "{number} days left"), "Please fill this in."} <= messages_in_code()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_in_the_catalogue_and_no_other(language: str) -> None:
    kept = {message.id for message in translated(language)}
    assert messages_in_code() - kept == set(), "missing; run make messages, then translate"
    assert kept - messages_in_code() == set(), "nowhere in the code; run make messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_in_all_its_forms(language: str) -> None:
    plurals = catalogue(language).num_plurals
    for message in translated(language):
        done = forms(message.string)
        assert all(form.strip() for form in done), message.id
        assert len(done) == (1 if isinstance(message.id, str) else plurals), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_the_english_again(language: str) -> None:
    left = {english for english, other in pairs(language) if other == english and bare(english).strip("x *·:,()\n")}
    assert left - SAME[language] == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_fuzzy_or_obsolete(language: str) -> None:
    assert [message.id for message in translated(language) if message.fuzzy] == []
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize(
    "kept",
    [find_placeholders, CODE.findall, EMOJI.findall, lambda text: sorted(COMMAND.findall(text))],
    ids=["placeholders", "code", "emoji", "commands"],
)
def test_what_is_not_language_stays(language: str, kept: Callable[[str], list[str]]) -> None:
    for english, other in pairs(language):
        assert kept(other) == kept(english), other


@pytest.mark.parametrize("language", TRANSLATED)
def test_bold_stays_bold_and_stands_free(language: str) -> None:
    for english, other in pairs(language):
        assert len(FREE_BOLD.findall(other)) == len(BOLD.findall(english)) == len(BOLD.findall(other)), other


# What the field says beside the word that was chosen; people may type them, but read one.
OTHER_NAMES = {"de": ["testzeitr", "testphase", "probezeit"], "fr": ["en essai", "période d’essai"]}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_trial_has_one_name(language: str) -> None:
    found = [other for _, other in pairs(language) if any(name in other.lower() for name in OTHER_NAMES[language])]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_little_room_fits(language: str) -> None:
    too_long = [one for one in placed() if any(len(text) > one.longest for text in said(language, one.message))]
    assert too_long == []


def test_what_has_little_room_is_found() -> None:
    found = {(one.message, one.longest) for one in placed()}
    assert {("Add a customer", 24), ("Cancel", 24), ("Close", 24), ("Extend trial", 24), ("Extend trial", 30)} <= found
    assert {("Open the partner portal", 75), ("Type the first letters", 150), ("Search", 24)} <= found
    assert (("Show the other {number}", "Show the other {number}"), 75) in found


@pytest.mark.parametrize("language", TRANSLATED)
def test_one_thing_has_one_word(language: str) -> None:
    strayed = [
        (english, text)
        for english, text in pairs(language)
        for thing, word in WORDS[language].items()
        if english not in WITHOUT_ROOM
        and re.search(rf"\b{thing}s?\b", CODE.sub("", PLACEHOLDER.sub("", english)), re.IGNORECASE)
        and word not in text.lower()
    ]
    assert strayed == []


def test_french_sets_a_narrow_space_before_high_marks() -> None:
    for _, french in pairs("fr"):
        assert re.findall(f"[^{NARROW_SPACE}][;:!?»]|«[^{NARROW_SPACE}]", bare(french)) == [], french
        assert "'" not in french
        assert '"' not in french


def test_german_has_german_quotes_and_dashes() -> None:
    for _, german in pairs("de"):
        assert re.findall("[\"'«»”—]|\\w–|–\\w", bare(german)) == [], german


@pytest.mark.parametrize(
    ("language", "long", "short", "weekday", "moment"),
    [
        ("en", "3 July 2026", "3 Jul 2026", "Friday, 3 July 2026", "3 Jul 2026, 14:05"),
        ("fr", "3 juillet 2026", "3 juil. 2026", "vendredi 3 juillet 2026", "3 juil. 2026, 14:05"),
        ("de", "3. Juli 2026", "03.07.2026", "Freitag, 3. Juli 2026", "03.07.2026, 14:05"),
    ],
)
def test_dates(language: str, long: str, short: str, weekday: str, moment: str) -> None:
    reader = Reader(language, "Europe/Berlin")
    then = datetime(2026, 7, 3, 12, 5, tzinfo=UTC)
    assert reader.day(then.date()) == long
    assert reader.short_day(then.date()) == short
    assert reader.weekday(then) == weekday
    assert reader.moment(then) == moment


def test_a_moment_is_the_readers_own() -> None:
    midnight = datetime(2026, 7, 3, 22, 30, tzinfo=UTC)
    assert Reader("de", "Europe/Berlin").weekday(midnight) == "Samstag, 4. Juli 2026"
    assert Reader("de", "UTC").weekday(midnight) == "Freitag, 3. Juli 2026"


def test_french_says_the_first_of_a_month() -> None:
    reader, first = Reader("fr"), date(2026, 10, 1)
    assert reader.day(first) == "1er octobre 2026"
    assert reader.weekday(datetime(2026, 10, 1, 12, tzinfo=UTC)) == "jeudi 1er octobre 2026"
    assert reader.day(date(2026, 10, 11)) == "11 octobre 2026"
    assert Reader("de").day(first) == "1. Oktober 2026"


@pytest.mark.parametrize(
    ("language", "month", "quarter", "year"),
    [
        ("en", "October 2026", "Q4 2026", "2026"),
        ("fr", "octobre 2026", "T4 2026", "2026"),
        ("de", "Oktober 2026", "Q4 2026", "2026"),
    ],
)
def test_periods(language: str, month: str, quarter: str, year: str) -> None:
    reader, last = Reader(language), date(2026, 12, 31)
    assert reader.period(date(2026, 10, 1), date(2026, 10, 31)) == month
    assert reader.period(date(2026, 10, 1), last) == quarter
    assert reader.period(date(2026, 1, 1), last) == year


@pytest.mark.parametrize(
    ("language", "euros", "number"),
    [
        ("en", "€1,234.50", "12,345"),
        ("fr", "1\u202f234,50\xa0€", "12\u202f345"),
        ("de", "1.234,50\xa0€", "12.345"),
    ],
)
def test_money_and_numbers(language: str, euros: str, number: str) -> None:
    reader = Reader(language)
    assert reader.money(123450, "EUR") == euros
    assert reader.number(12345) == number


@pytest.mark.parametrize(
    ("language", "none", "one", "many"),
    [
        ("en", "0 customers", "1 customer", "1,000 customers"),
        ("fr", "0 client", "1 client", "1\u202f000 clients"),
        ("de", "0 Kunden", "1 Kunde", "1.000 Kunden"),
    ],
)
def test_plurals(language: str, none: str, one: str, many: str) -> None:
    reader = Reader(language)
    for number, words in ((0, none), (1, one), (1000, many)):
        assert reader.count("{number} customer", "{number} customers", number) == words


@pytest.mark.parametrize(("language", "germany"), [("en", "Germany"), ("fr", "Allemagne"), ("de", "Deutschland")])
def test_countries(language: str, germany: str) -> None:
    assert Reader(language).country("DE") == germany
