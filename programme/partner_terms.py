"""The terms that a partner is accepted on: its share, and where its customers' data are."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from programme.catalogue import Catalogue
from programme.forms import LONGEST_TEXT, Rule, one_of, read_fields, text_up_to

# Decimal itself would read more than a person means: 1_5, 1e1, digits of other scripts.
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


@dataclass(frozen=True)
class PartnerTerms:
    """What a new partner gets.

    Args:
        percent: its commission, with two decimals at most.
        data_centre: an id of the catalogue.
        note: a reviewer's own words of welcome.
    """

    percent: Decimal
    data_centre: str
    note: str | None = None

    def facts(self) -> dict[str, object]:
        """For the audit trail."""
        return {"percent": str(self.percent), "data_centre": self.data_centre, "note": self.note}


def usual_terms(catalogue: Catalogue) -> PartnerTerms:
    return PartnerTerms(catalogue.commission.default_percent, catalogue.data_centre[0].id)


def read_terms(catalogue: Catalogue, typed: dict[str, str]) -> PartnerTerms:
    """Raises BadInput.

    Args:
        typed: `percent`, `data_centre`, `note`.
    """
    rules = {
        "percent": Rule(percent_up_to(catalogue.commission.most_percent)),
        "data_centre": Rule(one_of([centre.id for centre in catalogue.data_centre])),
        "note": Rule(text_up_to(LONGEST_TEXT), optional=True),
    }
    values = read_fields(typed, rules)
    return PartnerTerms(Decimal(values["percent"] or 0), values["data_centre"] or "", values["note"])


def percent_up_to(most: Decimal) -> Callable[[str], str]:
    """Reads `15`, `12,5` or `12.50 %`, as a text of it with a point."""

    def read(text: str) -> str:
        number = text.removesuffix("%").strip().replace(",", ".")
        if not _NUMBER.fullmatch(number):
            raise ValueError("not_a_percentage")
        if Decimal(number) > most:
            raise ValueError("percentage_too_high")
        return number

    return read
