"""What the history says of facts that are kept as codes."""

import pytest

from handlers.partner_trail import _value
from handlers.reader import Reader
from tests.programme.house import CATALOGUE


@pytest.mark.parametrize(
    ("language", "record"), [("en", "TXT record"), ("fr", "enregistrement TXT"), ("de", "TXT-Eintrag")]
)
def test_how_a_domain_was_proven_is_said_in_words(language: str, record: str) -> None:
    assert _value(Reader(language), CATALOGUE, "method", "txt") == record
    assert _value(Reader(language), CATALOGUE, "method", "cname") == record.replace("TXT", "CNAME")
