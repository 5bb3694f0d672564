"""A customer that was added by mistake is taken off the list, as long as its domain is not proven."""

from datetime import timedelta

from programme import alerts, outbox, proof, proof_search
from programme.customer_list import list_customers
from programme.desk import Actor, Desk
from programme.partner_settings import AlertSettings, change_settings
from programme.removals import remove
from programme.verification import Finding, Outcome
from storage.models import Alert, Customer
from tests.programme import house
from tests.programme.two_partners import suspended

FINDING = Finding(Outcome.VERIFIED, "txt")


async def domains(desk: Desk, who: Actor) -> list[str]:
    return [customer.domain for customer in (await list_customers(desk, who)).page.rows]


async def test_it_is_off_the_list_and_stays_in_the_history(desk: Desk, clock: house.Clock) -> None:
    admin = await house.partner(desk)
    wrong = await house.customer(desk, admin, domain="wrong.example")
    await house.customer(desk, admin, domain="right.example")
    clock.moment += timedelta(days=3)
    await remove(desk, admin, wrong.id)
    assert await domains(desk, admin) == ["right.example"]
    (row,) = await house.audited(desk, "removed")
    assert (row.subject_id, (row.before or {})["domain"]) == (wrong.id, "wrong.example")
    assert (await house.refusal(remove(desk, admin, wrong.id))).reason == "unknown_customer"
    assert len(await house.audited(desk, "removed")) == 1


async def test_nothing_more_is_looked_for_or_said(desk: Desk, clock: house.Clock) -> None:
    admin = await house.partner(desk)
    await change_settings(desk, admin, AlertSettings("C1", 0, "en", "UTC"))
    planned = await house.customer(desk, admin, domain="wrong.example")
    clock.moment += timedelta(days=3)
    assert await alerts.plan(desk) == 1
    early = await house.customer(desk, admin, domain="early.example")
    for customer in (planned, early):
        await remove(desk, admin, customer.id)
    clock.moment += timedelta(days=3)
    assert await alerts.plan(desk) == 0
    assert [alert.status for alert in await house.rows(desk, Alert)] == ["moot"]
    assert await proof_search.look_for_proofs(desk) == 0


async def test_who_may_not(desk: Desk) -> None:
    admin, other = await house.partner(desk), await house.partner(desk, "U2")
    customer = await house.customer(desk, admin)
    for who, which in ((other, customer.id), (other, 4711)):
        assert await house.reason(remove(desk, who, which)) == "unknown_customer"
    assert await house.reason(remove(desk, Actor(house.HOME, "U9"), customer.id)) == "no_partner"
    await house.prove(desk, customer.id)
    assert await house.reason(remove(desk, admin, customer.id)) == "proven"
    await suspended(desk, 1)
    assert await house.reason(remove(desk, admin, customer.id)) == "suspended"
    (still,) = await house.rows(desk, Customer)
    assert still.left_on is None


async def test_it_can_be_added_again_and_has_a_trial_and_records_of_its_own(desk: Desk, clock: house.Clock) -> None:
    """Whoever never proved the domain has used up nobody's trial."""
    admin = await house.partner(desk)
    first = await house.customer(desk, admin)
    clock.moment += timedelta(days=20)
    await remove(desk, admin, first.id)
    second = await house.customer(desk, admin)
    assert second.verification_token != first.verification_token
    proven = (await proof._mark(desk, admin, second, FINDING)).customer
    assert (proven.trial_started_on, proven.trial_ends_on) == (second.trial_started_on, second.trial_ends_on)


async def test_of_a_removal_and_a_proof_at_once_one_counts(desk: Desk) -> None:
    admin = await house.partner(desk)
    for number in range(4):
        seen = await house.customer(desk, admin, domain=f"wrong{number}.example")
        done, refused = await house.at_once((remove(desk, admin, seen.id), proof._mark(desk, admin, seen, FINDING)))
        (now,) = [row for row in await house.rows(desk, Customer) if row.id == seen.id]
        assert len(done) == 1
        assert (now.left_on is None) == (now.verified_at is not None) == (refused == ["proven"])


async def test_an_alert_that_is_about_to_leave_stays_here(desk: Desk, clock: house.Clock) -> None:
    admin = await house.partner(desk)
    await change_settings(desk, admin, AlertSettings("C1", 0, "en", "UTC"))
    customer = await house.customer(desk, admin)
    clock.moment += timedelta(days=3)
    await alerts.plan(desk)
    claimed = await outbox.claim_alerts(desk, 1)
    await remove(desk, admin, customer.id)
    assert await alerts.read_again(desk, claimed) == ([], claimed)
