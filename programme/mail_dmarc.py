"""What receivers are to do with forged mail: the DMARC record (RFC 7489)."""

import re
from collections.abc import Sequence

from programme.dns import Answer, Result
from programme.domains import registered_domain
from programme.mail_check import Check, Line, Lookups, Remark, State, judged, unanswered
from programme.mail_terms import MailRecords

PART = "dmarc"
POLICIES = ("none", "quarantine", "reject")
_VERSION = re.compile(r"v\s*=\s*DMARC1\s*(;|$)")


async def check_dmarc(lookups: Lookups, domain: str, records: MailRecords) -> Check:
    """Whether there is one readable policy, at the domain or else at the registered domain (section 6.6.3)."""
    wanted = records.dmarc.replace("{domain}", domain)
    name, paste = f"_dmarc.{domain}", [Line(f"_dmarc.{domain}", "TXT", wanted)]
    answer = await lookups.look(name, "TXT")
    if check := unanswered(PART, answer, [wanted], paste):
        return check
    own = dmarc_records(answer)
    registered = registered_domain(domain)
    if not own and registered != domain:
        above = await lookups.look(f"_dmarc.{registered}", "TXT")
        if check := unanswered(PART, above, [wanted], paste):
            return check
        if inherited := dmarc_records(above):
            remarks = judge_dmarc(inherited, is_subdomain=True)
            remarks.append(Remark("inherited", State.GOOD, {"domain": registered}))
            return judged(PART, remarks, [wanted], inherited, paste)
    if not own:
        word = "other_text" if answer.result is Result.FOUND else "no_dmarc"
        remarks = [Remark(word, State.MISSING, {"name": name})]
        return judged(PART, remarks, [wanted], answer.values, paste, _lines(name, answer.values))
    return judged(PART, judge_dmarc(own), [wanted], own, paste, _lines(name, own))


def _lines(name: str, texts: Sequence[str]) -> list[Line]:
    return [Line(name, "TXT", text) for text in texts]


def dmarc_records(answer: Answer) -> list[str]:
    return [value for value in answer.values if _VERSION.match(value.strip())]


def judge_dmarc(records: list[str], is_subdomain: bool = False) -> list[Remark]:
    """What is to be said of the DMARC records at a name.

    Args:
        is_subdomain: the record is that of the domain above, whose `sp` speaks for what is below it.
    """
    if len(records) > 1:
        return [Remark("several_dmarc", State.WRONG, {"number": len(records)})]
    tags = read_tags(records[0])
    policy = tags.get("sp", tags.get("p", "")) if is_subdomain else tags.get("p", "")
    policy = policy.lower()
    if policy not in POLICIES:
        return [Remark("bad_policy", State.WRONG, {"policy": policy or "–"})]
    if policy == "none":
        return [Remark("only_watches", State.GOOD)]
    if tags.get("pct", "100").strip() != "100":
        return [Remark("some_percent", State.GOOD, {"percent": tags["pct"][:10]})]
    return []


def read_tags(text: str) -> dict[str, str]:
    """The tags of a DMARC or DKIM record, such as p=none: tag → value, without blanks around either."""
    pairs = (part.partition("=") for part in text.split(";"))
    return {tag.strip().lower(): value.strip() for tag, equals, value in pairs if equals}
