"""Where a domain's mail arrives: its MX records (RFC 5321, section 5.1)."""

from dataclasses import dataclass

from programme.dns import Result
from programme.mail_check import Check, Line, Lookups, Remark, State, judged, unanswered
from programme.mail_terms import MailRecords, MailTerms

PART = "mx"
NOWHERE = "."  # a null MX: this domain takes no mail (RFC 7505)


@dataclass(frozen=True)
class Mx:
    priority: int
    host: str


async def check_mx(
    lookups: Lookups, domain: str, records: MailRecords, terms: MailTerms, others: frozenset[str]
) -> Check:
    """Whether all mail arrives with the vendor, and nowhere else.

    Args:
        others: the vendor's mail servers in other data centres.
    """
    expected = [f"{mx.priority} {mx.host}" for mx in records.mx]
    paste = [Line(domain, "MX", mx.host, mx.priority) for mx in records.mx]
    answer = await lookups.look(domain, "MX")
    if check := unanswered(PART, answer, expected, paste):
        return check
    if answer.result is not Result.FOUND:
        return judged(PART, [Remark("no_mx", State.MISSING)], expected, (), paste)
    found = sorted(map(read_mx, answer.values), key=lambda mx: (mx.priority, mx.host))
    wanted = mended_mx(found, [Mx(mx.priority, mx.host) for mx in records.mx])
    return judged(
        PART,
        judge_mx(domain, found, records, terms, others),
        expected,
        [f"{mx.priority} {mx.host}" for mx in found],
        [Line(domain, "MX", mx.host, mx.priority) for mx in wanted if mx not in found],
        [Line(domain, "MX", mx.host, mx.priority) for mx in found if mx not in wanted],
    )


def read_mx(value: str) -> Mx:
    """An MX as programme.dns writes it: "10 mx.dupont.example"."""
    priority, _, host = value.partition(" ")
    return Mx(int(priority), host or NOWHERE)


def mended_mx(found: list[Mx], ours: list[Mx]) -> list[Mx]:
    """The records that should be there: those of ours that are found stay where they need no other priority."""
    hosts = {mx.host for mx in ours}
    there = [mx for mx in found if mx.host in hosts]
    missing = [mx for mx in ours if mx.host not in {one.host for one in there}]
    completed = there + missing
    return completed if _order(completed) == _order(ours) else ours


def judge_mx(
    domain: str, found: list[Mx], records: MailRecords, terms: MailTerms, others: frozenset[str]
) -> list[Remark]:
    """What is to be said of MX records, which are in the order of their priorities."""
    ours = {mx.host: mx.priority for mx in records.mx}
    hosts = list(dict.fromkeys(mx.host for mx in found))
    remarks = [_stranger(domain, host, ours, terms, others) for host in hosts if host not in ours]
    missing = [host for host in ours if host not in hosts]
    if len(missing) == len(ours):
        remarks.append(Remark("none_of_ours", State.WRONG))
    elif missing:
        remarks.append(Remark("some_missing", State.DOUBTFUL, {"hosts": missing}))
    there = [mx for mx in found if mx.host in ours]
    if _order(there) != _order([Mx(ours[mx.host], mx.host) for mx in there]):
        remarks.append(Remark("other_order", State.DOUBTFUL))
    elif any(mx.priority != ours[mx.host] for mx in there):
        remarks.append(Remark("other_priorities", State.GOOD))
    return remarks


def _order(servers: list[Mx]) -> list[set[str]]:
    """The hosts, first those that mail goes to first."""
    steps = sorted({mx.priority for mx in servers})
    return [{mx.host for mx in servers if mx.priority == step} for step in steps]


def _stranger(domain: str, host: str, ours: dict[str, int], terms: MailTerms, others: frozenset[str]) -> Remark:
    if host == NOWHERE:
        return Remark("null_mx", State.WRONG)
    if any(host == f"{our}.{domain}" for our in ours):
        return Remark("mx_appended", State.WRONG, {"host": host})
    if host in others:
        return Remark("other_centre", State.WRONG, {"host": host})
    if provider := terms.provider_of(host):
        return Remark("old_provider", State.WRONG, {"host": host, "provider": provider})
    return Remark("stranger", State.WRONG, {"host": host})
