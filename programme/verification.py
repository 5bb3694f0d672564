"""Proof that an organisation holds a domain: what to publish, and what its name servers answer (mission row 19).

A proof is a record that only the holder of the domain can publish, and that names one customer of one partner by an
unguessable token. So these prove nothing:

- A CNAME that every name below the domain answers with (a wildcard). It points here, but names nobody's token: with
  it, any other partner could claim the domain. One more lookup, at a host that nobody can have published, tells it
  from a record of its own. A wildcard TXT record that carries the token does name it, and is as good as any.
- A TXT record behind a CNAME at the domain, and a CNAME that reaches its target by way of another host: whoever
  holds that other name could publish there, without the domain's holder knowing.
"""

import asyncio
import base64
import math
import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from programme.dns import Answer, Dns, Result
from programme.dns_text import shown
from programme.domains import host_in_panel, registered_domain
from programme.name_servers import known_servers, name_servers

MOST_FOUND = 5
LONGEST_SHOWN = 200
FIRST_SHARE = 0.6  # of the time, so that silence about the one record leaves some to judge the other

_QUOTES = "\"'`“”„‟«»‘’‚"


class Outcome(StrEnum):
    """What a check came to."""

    VERIFIED = "verified"
    NOTHING_FOUND = "nothing_found"
    WRONG_VALUE = "wrong_value"
    WRONG_NAME = "wrong_name"
    WILDCARD = "wildcard"
    NO_SUCH_DOMAIN = "no_such_domain"
    ALIAS_LOOP = "alias_loop"
    SERVER_FAILING = "server_failing"
    SERVER_SILENT = "server_silent"


@dataclass(frozen=True)
class Record:
    """A DNS record: its type, the full ASCII name it stands at, its value as text."""

    type: str
    name: str
    value: str

    @property
    def host(self) -> str:
        """Its name as most DNS panels ask for it."""
        return host_in_panel(self.name)


@dataclass(frozen=True)
class ProofTemplate:
    """The records that prove a domain, with `{token}` where the token goes; the host is relative to the domain."""

    txt_value: str
    cname_host: str
    cname_target: str

    def txt(self, domain: str, token: str) -> Record:
        """The TXT record to publish."""
        return Record("TXT", domain, self.txt_value.format(token=token))

    def cname(self, domain: str, token: str) -> Record:
        """The CNAME record to publish instead."""
        return Record("CNAME", f"{self.cname_host.format(token=token)}.{domain}", self.cname_target)


@dataclass(frozen=True)
class Finding:
    """What a check came to, and the records it came to that by.

    `found` has the record that proves the domain (VERIFIED, with its `method`), the records with another value than
    they should have (WRONG_VALUE), the right ones at another name (WRONG_NAME), the one that every name answers
    with (WILDCARD), or the alias that leads in a circle (ALIAS_LOOP): a few at most, and long values cut. Empty for
    the other outcomes. `servers` are the name servers where nothing was found, for whoever wants to know why.
    """

    outcome: Outcome
    method: Literal["txt", "cname"] | None = None
    found: tuple[Record, ...] = ()
    servers: tuple[str, ...] = field(default=(), compare=False)


def new_token() -> str:
    """A new token: 128 random bits in 27 letters and digits, in lower case, the first a letter; fine as a host name."""
    return "v" + base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


async def check(dns: Dns, domain: str, token: str, template: ProofTemplate, *, why: bool = True) -> Finding:
    """Looks for the proof of an ASCII domain, by TXT and by CNAME at once, in `dns.seconds` at most.

    Args:
        why: whether somebody wants to know where a record is that is not where it should be, and which name servers
            count; else that is not looked for, and there is no WRONG_NAME.

    Never raises on what a name server does: a Finding says it. VERIFIED takes a record that is right but for blanks,
    quotes and a final dot around its value, and capitals.
    """
    return await _Check(dns, domain, token, template, why).run()


class _Check:
    def __init__(self, dns: Dns, domain: str, token: str, template: ProofTemplate, why: bool) -> None:
        self._dns = dns
        self._domain = domain
        self._token = token
        self._template = template
        self._why = why
        self._txt = template.txt(domain, token)
        self._cname = template.cname(domain, token)
        self._ends_at = asyncio.get_running_loop().time() + dns.seconds

    async def run(self) -> Finding:
        first = self._dns.seconds * FIRST_SHARE
        txt, cname = await asyncio.gather(self._look(self._txt, first), self._look(self._cname, first))
        right = _right(txt, self._txt)
        if right and not txt.aliases:
            return Finding(Outcome.VERIFIED, "txt", right)
        if txt.result is Result.NO_SUCH_DOMAIN:
            return Finding(Outcome.NO_SUCH_DOMAIN)
        if cname.result is Result.FOUND:
            return await self._judge_cname(txt, cname)
        return await self._unproven(txt, cname, wrong=())

    async def _judge_cname(self, txt: Answer, cname: Answer) -> Finding:
        """Whether the CNAME at the token's host was published for this token, and is right."""
        stranger = await self._look(self._template.cname(self._domain, new_token()))
        if stranger.result in (Result.FAILING, Result.SILENT):
            return await self._unproven(txt, stranger, wrong=())
        right = _right(cname, self._cname)
        if right and _right(stranger, self._cname):
            star = Record("CNAME", f"*.{self._domain}", self._cname.value)
            return Finding(Outcome.WILDCARD, found=(star,))
        if right:
            return Finding(Outcome.VERIFIED, "cname", right)
        if stranger.values == cname.values:
            return await self._unproven(txt, cname, wrong=())
        return await self._unproven(txt, cname, wrong=_records(cname, cname.values))

    async def _unproven(self, txt: Answer, cname: Answer, wrong: tuple[Record, ...]) -> Finding:
        """Why there is no proof: `wrong` are the CNAMEs at the token's host with another target."""
        wrong = (*_records(txt, [value for value in txt.values if self._looks_like_ours(value)]), *wrong)
        results, servers = {txt.result, cname.result}, tuple[str, ...]()
        if self._why and not results & {Result.FAILING, Result.SILENT}:
            misplaced, servers = await asyncio.gather(self._misplaced(txt), self._servers(txt, cname))
            if misplaced:
                return Finding(Outcome.WRONG_NAME, found=misplaced[:MOST_FOUND])
        if wrong:
            return Finding(Outcome.WRONG_VALUE, found=wrong[:MOST_FOUND])
        if loops := tuple(_alias(answer) for answer in (txt, cname) if answer.result is Result.LOOPING):
            return Finding(Outcome.ALIAS_LOOP, found=loops[:1])
        if Result.FAILING in results:
            return Finding(Outcome.SERVER_FAILING)
        if Result.SILENT in results:
            return Finding(Outcome.SERVER_SILENT)
        return Finding(Outcome.NOTHING_FOUND, servers=servers)

    async def _servers(self, *answers: Answer) -> tuple[str, ...]:
        return known_servers(*answers) or await name_servers(self._dns, self._domain, self._left())

    async def _misplaced(self, txt: Answer) -> tuple[Record, ...]:
        """The right records at wrong names: behind an alias, at each other's name, or where DNS panels lead to."""
        places = [
            *(Record("TXT", name, self._txt.value) for name in _wrong_names(self._domain, self._txt.name)),
            *(Record("CNAME", name, self._cname.value) for name in _wrong_names(self._domain, self._cname.name)),
            Record("TXT", self._cname.name, self._txt.value),
        ]
        answers = await asyncio.gather(*(self._look(place) for place in places))
        pairs = [(txt, self._txt), *zip(answers, places, strict=True)]
        found = [record for answer, place in pairs for record in _right(answer, place)]
        are_own = await asyncio.gather(*(self._is_own(record) for record in found))
        return tuple(record for record, is_own in zip(found, are_own, strict=True) if is_own)

    async def _is_own(self, record: Record) -> bool:
        """Whether a right record was published for this token: a CNAME that other tokens have, too, was not."""
        if record.type != "CNAME":
            return True
        stranger = replace(record, name=record.name.replace(self._token, new_token()))
        return not _right(await self._look(stranger), self._cname)

    async def _look(self, record: Record, seconds: float = math.inf) -> Answer:
        return await self._dns.lookup(record.name, record.type, min(seconds, self._left()))

    def _left(self) -> float:
        return max(self._ends_at - asyncio.get_running_loop().time(), 0.0)

    def _looks_like_ours(self, value: str) -> bool:
        before, _, after = self._template.txt_value.partition("{token}")
        bare = _bare(value)
        return any(part and _bare(part) in bare for part in (before, after, self._token))


def _wrong_names(domain: str, name: str) -> list[str]:
    """Where a record is found whose name was not understood as its DNS panel means it.

    A panel appends the domain that it is for, the registered one or its own, to what was typed: to a name in full, or
    to the host that another panel asks for. Whoever leaves out the subdomain publishes at the domains above.
    """
    registered, host = registered_domain(domain), host_in_panel(name)
    names = [f"{name}.{domain}", f"{name}.{registered}"]
    if domain != registered:
        above = (domain.partition(".")[2], registered)
        names += [f"{host}.{domain}", *(name.removesuffix(domain) + one for one in above)]
    return list(dict.fromkeys(names))


def _alias(answer: Answer) -> Record:
    """Where a name leads that is an alias."""
    return Record("CNAME", answer.name, answer.aliases[0] if answer.aliases else "")


def _right(answer: Answer, expected: Record) -> tuple[Record, ...]:
    return _records(answer, [value for value in answer.values if _bare(value) == _bare(expected.value)])


def _records(answer: Answer, values: tuple[str, ...] | list[str]) -> tuple[Record, ...]:
    name = answer.aliases[-1] if answer.aliases else answer.name
    return tuple(Record(answer.rdtype, name, shown(value, LONGEST_SHOWN)) for value in values)


def _bare(value: str) -> str:
    """A value without what a registrar's form or a careful hand puts around it; host names know no capitals."""
    return value.strip().strip(_QUOTES).strip().removesuffix(".").lower()
