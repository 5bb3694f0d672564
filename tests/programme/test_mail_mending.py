"""Who publishes exactly what is to be published, and deletes exactly what is to be deleted, has mended the mail."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programme.dns import Answer, Budget, Dns, Result
from programme.mail_check import Check, Line, State
from programme.mail_dkim import judge_ours
from programme.mail_setup import check_mail
from programme.spf_record import read_spf
from tests.programme.house import CATALOGUE
from tests.programme.mail_zones import ED25519, KEY, Record

DOMAIN, VENDOR = "dupont.example", "spf.nordlicht.example"
INCLUDE = f"include:{VENDOR}"
DKIM, DMARC = f"nordlicht._domainkey.{DOMAIN}", f"_dmarc.{DOMAIN}"
# What a record of the customer's own cannot mend, and says itself what is to be done.
NOT_HERE = {"include_silent", "too_many_lookups", "too_many_below", "voids_below", "loose_redirect"}

LEFT_OUT = {
    "leads_nowhere", "circle", "include_empty", "include_several", "include_unreadable", "broken_below",
}  # fmt: skip


class Zones(Dns):
    """Name servers with these records, and one that says nothing of silent.example."""

    def __init__(self, records: list[Record]) -> None:
        super().__init__([("127.0.0.1", 9)])
        self._records = records

    async def lookup(
        self, name: str, rdtype: str, seconds: float | None = None, budget: Budget | None = None
    ) -> Answer:
        if name == "silent.example":
            return Answer(name, rdtype, Result.SILENT)
        aliases = [value for at, kind, value in self._records if (at, kind) == (name, "CNAME")]
        end = aliases[0] if aliases else name
        values = tuple(value for at, kind, value in self._records if (at, kind) == (end, rdtype))
        result = Result.FOUND if values else Result.NO_SUCH_RECORD
        return Answer(name, rdtype, result, values, tuple(aliases))


async def checked(part: str, records: list[Record], our_key: str = KEY) -> Check:
    ours = [(VENDOR, "TXT", "v=spf1 ip4:192.0.2.0/24 ~all"), ("dkim.nordlicht.example", "TXT", our_key)]
    setup = await check_mail(Zones([*ours, *records]), DOMAIN, CATALOGUE, "eu")
    (check,) = [check for check in setup.checks if check.part == part]
    return check


def words(check: Check) -> set[str]:
    return {remark.word for remark in check.remarks}


def record(line: Line) -> Record:
    return line.name, line.type, line.value if line.priority is None else f"{line.priority} {line.value}"


def as_told(check: Check, records: list[Record]) -> list[Record]:
    """The records once all has been done that the check asks for, and nothing else."""
    gone = {record(line) for line in check.remove}
    assert gone <= set(records)
    return [one for one in records if one not in gone] + [record(line) for line in check.paste]


async def mended(part: str, records: list[Record]) -> tuple[Check, Check]:
    """A check, and the next one, after all that the first asks for."""
    first = await checked(part, records)
    return first, await checked(part, as_told(first, records))


OTHERS = ("a.example", "b.example", "c.example", "gone.example", "silent.example", DOMAIN, VENDOR)
TERM = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "", "", "-", "?"]),
    st.sampled_from(["include:", "include:", "include:", "a:", "exists:", "redirect="]),
    st.sampled_from(OTHERS),
) | st.sampled_from(["a", "mx", "ip4:192.0.2.1", "ipv4:192.0.2.1", "foo", INCLUDE, "exists:%{i}.a.example"])
SPF = st.builds(
    "v=spf1 {} {}".format,
    st.lists(TERM, max_size=6).map(" ".join),
    st.sampled_from(["~all", "-all", "+all", "?all", "", "redirect=a.example"]),
)
QUOTED = SPF.map('"{}"'.format)


def texts(name: str, most: int = 1) -> st.SearchStrategy[list[Record]]:
    return st.lists(SPF, max_size=most, unique=True).map(lambda found: [(name, "TXT", text) for text in found])


OWN = st.lists(SPF | QUOTED, max_size=3, unique=True).map(lambda found: [(DOMAIN, "TXT", text) for text in found])


def left_out(check: Check) -> set[str]:
    """What the records to delete have, and the one to publish has not; a redirection may have become an include."""
    standing = [read_spf(line.value.strip('"')) for line in check.remove]
    terms = [term for one in standing for term in (*one.terms, *([one.redirect] if one.redirect else []))]
    return {as_include(term.text) for term in terms} - {as_include(text) for text in check.paste[0].value.split()}


def named_as_left_out(check: Check) -> set[str]:
    return {as_include(str(remark.facts["term"])) for remark in check.remarks if remark.word in LEFT_OUT}


def without_ours(terms: set[str]) -> set[str]:
    return {term for term in terms if not term.endswith(INCLUDE)}


def as_include(term: str) -> str:
    return f"include:{term.removeprefix('redirect=')}" if term.startswith("redirect=") else term


class TestSpf:
    @settings(max_examples=100)
    @given(OWN, texts("a.example", 2), texts("b.example"), texts("c.example"))
    async def test_what_is_to_be_published_is_the_end_of_it(
        self, own: list[Record], a: list[Record], b: list[Record], c: list[Record]
    ) -> None:
        first, then = await mended("spf", [*own, *a, *b, *c])
        assert (then.paste, then.remove) == ((), ())
        assert then.works or words(first) & {"too_many_lookups", "too_many_below"}
        assert then.state is State.GOOD or words(then) <= NOT_HERE
        if first.paste and own:
            assert without_ours(left_out(first)) == without_ours(named_as_left_out(first))

    @pytest.mark.parametrize(
        ("own", "others", "noticed", "to_publish"),
        [
            ("include:gone.example ~all", [], {"include_empty", "not_included"}, "~all"),
            ("a redirect=gone.example", [], {"include_empty", "not_included"}, "a ~all"),
            (f"{INCLUDE} include:a.example ~all", ["include:gone.example ~all"], {"broken_below"}, "~all"),
            (f"{INCLUDE} include:{DOMAIN} mx -all", [], {"circle"}, "mx -all"),
            (f"{INCLUDE} a:x.example a:y.example mx:z.example mx ~all", [], {"leads_nowhere"}, "~all"),
        ],
    )
    async def test_what_leads_nowhere_is_left_out(
        self, own: str, others: list[str], noticed: set[str], to_publish: str
    ) -> None:
        records = [(DOMAIN, "TXT", f"v=spf1 {own}"), *(("a.example", "TXT", f"v=spf1 {one}") for one in others)]
        first, then = await mended("spf", records)
        assert words(first) == noticed
        assert [line.value for line in first.paste] == [f"v=spf1 {INCLUDE} {to_publish}"]
        assert then.state is State.GOOD

    async def test_several_are_joined_without_what_leads_nowhere(self) -> None:
        own = ["v=spf1 redirect=a.example", "v=spf1 include:gone.example -all"]
        records = [*((DOMAIN, "TXT", text) for text in own), ("a.example", "TXT", "v=spf1 ip4:192.0.2.1 -all")]
        first, then = await mended("spf", records)
        assert words(first) == {"several_spf", "include_empty"}
        assert [line.value for line in first.paste] == [f"v=spf1 {INCLUDE} include:a.example ~all"]
        assert then.state is State.GOOD

    async def test_what_no_record_here_mends_is_told_without_one(self) -> None:
        own = [(DOMAIN, "TXT", f"v=spf1 include:silent.example {INCLUDE} ~all")]
        first, then = await mended("spf", own)
        assert (words(first), first.paste, first.remove) == ({"include_silent"}, (), ())
        assert then == first

    async def test_who_would_pass_the_limit_by_us_is_told_before(self) -> None:
        own = "v=spf1 " + " ".join(f"exists:%{{i}}.{n}.example" for n in range(10)) + " ~all"
        first, then = await mended("spf", [(DOMAIN, "TXT", own)])
        assert words(first) == {"not_included", "too_many_below"}
        assert words(then) == {"too_many_lookups"}


HOSTS = [f"mx{n}.nordlicht.example" for n in ("", "2", "3")]
SERVERS = st.builds(
    "{} {}".format,
    st.sampled_from([0, 5, 10, 10, 20, 50, 60]),
    st.sampled_from([*HOSTS, *HOSTS, "mx.us.nordlicht.example", "aspmx.l.google.com", f"{HOSTS[0]}.{DOMAIN}", "."]),
)


class TestMx:
    @settings(max_examples=60)
    @given(st.lists(SERVERS, max_size=7, unique=True))
    @example(["5 mx3.nordlicht.example", "10 mx.nordlicht.example", "10 mx2.nordlicht.example"])
    @example(["0 ."])
    async def test_what_is_to_be_published_and_deleted_is_the_end_of_it(self, own: list[str]) -> None:
        first, then = await mended("mx", [(DOMAIN, "MX", server) for server in own])
        assert (then.state, then.paste, then.remove) == (State.GOOD, (), ())
        assert first.paste or first.remove or first.state is State.GOOD

    async def test_what_is_in_order_stays(self) -> None:
        """Other priorities are no mistake, and nobody has to change them for the sake of another one."""
        own = ["1 mx.nordlicht.example", "2 mx2.nordlicht.example", "0 mail.dupont.example"]
        first = await checked("mx", [(DOMAIN, "MX", server) for server in own])
        assert [record(line)[2] for line in first.paste] == ["50 mx3.nordlicht.example"]
        assert [record(line)[2] for line in first.remove] == ["0 mail.dupont.example"]


KEYS = st.sampled_from([KEY, ED25519, "v=DKIM1; p=", "k=rsa; p=AAAA", "v=spf1 -all", KEY + "; t=y"])
POLICIES = st.sampled_from(["v=DMARC1; p=none", "v=DMARC1; p=reject; pct=20", "v=DMARC1", "p=none", "v=spf1 -all"])


class TestTheOthers:
    @settings(max_examples=40)
    @given(st.sampled_from(["dkim.nordlicht.example", "dkim.us.nordlicht.example", ""]), st.lists(KEYS, unique=True))
    async def test_dkim(self, target: str, keys: list[str]) -> None:
        own = [(DKIM, "CNAME", target)] if target else [(DKIM, "TXT", key) for key in keys]
        _, then = await mended("dkim", own)
        assert (then.works, then.paste, then.remove) == (True, (), ())

    @pytest.mark.parametrize(
        ("our_key", "noticed"),
        [
            (KEY, set()), (KEY + "; t=y", set()), ("hello", {"key_not_ready"}), ("v=DKIM1; p=", {"key_not_ready"}),
            (KEY[:200], {"key_not_ready"}),
        ],
    )  # fmt: skip
    async def test_who_points_to_us_has_nothing_to_mend(self, our_key: str, noticed: set[str]) -> None:
        """What is wrong with our own key is ours."""
        check = await checked("dkim", [(DKIM, "CNAME", "dkim.nordlicht.example")], our_key)
        assert (check.works, check.paste, check.remove, words(check)) == (True, (), (), noticed)

    async def test_who_points_to_us_before_there_is_a_key(self) -> None:
        answer = Answer(DKIM, "TXT", Result.NO_SUCH_RECORD, (), ("dkim.nordlicht.example",))
        assert [remark.word for remark in judge_ours(answer)] == ["key_not_ready"]

    @settings(max_examples=40)
    @given(st.lists(POLICIES, unique=True))
    async def test_dmarc(self, policies: list[str]) -> None:
        _, then = await mended("dmarc", [(DMARC, "TXT", policy) for policy in policies])
        assert (then.state, then.paste, then.remove) == (State.GOOD, (), ())
