"""The name servers that count for a domain: those of the zone that holds it (mission row 19).

Whoever published a record at another provider sees by their names that it was the wrong one.
"""

import asyncio

from programme.dns import Answer, Dns, Result
from programme.domains import registered_domain

MOST_NAMED = 4


async def name_servers(dns: Dns, domain: str, seconds: float | None = None) -> tuple[str, ...]:
    """The name servers of an ASCII domain, a few at most, in the order of their names; none where they are unknown.

    Args:
        seconds: the longest this may take, where that is less than usual.
    """
    names, registered = [domain], registered_domain(domain)
    while names[-1] != registered:
        names.append(names[-1].partition(".")[2])
    answers = await asyncio.gather(*(dns.lookup(name, "NS", seconds) for name in names))
    return next((known for answer in answers if (known := known_servers(answer) or _own(answer))), ())


def known_servers(*answers: Answer) -> tuple[str, ...]:
    """Those that were learned on the way to an answer."""
    return next((_named(answer.servers) for answer in answers if answer.servers), ())


def _own(answer: Answer) -> tuple[str, ...]:
    return _named(answer.values) if answer.result is Result.FOUND and not answer.aliases else ()


def _named(servers: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(servers)[:MOST_NAMED])
