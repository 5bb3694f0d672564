"""What somebody looks for in the list of customers, read from what they typed: words, and filters as words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Any

from programme.catalogue import Plan
from programme.customer_meanings import MOST_TOGETHER, meaning_of
from storage.base import without_accents

LONGEST_WORDS = 200
MOST_DAYS = 3660
MOST_UNKNOWN = 5
LONGEST_UNKNOWN = 40

STATUSES = ("trial", "active", "overdue", "free", "cancelled")
SORTS = (
    "domain", "organisation", "email", "plan", "licences", "term", "renewal", "trial", "status", "verified",
)  # fmt: skip

# How people may say it: in English, French and German, without accents.
_NAMES: dict[str, str] = {
    "status": "status statut etat stand",
    "plan": "plan forfait tarif",
    "verified": "verified verifie verifiee verification verifiziert verifizierung bestatigt nachgewiesen",
    "renews": "renews renewal renouvelle renouvellement verlangert verlaengert verlangerung verlaengerung",
    "expires": "expires ends expire expiration fin endet ablauf testende",
    "sort": "sort tri trier sortierung sortieren sortiert",
}
_STATUS_WORDS: dict[str, str] = {
    "trial": "trial essai test testversion testzeitraum testphase probe",
    "active": "active actif active abonnement aktiv abo subscription",
    "overdue": "overdue retard en-retard uberfallig ueberfaellig",
    "free": "free gratuit gratis kostenlos",
    "cancelled": "cancelled canceled ended resilie resiliee termine gekundigt gekuendigt beendet",
}
_SORT_WORDS: dict[str, str] = {
    "domain": "domain domaine domane domaene",
    "organisation": "organisation organization nom name firma",
    "email": "email e-mail mail courriel administrator administrateur admin super-admin",
    "plan": "plan forfait tarif",
    "licences": "licences licenses licence license lizenzen lizenz",
    "term": "term duree laufzeit",
    "renewal": "renewal renews renouvellement verlangerung verlaengerung",
    "trial": "trial essai test testversion testzeitraum testende",
    "status": "status statut etat stand",
    "verified": "verified verification verifie verifiziert verifizierung",
}
_YES_OR_NO: dict[str, str] = {"yes": "yes y oui o ja j true 1", "no": "no n non nein false 0"}
_TOKEN = re.compile(r'[^\s:"]+:"[^"]*"?|\S+')
_FILTER = re.compile(r"([^\W\d_][^:/]*):(?!//)(.+)", re.DOTALL)
# With blanks about the colon, as French has it.
_LOOSE = re.compile(r'(?<!\S)([^\W\d_][^\s:/"]*)\s*:\s*(?=[^\s/])')
_QUOTES = '"“”„«» '
_SPAN = re.compile(r"(\d{1,4}) ?(d|days?|j|jours?|t|tage?n?|w|weeks?|s|semaines?|wochen?)?")
_WEEKS = ("w", "s")


def _by_word(words: Mapping[str, str]) -> dict[str, str]:
    return {word: name for name, listed in words.items() for word in listed.split()}


_FILTERS_BY_WORD = _by_word(_NAMES)
_STATUS_BY_WORD = _by_word(_STATUS_WORDS)
_SORT_BY_WORD = _by_word(_SORT_WORDS)
_YES_OR_NO_BY_WORD = _by_word(_YES_OR_NO)


@dataclass(frozen=True)
class Query:
    """What is looked for, and in what order.

    Args:
        words: each of them must be found in one of the columns.
        status: one of STATUSES.
        plan: a plan's id.
        verified: `yes` or `no`.
        renews: days within which the subscription renews, today included.
        expires: days within which the trial ends, today included; one of the two at most.
        sort: one of SORTS.
        unknown: what looked like a filter and is none.
    """

    words: str = ""
    status: str | None = None
    plan: str | None = None
    verified: str | None = None
    renews: int | None = None
    expires: int | None = None
    sort: str = SORTS[0]
    descending: bool = False
    unknown: tuple[str, ...] = ()

    @property
    def has_filters(self) -> bool:
        return any(one is not None for one in (self.status, self.plan, self.verified, self.renews, self.expires))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything at all is looked for, so that one can ask for less."""
        return bool(self.words) or self.has_filters


def parse(text: str, plans: Sequence[Plan], base: Query | None = None) -> Query:
    """Reads what was typed. Nothing typed is an error: what looks like a filter and is none is named in `unknown`.

    Args:
        base: what holds where nothing else is typed, such as what menus say; its words do not.
    """
    query = replace(base or Query(), words="", unknown=())
    words: list[str] = []
    unknown: list[str] = []
    tokens = _TOKEN.findall(_LOOSE.sub(_tight, _readable(text)))
    while tokens:
        is_filter = _FILTER.fullmatch(tokens[0])
        number, changed = _longest(is_filter[1], [is_filter[2], *tokens[1:]], plans) if is_filter else (1, None)
        if is_filter is None:
            words.append(tokens[0])
        elif changed is None:
            unknown.append(tokens[0][:LONGEST_UNKNOWN])
        else:
            query = replace(query, **changed)
        tokens = tokens[number:]
    return replace(query, words=" ".join(words)[:LONGEST_WORDS].strip(), unknown=tuple(unknown[:MOST_UNKNOWN]))


def _tight(loose: re.Match[str]) -> str:
    """A filter without its blanks; what only looks like one stays."""
    return f"{loose[1]}:" if without_accents(loose[1]) in _FILTERS_BY_WORD else loose[0]


def _longest(name: str, said: Sequence[str], plans: Sequence[Plan]) -> tuple[int, dict[str, Any] | None]:
    """How many words a filter takes, and what it changes: `plan:Workplace Professional` needs no quotes.

    Args:
        said: what stands behind the colon, and the words after it.
    """
    follow = takewhile(lambda word: _FILTER.fullmatch(word) is None, islice(said, 1, MOST_TOGETHER))
    together = [said[0], *follow]
    for number in range(len(together), 0, -1):
        changed = _read(name, " ".join(together[:number]).strip(_QUOTES), plans)
        if changed is not None:
            return number, changed
    return 1, None


def _readable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _read(name: str, value: str, plans: Sequence[Plan]) -> dict[str, Any] | None:
    """What a filter changes in a query; None for one that is not understood."""
    which, said = _FILTERS_BY_WORD.get(without_accents(name)), without_accents(value)
    if which == "status":
        return _named("status", _STATUS_BY_WORD.get(said) or _status_meant(value))
    if which == "verified":
        return _named("verified", _YES_OR_NO_BY_WORD.get(said))
    if which == "plan":
        return _named("plan", _plan(said, plans))
    if which == "sort":
        return _sort(said)
    return _due(which, _days(said)) if which else None


def _status_meant(value: str) -> str | None:
    """As the list calls it."""
    meaning = meaning_of(value)
    return meaning.statuses[0] if meaning and meaning.statuses else None


def _named(name: str, value: str | int | None) -> dict[str, Any] | None:
    return None if value is None else {name: value}


def _due(name: str, days: int | None) -> dict[str, Any] | None:
    """No customer has a renewal and the end of a trial before it: of the two, the one named last counts."""
    return None if days is None else {"renews": None, "expires": None, name: days}


def _plan(said: str, plans: Sequence[Plan]) -> str | None:
    """The plan of this id or name; of a part of the name where that names one plan alone."""
    exact = [plan.id for plan in plans if said in (plan.id.casefold(), without_accents(plan.name))]
    partly = [plan.id for plan in plans if said and said in without_accents(plan.name)]
    found = exact or partly
    return found[0] if len(found) == 1 else None


def _sort(said: str) -> dict[str, Any] | None:
    sort = _SORT_BY_WORD.get(said.removeprefix("-").removeprefix("+"))
    return {"sort": sort, "descending": said.startswith("-")} if sort else None


def _days(said: str) -> int | None:
    match = _SPAN.fullmatch(said)
    if match is None:
        return None
    days = int(match[1]) * (7 if (match[2] or "").startswith(_WEEKS) else 1)
    return days if days <= MOST_DAYS else None


def kept(query: Query) -> dict[str, Any]:
    """A query as a modal or a button keeps it: only what differs from the plain list."""
    plain = Query()
    names = ("words", "status", "plan", "verified", "renews", "expires", "sort", "descending")
    return {name: value for name in names if (value := getattr(query, name)) != getattr(plain, name)}


def from_kept(value: object, plans: Sequence[Plan]) -> Query:
    """A query that `kept` wrote; what is none of ours in it counts for nothing."""
    given = value if isinstance(value, dict) else {}
    words, renews = given.get("words"), _span(given.get("renews"))
    return Query(
        words=_readable(words)[:LONGEST_WORDS].strip() if isinstance(words, str) else "",
        status=_one_of(given.get("status"), STATUSES),
        plan=_one_of(given.get("plan"), [plan.id for plan in plans]),
        verified=_one_of(given.get("verified"), ("yes", "no")),
        renews=renews,
        expires=_span(given.get("expires")) if renews is None else None,
        sort=_one_of(given.get("sort"), SORTS) or SORTS[0],
        descending=given.get("descending") is True,
    )


def _one_of(value: object, offered: Sequence[str]) -> str | None:
    return value if isinstance(value, str) and value in offered else None


def _span(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DAYS else None
