"""What an alert says, where it stands, once somebody has seen to it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from handlers import blocks as b
from handlers.alerts import draw
from programme.alerts import DueAlert
from storage.models import Alert, AuditRow, Customer, Partner
from tests.programme.house import CATALOGUE
from tests.storage.rows import NOW, row

DAY = NOW.date()
EXTEND, SNOOZE = '"action_id": "trial.extend"', '"action_id": "alert.snooze"'
SCHEDULE = {"alert_hour": 8, "alert_days": "", "skips_weekends": False, "quiet_days": ""}


def standing(language: str = "en", number: int = 1, kind: str = "trial", **about: Any) -> DueAlert:
    """An alert of a date that was three days ahead when it left."""
    customer = row(Customer, id=number, verified_at=NOW, trial_ends_on=DAY + timedelta(days=3), **about)
    alert = row(Alert, id=number, kind=kind, due_on=DAY + timedelta(days=3), days_before=3, planned_on=DAY, sent_at=NOW)
    return DueAlert(alert, customer, row(Partner, language=language, **SCHEDULE), DAY)


def over(due: DueAlert, action: str, **after: object) -> DueAlert:
    return replace(due, is_over=True, since=(row(AuditRow, action=action, after=after, user_id="U7"),))


def drawn(*bundle: DueAlert) -> str:
    return json.dumps(b.drawn(draw(Mock(catalogue=CATALOGUE), bundle).blocks), ensure_ascii=False)


@pytest.mark.parametrize(
    ("language", "extended", "started"),
    [("en", "<@U7> has extended the trial to *19 October 2026*.", "<@U7> has started the subscription."),
     ("fr", "<@U7> a prolongé l’essai jusqu’au *19 octobre 2026*.", "<@U7> a démarré l’abonnement."),
     ("de", "<@U7> hat die Testversion bis zum *19. Oktober 2026* verlängert.",
      "<@U7> hat das Abonnement gestartet.")],
)  # fmt: skip
def test_who_has_seen_to_it_stands_there_and_no_button_that_does_not_hold(
    language: str, extended: str, started: str
) -> None:
    due, bought = standing(language), standing(language, status="active", renews_on=DAY + timedelta(days=365))
    assert EXTEND in drawn(due)
    after = over(due, "trial_extended", ends_on="2026-10-19")
    assert extended in drawn(after)
    assert EXTEND not in drawn(after)
    assert SNOOZE in drawn(after)
    assert started in drawn(over(bought, "subscribed"))
    assert EXTEND not in drawn(over(bought, "subscribed"))
    assert SNOOZE not in drawn(over(bought, "subscribed"))


def test_a_recorded_renewal_is_told_with_the_next_one() -> None:
    due = standing(kind="renewal", renews_on=DAY + timedelta(days=365), status="active", started_on=DAY)
    told = drawn(over(due, "renewed", renews_on="2027-10-04"))
    assert "<@U7> has recorded the renewal: the next one is on *4 October 2027*." in told
    assert '"action_id": "manage.renew"' not in told


def test_in_a_digest_the_others_stay_as_they_are() -> None:
    done, *others = (standing(number=number) for number in (1, 2, 3, 4))
    told = drawn(over(done, "trial_extended", ends_on="2026-10-19"), *others)
    assert told.count("✓ the trial ends in 3 days") == 1
    assert told.count(EXTEND) == 2


def test_who_looks_after_it_is_said_once() -> None:
    due = standing(assigned_to="U7")
    assert "Looked after by <@U7>" in drawn(due)
    told = drawn(replace(due, since=(row(AuditRow, action="assigned", user_id="U7"),)))
    assert "<@U7> looks after it." in told
    assert "Looked after by" not in told


def test_what_is_over_without_anybody_is_done() -> None:
    told = drawn(replace(standing(status="left"), is_over=True))
    assert "Nothing is left to do here." in told
