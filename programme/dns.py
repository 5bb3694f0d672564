"""Lookups in the DNS that end in one of a few outcomes, and never in an exception."""

import asyncio
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import dns.asyncquery
import dns.asyncresolver
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.resolver
import dns.rrset
from dns.rdtypes.mxbase import MXBase
from dns.rdtypes.nsbase import NSBase
from dns.rdtypes.txtbase import TXTBase

from programme.dns_question import EDNS_PAYLOAD as EDNS_PAYLOAD
from programme.dns_question import Budget as Budget
from programme.dns_question import Ended, Question, ask, referral
from programme.dns_question import Endpoint as Endpoint
from programme.dns_question import Result as Result
from programme.domains import registered_domain

LONGEST_CHAIN = 8
MOST_SERVERS = 4

# Where an IPv6 address has an IPv4 address in it, and how many bits come after that: IPv4-compatible, IPv4-mapped,
# NAT64 (RFC 6052) and 6to4 (RFC 3056).
IPV4_IN_IPV6 = {
    ipaddress.ip_network("::/96"): 0,
    ipaddress.ip_network("::ffff:0:0/96"): 0,
    ipaddress.ip_network("64:ff9b::/96"): 0,
    ipaddress.ip_network("2002::/16"): 80,
}
# What machines on the internet have for addresses, and what is kept for something else in there.
UNICAST = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("2000::/3"))
SPECIAL = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("3fff::/20"))


@dataclass(frozen=True)
class Answer:
    """What the DNS says about a name.

    `values` are texts: a TXT record joined from its strings, a host without its final dot in lower case, an MX as
    "10 mx.dupont.example". `aliases` are the names that CNAMEs at `name` led to, in their order. `servers` are the name
    servers of the zone that the name is in, where they were learned on the way to the answer.
    """

    name: str
    rdtype: str
    result: Result
    values: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()


def public_only(address: str) -> Endpoint | None:
    """Where the name server with this address is asked: on port 53, and only on the public internet.

    Anybody may name any address as their domain's name server; this keeps the bot from asking inside its own network.
    `is_global` alone takes groups, site-local addresses and some special ones (RFC 6890), and an IPv6 address for
    public whose packets end at the IPv4 address in it.
    """
    ip = ipaddress.ip_address(address)
    for network, bits_behind in IPV4_IN_IPV6.items():
        if ip in network:
            ip = ipaddress.IPv4Address(int(ip) >> bits_behind & 0xFFFFFFFF)
            break
    is_public = ip.is_global and not ip.is_multicast and any(ip in network for network in UNICAST)
    return (address, 53) if is_public and not any(ip in network for network in SPECIAL) else None


class Dns:
    """Asks given name servers or, when there are none, the authoritative ones of each name, so that no cache lies.

    Args:
        nameservers: IP addresses and ports to ask, in this order; resolvers or authoritative servers. None: those
            of the zone that a name is in, found from the zone above the registered domain on downwards, by the
            system's resolver. That needs a way out to port 53.
        seconds: the longest that one lookup may take.
        reach: where an authoritative server with a given address is asked; None where it must not be.

    Raises: ValueError when a name server is not given by its address.
    """

    def __init__(
        self,
        nameservers: Sequence[Endpoint] | None = None,
        seconds: float = 5.0,
        reach: Callable[[str], Endpoint | None] = public_only,
    ) -> None:
        self.seconds = seconds
        self._given = [(str(ipaddress.ip_address(host)), port) for host, port in nameservers or ()]
        self._reach = reach
        self._system: dns.asyncresolver.Resolver | None = None

    async def lookup(
        self, name: str, rdtype: str, seconds: float | None = None, budget: Budget | None = None
    ) -> Answer:
        """Looks up an ASCII name, following aliases, over TCP where an answer is too long for UDP.

        Args:
            rdtype: "TXT", "CNAME", "MX", …
            seconds: the longest this may take, where that is less than usual.
            budget: how many questions this and other lookups may take together; beyond it, they fail.

        Returns: an Answer with one of the results
            FOUND (only then are there values), NO_SUCH_DOMAIN (the registered domain does not exist),
            NO_SUCH_NAME (the domain exists, this name in it does not), NO_SUCH_RECORD (the name exists, or is an
            alias of one, without a record of this type), LOOPING (its aliases lead in a circle, or on and on),
            FAILING (no server gave a usable answer), SILENT (no server answered in time).
        """
        allowed = self.seconds if seconds is None else min(seconds, self.seconds)
        ends_at = asyncio.get_running_loop().time() + allowed
        question = Question(dns.rdatatype.from_text(rdtype), allowed, ends_at, budget)
        try:
            # Servers that are given are the only ones to be waited for, and `ask` keeps to the time by itself.
            async with asyncio.timeout_at(None if self._given else ends_at):
                result, values = await self._resolve(name, question)
        except TimeoutError:
            result, values = Result.SILENT, ()
        except Ended as ended:
            result, values = ended.result, ()
        except dns.message.ChainTooLong:
            result, values = Result.LOOPING, ()
        except (dns.exception.DNSException, OSError):
            result, values = Result.FAILING, ()
        aliases, servers = tuple(map(_host, question.aliases)), tuple(map(_host, question.servers))
        return Answer(name, rdtype, result, values, aliases, servers)

    async def _resolve(self, text: str, question: Question) -> tuple[Result, tuple[str, ...]]:
        try:
            name = dns.name.from_text(text)
        except dns.exception.DNSException:
            # A name that is too long for the DNS is not in it.
            return Result.NO_SUCH_NAME, ()
        for _ in range(LONGEST_CHAIN):
            message = await self._ask_about(name, question)
            if not message.answer:
                return await self._nothing(name, message, question), ()
            chain = message.resolve_chaining()
            question.aliases += [rdata.target for rrset in chain.cnames for rdata in rrset]
            if chain.answer is not None:
                return Result.FOUND, tuple(_text(rdata) for rdata in chain.answer)
            if not chain.cnames or message.rcode() == dns.rcode.NXDOMAIN:
                return await self._nothing(name, message, question), ()
            name = chain.canonical_name
        raise Ended(Result.LOOPING)

    async def _nothing(self, name: dns.name.Name, message: dns.message.Message, question: Question) -> Result:
        """Which kind of nothing a message is."""
        if question.aliases or message.rcode() != dns.rcode.NXDOMAIN:
            return Result.NO_SUCH_RECORD
        host = _host(name)
        registered = registered_domain(host)
        if host == registered:
            return Result.NO_SUCH_DOMAIN
        # The zone that says no names itself by its SOA. When that zone lies above the domain, ask about the domain.
        zones = [_host(rrset.name) for rrset in message.authority if rrset.rdtype == dns.rdatatype.SOA]
        if any(f".{zone}".endswith(f".{registered}") for zone in zones):
            return Result.NO_SUCH_NAME
        soa = replace(question, rdtype=dns.rdatatype.SOA, aliases=[])
        above = await self._ask_about(dns.name.from_text(registered), soa)
        return Result.NO_SUCH_DOMAIN if above.rcode() == dns.rcode.NXDOMAIN else Result.NO_SUCH_NAME

    async def _ask_about(self, name: dns.name.Name, question: Question) -> dns.message.QueryMessage:
        if self._given:
            return await ask(self._given, name, question)
        zone, servers = await self._above(name)
        for _ in range(LONGEST_CHAIN):
            message = await ask(servers, name, question, zone)
            below = referral(message, zone, name)
            if below is None:
                return message
            zone = below.name
            if not question.aliases:
                question.servers = [rdata.target for rdata in below]
            servers = await self._servers(below, message)
        raise Ended(Result.FAILING)

    async def _above(self, name: dns.name.Name) -> tuple[dns.name.Name, list[Endpoint]]:
        """The zone that the registered domain of a name is delegated from, and its servers.

        What a cache knows of that zone is hardly ever out of date; what it knows of a domain that is being set up is.
        """
        resolver = self._resolver()
        registered = dns.name.from_text(registered_domain(_host(name)))
        try:
            zone = await dns.asyncresolver.zone_for_name(registered.parent(), resolver=resolver)
            servers = await resolver.resolve(zone, "NS")
        except dns.exception.Timeout:
            raise Ended(Result.SILENT) from None
        return zone, await self._servers(servers.rrset, servers.response)

    async def _servers(self, rrset: dns.rrset.RRset | None, message: dns.message.Message) -> list[Endpoint]:
        """Where the servers of an NS record set are asked, by the addresses in the message or else by the system."""
        hosts = [rdata.target for rdata in rrset or ()][:MOST_SERVERS]
        addresses = [
            rdata.address
            for glue in message.additional
            if glue.name in hosts and glue.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA)
            for rdata in glue
        ]
        if not addresses:
            found = await asyncio.gather(*(self._addresses(host) for host in hosts))
            addresses = [address for some in found for address in some]
        # IPv4 first: not every machine has a way out over IPv6.
        ordered = sorted(dict.fromkeys(addresses), key=lambda address: ipaddress.ip_address(address).version)
        reachable = [endpoint for address in ordered if (endpoint := self._reach(address))]
        if not reachable:
            raise Ended(Result.FAILING)
        return reachable[:MOST_SERVERS]

    async def _addresses(self, host: dns.name.Name) -> list[str]:
        try:
            answers = await self._resolver().resolve_name(host)
        except dns.exception.DNSException:
            return []
        return list(answers.addresses())

    def _resolver(self) -> dns.asyncresolver.Resolver:
        if self._system is None:
            self._system = dns.asyncresolver.Resolver()
            self._system.cache = dns.resolver.LRUCache()
        return self._system


def _text(rdata: dns.rdata.Rdata) -> str:
    match rdata:
        case TXTBase():
            return b"".join(rdata.strings).decode("utf-8", "backslashreplace")
        case NSBase():  # CNAME, too
            return _host(rdata.target)
        case MXBase():
            return f"{rdata.preference} {_host(rdata.exchange)}"
    return rdata.to_text()


def _host(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
