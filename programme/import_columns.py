"""The columns of a list of customers, by whatever name people give them in three languages. Pure rules."""

import re
from dataclasses import dataclass

from storage.base import without_accents

FIELDS = ("domain", "organisation", "super_admin_email", "plan", "licences", "term")

# As they stand in our own form, list and files, and as others call them; without capitals, accents and signs.
_NAMES = {
    "domain": """
        domain; domain name; domains; primary domain; website; domaine; nom de domaine; domaine principal; site web;
        domane; domaene; domainname; webseite
    """,
    "organisation": """
        organisation; organization; organisation name; organization name; company; company name; customer;
        customer name; client; client name; name; organisationsname; societe; entreprise; nom; nom de l organisation;
        nom du client; raison sociale; firma; firmenname; unternehmen; kunde; kundenname; bezeichnung
    """,
    "super_admin_email": """
        super administrator; super administrator s e mail; super administrator s email; super administrator e mail;
        super administrator email; super admin; super admin email; super admin e mail; admin; admin email; admin e mail;
        administrator; administrator email; e mail; email; mail; e mail address; email address; contact email;
        super administrateur; e mail du super administrateur; email du super administrateur; administrateur;
        adresse e mail; adresse email; adresse mail; courriel; e mail de l administrateur;
        e mail adresse des super admins; superadmin; superadministrator; super administrator e mail adresse;
        e mail adresse; mailadresse; e mail des super admins; e mail adresse des superadministrators
    """,
    "plan": """
        plan; plan name; product; edition; package; subscription plan; forfait; offre; formule; produit; tarif; paket;
        produkt
    """,
    "licences": """
        licences; licenses; licence; license; number of licences; number of licenses; licence count; license count;
        seats; users; number of users; quantity; nombre de licences; nb de licences; nb licences; utilisateurs;
        nombre d utilisateurs; quantite; lizenzen; lizenz; anzahl der lizenzen; anzahl lizenzen; lizenzanzahl; nutzer;
        benutzer; anzahl; menge
    """,
    "term": """
        term; subscription term; billing term; billing; billing period; billing cycle; period; interval; duree;
        duree de l abonnement; periode; periodicite; facturation; engagement; laufzeit; zahlweise; abrechnung;
        abrechnungszeitraum; zeitraum; vertragslaufzeit
    """,
}
# What stands above our own reasons in a file that we have given back.
_REASON = {"reason for the refusal", "motif du refus", "grund der ablehnung"}
_FIELD_OF = {name.strip(): field for field, names in _NAMES.items() for name in " ".join(names.split()).split(";")}

_TERMS = {
    "monthly": "monthly; month; 1 month; per month; mensuel; mensuelle; mois; 1 mois; par mois; monatlich; monat; "
    "1 monat; pro monat",
    "yearly": "yearly; annual; annually; year; 1 year; 12 months; per year; annuel; annuelle; an; 1 an; par an; annee; "
    "12 mois; jahrlich; jaehrlich; jahr; 1 jahr; 12 monate; pro jahr",
}
_TERM_OF = {word.strip(): term for term, words in _TERMS.items() for word in words.split(";")}


@dataclass(frozen=True)
class Columns:
    """Where things stand in a table.

    Args:
        places: field → number of its column, from 0.
        kept: the numbers of all columns with a heading, but for our own reasons.
        repeated: the headings of those that mean what one before them means.
        ignored: the headings of those that mean nothing here.
    """

    places: dict[str, int]
    kept: list[int]
    repeated: list[str]
    ignored: list[str]

    @property
    def missing(self) -> list[str]:
        return [field for field in FIELDS if field not in self.places]


def plain(text: str) -> str:
    """A text as it is compared: no capitals, no accents, signs as blanks."""
    return re.sub(r"[^a-z0-9]+", " ", without_accents(text)).strip()


def columns_of(headings: list[str]) -> Columns:
    """Of two columns with the same meaning the first one counts."""
    kept = [number for number, heading in enumerate(headings) if heading and plain(heading) not in _REASON]
    places: dict[str, int] = {}
    repeated, ignored = [], []
    for number in kept:
        field = _FIELD_OF.get(plain(headings[number]))
        if field is None:
            ignored.append(headings[number])
        elif places.setdefault(field, number) != number:
            repeated.append(headings[number])
    return Columns(places, kept, repeated, ignored)


def likeness(cells: list[str]) -> int:
    """How much a row looks like the headings."""
    return len(columns_of(cells).places)


def term_of(text: str) -> str:
    """`monthly` or `yearly` for a word that means it; any other text as it is."""
    return _TERM_OF.get(plain(text), text)
