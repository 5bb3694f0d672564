"""What a customer brings along when it comes, in words: what it has, and nothing else."""

from datetime import date, timedelta
from typing import Any

import pytest

from handlers.mapping_news import brought
from handlers.reader import Reader
from storage.models import Customer
from tests.storage.rows import row

DAY, YESTERDAY = date(2026, 12, 18), date(2026, 12, 17)
HAS: dict[str, dict[str, Any]] = {
    "trial": {"trial_ends_on": DAY},
    "free": {"trial_ends_on": YESTERDAY},
    "active": {"status": "active", "renews_on": DAY},
    "overdue": {"status": "active", "renews_on": YESTERDAY},
    "cancelled": {"status": "cancelled"},
}


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", {
            "trial": "Its trial, which runs until 18 December 2026, and the proof of its domain have come with it.",
            "free": "It is on the free plan: its trial ended on 17 December 2026. The proof",
            "active": "Its subscription, which runs until 18 December 2026, and the proof",
            "overdue": "Its subscription, whose renewal was due on 17 December 2026, and the proof",
            "cancelled": "It is on the free plan: its subscription has ended. The proof",
        }),
        ("fr", {
            "trial": "Son essai, en cours jusqu’au 18 décembre 2026, et la preuve de son domaine vous reviennent",
            "free": "Il a le forfait gratuit : son essai a pris fin le 17 décembre 2026. La preuve",
            "active": "Son abonnement, en cours jusqu’au 18 décembre 2026, et la preuve",
            "overdue": "Son abonnement, qui devait être renouvelé le 17 décembre 2026, et la preuve",
            "cancelled": "Il a le forfait gratuit : son abonnement a pris fin. La preuve",
        }),
        ("de", {
            "trial": "Die Testversion, die bis zum 18. Dezember 2026 läuft, und der Nachweis der Domäne sind mit",
            "free": "Der Kunde hat den kostenlosen Tarif: Die Testversion endete am 17. Dezember 2026. Der Nachweis",
            "active": "Das Abonnement, das bis zum 18. Dezember 2026 läuft, und der Nachweis",
            "overdue": "Das Abonnement, dessen Verlängerung am 17. Dezember 2026 fällig war, und der Nachweis",
            "cancelled": "Der Kunde hat den kostenlosen Tarif: Das Abonnement ist beendet. Der Nachweis",
        }),
    ],
)  # fmt: skip
def test_what_has_come_is_named_by_what_it_is_that_day(language: str, told: dict[str, str]) -> None:
    for state, facts in HAS.items():
        begun = {"trial_started_on": DAY - timedelta(days=15), "trial_ends_on": YESTERDAY}
        said = brought(Reader(language), row(Customer, **begun | facts), DAY).replace("\N{NARROW NO-BREAK SPACE}", " ")
        assert said.startswith(told[state]), state
