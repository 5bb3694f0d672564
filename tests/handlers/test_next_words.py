"""The sentence above a customer's page is one in each language: it begins with a capital, and it ends."""

import re

import pytest

from handlers.customer_page import _next
from handlers.reader import Reader
from programme.customers import Found
from programme.plan_changes import Plans
from storage.models import Customer, Member, Partner
from tests.programme.house import CATALOGUE
from tests.storage.rows import NOW, row


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("broken", ["mx", "spf dkim", "mx dmarc"])
def test_what_broke_of_the_mail_is_part_of_the_sentence(language: str, broken: str) -> None:
    customer = row(
        Customer, verified_at=NOW, broken_on=NOW.date(), broken_part="mail", broken_mail=broken, mail_worked=broken
    )
    seen = Found(customer, row(Partner), row(Member), NOW.date())
    section = _next(Reader(language), CATALOGUE, seen, Plans(None, [], None)).to_dict()
    text = section["text"]["text"]
    assert text.endswith(".")
    assert not re.search(r"[.!?]\*? [a-zà-ü]", text), text
