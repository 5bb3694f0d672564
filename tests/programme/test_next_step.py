"""Of all that could be done for a customer, the page names one thing."""

from datetime import date, timedelta
from typing import Any

import pytest

from programme.next_step import NextStep, next_step
from storage.models import Customer, PlanChange
from tests.storage.rows import row

TODAY = date(2026, 10, 10)
SET_UP = "mx spf dkim"
TRIAL: dict[str, Any] = {"trial_ends_on": TODAY + timedelta(days=12), "mail_worked": SET_UP}
RUNNING: dict[str, Any] = {"status": "active", "renews_on": TODAY + timedelta(days=200), "mail_worked": SET_UP}
END = row(PlanChange, kind="cancel")


@pytest.mark.parametrize(
    ("about", "pending", "step"),
    [
        (RUNNING, None, NextStep.NOTHING),
        (RUNNING | {"renews_on": TODAY + timedelta(days=30)}, None, NextStep.RENEWS_SOON),
        (RUNNING | {"renews_on": TODAY + timedelta(days=31)}, None, NextStep.NOTHING),
        (RUNNING | {"renews_on": TODAY}, None, NextStep.RENEWS_SOON),
        (RUNNING, END, NextStep.ENDS),
        (RUNNING, row(PlanChange), NextStep.NOTHING),
        (RUNNING | {"renews_on": TODAY - timedelta(days=1)}, None, NextStep.RECORD_RENEWAL),
        (RUNNING | {"renews_on": TODAY - timedelta(days=1)}, END, NextStep.ENDS),
        (RUNNING | {"term": "monthly", "renews_on": TODAY + timedelta(days=7)}, None, NextStep.RENEWS_SOON),
        (RUNNING | {"term": "monthly", "renews_on": TODAY + timedelta(days=8)}, None, NextStep.NOTHING),
        (RUNNING | {"mail_worked": ""}, None, NextStep.SET_UP_MAIL),
        (RUNNING | {"mail_worked": ""}, END, NextStep.ENDS),
        (RUNNING | {"mail_worked": "", "renews_on": TODAY}, None, NextStep.RENEWS_SOON),
        (RUNNING | {"mail_worked": "", "renews_on": TODAY - timedelta(days=1)}, None, NextStep.RECORD_RENEWAL),
        # What the provider before left there is not yet the mail here.
        (RUNNING | {"mail_worked": "dmarc"}, None, NextStep.SET_UP_MAIL),
        (RUNNING | {"mail_worked": "mx spf dmarc"}, None, NextStep.SET_UP_MAIL),
        (RUNNING | {"mail_worked": f"{SET_UP} dmarc"}, None, NextStep.NOTHING),
        (TRIAL, None, NextStep.ON_TRIAL),
        (TRIAL | {"mail_worked": ""}, None, NextStep.SET_UP_MAIL),
        (TRIAL | {"mail_worked": "", "trial_ends_on": TODAY + timedelta(days=7)}, None, NextStep.DECIDE_TRIAL),
        (TRIAL | {"trial_ends_on": TODAY - timedelta(days=1)}, None, NextStep.CHOOSE_PLAN),
        (TRIAL | {"status": "cancelled"}, None, NextStep.CHOOSE_PLAN),
        (TRIAL | {"broken_on": TODAY, "broken_part": "mail", "broken_mail": "mx"}, None, NextStep.MEND_MAIL),
        (RUNNING | {"broken_on": TODAY, "broken_part": "proof"}, None, NextStep.PROVE_AGAIN),
    ],
)
def test_the_most_urgent_is_named(about: dict[str, Any], pending: PlanChange | None, step: NextStep) -> None:
    assert next_step(row(Customer, **about), pending, TODAY, has_mail=True) == step


def test_without_mail_there_is_none_to_set_up() -> None:
    assert next_step(row(Customer, **TRIAL | {"mail_worked": ""}), None, TODAY, has_mail=False) == NextStep.ON_TRIAL
