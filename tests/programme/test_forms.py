"""Whatever people type: it is read, or there is a word that says what is wrong with it."""

import unicodedata
from collections.abc import Callable
from email.headerregistry import Address
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Integer, String

from handlers.field_errors import FIELD_ERRORS
from programme import forms
from programme.addresses import postal_code, postal_code_example
from programme.application_form import RULES, read_application
from programme.customers import MOST_LICENCES, read_customer
from programme.forms import COUNTRIES, LONGEST_TEXT, Rule, read_fields
from programme.phones import phone, phone_example, readable_phone
from programme.refusals import BadInput
from storage.models import Application, Customer
from tests.programme.house import APPLICATION, CATALOGUE, CUSTOMER

# Every character there is, half characters and control characters too; and texts that almost are what is wanted.
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=400)
# Emoji of several characters, Arabic and Hebrew, accents set apart, marks of Slack, and what shows nothing.
ODD = [
    "👩‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️", "شركة", "ב״מ", "می‌خواهم", "é", "<!channel>", "*x*", "`", "&amp;", "\u200b", "\u200f", "\u202e",
    "\x00", "\x1b[31m", "\x0b", "\x1c", "\x85", "\u2028", "\r\n", "\xad", "\ufeff", "\uf0b7", "a",
]  # fmt: skip
ALMOST = st.one_of(
    st.from_regex(r"\s*[\w.+'-]{1,70}@[\w.-]{1,70}\s*", fullmatch=True),
    st.from_regex(r"\s*(https?|ftp|javascript)?(://)?[\w.:\[\]-]{1,40}(/.{0,20})?\s*", fullmatch=True),
    st.from_regex(r"0{0,12}\d{1,12}", fullmatch=True),
    st.from_regex(r"[A-Za-zß]{1,3}", fullmatch=True),
    st.from_regex(r"[ +]?[\d ()/-]{3,22}( ext\. \d)?", fullmatch=True),
    st.from_regex(r"([A-Z]{1,2}-)?\d{4,6}", fullmatch=True),
    st.lists(st.sampled_from(ODD), max_size=6).map("".join),
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
        wrong = dict(bad.fields)
    if field == "country" and field not in wrong:
        return text.strip().upper()  # it is one; the postal code and the telephone number are of another
    if field == "country":
        assert wrong.keys() == {"country"}
    ((named, word),) = wrong.items()
    assert named == field
    return Wrong(word)


class Wrong(str):
    """The word for what is wrong."""


FIELDS = [
    *((Application, APPLICATION, field) for field in (*RULES, "expertise")),
    *((Customer, CUSTOMER, field) for field in CUSTOMER),
]


@pytest.mark.parametrize(("model", "good", "field"), FIELDS)
@settings(max_examples=60)
@given(text=TYPED)
@example(text="\x00")
@example(text="\ud800@weber.example")
@example(text="https://weber.example/\x00")
@example(text="https://weber.example/\ud800")
@example(text="https://[")
@example(text="0000000019999999999")
@example(text="9" * 5000)
@example(text="٣")
@example(text="👩‍👩‍👧" * 2000)
@example(text="x" * 10_000)
@example(text="\u200b")
def test_a_value_fits_its_column_or_there_are_words_for_it(
    model: type[Application | Customer], good: dict[str, str], field: str, text: str
) -> None:
    value = read(model, good, field, text)
    if isinstance(value, Wrong):
        assert str(value) in FIELD_ERRORS
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
        if model is Application:
            assert is_what_was_typed(field, text, value), (text, value)


def is_what_was_typed(field: str, text: str, value: str) -> bool:
    """Whether nothing of what was typed is lost, beside what each kind of field may change."""
    if field in ("experience", "partnership_plan"):
        return value == "\n".join(text.strip().splitlines())
    if field in ("country", "expertise", "company_size"):
        return value.casefold() == text.strip().casefold()
    if field == "website":
        return value in (text.strip(), f"https://{text.strip()}")
    if field in ("contact_email", "mail_account"):
        return forms.ascii_email(value) == forms.ascii_email(text.strip())
    if field == "postal_code":
        typed, kept = signs(text), signs(value)
        return typed.endswith(kept) and len(typed) - len(kept) <= 2
    if field == "contact_phone":
        typed = signs(text)
        return typed.lstrip("0").endswith(signs(value)[-4:]) and value.startswith("+")
    return value == " ".join(text.split())


def signs(text: str) -> str:
    """The letters and digits, as ASCII where they have one."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum()).translate(
        {ord(sign): str(unicodedata.digit(sign)) for sign in text if sign.isdigit()}
    )


@settings(max_examples=100)
@given(typed=st.dictionaries(st.sampled_from([*RULES, "expertise", "terms"]), TYPED))
def test_every_field_that_will_not_do_is_named(typed: dict[str, str]) -> None:
    with pytest.raises(BadInput) as bad:
        read_application(CATALOGUE, typed, False)
    assert bad.value.fields["terms"] == "not_accepted"
    for field in APPLICATION:
        if field not in typed and field != "postal_code":
            assert bad.value.fields[field] == "missing"
    assert set(bad.value.fields.values()) <= set(FIELD_ERRORS)


@settings(max_examples=200)
@given(text=TYPED)
def test_what_is_read_once_reads_the_same_again(text: str) -> None:
    rules = {"line": Rule(forms.line_up_to(200)), "email": Rule(forms.email), "website": Rule(forms.website)}
    for field, rule in rules.items():
        try:
            value = read_fields({field: text}, {field: rule})[field]
        except BadInput:
            continue
        assert read_fields({field: value or ""}, {field: rule})[field] == value


@settings(max_examples=200)
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
    with pytest.raises(ValueError, match="unreadable"):
        forms.text_up_to(20)("Weber\u202e")
    with pytest.raises(ValueError, match="missing"):
        forms.text_up_to(20)("\u200b\u200f")
    assert forms.text_up_to(20)("Weber\r\nIT\x0bGmbH\u2028Köln") == "Weber\nIT\nGmbH\nKöln"
    assert forms.line_up_to(20)("👩‍👩‍👧 می‌خواهم") == "👩‍👩‍👧 می‌خواهم"


def test_countries_are_countries() -> None:
    assert {"DE", "FR", "GB", "CH", "XK"} <= COUNTRIES
    assert not {"EU", "ZZ", "UN", "001"} & COUNTRIES
    assert _read(forms.country, "de") == "DE"
    assert _read(forms.country, "Germany") is None


@pytest.mark.parametrize(
    ("country", "text", "value"),
    [
        ("DE", "01067", "01067"),
        ("DE", "D-50668", "50668"),
        ("DE", "5066", None),
        ("FR", "59000", "59000"),
        ("FR", "59 000", "59000"),
        ("FR", "F-59000", "59000"),
        ("FR", "2A000", None),
        ("GF", "97300", "97300"),
        ("GF", "59000", None),
        ("MC", "98000", "98000"),
        ("GB", "ls15hd", "LS1 5HD"),
        ("GB", "SW1A 1AA", "SW1A 1AA"),
        ("GB", "59000", None),
        ("IE", "d02xy00", "D02 XY00"),
        ("NL", "1012ab", "1012 AB"),
        ("US", "94105-1234", "94105-1234"),
        ("US", "9410", None),
        ("CA", "k1a0b1", "K1A 0B1"),
        ("PL", "00-950", "00-950"),
        ("PT", "1000205", "1000-205"),
        ("BR", "01310-100", "01310-100"),
        ("JP", "１００－０００１", "100-0001"),
        ("IN", "110001", "110001"),
        ("AT", "1010", "1010"),
        ("CH", "CH-8001", "8001"),
        ("LI", "9490", "9490"),
        ("BE", "B-1000", "1000"),
        ("LU", "L-1009", "1009"),
        ("ES", "28001", "28001"),
        ("IT", "00118", "00118"),
        ("SE", "11455", "114 55"),
        ("DK", "1050", "1050"),
        ("CZ", "110 00", "110 00"),
        ("LV", "1010", "LV-1010"),
        ("LT", "LT-01001", "01001"),
        ("AE", "P.O. Box 7", "P.O. Box 7"),
        ("HK", "999077", "999077"),
    ],
)
def test_postal_codes(country: str, text: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(ValueError, match="not_a_postal_code"):
            postal_code(text, country)
    else:
        assert postal_code(text, country) == value
        assert postal_code(value, country) == value


@pytest.mark.parametrize("country", sorted(COUNTRIES))
def test_every_country_has_its_examples(country: str) -> None:
    """What an error proposes is taken; who has no postal codes need type none."""
    example_code = postal_code_example(country)
    if example_code is None:
        assert postal_code(None, country) is None
    else:
        assert postal_code(example_code, country) == example_code
        with pytest.raises(ValueError, match="postal_code_missing"):
            postal_code(None, country)
    number = phone(phone_example(country), country)
    assert readable_phone(number) == phone_example(country)


@pytest.mark.parametrize(
    ("country", "text", "value"),
    [
        ("FR", "01 99 00 12 34", "+33199001234"),
        ("FR", "+33 (0)1 99 00 12 34", "+33199001234"),
        ("FR", "0033 1 99 00 12 34", "+33199001234"),
        ("DE", "030/23125-000", "+493023125000"),
        ("DE", "+33 1 99 00 12 34", "+33199001234"),
        ("AQ", "+33 1 99 00 12 34", "+33199001234"),
        ("AQ", "01 99 00 12 34", None),
        ("GB", "020 7946 0018", "+442079460018"),
        ("US", "(202) 555-0143", "+12025550143"),
        ("FR", "٠١٩٩٠٠١٢٣٤", "+33199001234"),
        ("US", "1-800-FLOWERS", None),
        ("DE", "030 23125 000 ext. 5", None),
        ("DE", "030 23125 000 or 030 23125 001", None),
        ("FR", "12", None),
        ("FR", "+", None),
        ("FR", "0" * 40, None),
        ("FR", "1" * 41, None),
    ],
)
def test_telephone_numbers(country: str, text: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(ValueError, match="not_a_phone_number"):
            phone(text, country)
    else:
        assert phone(text, country) == phone(value, country) == value


def test_what_is_read_by_the_country_waits_for_it() -> None:
    """Nothing is said of a code or a number that could be right."""
    with pytest.raises(BadInput) as bad:
        read_application(CATALOGUE, APPLICATION | {"country": "", "postal_code": "x", "contact_phone": "x"}, True)
    assert bad.value.fields == {"country": "missing"}


def test_errors_come_with_the_countrys_examples() -> None:
    typed = APPLICATION | {"country": "FR", "postal_code": "5900", "contact_phone": "99"}
    with pytest.raises(BadInput) as bad:
        read_application(CATALOGUE, typed, False)
    assert bad.value.fields == {
        "postal_code": "not_a_postal_code", "contact_phone": "not_a_phone_number", "terms": "not_accepted",
    }  # fmt: skip
    assert bad.value.facts["postal_code"] == postal_code_example("FR")
    assert bad.value.facts["phone"] == phone_example("FR")
