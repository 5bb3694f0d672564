"""Ids that Slack sends: what is none, or larger than any database's, belongs to nothing, and is no error."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from handlers import alert_actions, application, conflict, customer_import, mapping, members, plan, review, trial
from handlers.paging import an_id
from handlers.typed import which_customer
from programme.refusals import Refused
from storage.base import LARGEST_ID

NO_IDS = [2**63, 2**70, -1, -(2**70), True, 1.5, None, [7], "²"]


def button(value: Any) -> dict[str, Any]:
    return {"actions": [{"value": json.dumps(value)}]}


def form(value: Any) -> dict[str, Any]:
    return {"callback_id": "x", "private_metadata": json.dumps(value)}


def choice(value: Any) -> dict[str, Any]:
    return {"actions": [{"selected_option": {"value": value}}]}


READERS: dict[str, Callable[[Any], Any]] = {
    "alert": lambda value: alert_actions.chosen(choice(f"rest:{value}:7")),
    "alert_customer": lambda value: alert_actions.chosen(choice(f"rest:7:{value}")),
    "application": application._number,
    "conflict": conflict._number,
    "conflict_form": lambda value: conflict._remembered(form([value, "moved"])),
    "customer": lambda value: which_customer(button(value)),
    "customer_with_more": lambda value: which_customer(button({"customer": value})),
    "import": lambda value: customer_import._which(button(value)),
    "invitation": lambda value: members._number(button(value)),
    "mapping": lambda value: mapping._which([value] if isinstance(value, str) else value),
    "plan": lambda value: plan._kept({"customer": value}),
    "review": review._number,
    "review_claim": lambda value: review._claim_of_somebody([value, "T1", "U1"]),
    "trial": lambda value: trial._asked_for({"customer": value, "end": "2026-12-01"}),
}


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_id_is_refused(name: str) -> None:
    READERS[name](LARGEST_ID)
    for value in NO_IDS:
        with pytest.raises(Refused):
            READERS[name](value)


def test_what_is_no_id_is_nothings() -> None:
    assert [an_id(value) for value in NO_IDS] == [0] * len(NO_IDS)
    assert (an_id(7), an_id(LARGEST_ID)) == (7, LARGEST_ID)
