"""Who may send a domain's mail: its SPF record (RFC 7208), and what it should be."""

from programme.mail_check import Check, Line, Lookups, Remark, State, judged, unanswered
from programme.mail_terms import MailRecords
from programme.spf_record import VERSION, Term, mended_spf, read_spf, spf_texts
from programme.spf_walk import LONGEST_TERM, Walk

PART = "spf"
MOST_BAD = 5
# What gets copied into a record along with it, from a page that shows it so.
_AROUND = " \t\"'“”„«»`"


async def check_spf(lookups: Lookups, domain: str, records: MailRecords) -> Check:
    """Whether there is exactly one record, that lets the vendor send, and that receivers can follow to its end."""
    include = records.spf
    answer = await lookups.look(domain, "TXT")
    expected = [f"{VERSION} … include:{include} …"]
    new = [Line(domain, "TXT", mended_spf([], include))]
    if check := unanswered(PART, answer, expected, new):
        return check
    found = spf_texts(answer.values) or [value for value in answer.values if "spf1" in value.lower()]
    if not found:
        return judged(PART, [Remark("no_spf", State.MISSING)], expected, (), new)
    texts = spf_texts(value.strip(_AROUND) for value in found)
    now, useless = await _judge(lookups, domain, found, include)
    mended, told, then = await _mend(lookups, domain, texts, include, useless)
    remarks = [*now, *(one for one in told if one not in now)]
    to_publish = [Line(domain, "TXT", mended)] if _helps(remarks, then) and found != [mended] else []
    remarks += _left_to_do(remarks, then)
    removed = [Line(domain, "TXT", text) for text in found] if to_publish else []
    return judged(PART, remarks, expected, found, to_publish, removed)


async def _judge(lookups: Lookups, domain: str, found: list[str], include: str) -> tuple[list[Remark], set[Term]]:
    """What is to be said of what stands there now, which is one text at least; and the terms that are useless."""
    if not spf_texts(found):
        return [Remark("unreadable_spf", State.WRONG)], set()
    if len(found) > 1:
        return [Remark("several_spf", State.WRONG, {"number": len(found)})], set()
    walk = await Walk(lookups, include).follow(domain, read_spf(found[0]))
    return walk.remarks(), set(walk.useless)


async def _mend(
    lookups: Lookups, domain: str, texts: list[str], include: str, useless: set[Term]
) -> tuple[str, list[Remark], list[Remark]]:
    """One record for those that are there, which receivers can follow as far as that is the record's own matter.

    Args:
        useless: the terms of which it is known already that they are to be left out.
    Returns: the record, what is to be said of each other term that it leaves out, and what is to be said of itself.
    """
    bad = dict.fromkeys(term for text in texts for term in read_spf(text).bad)
    told = [Remark("bad_term", State.WRONG, {"term": term[:LONGEST_TERM]}) for term in list(bad)[:MOST_BAD]]
    without = set(useless)
    while True:
        mended = mended_spf(texts, include, without)
        walk = await Walk(lookups, include).follow(domain, read_spf(mended))
        if not walk.useless:
            return mended, told, walk.remarks()
        # Every round takes a term away; and without it, receivers may go on to what they did not come to before.
        without |= walk.useless.keys()
        told += walk.useless.values()


def _key(remark: Remark) -> tuple[str, object]:
    """What two remarks that say the same, be it in other numbers, have in common."""
    return remark.word, remark.facts.get("term")


def _helps(now: list[Remark], then: list[Remark]) -> bool:
    """Whether anything that is to be said now is not to be said of the mended record."""
    return not {_key(remark) for remark in now} <= {_key(remark) for remark in then}


def _left_to_do(now: list[Remark], then: list[Remark]) -> list[Remark]:
    """What is to be said of the mended record, and was not said yet."""
    said = {_key(remark) for remark in now}
    new = [remark for remark in then if _key(remark) not in said]
    return [
        Remark("too_many_below", State.WRONG, remark.facts) if remark.word == "too_many_lookups" else remark
        for remark in new
    ]
