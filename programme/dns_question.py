"""One question on its way to name servers: asked again where nobody answers, and of the next where one is no help."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

Endpoint = tuple[str, int]

EDNS_PAYLOAD = 1232  # bytes, so that no answer is split into fragments on its way (DNS flag day 2020)
TRIES = 2


class Result(StrEnum):
    """How a lookup ended."""

    FOUND = "found"
    NO_SUCH_DOMAIN = "no_such_domain"
    NO_SUCH_NAME = "no_such_name"
    NO_SUCH_RECORD = "no_such_record"
    LOOPING = "looping"
    FAILING = "failing"
    SILENT = "silent"


class Ended(Exception):
    """Nothing more can be learned; carries the result to `lookup`."""

    def __init__(self, result: Result) -> None:
        super().__init__(str(result))
        self.result = result


@dataclass
class Budget:
    """How many questions may still be asked for one purpose; one that is asked again, or of several servers, is one."""

    left: int


@dataclass
class Question:
    """One lookup on its way: the time it may take in all, in seconds, and until when; the names it was led to.

    Args:
        servers: the name servers of the zone that the name is in, where a zone above told them.
    """

    rdtype: dns.rdatatype.RdataType
    seconds: float
    ends_at: float
    budget: Budget | None = None
    aliases: list[dns.name.Name] = field(default_factory=list)
    servers: list[dns.name.Name] = field(default_factory=list)


async def ask(
    servers: list[Endpoint], name: dns.name.Name, question: Question, zone: dns.name.Name | None = None
) -> dns.message.QueryMessage:
    """The first usable message of several servers; those that are silent are asked once more.

    `zone` is the zone that they are authoritative for; None for servers that are taken at their word.

    Raises: Ended with FAILING when at least one server answered, though not usably, else with SILENT.
    """
    if question.budget is not None:
        question.budget.left -= 1
        if question.budget.left < 0:
            raise Ended(Result.FAILING)
    query = dns.message.make_query(name, question.rdtype, use_edns=0, payload=EDNS_PAYLOAD)
    patience, time = question.seconds / (TRIES * len(servers)), asyncio.get_running_loop().time
    result = Result.SILENT
    silent = list(servers)
    for _ in range(TRIES):
        for server in list(silent):
            try:
                message = await _told(server, query, min(time() + patience, question.ends_at))
            except TimeoutError:
                continue
            if isinstance(message, dns.message.QueryMessage) and _is_usable(message, zone, name):
                return message
            result = Result.FAILING
            silent.remove(server)
    raise Ended(result)


async def _told(server: Endpoint, query: dns.message.Message, until: float) -> dns.message.Message | None:
    """What one server sends; None for what cannot be read. Raises TimeoutError for one that is silent."""
    host, port = server
    try:
        async with asyncio.timeout_at(until):
            message, _over_tcp = await dns.asyncquery.udp_with_fallback(
                query, host, port=port, ignore_unexpected=True, ignore_errors=True
            )
    except TimeoutError:
        raise
    except (dns.exception.DNSException, OSError, EOFError):
        return None
    return message


def _is_usable(message: dns.message.Message, zone: dns.name.Name | None, name: dns.name.Name) -> bool:
    if message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return False
    # A server that a zone was delegated to, but that does not have it, knows no better than anybody.
    return zone is None or bool(message.flags & dns.flags.AA) or referral(message, zone, name) is not None


def referral(message: dns.message.Message, zone: dns.name.Name, name: dns.name.Name) -> dns.rrset.RRset | None:
    """The name servers further down that a message sends us to, None when it is an answer."""
    if message.answer:
        return None
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.NS and rrset.name != zone and rrset.name.is_subdomain(zone):
            return rrset if name.is_subdomain(rrset.name) else None
    return None
