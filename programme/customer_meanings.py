"""What words in a search mean beside standing in a name: a term, a status, a verification, a day. Pure rules.

In the three languages of those who read, and however the list, its menus and its files call it. Only whole words count:
whoever looks for "testa" means no trial.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel import Locale

from programme.import_columns import plain, term_of
from storage.base import without_accents
from storage.models import LANGUAGES, TERMS

MOST_TOGETHER = 6  # words
Span = tuple[date, date]

# As `plain` writes them. Who has fallen back to the free plan may have had a trial before, or a subscription.
_STATUSES: Mapping[tuple[str, ...], str] = {
    ("trial",): "trial; on trial; trials; essai; a l essai; en essai; periode d essai; testversion; "
    "mit testversion; testzeitraum; im testzeitraum; testphase",
    ("active",): "subscription; active subscription; active; abonnement; abonnement actif; actif; aktives abonnement; "
    "aktiv",
    ("overdue",): "overdue; renewal overdue; en retard; renouvellement en retard; uberfallig; ueberfaellig; "
    "verlangerung uberfallig; verlaengerung ueberfaellig",
    ("free", "cancelled"): "free; free plan; forfait gratuit; kostenloser tarif; kostenlos; gratuit; gratis",
    ("free",): "trial ended; trial has ended; the trial has ended; free plan the trial has ended; essai termine; "
    "forfait gratuit essai termine; testversion abgelaufen; kostenloser tarif testversion abgelaufen; "
    "testzeitraum beendet; kostenloser tarif testzeitraum beendet",
    ("cancelled",): "subscription ended; subscription has ended; the subscription has ended; cancelled; canceled; "
    "free plan the subscription has ended; abonnement termine; resilie; l abonnement a pris fin; "
    "forfait gratuit l abonnement a pris fin; abonnement beendet; gekundigt; gekuendigt; "
    "kostenloser tarif abonnement beendet",
}
_VERIFIED: Mapping[bool, str] = {
    True: "verified; verifie; verifiziert; nachgewiesen",
    False: "not verified; not verified yet; unverified; non verifie; pas verifie; pas encore verifie; "
    "nicht verifiziert; noch nicht verifiziert; unverifiziert; nicht nachgewiesen; noch nicht nachgewiesen",
}
_DOMAIN = ("domain", "domaine", "domane", "domaene")
# Of the words that mean a term in a column of terms, these are too common in names.
_TOO_COMMON = {"an", "annee", "year", "jahr", "mois", "month", "monat"}

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?")
_FIGURES = re.compile(r"(?:(?P<day>\d{1,2})[./-])?(?P<month>\d{1,2})[./-](?P<year>\d{4})")
_NAMED = re.compile(r"(?:(?P<day>\d{1,2})(?:\.|er|st|nd|rd|th)? )?(?P<month>[a-z]{3,})\.? (?P<year>\d{4})")


@dataclass(frozen=True)
class Meaning:
    """What some words mean: one of these.

    Args:
        statuses: any of them.
        days: the first and the last day.
    """

    term: str | None = None
    statuses: tuple[str, ...] = ()
    is_verified: bool | None = None
    days: Span | None = None


@dataclass(frozen=True)
class Phrase:
    """Words that stand together, as typed; with what they mean, if anything."""

    words: tuple[str, ...]
    meaning: Meaning | None = None


def phrases(words: str) -> list[Phrase]:
    """The words in their order, those together that mean something together: the longest phrase counts."""
    typed, found = words.split(), list[Phrase]()
    while typed:
        longest = min(len(typed), MOST_TOGETHER)
        meant = ((number, meaning_of(" ".join(typed[:number]))) for number in range(longest, 0, -1))
        number, meaning = next((one for one in meant if one[1] is not None), (1, None))
        found.append(Phrase(tuple(typed[:number]), meaning))
        typed = typed[number:]
    return found


def meaning_of(text: str) -> Meaning | None:
    """What a whole phrase means; None for the many that mean nothing here."""
    said = plain(text)
    if said in _meant():
        return _meant()[said]
    term = term_of(said)
    if term in TERMS and said not in _TOO_COMMON:
        return Meaning(term=term)
    days = days_of(text)
    return Meaning(days=days) if days else None


@cache
def _meant() -> dict[str, Meaning]:
    found = {said: Meaning(statuses=statuses) for statuses, listed in _STATUSES.items() for said in _each(listed)}
    for is_verified, listed in _VERIFIED.items():
        for said in _each(listed):
            found |= dict.fromkeys((said, *(f"{noun} {said}" for noun in _DOMAIN)), Meaning(is_verified=is_verified))
    return found


def _each(listed: str) -> list[str]:
    return [said.strip() for said in listed.split(";")]


def days_of(text: str) -> Span | None:
    """A day, or a month from its first day to its last; None for what is neither.

    As ISO 8601 has it, in figures with the day first, or with the month's name in one of the three languages.
    """
    said = without_accents(text)
    match = _ISO.fullmatch(said) or _FIGURES.fullmatch(said) or _NAMED.fullmatch(said)
    month = _month(match["month"]) if match else None
    if match is None or month is None or not 1 <= int(match["year"]) <= date.max.year:
        return None
    year, last = int(match["year"]), monthrange(int(match["year"]), month)[1]
    if match["day"] is None:
        return date(year, month, 1), date(year, month, last)
    day = int(match["day"])
    return (date(year, month, day),) * 2 if 1 <= day <= last else None


def days_listed(text: str) -> set[date] | None:
    """Days, each as `days_of` knows it, parted by commas, semicolons or blanks; None where anything else is there."""
    found = set()
    for part in re.split("[,;]", text):
        words = part.split()
        while words:
            meant = ((number, days_of(" ".join(words[:number]))) for number in (3, 2, 1))
            number, span = next((one for one in meant if one[1]), (0, None))
            if span is None or span[0] != span[1]:
                return None
            found.add(span[0])
            words = words[number:]
    return found


def _month(said: str) -> int | None:
    """The number of a month, which is given as such, or by enough of the beginning of its name."""
    if said.isdigit():
        return int(said) if 1 <= int(said) <= 12 else None
    begun = {number for name, number in _months() if name.startswith(said)}
    return begun.pop() if len(begun) == 1 else None


@cache
def _months() -> list[tuple[str, int]]:
    languages = [Locale(language) for language in LANGUAGES]
    return [
        (without_accents(name), number) for one in languages for number, name in one.months["format"]["wide"].items()
    ]
