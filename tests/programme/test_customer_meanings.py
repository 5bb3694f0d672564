"""What words in a search mean: as the list calls it, in three languages, and only as whole words (mission row 18)."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.customer_blocks import state, term_name, verification
from handlers.customer_words import STATUS_NAMES
from handlers.reader import Reader
from programme.customer_meanings import Meaning, Phrase, days_of, meaning_of, phrases
from programme.trials import status_on
from storage.models import Customer
from tests.storage.rows import NOW, row

TODAY = date(2026, 10, 10)
LANGUAGES = ("en", "fr", "de")
READERS = [Reader(language) for language in LANGUAGES]
DAY = timedelta(days=1)
OF_EACH_STATUS = [
    row(Customer),
    row(Customer, trial_ends_on=TODAY - DAY),
    row(Customer, status="active", renews_on=TODAY),
    row(Customer, status="active", renews_on=TODAY - DAY),
    row(Customer, status="cancelled"),
]


@pytest.mark.parametrize("reader", READERS, ids=LANGUAGES)
def test_what_stands_on_a_card_means_what_the_customer_is(reader: Reader) -> None:
    for customer in OF_EACH_STATUS:
        status = status_on(customer, TODAY)
        whole = state(reader, customer, TODAY)
        for said in (
            whole.partition(",")[0],
            reader.text(STATUS_NAMES[status]),
            *([whole] if status != "trial" else []),
        ):
            assert status in (meaning_of(said) or Meaning()).statuses, said
    for term in ("monthly", "yearly"):
        assert meaning_of(term_name(reader, term)) == Meaning(term=term)
    for verified_at in (None, NOW):
        said = verification(reader, row(Customer, verified_at=verified_at))
        assert meaning_of(said) == Meaning(is_verified=verified_at is not None)
    for menu, is_verified in (("Domain verified", True), ("Domain not verified", False)):
        assert meaning_of(reader.text(menu)) == Meaning(is_verified=is_verified)


@pytest.mark.parametrize(
    "said",
    ["Testzeitraum", "im Testzeitraum", "mit Testversion", "Testphase", "en essai", "à l’essai", "période d’essai"],
)
def test_other_names_of_a_trial_mean_it_too(said: str) -> None:
    assert meaning_of(said) == Meaning(statuses=("trial",))
    assert meaning_of("Testzeitraum beendet") == meaning_of("Testversion abgelaufen") == Meaning(statuses=("free",))


@given(st.dates(min_value=date(1000, 1, 1)))
@example(date(2026, 12, 2))
@example(date(2028, 2, 29))
def test_a_day_is_understood_however_it_is_written(day: date) -> None:
    ways = [day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}", f"{day.day}.{day.month}.{day.year}"]
    ways += [write(day) for reader in READERS for write in (reader.day, reader.short_day)]
    for way in ways:
        assert days_of(way) == (day, day), way
        assert phrases(f"a {way} b")[1].meaning == Meaning(days=(day, day))


@pytest.mark.parametrize(
    "said",
    ["2026-12", "12/2026", "12.2026", "December 2026", "décembre 2026", "DEZEMBER 2026", "déc. 2026", "Dez 2026"],
)
def test_a_month_is_all_of_its_days(said: str) -> None:
    assert days_of(said) == (date(2026, 12, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    "said",
    ["2026", "13/2026", "31.02.2026", "32 may 2026", "0.5.2026", "2026-00-01", "jui 2026", "0000-01-01", "1.2.3.4",
     "smarch 2026", "12", "", "2026-12-02-03"],
)  # fmt: skip
def test_what_is_no_day_means_none(said: str) -> None:
    assert days_of(said) is None


@pytest.mark.parametrize(
    "said", ["testa", "verifiedx", "an", "Jahr", "year", "mois", "jahrling", "trialx", "test", "fin"]
)
def test_what_is_in_many_names_means_nothing(said: str) -> None:
    assert meaning_of(said) is None


def test_the_longest_phrase_counts() -> None:
    not_verified = Meaning(is_verified=False)
    assert phrases("Weber domain not verified yet 1 Jahr GmbH") == [
        Phrase(("Weber",)), Phrase(("domain", "not", "verified", "yet"), not_verified),
        Phrase(("1", "Jahr"), Meaning(term="yearly")), Phrase(("GmbH",)),
    ]  # fmt: skip


@given(st.text(max_size=200))
@example("1 " * 100)
@example("9" * 200)
def test_no_word_is_lost(typed: str) -> None:
    assert [word for phrase in phrases(typed) for word in phrase.words] == typed.split()
