"""SPF, DKIM, DMARC and MX, read from whatever anybody may publish."""

import base64

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from programme.dns import Answer, Budget, Dns, Result
from programme.mail_check import MOST_QUESTIONS, PARTS, Line, State, unanswered
from programme.mail_dkim import is_key, judge_key, key_bits
from programme.mail_dmarc import dmarc_records, judge_dmarc
from programme.mail_mx import Mx, judge_mx, read_mx
from programme.mail_setup import check_mail
from programme.spf_record import mended_spf, read_spf, spf_texts
from tests.programme.house import CATALOGUE
from tests.programme.mail_zones import ED25519, KEY, rsa

INCLUDE = "spf.nordlicht.example"
RECORDS = CATALOGUE.data_centre_of("eu").mail


class TestSpf:
    @pytest.mark.parametrize(
        ("text", "is_one"),
        [
            ("v=spf1", True), ("V=SPF1 -all", True), ("v=spf1  a", True), ("v=spf10 a", False), (" v=spf1 a", False),
            ("v=spf1;a", False), ("spf2.0/pra", False), ('"v=spf1 a"', False),
        ],
    )  # fmt: skip
    def test_which_texts_are_spf(self, text: str, is_one: bool) -> None:
        assert spf_texts([text]) == ([text] if is_one else [])

    @pytest.mark.parametrize(
        "term",
        [
            "a", "mx", "ptr", "a/24", "a//64", "a/24//64", "a:dupont.example", "MX:dupont.example/24", "+mx",
            "ip4:192.0.2.1", "ip4:192.0.2.0/24", "ip6:2001:db8::/32", "-exists:%{i}._spf.dupont.example",
            "?include:_spf.dupont.example", "redirect=_spf.dupont.example", "exp=why.dupont.example", "all", "~all",
            "unknown=whatever", "ip4:192.0.2.1/24",
        ],
    )  # fmt: skip
    def test_terms(self, term: str) -> None:
        assert read_spf(f"v=spf1 {term}").bad == ()

    @pytest.mark.parametrize(
        "term",
        [
            "ipv4:192.0.2.1", "ip4:dupont.example", "ip4:2001:db8::1", "ip6:192.0.2.1", "ip4:", "ip4", "include:",
            "include", "include:dupont", "include:dupont.example/24", "exists", "all:dupont.example", "-", "a:", "foo",
            "redirect=", "redirect:dupont.example", "ptr/24", "a/2444",
        ],
    )  # fmt: skip
    def test_what_is_no_term(self, term: str) -> None:
        assert read_spf(f"v=spf1 {term} -all").bad == (term,)

    def test_what_stands_behind_all_is_not_read(self) -> None:
        record = read_spf("v=spf1 a -all include:dupont.example ~all redirect=martin.example")
        assert ([term.name for term in record.terms], record.ending, record.redirect) == (["a"], "-", None)

    @pytest.mark.parametrize(
        ("texts", "mended"),
        [
            ([], f"v=spf1 include:{INCLUDE} ~all"),
            (["v=spf1 a -all"], f"v=spf1 include:{INCLUDE} a -all"),
            (["v=spf1 a -all", "v=spf1 mx a ~all"], f"v=spf1 include:{INCLUDE} a mx ~all"),
            (["v=spf1 a +all"], f"v=spf1 include:{INCLUDE} a ~all"),
            ([f"v=spf1 -include:{INCLUDE} mx"], f"v=spf1 include:{INCLUDE} mx ~all"),
            (["v=spf1 a redirect=dupont.example"], f"v=spf1 include:{INCLUDE} a redirect=dupont.example"),
            (["v=spf1 a ip4:x -all"], f"v=spf1 include:{INCLUDE} a -all"),
        ],
    )
    def test_mended(self, texts: list[str], mended: str) -> None:
        assert mended_spf(texts, INCLUDE) == mended

    @given(st.lists(st.text() | st.text("ainclude:mxp4/ .%{}=+-~?all", max_size=80), max_size=3))
    def test_a_mended_record_is_read_whole_and_stays_as_it_is(self, bodies: list[str]) -> None:
        mended = mended_spf(spf_texts(f"v=spf1 {body}" for body in bodies), INCLUDE)
        record = read_spf(mended)
        assert record.bad == ()
        assert INCLUDE in {term.domain for term in record.terms if term.qualifier == "+"}
        assert mended_spf([mended], INCLUDE) == mended


class TestDkim:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (KEY, []), (ED25519, []), (KEY.replace(" ", ""), []), (KEY[:60] + " \t" + KEY[60:], []),
            (KEY + ";", []), (KEY + "; h=sha1:sha256; s=email; t=s", []), (f"p={rsa(4096)}", []),
            (KEY + "; h=sha1", ["not_for_mail"]), ("v=DKIM1; k=ed25519; p=" + rsa(2048), ["unreadable_key"]),
            ("v=DKIM1; k=rsa; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", ["unreadable_key"]),
            ("v=DKIM2; p=" + rsa(2048), ["unreadable_key"]), ("v=DKIM1", ["unreadable_key"]),
            ("v=DKIM1; k=dsa; p=" + rsa(2048), ["unreadable_key"]), ("v=DKIM1; p=" + "A" * 9000, ["unreadable_key"]),
            ("v=DKIM1; p=;", ["revoked"]), ("v=DKIM1; p=é", ["unreadable_key"]),
        ],
    )  # fmt: skip
    def test_keys(self, text: str, words: list[str]) -> None:
        assert [remark.word for remark in judge_key(text)] == words

    def test_what_is_meant_as_a_key(self) -> None:
        texts = [KEY, "k=rsa; p=AAAA", "v=spf1 -all", "v=DMARC1; p=none", "hello"]
        assert [is_key(text) for text in texts] == [True, True, False, False, False]

    @given(st.sampled_from(["rsa", "ed25519", "", "x"]), st.binary(max_size=400) | st.text(max_size=100))
    def test_any_key_is_read_or_not(self, kind: str, noise: bytes | str) -> None:
        key = base64.b64encode(noise).decode() if isinstance(noise, bytes) else noise
        assert key_bits(kind, key) in (None, 256) or kind == "rsa"

    @settings(max_examples=200)
    @given(st.integers(0, 290), st.integers(0, 255))
    def test_a_damaged_key_is_read_or_not(self, place: int, value: int) -> None:
        raw = bytearray(base64.b64decode(rsa(2048)))
        raw[place] = value
        bits = key_bits("rsa", base64.b64encode(bytes(raw)).decode())
        assert bits is None or bits > 0


class TestDmarc:
    @pytest.mark.parametrize("text", ["v=DMARC1; p=none", "v=DMARC1;p=reject", "v = DMARC1 ; p=none", "v=DMARC1"])
    def test_what_is_a_record(self, text: str) -> None:
        assert dmarc_records(Answer("x", "TXT", Result.FOUND, (text,))) == [text]

    @pytest.mark.parametrize("text", ["v=DMARC2; p=none", "p=none; v=DMARC1", "v=dmarc1; p=none", "v=DMARC10; p=none"])
    def test_what_is_none(self, text: str) -> None:
        assert dmarc_records(Answer("x", "TXT", Result.FOUND, (text,))) == []

    @pytest.mark.parametrize(("policy", "word"), [("sp=none; p=reject", "only_watches"), ("p=maybe", "bad_policy")])
    def test_what_holds_for_a_subdomain(self, policy: str, word: str) -> None:
        assert [remark.word for remark in judge_dmarc([f"v=DMARC1; {policy}"], is_subdomain=True)] == [word]


def mx_words(*found: Mx) -> list[str]:
    return [remark.word for remark in judge_mx("x.example", list(found), RECORDS, CATALOGUE.mail, frozenset())]


class TestMx:
    def test_a_domain_that_takes_no_mail(self) -> None:
        assert mx_words(read_mx("0 .")) == ["null_mx", "none_of_ours"]

    def test_equal_priorities_are_no_order(self) -> None:
        assert mx_words(*(Mx(10, mx.host) for mx in RECORDS.mx)) == ["other_order"]


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("dupont.example", "@"),
        ("_dmarc.dupont.example", "_dmarc"),
        ("nordlicht._domainkey.mail.dupont.co.uk", "nordlicht._domainkey.mail"),
        ("mail.dupont.example", "mail"),
    ],
)
def test_a_host_is_what_a_dns_panel_asks_for(name: str, host: str) -> None:
    assert Line(name, "TXT", "x").host == host


class Anything(Dns):
    """Answers with whatever hypothesis thinks of, and counts."""

    def __init__(self, answers: list[tuple[Result, list[str], list[str], int]]) -> None:
        super().__init__([("127.0.0.1", 9)])
        self._answers = answers
        self.asked = 0

    async def lookup(
        self, name: str, rdtype: str, seconds: float | None = None, budget: Budget | None = None
    ) -> Answer:
        result, texts, aliases, preference = self._answers[self.asked % len(self._answers)]
        self.asked += 1
        values = [f"{preference} {text}" for text in texts] if rdtype == "MX" else texts
        return Answer(name, rdtype, result, tuple(values) if result is Result.FOUND else (), tuple(aliases))


HOSTS = st.sampled_from(["a.example", "spf.nordlicht.example", "dkim.nordlicht.example", ".", "x" * 300, "\\000.b"])
TERMS = st.sampled_from(["include:", "a:", "exists:", "redirect=", "mx:", "ip4:"])
TEXTS = (
    st.text()
    | st.builds("v=spf1 {} {}{} {}all".format, st.text(max_size=20), TERMS, HOSTS, st.sampled_from("+-~?"))
    | st.builds("v=spf1 include:{} redirect={}".format, HOSTS, HOSTS)
    | st.builds("v=DKIM1; p={}".format, st.text())
    | st.builds("v=DMARC1; p={}".format, st.text())
    | HOSTS
)
SOME_TEXTS, SOME_HOSTS = st.lists(TEXTS, min_size=1, max_size=3), st.lists(HOSTS, max_size=2)
ONE_ANSWER = st.tuples(st.sampled_from(list(Result)), SOME_TEXTS, SOME_HOSTS, st.integers(0, 65_535))
ANSWERS = st.lists(ONE_ANSWER, min_size=1, max_size=12)


@example([(Result.FOUND, ["v=spf1 include:a.example include:b.example include:c.example -all"], [], 1)])
@given(ANSWERS)
async def test_whatever_is_published_each_check_comes_to_something(
    answers: list[tuple[Result, list[str], list[str], int]],
) -> None:
    dns = Anything(answers)
    setup = await check_mail(dns, "dupont.example", CATALOGUE, "eu")
    assert tuple(check.part for check in setup.checks) == PARTS
    assert dns.asked <= MOST_QUESTIONS
    assert all(check.state in State and all(len(text) <= 400 for text in check.found) for check in setup.checks)
    assert not setup.working & setup.failing


def test_aliases_that_lead_in_a_circle_are_told() -> None:
    check = unanswered("mx", Answer("shop.dupont.example", "MX", Result.LOOPING), [], [])
    assert check is not None
    assert [(one.word, one.facts) for one in check.remarks] == [("alias_loop", {"name": "shop.dupont.example"})]
