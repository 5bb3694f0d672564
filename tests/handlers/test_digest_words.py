"""What the messages of a morning with many alerts say: how many there are in all, and which customer each row is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from unittest.mock import Mock

import pytest

from handlers.alert_parts import parts
from handlers.alerts import draw
from handlers.posting import Post
from programme.alerts import DueAlert
from programme.domains import parse_domain
from storage.models import Alert, Customer, Partner
from tests.programme.house import CATALOGUE
from tests.storage.rows import row

ADDED, TODAY = date(2026, 11, 17), date(2026, 11, 20)


def unverified(number: int, language: str = "en", **of_partner: Any) -> list[DueAlert]:
    """Customers who are called alike."""
    schedule = {"alert_hour": 8, "alert_days": "", "skips_weekends": False, "quiet_days": ""}
    partner = row(Partner, name="Stone", language=language, **{"alert_form": "digest"} | schedule | of_partner)
    return [
        DueAlert(
            row(Alert, id=place, kind="unverified", due_on=ADDED, days_before=-3, planned_on=TODAY),
            row(
                Customer,
                id=place,
                organisation="Dupont & Fils",
                domain=parse_domain(f"dü{place}.example").ascii,
                added_on=ADDED,
            ),
            partner,
            TODAY,
        )
        for place in range(number)
    ]


def drawn(due: Sequence[DueAlert]) -> list[Post]:
    desk = Mock(catalogue=CATALOGUE)
    return [draw(desk, bundle, part) for bundle, part in parts(due)]


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["300 customers need you (1/5)", "300 customers need you (2/5)"]),
        ("fr", ["300 clients ont besoin de vous (1/5)", "300 clients ont besoin de vous (2/5)"]),
        ("de", ["300 Kunden brauchen Sie (1/5)", "300 Kunden brauchen Sie (2/5)"]),
    ],
)
def test_each_message_says_how_many_need_somebody_in_all(language: str, titles: list[str]) -> None:
    posts = drawn(unverified(300, language))
    assert len(posts) == 5
    assert [post.blocks[0].to_dict()["text"]["text"] for post in posts[:2]] == titles
    assert [post.text for post in posts[:2]] == [f"Stone: {title}" for title in titles]


def test_what_is_all_is_not_counted_in_parts() -> None:
    (post,) = drawn(unverified(60))
    assert post.text == "Stone: 60 customers need you"


def test_a_customer_with_two_alerts_counts_once_in_all_messages() -> None:
    due = unverified(61)
    again = [replace(one, alert=row(Alert, id=1000 + one.alert.id, kind="unverified", due_on=ADDED)) for one in due]
    assert drawn(due + again)[0].text == "Stone: 61 customers need you (1/3)"


def test_alerts_that_come_by_themselves_have_no_parts() -> None:
    assert [len(bundle) for bundle, _ in parts(unverified(5, alert_form="single"))] == [1] * 5
    assert parts([]) == []


def test_customers_who_are_called_alike_are_told_apart_by_their_domains() -> None:
    (post,) = drawn(unverified(4))
    (table,) = [block.to_dict() for block in post.blocks if block.type == "table"]
    columns = list(zip(*([cell["text"] for cell in line] for line in table["rows"]), strict=True))
    assert ("Domain", "dü0.example", "dü1.example", "dü2.example", "dü3.example") in columns
