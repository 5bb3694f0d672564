"""The sentence above a customer's page is one in each language: it begins with a capital, and it ends."""

import re
from datetime import timedelta
from typing import Any

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


MEMBER, NO_ADMINS = {"role": "member"}, "one of your admins"
STEPS: list[dict[str, Any]] = [
    {},  # on trial
    {"trial_ends_on": NOW.date()},
    {"trial_ends_on": NOW.date() - timedelta(days=1)},
    {"status": "active", "started_on": NOW.date(), "renews_on": NOW.date() - timedelta(days=1)},
]


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("about", STEPS)
def test_a_member_is_told_whom_to_ask_for_what_only_admins_do(language: str, about: dict[str, Any]) -> None:
    kept = {"verified_at": NOW, "mail_worked": "mx spf dkim", "licences_in_use": 1} | about
    reader, customer = Reader(language), row(Customer, **kept)

    def told(member: Member, admins: list[str]) -> Any:
        seen = Found(customer, row(Partner), member, NOW.date())
        return _next(reader, CATALOGUE, seen, Plans(None, [], 36000), admins).to_dict()

    of_admin, of_member = told(row(Member), []), told(row(Member, **MEMBER), ["U1", "U2"])
    assert "accessory" in of_admin
    assert "<@U" not in of_admin["text"]["text"]
    assert "accessory" not in of_member
    assert reader.one_of(["<@U1>", "<@U2>"]) in of_member["text"]["text"]
    assert reader.text(NO_ADMINS) in told(row(Member, **MEMBER), [])["text"]["text"]
