"""Who may not buy yet is shown the way to a proof of the domain, not to a plan (mission row 20)."""

from datetime import date

import pytest
from slack_sdk.models.blocks import ButtonElement

from handlers.reader import Reader
from handlers.refusals import Words, say
from programme.refusals import Refused
from tests.programme.house import CATALOGUE


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
