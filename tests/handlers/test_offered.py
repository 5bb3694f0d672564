"""Views offer what their reader may do, and no more: a suspended partner's people read, and change nothing."""

from types import SimpleNamespace
from typing import Any

import pytest

from handlers import blocks as b
from handlers.caller import Caller
from handlers.customer_blocks import buttons
from handlers.customer_domain import domain_view
from handlers.customer_list_view import list_view
from handlers.customer_notes import notes_view
from handlers.customer_people_view import people_view
from handlers.reader import Reader
from handlers.steps import Step
from handlers.subscription_view import _actions
from programme.access import rights
from programme.customer_filters import Query
from programme.customer_list import Listing
from programme.customer_notes import Notes
from programme.customer_people import People
from programme.customers import Found
from programme.desk import Actor, Desk
from programme.leaving_letter import Written
from programme.plan_changes import Plans
from storage.models import Customer, CustomerContact, CustomerNote, Member, Partner
from storage.queries.paging import Page
from tests.programme.house import CATALOGUE
from tests.storage.rows import NOW, row

READER, STEP, YOU = Reader("en"), Step(1), Actor("T1", "U1")
SUSPENDED = {"status": "suspended", "suspended_at": NOW}


def seen(**partner: Any) -> Found:
    customer = row(Customer, status="trial", licences_in_use=1, verified_at=NOW)
    return Found(customer, row(Partner, **partner), row(Member), NOW.date())


def caller() -> Caller:
    """Somebody on a desk that has nothing but its catalogue."""
    desk = Desk(None, None, CATALOGUE, None)  # type: ignore[arg-type]
    return Caller(SimpleNamespace(desk=desk), YOU, READER)  # type: ignore[arg-type]


def listing(found: Found, is_empty: bool = False) -> Any:
    page = Page([] if is_empty else [found.customer], None, None)
    shown = Listing(page, 1, 1, found.partner, found.member, found.today, has_had_some=True)
    return list_view(caller(), shown, Query(), {})


def people(found: Found, is_in_use_noted: bool = False) -> Any:
    letter = Written("admin@mueller.example", NOW, False)
    seen_by = People(found, [], [row(CustomerContact)], None, letter, is_in_use_noted)
    return people_view(READER, CATALOGUE, YOU, seen_by, STEP)


def notes(found: Found) -> Any:
    return notes_view(READER, Notes(found, Page([row(CustomerNote)], None, None)), STEP, {})


def domain(found: Found) -> Any:
    return domain_view(caller(), found, STEP, [])


def subscription(found: Found) -> Any:
    return b.home(_actions(READER, CATALOGUE, found, Plans(None, [], None)))


VIEWS = {
    listing: {"add.open", "import.open", "trial.extend"},
    people: {"contacts.add", "contacts.letter", "contacts.take_on", "contacts.assign", "contacts.in_use",
             "contacts.choose"},
    notes: {"notes.write", "notes.choose"},
    domain: {"domain.check", "verify.letter"},
    subscription: {"manage.subscribe", "plan.open", "trial.open"},
}  # fmt: skip


def offered(view: Any) -> set[str]:
    """The actions of all that can be pressed or chosen."""
    found: set[str] = set()

    def look(part: Any) -> None:
        if isinstance(part, dict):
            found.update([part["action_id"]] if "action_id" in part else [])
            look(list(part.values()))
        elif isinstance(part, list):
            for one in part:
                look(one)

    look(view.to_dict())
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_a_suspended_partners_people_are_offered_nothing_that_changes_something(view: Any) -> None:
    assert VIEWS[view] <= offered(view(seen()))
    assert not VIEWS[view] & offered(view(seen(**SUSPENDED)))


@pytest.mark.parametrize("view", [listing, subscription])
def test_a_suspended_partners_people_are_told_why(view: Any) -> None:
    assert "Your partnership is suspended" in str(view(seen(**SUSPENDED)).to_dict())
    assert "Your partnership is suspended" not in str(view(seen()).to_dict())


def test_a_suspended_partners_unproven_customer_is_not_proven() -> None:
    customer = row(Customer, verified_at=None)
    for partner, shown in ((row(Partner), {"verify.open"}), (row(Partner, **SUSPENDED), set())):
        may = rights(partner, row(Member, role="member"))
        assert {one.action_id for one in buttons(READER, CATALOGUE, customer, NOW.date(), may)} == shown


def test_licences_in_use_that_nobody_has_noted_are_no_number() -> None:
    for is_noted, told in ((False, "*Licences in use*\nnot noted yet"), (True, "*Licences in use*\n1 of 12")):
        assert [
            block for block in people(seen(), is_noted).to_dict()["blocks"] if block.get("text", {}).get("text") == told
        ]


def test_who_may_add_nobody_is_not_asked_to() -> None:
    assert "Add one" in str(listing(seen(), is_empty=True).to_dict())
    assert "Add one" not in str(listing(seen(**SUSPENDED), is_empty=True).to_dict())
