"""Names and addresses as they are compared: two that look alike to a person are the same here."""

import re
from urllib.parse import urlsplit

from programme.domains import BadDomain, parse_domain, registered_domain
from storage.base import without_accents

LONGEST_KEY = 200
# What a company's name ends with in law, and leaves out in talk.
_IN_LAW = """
    ab ag as bv co company corp eurl gbr gmbh inc kg kgaa limited llc llp ltd mbh nv oy oyj plc sa sarl sas sasu se
    sl spa srl ug
"""
_LEGAL_FORMS = frozenset(_IN_LAW.split())


def comparable(name: str) -> str:
    """A company's name without capitals, accents, signs and legal form; never empty for a name with a letter in it."""
    words = re.findall(r"\w+", without_accents(name))
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)[:LONGEST_KEY] or name.casefold()[:LONGEST_KEY]


def domain_of_website(website: str | None) -> str | None:
    """The registered domain of a web address, in ASCII; None where there is none."""
    return _registered(urlsplit(website).hostname or "") if website else None


def domain_of_address(address: str) -> str | None:
    """The registered domain of an e-mail address, in ASCII."""
    return _registered(address.rpartition("@")[2])


def _registered(host: str) -> str | None:
    try:
        return registered_domain(parse_domain(host).ascii)
    except BadDomain:
        return None


def beginning(typed: str) -> str:
    """What a name begins with that somebody looks for, as names are compared; empty for nothing to look for."""
    readable = "".join(sign for sign in typed if sign.isprintable()).strip()
    return comparable(readable) if readable else ""
