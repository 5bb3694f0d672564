"""What is said with a no: which way is open to this person."""

import json

import pytest

from handlers.reader import Reader
from handlers.refusals import Words, say
from programme.customer_filters import Query, from_kept
from programme.refusals import Refused
from tests.programme.house import CATALOGUE

LANGUAGES = ["en", "fr", "de"]


def words(reason: str, language: str = "en", **facts: object) -> Words:
    return say(Refused(reason, **facts), Reader(language), CATALOGUE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reviewer_is_shown_the_reviews_and_others_the_form(language: str) -> None:
    for reviews, action in ((True, "review.queue"), (False, "apply.open")):
        said = words("no_partner", language, reviews=reviews)
        assert said.button is not None
        assert said.button.action_id == action


@pytest.mark.parametrize(
    ("language", "admins", "end"),
    [
        ("en", ["U1", "U2", "U3"], "Please ask <@U1>, <@U2> or <@U3>."),
        ("fr", ["U1", "U2"], "Adressez-vous à <@U1> ou <@U2>."),
        ("de", ["U1"], "Bitte wenden Sie sich an <@U1>."),
        ("en", [], "Please ask one of your admins."),
    ],
)
def test_a_member_is_told_whom_to_ask(language: str, admins: list[str], end: str) -> None:
    assert words("admins_only", language, admins=admins).text.endswith(end)


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert "plus de 5\u202f000 lignes" in words("file_too_many_rows", "fr", most=5_000).text
    assert "mehr als 5.000 Zeilen" in words("file_too_many_rows", "de", most=5_000).text


def test_missing_columns_are_those_of_a_sheet_where_there_are_several() -> None:
    for sheet, where in ((None, "in this file"), ("Read me", "in the sheet *Read me*")):
        assert f"missing {where}: *Plan*" in words("columns_missing", missing=["plan"], sheet=sheet).text


@pytest.mark.parametrize(
    ("language", "text", "button"),
    [
        ("en", "*Müller &amp; Co* is not a domain. Look for the customer in your list.", "Search for “Müller & Co”"),
        ("fr", "*Müller &amp; Co* n’est pas un domaine. Cherchez ce client dans votre liste.",
         "Chercher «\u202fMüller & Co\u202f»"),
        ("de", "*Müller &amp; Co* ist keine Domäne. Suchen Sie den Kunden in Ihrer Liste.", "„Müller & Co“ suchen"),
    ],
)  # fmt: skip
def test_whoever_types_a_name_is_offered_the_list_searched_for_it(language: str, text: str, button: str) -> None:
    said = words("unknown_customer", language, domain="Müller & Co")
    assert said.text == text
    drawn = said.button.to_dict() if said.button else {}
    assert (drawn["action_id"], drawn["text"]["text"]) == ("customers.open", button)
    query = from_kept(json.loads(drawn["value"]), CATALOGUE.plan)
    assert query == Query(words="Müller & Co")


def test_a_long_name_is_searched_for_in_full() -> None:
    said = words("unknown_customer", domain="ab " * 80)
    assert said.button is not None
    assert len(said.button.to_dict()["text"]["text"]) <= 75
    assert len(json.loads(said.button.to_dict()["value"])["words"]) > 190


def test_whoever_types_a_domain_that_is_not_there_is_shown_the_whole_list() -> None:
    for facts in ({"domain": "https://dupnot.example/"}, {}):
        button = words("unknown_customer", **facts).button
        assert button is not None
        assert json.loads(button.to_dict()["value"]) == ""
