"""What is taken as a domain, and why something is not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.provisional import domains as web_domains

from programme.domains import (
    BadDomain,
    Domain,
    Reason,
    customer_domain,
    domains_meant,
    parse_domain,
    registered_domain,
)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("dupont.example", "dupont.example"),
        ("  Dupont.EXAMPLE. \n", "dupont.example"),
        ("https://dupont.example", "dupont.example"),
        ("HTTP://Dupont.example/", "dupont.example"),
        ("dupont.example/", "dupont.example"),
        ("www.dupont.example", "www.dupont.example"),
        ("mail.dupont.co.uk", "mail.dupont.co.uk"),
        ("dupont.github.io", "dupont.github.io"),
        ("dupont.new-suffix", "dupont.new-suffix"),
        ("3m.example", "3m.example"),
        ("dupont。example", "dupont.example"),
        ('"dupont.example"', "dupont.example"),
        ("« dupont.example »", "dupont.example"),
        ("„dupont.example“", "dupont.example"),
        ("`dupont.example`", "dupont.example"),
        ("<https://dupont.example/>", "dupont.example"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_a_domain_is_understood_however_it_is_typed(typed: str, understood: str) -> None:
    assert parse_domain(typed) == Domain(understood, understood)


@pytest.mark.parametrize(
    ("typed", "ascii_name", "unicode_name"),
    [
        ("Müller.example", "xn--mller-kva.example", "müller.example"),
        ("XN--MLLER-KVA.example", "xn--mller-kva.example", "müller.example"),
        ("mu\u0308ller.example", "xn--mller-kva.example", "müller.example"),
        ("straße.example", "xn--strae-oqa.example", "straße.example"),
        ("例え.example", "xn--r8jz45g.example", "例え.example"),
    ],
)
def test_international_names_have_two_forms(typed: str, ascii_name: str, unicode_name: str) -> None:
    assert parse_domain(typed) == Domain(ascii_name, unicode_name)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" \t\n", Reason.EMPTY),
        ("marie@dupont.example", Reason.IS_EMAIL),
        ("dupont.example/shop", Reason.HAS_PATH),
        ("https://dupont.example/shop", Reason.HAS_PATH),
        ("https://dupont.example?x=1", Reason.HAS_PATH),
        ("dupont.example#top", Reason.HAS_PATH),
        ("ftp://dupont.example", Reason.HAS_PATH),
        ("dupont.example\\shop", Reason.HAS_PATH),
        ("dupont.example//", Reason.HAS_PATH),
        ("dupont.example:443", Reason.HAS_PORT),
        ("192.0.2.7", Reason.IP_ADDRESS),
        ("http://192.0.2.7/", Reason.IP_ADDRESS),
        ("192.0.2.7:80", Reason.IP_ADDRESS),
        ("2001:db8::7", Reason.IP_ADDRESS),
        ("[2001:db8::7]", Reason.IP_ADDRESS),
        ("[2001:db8::7]:443", Reason.IP_ADDRESS),
        ("１９２.0.2.7", Reason.IP_ADDRESS),
        ("10.1", Reason.IP_ADDRESS),
        ("com", Reason.PUBLIC_SUFFIX),
        ("co.uk", Reason.PUBLIC_SUFFIX),
        ("GitHub.io.", Reason.PUBLIC_SUFFIX),
        ("рф", Reason.PUBLIC_SUFFIX),
        ("any.kawasaki.jp", Reason.PUBLIC_SUFFIX),
        (f"{'a' * 64}.example", Reason.TOO_LONG),
        (f"{'é' * 60}.example", Reason.TOO_LONG),
        (".".join(["abcdefgh"] * 30), Reason.TOO_LONG),
        ("a" * 100_000, Reason.TOO_LONG),
        ("du pont.example", Reason.BAD_CHARACTERS),
        ("du_pont.example", Reason.BAD_CHARACTERS),
        ("-dupont.example", Reason.BAD_CHARACTERS),
        ("dupont-.example", Reason.BAD_CHARACTERS),
        ("*.dupont.example", Reason.BAD_CHARACTERS),
        ("<!channel>.example", Reason.BAD_CHARACTERS),
        ("xn--a.example", Reason.BAD_CHARACTERS),
        ("☃.example", Reason.BAD_CHARACTERS),
        ("a\u2100b.example", Reason.BAD_CHARACTERS),
        ("dupont.example:", Reason.BAD_CHARACTERS),
        ("\udcff.example", Reason.BAD_CHARACTERS),
        ("nordlicht", Reason.NOT_A_DOMAIN),
        ("localhost", Reason.NOT_A_DOMAIN),
        ("dupont..example", Reason.NOT_A_DOMAIN),
        (".example", Reason.NOT_A_DOMAIN),
        ("dupont.example..", Reason.NOT_A_DOMAIN),
        (".", Reason.NOT_A_DOMAIN),
        ("https://", Reason.NOT_A_DOMAIN),
        ("dupont.123", Reason.NOT_A_DOMAIN),
    ],
)
def test_what_is_no_domain_is_refused_with_the_reason(typed: str, reason: Reason) -> None:
    with pytest.raises(BadDomain) as refused:
        parse_domain(typed)
    assert refused.value.reason == reason


def test_the_registered_part_of_a_name() -> None:
    assert registered_domain("mail.dupont.example") == "dupont.example"
    assert registered_domain("a.b.dupont.co.uk") == "dupont.co.uk"
    assert registered_domain("co.uk") == "co.uk"


LETTERS = st.text("abcdefghijklmnopqrstuvwxyzäéßøλжש例え0123456789-", min_size=1, max_size=12)
NAMES = st.lists(LETTERS, min_size=2, max_size=4).map(".".join)


def outcome(text: str) -> Domain | Reason:
    try:
        return parse_domain(text)
    except BadDomain as refused:
        return refused.reason


@given(st.text() | NAMES | web_domains())
def test_a_text_is_a_domain_that_stays_itself_or_is_refused(text: str) -> None:
    domain = outcome(text)
    if isinstance(domain, Domain):
        assert domain.ascii.isascii()
        assert parse_domain(domain.ascii) == parse_domain(domain.unicode) == domain


@given(web_domains())
def test_capitals_and_a_final_dot_make_no_difference(name: str) -> None:
    assert outcome(name.upper()) == outcome(name.lower()) == outcome(f"{name}.")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Dupont.example.", ["dupont.example"]),
        ("www.dupont.example", ["www.dupont.example", "dupont.example"]),
        ("WWW.BÜCHER.example", ["www.xn--bcher-kva.example", "xn--bcher-kva.example"]),
        ("admin@dupont.example", ["dupont.example"]),
        ("mailto:admin@www.dupont.example", ["www.dupont.example", "dupont.example"]),
        ("https://www.dupont.example/kontakt?a=b@c.example", ["www.dupont.example", "dupont.example"]),
        ("www.example", ["www.example"]),
        ("http://dupont.example:8080", ["dupont.example"]),
        ("http://dupont.example:8080/kontakt", ["dupont.example"]),
        ("«\u202fadmin@dupont.example\u202f»", ["dupont.example"]),
        ("dupont", []),
        ("@", []),
        ("", []),
    ],
)
def test_an_address_at_a_domain_means_the_domain(typed: str, meant: list[str]) -> None:
    assert domains_meant(typed) == meant


@given(st.text())
def test_any_text_means_some_domains_or_none(text: str) -> None:
    assert len(domains_meant(text)) <= 2


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("https://www.nouveau.example/", "nouveau.example"),
        ("WWW.ABC.example", "abc.example"),
        ("www.dupont.co.uk", "dupont.co.uk"),
        ("www.Bücher.example", "xn--bcher-kva.example"),
        ("www.shop.dupont.example", "www.shop.dupont.example"),
        ("www.example", "www.example"),
        ("www.github.io", "www.github.io"),
        ("wwwdupont.example", "wwwdupont.example"),
        ("shop.dupont.example", "shop.dupont.example"),
    ],
)
def test_the_www_of_a_web_site_is_no_part_of_an_organisations_domain(typed: str, taken: str) -> None:
    domain = customer_domain(typed)
    assert domain == Domain(taken, parse_domain(taken).unicode)


@settings(max_examples=40)
@given(NAMES | web_domains())
def test_a_domain_and_its_web_site_are_one_organisation(name: str) -> None:
    """Whatever is typed, the domain taken is one that a command finds by the same words."""
    domain = outcome(name)
    if not isinstance(domain, Domain):
        return
    taken = customer_domain(name)
    assert customer_domain(taken.ascii) == customer_domain(taken.unicode) == taken
    assert taken.ascii in domains_meant(name)
    if registered_domain(taken.ascii) == taken.ascii:
        assert customer_domain(f"https://www.{taken.unicode}/") == taken
