"""Correcting who a customer is: until its domain is proven, and never past what another proof says."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from programme import customers, proof
from programme.corrections import correct
from programme.desk import Actor, Desk
from programme.refusals import BadInput, Refused
from programme.verification import Finding, Outcome
from storage.models import Customer
from tests.programme import house
from tests.programme.two_partners import suspended

WRONG = {"domain": "muller.example", "organisation": "Muller", "super_admin_email": "admin@muller.example"}
RIGHT = {"domain": "mueller.example", "organisation": "Müller GmbH", "super_admin_email": "chef@mueller.example"}
FINDING = Finding(Outcome.VERIFIED, "txt")


async def outcome(desk: Desk, who: Actor, customer_id: int, **typed: str) -> Any:
    """Why nothing was corrected; None where it was."""
    try:
        await correct(desk, who, customer_id, RIGHT | typed)
    except BadInput as bad:
        return bad.fields
    except Refused as refused:
        return refused.reason
    return None


async def test_what_was_mistyped_is_put_right_and_the_trial_goes_on(desk: Desk, clock: house.Clock) -> None:
    admin = await house.partner(desk)
    before = await house.customer(desk, admin, **WRONG)
    clock.moment += timedelta(days=40)
    assert await outcome(desk, admin, before.id) is None
    assert await outcome(desk, admin, before.id) is None
    (after,) = await house.rows(desk, Customer)
    assert {name: getattr(after, name) for name in RIGHT} == RIGHT
    assert (after.domain_key, after.organisation_key) == ("mueller.example", "muller gmbh")
    assert after.super_admin_key == after.super_admin_email
    assert (after.trial_ends_on, after.licences) == (before.trial_ends_on, before.licences)
    assert after.verification_token != before.verification_token
    assert after.proof_sought_at == clock.moment
    assert after.proof_due_at is not None
    (row,) = await house.audited(desk, "corrected")
    assert (row.before or {})["corrected_domain"] == "muller.example"
    assert (row.after or {})["corrected_domain"] == "mueller.example"


async def test_who_keeps_the_domain_keeps_its_records(desk: Desk) -> None:
    admin = await house.partner(desk)
    before = await house.customer(desk, admin, **WRONG)
    assert await outcome(desk, admin, before.id, domain="muller.example") is None
    (after,) = await house.rows(desk, Customer)
    assert after.verification_token == before.verification_token
    assert after.super_admin_email == "chef@mueller.example"


async def test_a_domain_that_stays_as_it_is_written_is_no_other_domain(desk: Desk) -> None:
    """Of `www.` in front of what was there before it was taken off nobody has complained."""
    admin = await house.partner(desk)
    before = await house.customer(desk, admin, **WRONG)
    async with desk.store.write() as session:
        await session.execute(update(Customer).values(domain="www.muller.example"))
    assert await outcome(desk, admin, before.id, domain="www.muller.example") is None
    (after,) = await house.rows(desk, Customer)
    assert (after.domain, after.verification_token) == ("www.muller.example", before.verification_token)
    assert await outcome(desk, admin, before.id, domain="https://www.mueller.example") is None
    (after,) = await house.rows(desk, Customer)
    assert after.domain == "mueller.example"


async def test_a_domain_is_nobody_elses(desk: Desk) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    wrong = await house.customer(desk, admin, **WRONG)
    theirs = await house.customer(desk, other, **RIGHT)
    await house.customer(desk, admin, domain="own.example")
    assert await outcome(desk, admin, wrong.id, domain="own.example") == {"domain": "already_yours"}
    await proof._mark(desk, other, theirs, FINDING)
    assert await outcome(desk, admin, wrong.id) == {"domain": "taken"}
    assert await outcome(desk, admin, wrong.id, domain="no domain", organisation="") == {
        "domain": "bad_characters", "organisation": "missing",
    }  # fmt: skip
    assert await house.audited(desk, "corrected") == []


async def test_who_may_not(desk: Desk) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    customer = await house.customer(desk, admin, **WRONG)
    assert await outcome(desk, other, customer.id) == "unknown_customer"
    assert await outcome(desk, other, 4711) == "unknown_customer"
    assert await outcome(desk, Actor(house.HOME, "U9"), customer.id) == "no_partner"
    await proof._mark(desk, admin, customer, FINDING)
    assert await outcome(desk, admin, customer.id) == "proven"
    assert (await house.refusal(customers.unproven(desk, admin, customer.id))).reason == "proven"
    await suspended(desk, 1)
    assert await outcome(desk, admin, customer.id) == "suspended"


async def test_what_was_found_for_the_domain_before_proves_nothing(desk: Desk) -> None:
    """Somebody corrects the domain while its name servers are being asked."""
    admin = await house.partner(desk)
    seen = await house.customer(desk, admin, **WRONG)
    await correct(desk, admin, seen.id, RIGHT)
    with pytest.raises(Refused, match="unknown_customer"):
        await proof._mark(desk, admin, seen, FINDING)
    (now,) = await house.rows(desk, Customer)
    assert now.verified_at is None


async def test_of_a_correction_and_a_proof_at_once_one_counts(desk: Desk) -> None:
    admin = await house.partner(desk)
    for number in range(4):
        seen = await house.customer(desk, admin, **WRONG | {"domain": f"wrong{number}.example"})
        calls = (
            correct(desk, admin, seen.id, RIGHT | {"domain": f"right{number}.example"}),
            proof._mark(desk, admin, seen, FINDING),
        )
        done, refused = await house.at_once(calls)
        now = (await customers.find(desk, admin, seen.id)).customer
        assert len(done) == 1
        assert (now.verified_at is not None) == (now.domain == f"wrong{number}.example") == (refused == ["proven"])
