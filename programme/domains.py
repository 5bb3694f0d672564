"""What a domain is: pure rules, no network."""

import ipaddress
import re
import string
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import idna
from publicsuffixlist import PublicSuffixList

LONGEST_INPUT = 1_000
# What stands before a host in an address, and behind it.
_AROUND = re.compile(r"^(https?://|mailto:)|(:\d+)?([/?#].*)?$", re.IGNORECASE | re.DOTALL)
# What people put around what they quote, and copy with it.
_MARKS = string.whitespace + "\u00a0\u202f\"'`«»‹›„“”‚‘’<>()"
LONGEST_NAME = 253  # RFC 1035, without the trailing dot
LONGEST_LABEL = 63  # RFC 1035


@cache
def _suffixes() -> PublicSuffixList:
    """Read when it is first asked for: that takes as long as a request, and some processes never ask."""
    return PublicSuffixList()


class Reason(StrEnum):
    """Why a text is no domain that an organisation can have."""

    EMPTY = "empty"
    IS_EMAIL = "is_email"
    HAS_PATH = "has_path"
    HAS_PORT = "has_port"
    IP_ADDRESS = "ip_address"
    PUBLIC_SUFFIX = "public_suffix"
    TOO_LONG = "too_long"
    BAD_CHARACTERS = "bad_characters"
    NOT_A_DOMAIN = "not_a_domain"


class BadDomain(Exception):
    """The text is no domain; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Domain:
    """A domain: `ascii` as the DNS knows it, `unicode` as people read it; both in lower case, without a final dot."""

    ascii: str
    unicode: str


def parse_domain(text: str) -> Domain:
    """The domain that somebody typed, which may be a subdomain.

    Forgives blanks and quotation marks around it, capitals, one final dot, and an `http(s)://` in front with at most a
    slash behind. International names follow IDNA 2008 with the mapping of UTS 46. A name under a suffix that the
    Public Suffix List does not know is accepted: new ones appear, and `.example` is reserved for examples.

    Raises: BadDomain, and nothing else.
    """
    host = _host_of(text.strip(_MARKS))
    labels = _labels_of(host)
    if all(label.isdigit() for label in labels):
        raise BadDomain(Reason.IP_ADDRESS)
    ascii_name = ".".join(_ascii_label(label) for label in labels)
    if len(ascii_name) > LONGEST_NAME:
        raise BadDomain(Reason.TOO_LONG)
    if len(labels) > 1 and labels[-1].isdigit():
        raise BadDomain(Reason.NOT_A_DOMAIN)
    if _suffixes().is_public(ascii_name, accept_unknown=False):
        raise BadDomain(Reason.PUBLIC_SUFFIX)
    if len(labels) < 2:
        raise BadDomain(Reason.NOT_A_DOMAIN)
    return Domain(ascii_name, idna.decode(ascii_name))


def customer_domain(text: str) -> Domain:
    """The domain of an organisation that somebody typed: as `parse_domain`, but that of the web site for its own name.

    `www.` stays where what follows could not have been registered. Raises: BadDomain, and nothing else.
    """
    domain = parse_domain(text)
    behind = domain.ascii.removeprefix("www.")
    is_its_web_site = behind != domain.ascii and _suffixes().privatesuffix(behind) == behind
    return Domain(behind, idna.decode(behind)) if is_its_web_site else domain


def domains_meant(text: str) -> list[str]:
    """The domains, in ASCII, that somebody may mean who types one, or an address at it; the likeliest first."""
    host = _AROUND.sub("", text.strip(_MARKS)[:LONGEST_INPUT]).rpartition("@")[2]
    found: list[str] = []
    for name in (host, host.lower().removeprefix("www.")):
        with suppress(BadDomain):
            found.append(parse_domain(name).ascii)
    return list(dict.fromkeys(found))


def registered_domain(ascii_name: str) -> str:
    """The part of a name that is registered: `dupont.example` for `mail.dupont.example`; a bare suffix is itself."""
    return _suffixes().privatesuffix(ascii_name) or ascii_name


def host_in_panel(ascii_name: str) -> str:
    """What most DNS panels ask for as the host of a name: its part before the registered domain, or `@` for that."""
    domain = registered_domain(ascii_name)
    return "@" if ascii_name == domain else ascii_name.removesuffix("." + domain)


def _host_of(text: str) -> str:
    if not text:
        raise BadDomain(Reason.EMPTY)
    if len(text) > LONGEST_INPUT:
        raise BadDomain(Reason.TOO_LONG)
    host = re.sub("^https?://", "", text, flags=re.IGNORECASE).removesuffix("/")
    if "/" in host or "?" in host or "#" in host or "\\" in host:
        raise BadDomain(Reason.HAS_PATH)
    if "@" in host:
        raise BadDomain(Reason.IS_EMAIL)
    if _is_address(host):
        raise BadDomain(Reason.IP_ADDRESS)
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        raise BadDomain(Reason.IP_ADDRESS if _is_address(name) else Reason.HAS_PORT)
    return host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _labels_of(host: str) -> list[str]:
    try:
        # Before splitting: the mapping makes full stops of the dots of other scripts.
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
    except idna.IDNAError:
        raise BadDomain(Reason.BAD_CHARACTERS) from None
    labels = mapped.removesuffix(".").split(".")
    if not all(labels):
        raise BadDomain(Reason.NOT_A_DOMAIN)
    return labels


def _ascii_label(label: str) -> str:
    # A label never gets shorter on its way to ASCII, so the first question also saves the work of the second.
    if len(label) > LONGEST_LABEL or len(_punycode(label)) > LONGEST_LABEL:
        raise BadDomain(Reason.TOO_LONG)
    try:
        return idna.alabel(label).decode("ascii")
    except idna.IDNAError:
        raise BadDomain(Reason.BAD_CHARACTERS) from None


def _punycode(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
