"""The list of customers in words."""

from datetime import date
from unittest.mock import Mock

import pytest

from handlers.customer_words import how_many
from handlers.reader import Reader
from programme.customer_filters import Query
from programme.customer_list import MOST_COUNTED, Listing
from storage.queries.paging import Page

MANY = MOST_COUNTED + 1


def told(language: str, total: int, found: int, query: Query) -> str:
    listing = Listing(Page([]), total, found, partner=Mock(), member=Mock(), today=date(2026, 11, 17))
    return how_many(Reader(language), listing, query).replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "one", "many", "few_of_many", "many_of_many"),
    [
        ("en", "1 customer", "more than 1,000 customers", "3 of more than 1,000 customers",
         "more than 1,000 of your customers"),
        ("fr", "1 client", "plus de 1 000 clients", "3 sur plus de 1 000 clients", "plus de 1 000 de vos clients"),
        ("de", "1 Kunde", "mehr als 1.000 Kunden", "3 von mehr als 1.000 Kunden", "mehr als 1.000 Ihrer Kunden"),
    ],
)  # fmt: skip
def test_what_is_above_a_thousand_is_not_counted(
    language: str, one: str, many: str, few_of_many: str, many_of_many: str
) -> None:
    on_trial = Query(status="trial")
    assert told(language, 1, 1, Query()) == one
    assert told(language, MANY, MANY, Query()) == many
    assert told(language, MANY, 3, on_trial) == few_of_many
    assert told(language, MANY, MANY, on_trial) == many_of_many
