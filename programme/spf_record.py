"""An SPF record, read: its terms, in their order (RFC 7208, sections 4.5 to 6)."""

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

VERSION = "v=spf1"
# Terms that make a receiver ask the DNS, of which a record and all that it includes may have ten (section 4.6.4).
ASKING = ("include", "a", "mx", "ptr", "exists", "redirect")

_MECHANISM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|exists)(?::([^/]+))?((?://?\d{1,3}){0,2})")
_ADDRESS = re.compile(r"([+?~-]?)(ip4|ip6):(.+)")
_MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=(.*)")
_DOMAIN = re.compile(r"[!-~]*\.[!-~]+")


@dataclass(frozen=True)
class Term:
    """One term as it stands in the record.

    Args:
        qualifier: `+` (pass), `-` (fail), `~` (softfail) or `?` (neutral).
        name: `include`, `a`, …, or `redirect`.
        domain: the domain that it names, in lower case; empty when it names none.
    """

    text: str
    qualifier: str
    name: str
    domain: str = ""


@dataclass(frozen=True)
class SpfRecord:
    """What a record says.

    Args:
        terms: those that count, in order: not what stands behind `all`.
        ending: the qualifier of `all`; None where there is none.
        redirect: where it goes on, when nothing has matched; None where it does not.
        bad: the terms that cannot be read; with one of these, receivers read nothing of the record.
    """

    terms: tuple[Term, ...] = ()
    ending: str | None = None
    redirect: Term | None = None
    bad: tuple[str, ...] = ()

    @property
    def asking(self) -> list[Term]:
        """The terms that make a receiver ask the DNS."""
        redirect = [self.redirect] if self.redirect else []
        return [term for term in self.terms if term.name in ASKING] + redirect


def spf_texts(values: Iterable[str]) -> list[str]:
    """Of the TXT records of a name, those that receivers take for SPF (section 4.5)."""
    return [value for value in values if value.lower() == VERSION or value.lower().startswith(VERSION + " ")]


def read_spf(text: str) -> SpfRecord:
    """Reads any text that `spf_texts` gave."""
    terms: list[Term] = []
    bad: list[str] = []
    redirects: list[Term] = []
    ending: str | None = None
    for part in text[len(VERSION) :].split():
        match _read_term(part):
            case None:
                bad.append(part)
            case Term(name="redirect") as term:
                redirects.append(term)
            case Term(name="all") as term:
                ending = ending or term.qualifier
            case term if term.name != "other" and ending is None:
                terms.append(term)
    if len(redirects) > 1:
        bad.append(redirects[1].text)
    redirect = redirects[0] if redirects and ending is None else None
    return SpfRecord(tuple(terms), ending, redirect, tuple(bad))


def _read_term(part: str) -> Term | None:
    """One term; None for what is none. A modifier that says nothing about senders is called `other`."""
    lower = part.lower()
    if modifier := _MODIFIER.fullmatch(lower):
        name, value = modifier.groups()
        if name != "redirect":
            return Term(part, "+", "other")
        return Term(part, "+", name, value) if _DOMAIN.fullmatch(value) else None
    if address := _ADDRESS.fullmatch(lower):
        return _read_address(part, *address.groups())
    mechanism = _MECHANISM.fullmatch(lower)
    if mechanism is None:
        return None
    qualifier, name, domain, length = mechanism.groups()
    if not _is_whole(name, domain, length):
        return None
    return Term(part, qualifier or "+", name, domain or "")


def _is_whole(name: str, domain: str | None, length: str) -> bool:
    """Whether a mechanism has what it needs, and nothing that it must not have."""
    if domain is not None and not _DOMAIN.fullmatch(domain):
        return False
    if name in ("include", "exists"):
        return domain is not None and not length
    if name == "all":
        return domain is None and not length
    return name in ("a", "mx") or (name == "ptr" and not length)


def _read_address(part: str, qualifier: str, name: str, network: str) -> Term | None:
    try:
        version = ipaddress.ip_network(network, strict=False).version
    except ValueError:
        return None
    return Term(part, qualifier or "+", name) if name == f"ip{version}" else None


def mended_spf(texts: list[str], include: str, without: Collection[Term] = ()) -> str:
    """One record in the place of several, or of none, that lets the vendor send and keeps everybody else.

    What ends it is never stricter than what stands there now, and never lets anybody at all send.

    Args:
        include: the vendor's domain.
        without: the terms to leave out, as they stand in what this returns without them.
    """
    records = [read_spf(text) for text in texts]
    endings = {record.ending for record in records}
    ending = "-all" if endings == {"-"} else "~all"
    terms = [term for record in records for term in record.terms]
    redirects = [record.redirect for record in records if record.redirect and record.redirect.domain != include]
    if len(records) == 1 and redirects and redirects[0] not in without:
        ending = redirects[0].text
    elif len(records) > 1:
        # One record can be redirected to one place; to include it lets the same people send.
        terms += [Term(f"include:{term.domain}", "+", "include", term.domain) for term in redirects]
    kept = [term.text for term in terms if (term.name, term.domain) != ("include", include) and term not in without]
    return " ".join([VERSION, f"include:{include}", *dict.fromkeys(kept), ending])
