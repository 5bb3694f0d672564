"""Who may send a domain's mail: its SPF record (RFC 7208), and those that it includes."""

import asyncio
from dataclasses import dataclass, field

from programme.dns import Answer, Result
from programme.mail_check import Check, Line, Lookups, Remark, State, judged, unanswered
from programme.mail_terms import MailRecords
from programme.spf_record import VERSION, SpfRecord, Term, mended_spf, read_spf, spf_texts

PART = "spf"
# Section 4.6.4: beyond these, receivers give up.
MOST_LOOKUPS, MOST_VOIDS = 10, 2
NO_ANSWER = (Result.LOOPING, Result.FAILING, Result.SILENT)
_ASKED_FOR = {"include": "TXT", "redirect": "TXT", "a": "A", "exists": "A", "mx": "MX"}


async def check_spf(lookups: Lookups, domain: str, records: MailRecords) -> Check:
    """Whether there is exactly one record, that lets the vendor send, and that receivers can follow to its end."""
    include = records.spf
    answer = await lookups.look(domain, "TXT")
    texts = spf_texts(answer.values)
    wanted = mended_spf(texts, include)
    paste = [] if texts == [wanted] else [Line(domain, "TXT", wanted)]
    expected = [f"{VERSION} … include:{include} …"]
    if check := unanswered(PART, answer, expected, paste):
        return check
    if not texts:
        return _none(answer, expected, paste)
    if len(texts) > 1:
        several = Remark("several_spf", State.WRONG, {"number": len(texts)})
        return judged(PART, [several], expected, texts, paste)
    record = read_spf(texts[0])
    remarks = [Remark("bad_term", State.WRONG, {"term": bad[:100]}) for bad in record.bad[:3]]
    walk = _Walk(lookups, include)
    await walk.follow(domain, record)
    remarks += walk.remarks()
    return judged(PART, remarks, expected, texts, paste)


def _none(answer: Answer, expected: list[str], paste: list[Line]) -> Check:
    nearly = [value for value in answer.values if "spf1" in value.lower()]
    if nearly:
        return judged(PART, [Remark("unreadable_spf", State.WRONG)], expected, nearly, paste)
    return judged(PART, [Remark("no_spf", State.MISSING)], expected, (), paste)


@dataclass(frozen=True)
class _Step:
    """A record on the way.

    Args:
        path: the domains that led to it, itself the last.
        passes: whether what it lets send may send, all includes on the way being plain ones.
        is_main: whether it ends the record that is checked: that record itself, or where it is redirected.
    """

    record: SpfRecord
    path: tuple[str, ...]
    passes: bool = True
    is_main: bool = True


@dataclass
class _Walk:
    """Follows a record through everything that it includes, all terms of one depth at once."""

    lookups: Lookups
    include: str
    asked: int = 0
    voids: int = 0
    lets_us_send: bool = False
    refuses_us: bool = False
    ending: str | None = None
    goes_on: bool = False
    noticed: list[Remark] = field(default_factory=list)

    async def follow(self, domain: str, record: SpfRecord) -> None:
        steps = [_Step(record, (domain,))]
        while steps:
            asking = [(step, term) for step in steps for term in step.record.asking]
            for step in steps:
                self._note_ending(step)
            for step, term in asking:
                self._note_vendor(step, term)
            self.asked += len(asking)
            if self.asked > MOST_LOOKUPS:
                return
            answers = await asyncio.gather(*(self._ask(step, term) for step, term in asking))
            below = [self._below(*ask, answer) for ask, answer in zip(asking, answers, strict=True)]
            steps = [step for step in below if step]

    def _note_ending(self, step: _Step) -> None:
        if step.is_main:
            self.ending, self.goes_on = step.record.ending, step.record.redirect is not None

    def _note_vendor(self, step: _Step, term: Term) -> None:
        if term.domain == self.include and term.name in ("include", "redirect"):
            passes = step.passes and term.qualifier == "+"
            self.lets_us_send = self.lets_us_send or passes
            self.refuses_us = self.refuses_us or not passes

    async def _ask(self, step: _Step, term: Term) -> Answer | None:
        """The answer to a term's question; None where it depends on the mail, or would be asked in a circle."""
        name = term.domain or step.path[-1]
        if term.name not in _ASKED_FOR or "%" in name or self._is_circle(step, term):
            return None
        return await self.lookups.look(name, _ASKED_FOR[term.name])

    def _is_circle(self, step: _Step, term: Term) -> bool:
        return term.name in ("include", "redirect") and term.domain in step.path

    def _below(self, step: _Step, term: Term, answer: Answer | None) -> _Step | None:
        """What comes after a term: a record that it leads to, or nothing."""
        if self._is_circle(step, term):
            self._notice("circle", State.WRONG, term)
        if answer is None:
            return None
        if answer.result not in (Result.FOUND, *NO_ANSWER):
            self.voids += 1
        if term.name not in ("include", "redirect"):
            return None
        texts = spf_texts(answer.values)
        self._judge_included(term, answer, texts)
        if len(texts) != 1:
            return None
        passes = step.passes and term.qualifier == "+"
        return _Step(read_spf(texts[0]), (*step.path, term.domain), passes, step.is_main and term.name == "redirect")

    def _judge_included(self, term: Term, answer: Answer, texts: list[str]) -> None:
        if term.domain == self.include:
            return  # what is wrong there is ours to mend
        if answer.result in NO_ANSWER:
            self._notice("include_silent", State.DOUBTFUL, term)
        elif len(texts) != 1:
            self._notice("include_several" if texts else "include_empty", State.WRONG, term)
        elif read_spf(texts[0]).bad:
            self._notice("include_unreadable", State.WRONG, term)

    def _notice(self, word: str, state: State, term: Term) -> None:
        remark = Remark(word, state, {"term": term.text[:100]})
        if remark not in self.noticed:
            self.noticed.append(remark)

    def remarks(self) -> list[Remark]:
        found = list(self.noticed[:5])
        if self.asked > MOST_LOOKUPS:
            found.append(Remark("too_many_lookups", State.WRONG, {"number": self.asked, "most": MOST_LOOKUPS}))
        if self.voids > MOST_VOIDS:
            found.append(Remark("voids", State.DOUBTFUL, {"number": self.voids, "most": MOST_VOIDS}))
        if not self.lets_us_send:
            word = "refuses_us" if self.refuses_us else "not_included"
            found.append(Remark(word, State.WRONG, {"include": self.include}))
        return found + self._about_the_end()

    def _about_the_end(self) -> list[Remark]:
        if self.ending == "+":
            return [Remark("anybody", State.DOUBTFUL)]
        if self.ending == "?":
            return [Remark("no_opinion", State.DOUBTFUL)]
        return [Remark("no_end", State.DOUBTFUL)] if self.ending is None and not self.goes_on else []
