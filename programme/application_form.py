"""The application form: what each field takes, and which fields are read by the country (mission rows 1 to 5)."""

from typing import Any

from programme.addresses import postal_code, postal_code_example
from programme.catalogue import Catalogue
from programme.forms import (
    LONGEST_TEXT,
    Rule,
    country,
    email,
    line_up_to,
    one_of,
    read_each,
    text_up_to,
    website,
)
from programme.phones import LONGEST_TYPED, phone, phone_example
from programme.refusals import BadInput
from storage.models.applications import COMPANY_SIZES

RULES = {
    "company": Rule(line_up_to(200)),
    "company_size": Rule(one_of(COMPANY_SIZES)),
    "website": Rule(website, optional=True),
    "street": Rule(line_up_to(200)),
    "postal_code": Rule(line_up_to(20), optional=True),
    "city": Rule(line_up_to(100)),
    "region": Rule(line_up_to(100), optional=True),
    "country": Rule(country),
    "contact_name": Rule(line_up_to(200)),
    "contact_email": Rule(email),
    "contact_phone": Rule(line_up_to(LONGEST_TYPED), optional=True),
    "mail_account": Rule(email),
    "experience": Rule(text_up_to(LONGEST_TEXT)),
    "partnership_plan": Rule(text_up_to(LONGEST_TEXT)),
}


def read_application(catalogue: Catalogue, typed: dict[str, str], terms_accepted: bool) -> dict[str, Any]:
    """The application's columns from what was typed.

    Raises: BadInput naming every field that will not do, with an example of a postal code and of a telephone number as
        the country chosen has them.
    """
    offered = [expertise.id for expertise in catalogue.expertise]
    values, wrong = read_each(typed, RULES | {"expertise": Rule(one_of(offered))})
    chosen = values.get("country") or ""
    if chosen:
        wrong |= _read_by_country(values, chosen)
    if not terms_accepted:
        wrong["terms"] = "not_accepted"
    if wrong:
        raise BadInput(wrong, **(_examples(chosen) if chosen else {}))
    return dict(values)


def _read_by_country(values: dict[str, str | None], chosen: str) -> dict[str, str]:
    """Reads in place what is written differently in each country. Returns what is wrong with it."""
    wrong = {}
    if "postal_code" in values:
        try:
            values["postal_code"] = postal_code(values["postal_code"], chosen)
        except ValueError as error:
            wrong["postal_code"] = str(error)
    if number := values.get("contact_phone"):
        try:
            values["contact_phone"] = phone(number, chosen)
        except ValueError as error:
            wrong["contact_phone"] = str(error)
    return wrong


def _examples(chosen: str) -> dict[str, object]:
    return {"postal_code": postal_code_example(chosen), "phone": phone_example(chosen)}
