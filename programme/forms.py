"""What people type, checked: each field is fine, or there is a word that says what is wrong with it."""

import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from babel import Locale
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from programme.domains import BadDomain, parse_domain
from programme.refusals import BadInput

# Babel lists regions, groups of countries and pseudo-locales beside the countries.
_NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}
_TERRITORIES = {str(code) for code in Locale("en").territories}
COUNTRIES = frozenset(code for code in _TERRITORIES if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES
# Texts longer than this would not fit on the card that the reviewers read (Slack: 3,000 characters a section).
LONGEST_TEXT = 2500
# A name with one of these could make what stands beside it on a card read backwards.
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@dataclass(frozen=True)
class Rule:
    """How one field is read.

    Args:
        read: gives the value to store; raises ValueError with the word that says what is wrong.
    """

    read: Callable[[str], str]
    optional: bool = False

    def __call__(self, typed: str) -> str | None:
        text = typed.strip()
        if text:
            return self.read(text)
        if self.optional:
            return None
        raise ValueError("missing")


def text_up_to(longest: int) -> Callable[[str], str]:
    """Text of several lines, with every kind of line end as a line feed."""

    def read(text: str) -> str:
        lines = "\n".join(text.splitlines())
        if len(lines) > longest:
            raise ValueError("too_long")
        if not all(_is_readable(character) for character in lines):
            raise ValueError("unreadable")
        if not any(character.isprintable() and not character.isspace() for character in lines):
            raise ValueError("missing")
        return lines

    return read


def _is_readable(character: str) -> bool:
    """Not so: control characters, half characters, and those that turn the direction of all that follows."""
    kind = unicodedata.category(character)
    return character in "\n\t" or (kind not in ("Cc", "Cs") and character not in _TURNING)


def line_up_to(longest: int) -> Callable[[str], str]:
    """Text on one line, with every run of blanks as one space."""

    def read(text: str) -> str:
        return text_up_to(longest)(" ".join(text.split()))

    return read


def whole_number(least: int, most: int, otherwise: str) -> Callable[[str], str]:
    """A number in ASCII digits, within two limits.

    Args:
        most: of nine digits at most.
        otherwise: the word for a text that is none.
    """

    def read(text: str) -> str:
        # Python refuses to read numbers of thousands of digits, so the length is asked first.
        if len(text) > 9 or not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(otherwise)
        return text

    return read


def one_of(offered: Collection[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in offered:
            raise ValueError("not_offered")
        return text

    return read


def email(text: str) -> str:
    """One e-mail address on its own, with an international domain in its readable form.

    Before the @ only ASCII is taken: few mail servers deliver to anything else (RFC 6531).
    """
    return _address(text).normalized


def ascii_email(address: str) -> str:
    """An address that `email` gave, as every mail server takes it: its domain in ASCII."""
    return _address(address).ascii_email or address


def _address(text: str) -> ValidatedEmail:
    try:
        return validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except (EmailNotValidError, UnicodeError):
        raise ValueError("not_an_email") from None


def website(text: str) -> str:
    """A web address; `https://` is added where nobody typed it."""
    address = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(address)
        parse_domain(parts.hostname or "")
    except (BadDomain, ValueError):
        raise ValueError("not_a_website") from None
    is_clean = all(c.isprintable() and not c.isspace() and c not in "<>|" for c in address)
    if parts.scheme not in ("http", "https") or len(address) > 300 or not is_clean:
        raise ValueError("not_a_website")
    return address


def country(text: str) -> str:
    if text.upper() not in COUNTRIES:
        raise ValueError("not_a_country")
    return text.upper()


def read_fields(typed: dict[str, str], rules: dict[str, Rule]) -> dict[str, str | None]:
    """All fields by their rules. Raises BadInput naming every field that will not do."""
    values, wrong = read_each(typed, rules)
    if wrong:
        raise BadInput(wrong)
    return values


def read_each(typed: dict[str, str], rules: dict[str, Rule]) -> tuple[dict[str, str | None], dict[str, str]]:
    """Each field by its rule. Returns the values of those that will do, and for each other one a word that says why."""
    values: dict[str, str | None] = {}
    wrong: dict[str, str] = {}
    for field, rule in rules.items():
        try:
            values[field] = rule(typed.get(field, ""))
        except ValueError as error:
            wrong[field] = str(error)
    return values, wrong
