"""Whatever people type: it is read, or there is a word that says what is wrong with it."""

from collections.abc import Callable
from email.headerregistry import Address
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, String

from handlers.refusals import _FIELD_ERRORS
from programme import forms
from programme.applications import read_application
from programme.customers import MOST_LICENCES, read_customer
from programme.forms import COUNTRIES, LONGEST_TEXT, Rule, read_fields
from programme.refusals import BadInput
from storage.models import Application, Customer
from tests.programme.house import APPLICATION, CATALOGUE, CUSTOMER

# Every character there is, half characters and control characters too; and texts that almost are what is wanted.
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=400)
ALMOST = st.one_of(
    st.from_regex(r"\s*[\w.+'-]{1,70}@[\w.-]{1,70}\s*", fullmatch=True),
    st.from_regex(r"\s*(https?|ftp|javascript)?(://)?[\w.:\[\]-]{1,40}(/.{0,20})?\s*", fullmatch=True),
    st.from_regex(r"0{0,12}\d{1,12}", fullmatch=True),
    st.from_regex(r"[A-Za-zß]{1,3}", fullmatch=True),
    st.text(min_size=LONGEST_TEXT - 2, max_size=LONGEST_TEXT + 2),
)
TYPED = ANYTHING | ALMOST

Read = Callable[[dict[str, str]], dict[str, Any]]


def as_application(typed: dict[str, str]) -> dict[str, Any]:
    return read_application(CATALOGUE, typed, True)


def as_customer(typed: dict[str, str]) -> dict[str, Any]:
    return read_customer(CATALOGUE, typed)


def read(model: type[Application | Customer], good: dict[str, str], field: str, text: str) -> Any:
    """The value read from a form that is fine but for one field, or the word that says what is wrong with it."""
    reads: Read = as_application if model is Application else as_customer
    try:
        return reads(good | {field: text})[field]
    except BadInput as bad:
        wrong = bad.fields
    ((named, word),) = wrong.items()
    assert named == field
    return Wrong(word)


class Wrong(str):
    """The word for what is wrong."""


FIELDS = [
    *((Application, APPLICATION, field) for field in (*APPLICATION, "website")),
    *((Customer, CUSTOMER, field) for field in CUSTOMER),
]


@pytest.mark.parametrize(("model", "good", "field"), FIELDS)
@settings(max_examples=60, deadline=None)
@given(text=TYPED)
@example(text="\x00")
@example(text="\ud800@weber.example")
@example(text="https://weber.example/\x00")
@example(text="https://weber.example/\ud800")
@example(text="https://[")
@example(text="0000000019999999999")
@example(text="9" * 5000)
@example(text="٣")
def test_a_value_fits_its_column_or_there_are_words_for_it(
    model: type[Application | Customer], good: dict[str, str], field: str, text: str
) -> None:
    value = read(model, good, field, text)
    if isinstance(value, Wrong):
        assert str(value) in _FIELD_ERRORS
        return
    column = model.__table__.columns[field].type
    if isinstance(column, Integer):
        assert 1 <= value <= MOST_LICENCES
    elif value is not None:
        assert isinstance(column, String)
        assert value.strip() == value != ""
        assert len(value) <= (column.length or LONGEST_TEXT)
        # PostgreSQL takes no NUL, and half a character is no text anywhere.
        assert "\x00" not in value.encode().decode()


@settings(max_examples=100, deadline=None)
@given(typed=st.dictionaries(st.sampled_from([*APPLICATION, "website", "terms"]), TYPED))
def test_every_field_that_will_not_do_is_named(typed: dict[str, str]) -> None:
    with pytest.raises(BadInput) as bad:
        read_application(CATALOGUE, typed, False)
    assert bad.value.fields["terms"] == "not_accepted"
    for field in APPLICATION:
        if field not in typed:
            assert bad.value.fields[field] == "missing"
    assert set(bad.value.fields.values()) <= set(_FIELD_ERRORS)


@settings(max_examples=200, deadline=None)
@given(text=TYPED)
def test_what_is_read_once_reads_the_same_again(text: str) -> None:
    rules = {"line": Rule(forms.line_up_to(200)), "email": Rule(forms.email), "website": Rule(forms.website)}
    for field, rule in rules.items():
        try:
            value = read_fields({field: text}, {field: rule})[field]
        except BadInput:
            continue
        assert read_fields({field: value or ""}, {field: rule})[field] == value


@settings(max_examples=200, deadline=None)
@given(text=st.emails() | TYPED)
@example(text="jonas@müller.example")
@example(text="jörg@weber.example")
def test_an_address_that_is_taken_can_be_written_to(text: str) -> None:
    try:
        address = forms.email(text)
    except ValueError:
        return
    written = Address(addr_spec=forms.ascii_email(address)).addr_spec
    assert written.isascii()
    assert forms.email(written) == address


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("jonas@weber.example", "jonas@weber.example"),
        (" Jonas@WEBER.example ", "Jonas@weber.example"),
        ("jonas@xn--mller-kva.example", "jonas@müller.example"),
        ("jonas", None),
        ("jörg@weber.example", None),
        ("jonas@weber.example, emma@clarke.example", None),
        ("Jonas Weber <jonas@weber.example>", None),
        ("jonas@weber.example\nBcc: emma@clarke.example", None),
        ("jonas@192.0.2.7", None),
    ],
)
def test_email(text: str, value: str | None) -> None:
    assert _read(forms.email, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("weber.example", "https://weber.example"),
        ("http://weber.example/über-uns?x=1#y", "http://weber.example/über-uns?x=1#y"),
        ("https://weber.example:8443", "https://weber.example:8443"),
        ("ftp://weber.example", None),
        ("javascript://weber.example/%0aalert(1)", None),
        ("https://weber", None),
        ("https://192.0.2.7", None),
        ("https://weber.example/<b>", None),
        ("https://weber.example/a b", None),
        ("https://weber.example/" + "a" * 300, None),
        ("https://", None),
    ],
)
def test_website(text: str, value: str | None) -> None:
    assert _read(forms.website, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("007", 7), ("1000000", 1_000_000), ("0", None), ("1000001", None), ("-1", None), ("1.5", None),
     ("1e3", None), ("٣", None), ("²", None), ("twelve", None)],
)  # fmt: skip
def test_licences(text: str, value: int | None) -> None:
    found = read(Customer, CUSTOMER, "licences", text)
    assert found == ("not_a_number_of_licences" if value is None else value)


def _read(rule: Callable[[str], str], text: str) -> str | None:
    try:
        return Rule(rule)(text)
    except ValueError:
        return None


def test_lines_are_one_line_and_texts_keep_theirs() -> None:
    assert forms.line_up_to(20)("  Weber\n IT\tGmbH ".strip()) == "Weber IT GmbH"
    assert forms.text_up_to(20)("Weber\nIT\tGmbH") == "Weber\nIT\tGmbH"
    with pytest.raises(ValueError, match="too_long"):
        forms.line_up_to(3)("Weber")
    with pytest.raises(ValueError, match="unreadable"):
        forms.text_up_to(20)("Weber\x1b[31m")


def test_countries_are_countries() -> None:
    assert {"DE", "FR", "GB", "CH", "XK"} <= COUNTRIES
    assert not {"EU", "ZZ", "UN", "001"} & COUNTRIES
    assert _read(forms.country, "de") == "DE"
    assert _read(forms.country, "Germany") is None
