"""What a partner reads while the proof of a customer's domain is gone: until which day nobody else may take it."""

import json
from datetime import date, timedelta
from unittest.mock import Mock

import pytest

from handlers import blocks as b
from handlers.alerts import draw
from handlers.customer_page import _next
from handlers.reader import Reader
from programme.alerts import DueAlert
from programme.customers import Found
from programme.plan_changes import Plans
from storage.models import Alert, Customer, Member, Partner
from tests.programme.house import CATALOGUE
from tests.storage.rows import NOW, row

GONE_ON, CLAIMED_FROM = date(2026, 11, 26), date(2026, 12, 26)
IN_TIME = {
    "en": "Put its record back before 26 December 2026: from that day on, another partner may add this domain.",
    "fr": "Remettez son enregistrement en place avant le 26 décembre 2026\u202f: à partir de ce jour, un autre "
    "partenaire pourra ajouter ce domaine.",
    "de": "Stellen Sie den Eintrag vor dem 26. Dezember 2026 wieder her: Ab diesem Tag kann ein anderer Partner die "
    "Domäne hinzufügen.",
}
TOO_LATE = {
    "en": "Put its record back at once: since 26 December 2026, another partner may add this domain.",
    "fr": "Remettez son enregistrement en place sans attendre\u202f: depuis le 26 décembre 2026, un autre partenaire "
    "peut ajouter ce domaine.",
    "de": "Stellen Sie den Eintrag umgehend wieder her: Seit dem 26. Dezember 2026 kann ein anderer Partner die "
    "Domäne hinzufügen.",
}
PLACES = [
    (GONE_ON, IN_TIME), (CLAIMED_FROM - timedelta(days=1), IN_TIME), (CLAIMED_FROM, TOO_LATE),
]  # fmt: skip


def customer(part: str) -> Customer:
    lost: Customer = row(
        Customer, verified_at=NOW, broken_on=GONE_ON, broken_part=part, broken_mail="mx", mail_worked="mx"
    )
    return lost


def _read(drawn: object) -> str:
    return json.dumps(drawn, ensure_ascii=False)


def alert(language: str, today: date, part: str) -> str:
    schedule = {"alert_hour": 8, "alert_days": "", "skips_weekends": False, "quiet_days": ""}
    partner = row(Partner, language=language, **schedule)
    told = row(Alert, kind="broken", due_on=GONE_ON, days_before=0, planned_on=today)
    return _read(b.drawn(draw(Mock(catalogue=CATALOGUE), [DueAlert(told, customer(part), partner, today)]).blocks))


def page(language: str, today: date, part: str) -> str:
    seen = Found(customer(part), row(Partner), row(Member), today)
    return _read(_next(Reader(language), CATALOGUE, seen, Plans(None, [], None)).to_dict())


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize(("today", "words"), PLACES)
def test_the_day_is_named_from_which_another_partner_may_add_the_domain(
    language: str, today: date, words: dict[str, str]
) -> None:
    assert words[language] in alert(language, today, "proof")
    assert words[language] in page(language, today, "proof")


def test_mail_that_broke_loses_nobody_the_domain() -> None:
    for text in (alert("en", CLAIMED_FROM, "mail"), page("en", CLAIMED_FROM, "mail")):
        assert "another partner" not in text
