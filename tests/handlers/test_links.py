"""A link to write a letter opens one to that address, and to nobody else."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from handlers.reader import mail_link

ADDRESSES = [
    "a?bcc=evil%40x.example&subject=hi@b.example",
    "a%3Fbcc=evil@b.example",
    "a&bcc=evil#x@b.example",
    "o'hara+tag.name@b.example",
    "jürgen@müller.example",
    "a<b>|c@b.example",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_stands_in_an_address_sets_no_other_field(address: str) -> None:
    target, _, shown = mail_link(address)[1:-1].partition("|")
    parts = urlsplit(target.replace("&amp;", "&"))
    assert parts.scheme == "mailto"
    assert unquote(parts.path) == address
    assert (parse_qs(parts.query), parts.fragment) == ({}, "")
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == address


def test_a_usual_address_stays_as_it_is() -> None:
    assert mail_link("anna.weber+it@dupont.example").startswith("<mailto:anna.weber+it@dupont.example|")
