"""The list of customers in words."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from handlers.customer_blocks import buttons, state, summary, trial_bar
from handlers.customer_files import CsvFile, cells, headings
from handlers.customer_words import FILTERS, filters, how_many
from handlers.reader import Reader
from programme.access import Rights
from programme.customer_filters import Query, parse
from programme.customer_list import MOST_COUNTED, Listing
from programme.trials import trial_of
from storage.models import Customer
from storage.queries.paging import Page
from tests.programme.house import CATALOGUE
from tests.storage.rows import NOW, row

MEMBER = Rights(may_change=True, may_administer=False)
MANY = MOST_COUNTED + 1


def told(language: str, total: int, found: int, query: Query) -> str:
    listing = Listing(
        Page([]), total, found, partner=Mock(), member=Mock(), today=date(2026, 11, 17), has_had_some=True
    )
    return how_many(Reader(language), listing, query).replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "one", "many", "few_of_many", "many_of_many"),
    [
        ("en", "1 customer", "more than 1,000 customers", "3 of more than 1,000 customers",
         "more than 1,000 of your customers"),
        ("fr", "1 client", "plus de 1 000 clients", "3 sur plus de 1 000 clients", "plus de 1 000 de vos clients"),
        ("de", "1 Kunde", "mehr als 1.000 Kunden", "3 von mehr als 1.000 Kunden", "mehr als 1.000 Ihrer Kunden"),
    ],
)  # fmt: skip
def test_what_is_above_a_thousand_is_not_counted(
    language: str, one: str, many: str, few_of_many: str, many_of_many: str
) -> None:
    on_trial = Query(status="trial")
    assert told(language, 1, 1, Query()) == one
    assert told(language, MANY, MANY, Query()) == many
    assert told(language, MANY, 3, on_trial) == few_of_many
    assert told(language, MANY, MANY, on_trial) == many_of_many


@pytest.mark.parametrize("ahead", [0, 1])
def test_nobody_has_more_days_left_than_a_trial_has(ahead: int) -> None:
    """Whose time zone moves west on the day a trial begins, is on the day before it."""
    start = date(2026, 11, 17)
    trial = row(Customer, trial_started_on=start, trial_ends_on=start + timedelta(days=15))
    today = start - timedelta(days=ahead)
    assert state(Reader(), trial, today) == "Trial, 15 days left"
    bar = trial_bar(Reader(), trial_of(trial, today, CATALOGUE.trial))
    assert "0 of 15 days used, 15 days left, until 2 December 2026" in bar


@pytest.mark.parametrize(
    ("language", "ends_today"),
    [("en", "15 of 15 days used. It ends today, 2 December 2026."),
     ("fr", "15 sur 15 jours écoulés. L’essai se termine aujourd’hui, le 2 décembre 2026."),
     ("de", "15 von 15 Tagen vergangen. Die Testversion endet heute, am 2. Dezember 2026.")],
)  # fmt: skip
def test_the_last_day_of_a_trial_is_a_day_of_it(language: str, ends_today: str) -> None:
    start = date(2026, 11, 17)
    trial = row(Customer, trial_started_on=start, trial_ends_on=start + timedelta(days=15))
    assert ends_today in trial_bar(Reader(language), trial_of(trial, trial.trial_ends_on, CATALOGUE.trial))


def test_a_day_in_a_file_is_read_as_that_day_everywhere(tmp_path: Path) -> None:
    """In American English, too, where the month stands before the day."""
    written = {}
    for language in ("en", "fr", "de"):
        file = CsvFile(tmp_path / language, Reader(language), ["Renewal"])
        file.add([date(2026, 12, 3)])
        file.close()
        written[language] = (tmp_path / language).read_text("utf-8-sig").splitlines()[1]
    assert written == {"en": '"2026-12-03"', "fr": '"03/12/2026"', "de": '"03.12.2026"'}


BROKEN_ON = date(2026, 11, 3)
PROOF_GONE = {"verified_at": NOW, "broken_on": BROKEN_ON, "broken_part": "proof"}
MAIL_BROKEN = {"verified_at": NOW, "broken_on": BROKEN_ON, "broken_part": "mail"}


@pytest.mark.parametrize(
    ("language", "proof", "mail"),
    [
        ("en", "*the proof of the domain is gone* since 3 Nov 2026",
         "domain verified · :warning: *the mail set-up is broken* since 3 Nov 2026"),
        ("fr", "*la preuve du domaine a disparu* depuis le 3 nov. 2026",
         "domaine vérifié · :warning: *la configuration de la messagerie ne fonctionne plus* depuis le 3 nov. 2026"),
        ("de", "*der Nachweis der Domäne fehlt* seit dem 03.11.2026",
         "Domäne verifiziert · :warning: *die E-Mail-Einrichtung funktioniert nicht mehr* seit dem 03.11.2026"),
    ],
)  # fmt: skip
def test_a_row_says_what_is_broken_and_since_when(language: str, proof: str, mail: str) -> None:
    assert summary(Reader(language), row(Customer, **PROOF_GONE), BROKEN_ON).endswith(f" · :warning: {proof}")
    assert summary(Reader(language), row(Customer, **MAIL_BROKEN), BROKEN_ON).endswith(f" · {mail}")


@pytest.mark.parametrize(
    ("standing", "offered"),
    [
        ({}, [("Verify", "primary")]),
        (PROOF_GONE, [("Verify", "primary"), ("Manage", None)]),
        (MAIL_BROKEN, [("Manage", "primary")]),
    ],
)
def test_a_row_has_one_next_step(standing: dict[str, Any], offered: list[tuple[str, str | None]]) -> None:
    shown = buttons(Reader("en"), CATALOGUE, row(Customer, **standing), BROKEN_ON, MEMBER)
    assert [(button.text.text, button.style) for button in shown if button.text] == offered


def test_a_file_has_no_day_of_a_proof_that_is_gone() -> None:
    def day(standing: dict[str, Any]) -> object:
        return _in_a_file(standing)["Verified on"]

    assert day(PROOF_GONE) is day({}) is None
    assert day(MAIL_BROKEN) == NOW.date()


def _in_a_file(standing: dict[str, Any]) -> dict[str, object]:
    customer = row(Customer, **{"verification_token": "abc"} | standing)
    reader = Reader("en")
    return dict(zip(headings(reader), cells(reader, CATALOGUE, customer, BROKEN_ON), strict=True))


@pytest.mark.parametrize("standing", [{}, PROOF_GONE])
def test_a_file_has_the_record_of_every_domain_that_is_not_proven(standing: dict[str, Any]) -> None:
    """By its whole name: that says which domain it is for, and begins with no sign of a formula, as `@` does."""
    told = _in_a_file(standing | {"domain": "xn--mller-kva.example"})
    assert told["Domain"] == "müller.example"
    assert told["TXT record: name"] == "xn--mller-kva.example"
    assert told["TXT record: value"] == CATALOGUE.verification.txt_value.format(token="abc")


@pytest.mark.parametrize("standing", [MAIL_BROKEN, {"verified_at": NOW}])
def test_a_file_has_no_record_of_a_domain_that_is_proven(standing: dict[str, Any]) -> None:
    told = _in_a_file(standing)
    assert told["TXT record: name"] is told["TXT record: value"] is None


@pytest.mark.parametrize("language", ["fr", "de"])
def test_the_filters_that_are_named_are_understood(language: str) -> None:
    for one in FILTERS:
        named = Reader(language).text(one)
        assert named != one
        assert parse(named, CATALOGUE.plan) == parse(one, CATALOGUE.plan) != Query(), named
        assert not parse(named, CATALOGUE.plan).unknown
        assert f"`{named}`" in filters(Reader(language))
