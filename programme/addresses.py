"""Postal codes, as each country has them (the formats of Google's libaddressinput, by way of postalcheck)."""

import re

from postalcheck import InvalidPostalCodeError, UnknownCountryError, example, normalize

# Many write their country before the code, as the post once asked for: D-50668, CH-8001, LT-01001.
_COUNTRY_BEFORE = re.compile(r"[A-Za-z]{1,2}-(?=\d)")


def postal_code(text: str | None, country: str) -> str | None:
    """A postal code in the way the country's post prints it.

    Args:
        text: what was typed, on one line; None where nothing was.
        country: an ISO code.
    Returns: what was typed where a country has no postal codes; None when nothing was.
    Raises: ValueError("postal_code_missing") or ValueError("not_a_postal_code").
    """
    pattern_example = postal_code_example(country)
    if pattern_example is None or text is None:
        if text is None and pattern_example is not None:
            raise ValueError("postal_code_missing")
        return text
    for candidate in (text, _COUNTRY_BEFORE.sub("", text, count=1)):
        try:
            return normalize(country, candidate)
        except InvalidPostalCodeError:
            continue
    raise ValueError("not_a_postal_code")


def postal_code_example(country: str) -> str | None:
    """A postal code of a country; None where it has none."""
    try:
        return example(country)
    except UnknownCountryError:
        return None
