"""Telephone numbers, as each country writes and numbers them (Google's libphonenumber)."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

LONGEST_TYPED = 40  # characters: a number with brackets and blanks has room
# Anything else – words, an extension, a second number – would be left out by the library without a word.
_ONE_NUMBER = re.compile(r"[\d\s+()./‐‑–-]+")


def phone(text: str, country: str | None) -> str:
    """A telephone number as E.164, such as +33320150550.

    Args:
        text: with its country code, or as it is dialled in the country.
        country: an ISO code.
    Raises: ValueError("not_a_phone_number"), also for a number that the country's plan does not have.
    """
    if len(text) > LONGEST_TYPED or not _ONE_NUMBER.fullmatch(text):
        raise ValueError("not_a_phone_number")
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        raise ValueError("not_a_phone_number") from None
    if not phonenumbers.is_valid_number(number):
        raise ValueError("not_a_phone_number")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def readable_phone(number: str) -> str:
    """An E.164 number with blanks where its country puts them, such as +33 3 20 15 05 50."""
    return phonenumbers.format_number(phonenumbers.parse(number, None), PhoneNumberFormat.INTERNATIONAL)


def phone_example(country: str) -> str:
    """A number of a country with its country code; a French one where the library knows none."""
    number = phonenumbers.example_number(country)
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) if number else "+33 1 23 45 67 89"
