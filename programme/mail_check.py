"""What the checks of a domain's mail have in common: what they come to, and how they look things up."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from programme.dns import Answer, Budget, Dns, Result
from programme.dns_text import shown, visible
from programme.domains import host_in_panel

PARTS = ("mx", "spf", "dkim", "dmarc")
MOST_QUESTIONS = 30
MOST_SHOWN = 6
LONGEST_SHOWN = 400
LOOKUP_SHARE = 0.5  # of the time that a whole check may take, so that one lost packet leaves some to ask again


class State(StrEnum):
    """How a part of the set-up stands. It works when it is GOOD or DOUBTFUL."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"
    MISSING = "missing"
    NO_ANSWER = "no_answer"


_WORST_LAST = (State.GOOD, State.DOUBTFUL, State.WRONG, State.MISSING, State.NO_ANSWER)


@dataclass(frozen=True)
class Remark:
    """One thing that was noticed.

    Args:
        word: which, from the list that handlers.mail_words puts into sentences.
        state: what it makes of the whole.
        facts: what the sentence needs: hosts, names, numbers.
    """

    word: str
    state: State
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """A record to publish.

    Args:
        name: the full name it stands at; `host` is that as most DNS panels ask for it.
        priority: of an MX record alone.
    """

    name: str
    type: str
    value: str
    priority: int | None = None

    @property
    def host(self) -> str:
        return host_in_panel(self.name)


@dataclass(frozen=True)
class Check:
    """What one check came to.

    Args:
        part: one of PARTS.
        remarks: what was noticed, the gravest first; what is only worth a word is GOOD.
        expected: what should be there, a line each; `found` likewise, a few at most, and long ones cut.
        paste: the records to publish; none where nothing is to be done, or no one can know which.
        remove: those to delete, as they stand there. Who publishes and deletes just these has mended what can be mended
            in the domain's own records.
    """

    part: str
    remarks: tuple[Remark, ...] = ()
    expected: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    paste: tuple[Line, ...] = ()
    remove: tuple[Line, ...] = ()

    @property
    def state(self) -> State:
        return max((remark.state for remark in self.remarks), key=_WORST_LAST.index, default=State.GOOD)

    @property
    def works(self) -> bool:
        return self.state in (State.GOOD, State.DOUBTFUL)


def judged(
    part: str,
    remarks: list[Remark],
    expected: list[str],
    found: Sequence[str],
    paste: Sequence[Line],
    remove: Sequence[Line] = (),
) -> Check:
    """A check with its remarks in order; nothing is to be published or deleted where nothing is to be done."""
    ordered = tuple(sorted(remarks, key=lambda remark: -_WORST_LAST.index(remark.state)))
    is_good = all(remark.state is State.GOOD for remark in ordered)
    seen = tuple(shown(text, LONGEST_SHOWN) for text in found[:MOST_SHOWN])
    if is_good:
        return Check(part, ordered, tuple(expected), seen)
    to_paste = tuple(replace(line, value=visible(line.value)) for line in paste)
    return Check(part, ordered, tuple(expected), seen, to_paste, tuple(remove))


def unanswered(part: str, answer: Answer, expected: list[str], paste: list[Line]) -> Check | None:
    """The check that a domain without an answer, or without existence, comes to; None when there is an answer."""
    match answer.result:
        case Result.LOOPING:
            return judged(part, [Remark("alias_loop", State.WRONG, {"name": answer.name})], expected, (), [])
        case Result.FAILING:
            return judged(part, [Remark("servers_failing", State.NO_ANSWER)], expected, (), [])
        case Result.SILENT:
            return judged(part, [Remark("servers_silent", State.NO_ANSWER)], expected, (), [])
        case Result.NO_SUCH_DOMAIN:
            return judged(part, [Remark("no_such_domain", State.MISSING)], expected, (), paste)
    return None


class Lookups:
    """The lookups of one check: each name once, in limited number and time."""

    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self._budget = Budget(MOST_QUESTIONS)
        self._known: dict[tuple[str, str], asyncio.Task[Answer]] = {}
        self._ends_at = asyncio.get_running_loop().time() + dns.seconds

    async def look(self, name: str, rdtype: str) -> Answer:
        """As Dns.lookup; FAILING when too much was asked already, SILENT when the time is over."""
        key = (name.lower(), rdtype)
        if key not in self._known:
            self._known[key] = asyncio.create_task(self._ask(*key))
        return await self._known[key]

    async def _ask(self, name: str, rdtype: str) -> Answer:
        left = self._ends_at - asyncio.get_running_loop().time()
        if left <= 0:
            return Answer(name, rdtype, Result.SILENT)
        return await self._dns.lookup(name, rdtype, min(left, self._dns.seconds * LOOKUP_SHARE), self._budget)
