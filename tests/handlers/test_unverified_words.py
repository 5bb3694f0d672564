"""Who may not buy yet is shown the way to a proof of the domain, not to a plan (mission row 20)."""

from datetime import date, timedelta
from unittest.mock import Mock

import pytest
from slack_sdk.models.blocks import ButtonElement

from handlers.reader import Reader
from handlers.refusals import Words, say
from handlers.verify import verified_view
from programme.customers import Found
from programme.refusals import Refused
from storage.models import Customer
from tests.programme.house import CATALOGUE
from tests.storage.rows import NOW, row


def said(language: str, reason: str, is_verified: bool) -> Words:
    facts = {
        "organisation": "Müller GmbH",
        "domain": "xn--mller-kva.example",
        "ends_on": date(2026, 11, 20),
        "longest_days": 60,
    }
    return say(Refused(reason, customer_id=7, is_verified=is_verified, **facts), Reader(language), CATALOGUE)


@pytest.mark.parametrize(("language", "way"), [("en", "verify its"), ("fr", "vérifiez"), ("de", "Verifizieren")])
@pytest.mark.parametrize("reason", ["trial_ended", "trial_at_longest"])
def test_what_only_a_subscription_helps_begins_with_the_proof(language: str, way: str, reason: str) -> None:
    proven, unproven = (said(language, reason, is_verified) for is_verified in (True, False))
    assert isinstance(proven.button, ButtonElement)
    assert isinstance(unproven.button, ButtonElement)
    assert (proven.button.action_id, unproven.button.action_id) == ("plan.open", "verify.open")
    assert way in unproven.text
    assert "/partner-manage" in proven.text
    assert "/partner-manage" not in unproven.text


def test_the_domain_is_told_as_people_read_it() -> None:
    assert "*müller.example*" in said("en", "not_verified", is_verified=False).text


def proven(today: date) -> Found:
    trial = row(Customer, trial_started_on=date(2026, 10, 1), trial_ends_on=date(2026, 11, 30), verified_at=NOW)
    return Found(trial, Mock(), Mock(), today)


@pytest.mark.parametrize(
    ("language", "over", "runs"),
    [
        ("en", "Its trial is over.", "Its trial ends on 30 November 2026."),
        ("fr", "L’essai est terminé.", "L’essai se termine le 30 novembre 2026."),
        ("de", "Die Testversion ist abgelaufen.", "Die Testversion endet am 30. November 2026."),
    ],
)
def test_a_trial_that_is_the_one_of_before_says_why(language: str, over: str, runs: str) -> None:
    reader, added = (
        Reader(language),
        Found(row(Customer, trial_started_on=date(2026, 11, 20)), Mock(), Mock(), date(2026, 11, 20)),
    )
    for day, sentence in ((20, runs), (30, runs), (31, over)):
        now = proven(date(2026, 11, 1) + timedelta(days=day - 1))
        text = str(verified_view(reader, CATALOGUE, added, now).to_dict())
        assert sentence in text
        assert CATALOGUE.support_address in text
        assert sentence not in str(verified_view(reader, CATALOGUE, now, now).to_dict())


@pytest.mark.parametrize(
    ("language", "over", "runs"),
    [
        ("en", "Its subscription has ended.", "Its subscription goes on until 1 October 2027:"),
        ("fr", "L’abonnement est terminé.", "L’abonnement se poursuit jusqu’au 1er octobre 2027 :"),
        ("de", "Das Abonnement ist beendet.", "Das Abonnement läuft noch bis zum 1. Oktober 2027:"),
    ],
)
def test_a_subscription_that_is_the_one_of_before_says_so(language: str, over: str, runs: str) -> None:
    reader, added = Reader(language), proven(date(2026, 11, 20))
    bought = {"trial_started_on": date(2026, 10, 1), "started_on": date(2026, 10, 1), "verified_at": NOW}
    for status, renews_on, sentence in (("active", date(2027, 10, 1), runs), ("cancelled", None, over)):
        customer = row(Customer, status=status, renews_on=renews_on, **bought)
        now = Found(customer, Mock(), Mock(), date(2026, 11, 20))
        text = verified_view(reader, CATALOGUE, added, now).blocks[1].to_dict()["text"]["text"]
        assert sentence in text
        assert "Workplace Standard, 12" in text
        assert CATALOGUE.support_address in text
        assert sentence not in str(verified_view(reader, CATALOGUE, now, now).to_dict())
