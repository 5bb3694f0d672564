"""What is said with a no: which way is open to this person."""

import pytest

from handlers.reader import Reader
from handlers.refusals import Words, say
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
