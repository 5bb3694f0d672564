"""What a receiver comes to who follows an SPF record through all that it includes (RFC 7208, sections 4.6.4 and 5)."""

import asyncio
from dataclasses import dataclass, field

from programme.dns import Answer, Result
from programme.mail_check import Lookups, Remark, State
from programme.spf_record import SpfRecord, Term, read_spf, spf_texts

# Section 4.6.4: beyond these, receivers give up.
MOST_LOOKUPS, MOST_VOIDS = 10, 2
LONGEST_TERM = 100
NO_ANSWER = (Result.LOOPING, Result.FAILING, Result.SILENT)
_ASKED_FOR = {"include": "TXT", "redirect": "TXT", "a": "A", "exists": "A", "mx": "MX"}
_LEADING_ON = ("include", "redirect")


@dataclass(frozen=True)
class _Step:
    """A record on the way.

    Args:
        path: the domains that led to it, itself the last.
        first: the term of the record at the beginning by which it was reached; None for that record itself.
        passes: whether what it lets send may send, all includes on the way being plain ones.
        is_main: whether it ends the record that is followed: that record itself, or where it is redirected.
    """

    record: SpfRecord
    path: tuple[str, ...]
    first: Term | None = None
    passes: bool = True
    is_main: bool = True


@dataclass
class Walk:
    """Follows a record through everything that it includes, all terms of one depth at once.

    Args:
        include: the vendor's domain; what is wrong there is not the customer's to mend.
        asked: the terms that make receivers ask, as far as it went: it ends where they are too many.
        voids: how many of them led to nothing; `void` has those in the record itself.
        broken: the terms of the record itself by which receivers come to what they cannot read, and so read nothing.
        ending: the qualifier of `all` at its end; `redirected` is the term that led there, if any.
    """

    lookups: Lookups
    include: str
    asked: int = 0
    voids: int = 0
    void: list[Term] = field(default_factory=list)
    broken: dict[Term, Remark] = field(default_factory=dict)
    silent: list[Remark] = field(default_factory=list)
    lets_us_send: bool = False
    refuses_us: bool = False
    ending: str | None = None
    redirected: Term | None = None
    goes_on: bool = False

    async def follow(self, domain: str, record: SpfRecord) -> "Walk":
        steps = [_Step(record, (domain,))]
        while steps:
            asking = [(step, term) for step in steps for term in step.record.asking]
            for step in steps:
                self._note_ending(step)
            for step, term in asking:
                self._note_vendor(step, term)
            self.asked += len(asking)
            if self.asked > MOST_LOOKUPS:
                break
            answers = await asyncio.gather(*(self._ask(step, term) for step, term in asking))
            below = [self._below(*ask, answer) for ask, answer in zip(asking, answers, strict=True)]
            steps = [step for step in below if step]
        return self

    def _note_ending(self, step: _Step) -> None:
        if step.is_main:
            self.ending, self.redirected = step.record.ending, step.first
            self.goes_on = step.record.redirect is not None

    def _note_vendor(self, step: _Step, term: Term) -> None:
        if term.domain == self.include and term.name in _LEADING_ON:
            passes = step.passes and term.qualifier == "+"
            self.lets_us_send = self.lets_us_send or passes
            self.refuses_us = self.refuses_us or not passes

    async def _ask(self, step: _Step, term: Term) -> Answer | None:
        """The answer to a term's question; None where it depends on the mail, or would be asked in a circle."""
        name = term.domain or step.path[-1]
        if term.name not in _ASKED_FOR or "%" in name or _is_circle(step, term):
            return None
        return await self.lookups.look(name, _ASKED_FOR[term.name])

    def _below(self, step: _Step, term: Term, answer: Answer | None) -> _Step | None:
        """What comes after a term: a record that it leads to, or nothing."""
        if _is_circle(step, term):
            self._note_broken("circle", step, term)
        if answer is None:
            return None
        if answer.result not in (Result.FOUND, *NO_ANSWER):
            self.voids += 1
            self.void += [term] if step.first is None else []
        if term.name not in _LEADING_ON:
            return None
        texts = spf_texts(answer.values)
        self._judge_included(step, term, answer, texts)
        if len(texts) != 1:
            return None
        passes = step.passes and term.qualifier == "+"
        is_main = step.is_main and term.name == "redirect"
        return _Step(read_spf(texts[0]), (*step.path, term.domain), step.first or term, passes, is_main)

    def _judge_included(self, step: _Step, term: Term, answer: Answer, texts: list[str]) -> None:
        if answer.result in NO_ANSWER:
            remark = Remark("include_silent", State.DOUBTFUL, {"term": term.text[:LONGEST_TERM]})
            if remark not in self.silent and not self._is_ours(step, term):
                self.silent.append(remark)
        elif len(texts) != 1:
            self._note_broken("include_several" if texts else "include_empty", step, term)
        elif read_spf(texts[0]).bad:
            self._note_broken("include_unreadable", step, term)

    def _note_broken(self, word: str, step: _Step, term: Term) -> None:
        """Blames the term of the record itself; of what is broken behind it, the first that is found is named."""
        if self._is_ours(step, term):
            return
        blamed = step.first or term
        facts: dict[str, object] = {"term": blamed.text[:LONGEST_TERM]}
        if step.first:
            word, facts = "broken_below", facts | {"behind": term.text[:LONGEST_TERM]}
        self.broken.setdefault(blamed, Remark(word, State.WRONG, facts))

    def _is_ours(self, step: _Step, term: Term) -> bool:
        return self.include in (*step.path, term.domain)

    @property
    def useless(self) -> dict[Term, Remark]:
        """The terms of the record itself that it is better without, each with what is to be said of it."""
        if self.broken or self.voids <= MOST_VOIDS:
            return self.broken
        return {
            term: Remark("leads_nowhere", State.DOUBTFUL, {"term": term.text[:LONGEST_TERM], "most": MOST_VOIDS})
            for term in self.void
        }

    def remarks(self) -> list[Remark]:
        """What is to be said of the record."""
        found = [*self.useless.values(), *self.silent[:5]]
        if self.asked > MOST_LOOKUPS:
            found.append(Remark("too_many_lookups", State.WRONG, {"number": self.asked, "most": MOST_LOOKUPS}))
        if self.voids > MOST_VOIDS and not self.useless:
            found.append(Remark("voids_below", State.DOUBTFUL, {"number": self.voids, "most": MOST_VOIDS}))
        if not self.lets_us_send:
            word = "refuses_us" if self.refuses_us else "not_included"
            found.append(Remark(word, State.WRONG, {"include": self.include}))
        return found + self._about_the_end()

    def _about_the_end(self) -> list[Remark]:
        if self.goes_on or self.ending in ("-", "~"):
            return []
        if self.redirected:
            return [Remark("loose_redirect", State.DOUBTFUL, {"term": self.redirected.text[:LONGEST_TERM]})]
        words = {"+": "anybody", "?": "no_opinion"}
        return [Remark(words.get(self.ending or "", "no_end"), State.DOUBTFUL)]


def _is_circle(step: _Step, term: Term) -> bool:
    return term.name in _LEADING_ON and term.domain in step.path
