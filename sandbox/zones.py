"""What is published in the sandbox's DNS, and what a name server answers from it: no network in here."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import idna
from publicsuffixlist import PublicSuffixList

TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "TXT")
LONGEST_TTL = 604_800
LONGEST_TXT = 4_000
LONGEST_CHAIN = 8

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_SUFFIXES = PublicSuffixList()


class RecordError(ValueError):
    """A record that no name server would publish; the message is a sentence for the person who typed it."""


@dataclass(frozen=True)
class Record:
    """One published record; names are lower-case ASCII without the trailing dot, the ttl is in seconds."""

    id: str
    name: str
    type: str
    value: str
    ttl: int


@dataclass
class Reply:
    """What is known about a question: an rcode, the records in order of the CNAME chain, the zone that answers."""

    rcode: str
    records: list[Record] = field(default_factory=list)
    zone: str = ""


def clean_name(text: str) -> str:
    """The ASCII, lower-case form of a host name without its trailing dot. Raises RecordError."""
    name = text.strip().rstrip(".").lower()
    labels = [label if label == "*" else _clean_label(label) for label in re.split("[.。]", name)]
    if "*" in labels[1:]:
        raise RecordError("A star may only stand as the first part of a name.")
    clean = ".".join(labels)
    if len(clean) > 253:
        raise RecordError("A name has 253 characters at most.")
    return clean


def _clean_label(label: str) -> str:
    if not label.isascii():
        try:
            return idna.encode(label, uts46=True).decode()
        except idna.IDNAError:
            raise RecordError(f"“{label}” cannot be part of a name.") from None
    if not _LABEL.fullmatch(label):
        raise RecordError("Each part of a name has 1 to 63 letters, digits, hyphens or underscores.")
    return label


def _clean_value(kind: str, text: str) -> str:
    if kind not in TYPES:
        raise RecordError(f"The type is one of {', '.join(TYPES)}.")
    return _CLEANERS[kind](text)


def _clean_txt(text: str) -> str:
    # Kept exactly as typed: a person's stray quotes and blanks are what a check has to cope with.
    if not text or len(text.encode()) > LONGEST_TXT:
        raise RecordError(f"A TXT value has 1 to {LONGEST_TXT} bytes.")
    return text


def _clean_mx(text: str) -> str:
    match text.split():
        case [preference, host] if preference.isascii() and preference.isdigit() and int(preference) <= 65_535:
            return f"{int(preference)} {clean_name(host)}"
    raise RecordError("An MX value is a preference and a mail server, like “10 mx.dupont.example”.")


def _clean_a(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text.strip()))
    except ValueError:
        raise RecordError("An A value is an IPv4 address, like “192.0.2.1”.") from None


def _clean_aaaa(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text.strip()))
    except ValueError:
        raise RecordError("An AAAA value is an IPv6 address, like “2001:db8::1”.") from None


_CLEANERS: dict[str, Callable[[str], str]] = {
    "A": _clean_a,
    "AAAA": _clean_aaaa,
    "CNAME": clean_name,
    "MX": _clean_mx,
    "NS": clean_name,
    "TXT": _clean_txt,
}


def _is_within(name: str, zone: str) -> bool:
    return name == zone or name.endswith("." + zone)


class Zones:
    """The registered domains and their records. A domain stays registered when its last record goes."""

    def __init__(self) -> None:
        self._zones: set[str] = set()
        self._records: dict[str, Record] = {}
        self._last_id = 0

    def records(self) -> list[Record]:
        """All records, oldest first."""
        return list(self._records.values())

    def names(self) -> list[str]:
        """The registered domains in alphabetical order."""
        return sorted(self._zones)

    def add_zone(self, name: str) -> None:
        """Register a domain without any record. Raises RecordError."""
        self._zones.add(clean_name(name))

    def add(self, name: str, kind: str, value: str, ttl: int = 300) -> Record:
        """Publish a record, and register its domain if need be. Raises RecordError."""
        kind = kind.strip().upper()
        host = clean_name(name)
        if not 0 <= ttl <= LONGEST_TTL:
            raise RecordError(f"The time to live is 0 to {LONGEST_TTL} seconds.")
        record = Record(f"r{self._last_id + 1}", host, kind, _clean_value(kind, value), ttl)
        domain = _SUFFIXES.privatesuffix(host.removeprefix("*.")) or host.removeprefix("*.")
        self._refuse_conflict(record, self._zones | {domain})
        self._zones.add(domain)
        self._last_id += 1
        self._records[record.id] = record
        return record

    def _refuse_conflict(self, record: Record, zones: set[str]) -> None:
        others = [other for other in self._records.values() if other.name == record.name]
        if any((other.type, other.value) == (record.type, record.value) for other in others):
            raise RecordError("This record is published already.")
        if record.type == "CNAME" and (others or record.name in zones):
            raise RecordError("A CNAME cannot stand beside other records, nor at the domain itself.")
        if any(other.type == "CNAME" for other in others):
            raise RecordError("Nothing can stand beside a CNAME.")

    def remove(self, record_id: str) -> None:
        """Take a record back. Raises KeyError when there is none with this id."""
        del self._records[record_id]

    def answer(self, name: str, kind: str) -> Reply:
        """The answer to a question about a lower-case ASCII name, CNAMEs followed through all zones kept here."""
        reply = Reply("NOERROR")
        for _ in range(LONGEST_CHAIN):
            reply.zone = self._zone_of(name)
            found = self._at(name)
            if found is None:
                # RFC 6604: the rcode speaks of the last name of a chain. A name that an alias leads to in a
                # foreign zone is not known not to exist, so the chain just ends there.
                foreign = not reply.zone and bool(reply.records)
                reply.rcode = "NOERROR" if foreign else "NXDOMAIN"
                return reply
            alias = next((record for record in found if record.type == "CNAME"), None)
            if alias is None or kind in ("CNAME", "ANY"):
                reply.records += [record for record in found if kind in (record.type, "ANY")]
                return reply
            reply.records.append(alias)
            name = alias.value
        return reply

    def _zone_of(self, name: str) -> str:
        return max((zone for zone in self._zones if _is_within(name, zone)), key=len, default="")

    def _at(self, name: str) -> list[Record] | None:
        """The records at a name, those of a wildcard included; None when the name does not exist."""
        zone = self._zone_of(name)
        if not zone:
            return None
        if self._exists(name, zone):
            return [record for record in self._records.values() if record.name == name]
        # RFC 4592: only the star right below the closest name that exists speaks for a name that does not.
        closest = name.partition(".")[2]
        while not self._exists(closest, zone):
            closest = closest.partition(".")[2]
        star = [record for record in self._records.values() if record.name == f"*.{closest}"]
        return [Record(r.id, name, r.type, r.value, r.ttl) for r in star] or None

    def _exists(self, name: str, zone: str) -> bool:
        return name == zone or any(_is_within(record.name, name) for record in self._records.values())

    def dump(self) -> dict[str, Any]:
        """Everything, as data that JSON can carry."""
        return {"zones": self.names(), "records": [asdict(record) for record in self.records()], "last": self._last_id}

    def load(self, data: dict[str, Any]) -> None:
        """Put back what `dump` gave, in place of what is here."""
        self._zones = set(data["zones"])
        self._records = {row["id"]: Record(**row) for row in data["records"]}
        self._last_id = int(data["last"])
