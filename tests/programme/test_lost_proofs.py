"""A domain whose proof is gone for long goes to whoever proves it now (mission row 19)."""

from collections.abc import Awaitable
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from programme import (
    consent,
    corrections,
    customers,
    mapping,
    plan_changes,
    proof,
    proof_search,
    rulings,
    subscriptions,
)
from programme.customer_import import prepare
from programme.desk import Actor, Desk
from programme.import_rows import CheckedFile, CheckedRow
from programme.refusals import BadInput
from programme.verification import Finding, Outcome
from sandbox.nameserver import NameServer
from storage.models import Customer, Partner
from tests.programme import house
from tests.programme.house import BEN, CUSTOMER, Clock
from tests.programme.two_partners import (
    DOMAIN,
    REASON,
    WORDS,
    Two,
    asked,
    letters,
    messages,
    of_partner,
    request,
    scheduled,
)  # fmt: skip

GONE_ON = date(2026, 10, 1)
WHO = {name: CUSTOMER[name] for name in customers.WHO}
FOUND = Finding(Outcome.VERIFIED, "txt")
DAYS = house.CATALOGUE.verification.claim_after_days


@pytest.fixture
def desk(asking_desk: Desk) -> Desk:
    return asking_desk


@pytest.fixture
async def lost(desk: Desk, two: Two) -> Two:
    """The first partner's proof has been gone since the first of October; it is that day still."""
    await broken(desk, two, "proof")
    return two


async def broken(desk: Desk, two: Two, part: str) -> None:
    async with desk.store.write() as session:
        values = {"broken_on": GONE_ON, "broken_part": part}
        await session.execute(update(Customer).where(Customer.id == two.customer_id).values(**values))


def publish(desk: Desk, names: NameServer, customer: Customer) -> None:
    names.add(DOMAIN, "TXT", proof.template_of(desk.catalogue).txt(DOMAIN, customer.verification_token).value)


async def added(desk: Desk, names: NameServer, actor: Actor) -> Customer:
    """The customer of somebody else, with its own record in the DNS."""
    customer = await house.customer(desk, actor)
    publish(desk, names, customer)
    return customer


async def adding(desk: Desk, actor: Actor) -> object:
    try:
        return await customers.add(desk, actor, CUSTOMER)
    except BadInput as bad:
        return bad.fields


async def holders(desk: Desk) -> list[int]:
    """The partners whose proof of the domain counts."""
    return [
        row.partner_id for row in await house.rows(desk, Customer) if row.verified_at is not None and not row.left_on
    ]


async def test_until_its_days_are_over_it_stays_where_it_is(desk: Desk, lost: Two, clock: Clock) -> None:
    clock.moment += timedelta(days=DAYS) - timedelta(hours=9)
    assert await adding(desk, lost.asker) == {"domain": "taken"}
    other = await house.customer(desk, lost.asker, domain="other.example")
    with pytest.raises(BadInput):
        await corrections.correct(desk, lost.asker, other.id, WHO)
    file = CheckedFile("csv", [], [], [CheckedRow(2, DOMAIN, [], {**CUSTOMER, "licences": 12}, {})])
    assert (await prepare(desk, lost.asker, "a.csv", file)).good == 0
    clock.moment += timedelta(hours=2)
    assert (await prepare(desk, lost.asker, "a.csv", file)).good == 1
    await corrections.correct(desk, lost.asker, other.id, WHO)
    assert await holders(desk) == [1]


async def test_only_a_proof_that_is_gone_frees_a_domain(desk: Desk, two: Two, clock: Clock) -> None:
    clock.moment += timedelta(days=300)
    assert await adding(desk, two.asker) == {"domain": "taken"}
    await broken(desk, two, "mail")
    assert await adding(desk, two.asker) == {"domain": "taken"}


async def test_who_proves_it_gets_it_and_the_former_partner_is_told(
    desk: Desk, lost: Two, clock: Clock, names: NameServer
) -> None:
    await subscriptions.subscribe(desk, lost.holder, lost.customer_id)
    await plan_changes.cancel(desk, lost.holder, lost.customer_id, date(2027, 10, 1))
    third = await house.partner(desk, "U3")
    await asked(desk, Two(lost.holder, third, lost.customer_id))
    clock.moment += timedelta(days=DAYS)
    customer = await added(desk, names, lost.asker)
    assert await holders(desk) == [1]  # to add it changes nothing
    shown = await proof.verify(desk, lost.asker, customer.id)
    assert shown.found.customer.verified_at == clock.moment
    assert (await holders(desk), await of_partner(desk, 1)) == ([2], [])
    former = (await house.rows(desk, Customer))[0]
    assert (former.status, former.left_on, former.broken_on) == ("left", date(2026, 10, 31), None)
    (left,) = await house.audited(desk, "left")
    assert (left.partner_id, left.user_id) == (1, None)
    assert left.after == {"status": "left", "because": "new_proof", "broken_on": "2026-10-01"}
    (told,) = await messages(desk, "customer_left")
    assert (told.recipient, told.about["by"], told.about["since"]) == ("U1", "new_proof", "2026-10-01")
    assert [row[2] for row in await scheduled(desk)] == ["undone"]
    assert ((await request(desk)).status, len(await letters(desk, "looked_after"))) == ("over", 1)
    assert customer.renews_on is None  # what the former organisation paid for stays with its partner


async def test_the_search_finds_it_too(desk: Desk, lost: Two, clock: Clock, names: NameServer) -> None:
    clock.moment += timedelta(days=DAYS)
    await added(desk, names, lost.asker)
    clock.moment += timedelta(minutes=5)
    await proof_search.look_for_proofs(desk)
    assert await holders(desk) == [2]


async def test_a_former_proof_that_is_back_keeps_it(desk: Desk, lost: Two, clock: Clock, names: NameServer) -> None:
    clock.moment += timedelta(days=DAYS)
    customer = await added(desk, names, lost.asker)
    publish(desk, names, (await house.rows(desk, Customer))[0])
    assert await house.reason(proof.verify(desk, lost.asker, customer.id)) == "domain_taken"
    assert await holders(desk) == [1]
    (back,) = await house.audited(desk, "checked")
    assert (back.partner_id, back.user_id, back.after) == (
        1, None, {"broken_on": None, "broken_part": None, "broken_mail": None},
    )  # fmt: skip


@pytest.mark.parametrize("first", ["former", "new"])
async def test_the_former_proof_comes_back_at_the_same_moment(
    desk: Desk, lost: Two, clock: Clock, names: NameServer, first: str
) -> None:
    """Its record is there only after it was last looked for: whoever writes first has it, and nobody has half of it."""
    clock.moment += timedelta(days=DAYS)
    customer = await added(desk, names, lost.asker)
    former, found = (await house.rows(desk, Customer))[0], FOUND
    calls = [proof._mark(desk, lost.holder, former, found), proof._mark(desk, lost.asker, customer, found)]
    _, refused = await house.at_once(calls if first == "former" else calls[::-1])
    now = await holders(desk)
    assert (now, refused) in [([1], ["domain_taken"]), ([2], ["unknown_customer"])]
    assert len(await house.audited(desk, "left")) == len(await messages(desk, "customer_left")) == now[0] - 1


async def test_of_many_that_prove_it_at_once_one_gets_it(desk: Desk, lost: Two, clock: Clock) -> None:
    clock.moment += timedelta(days=DAYS)
    actors = [lost.asker, await house.partner(desk, "U3"), await house.partner(desk, "U4")]
    theirs, found = [await house.customer(desk, actor) for actor in actors], FOUND
    calls = [proof._mark(desk, actor, one, found) for actor, one in zip(actors, theirs, strict=True) for _ in range(3)]
    seen, refused = await house.at_once(calls)
    (winner,) = await holders(desk)
    assert winner != 1
    assert {one.partner.id for one in seen} == {winner}
    assert refused == ["domain_taken"] * 6
    assert len(await house.audited(desk, "left")) == len(await house.audited(desk, "verified")) == 1


async def test_proven_while_the_former_customer_agrees(desk: Desk, lost: Two, clock: Clock) -> None:
    """The one locks what the other locks, in the same order."""
    clock.moment += timedelta(days=DAYS)
    token, customer = await asked(desk, lost), await house.customer(desk, lost.asker)
    calls: list[Awaitable[object]] = [
        consent.answer(desk, token, "accept"),
        proof._mark(desk, lost.asker, customer, FOUND),
    ]
    _, refused = await house.at_once(calls * 3)
    assert set(refused) <= {"unknown_customer"}
    assert await holders(desk) == [2]
    assert [row.id for row in await of_partner(desk, 2)] == [customer.id]
    assert len(await house.audited(desk, "left")) == 1


async def test_a_no_does_not_close_the_way_to_the_reviewers(desk: Desk, lost: Two, clock: Clock) -> None:
    """The one who answers is the one whose proof is gone; it is not asked again, and its old link says no more."""
    token = await asked(desk, lost)
    clock.moment += timedelta(days=1)
    await consent.answer(desk, token, "decline")
    declined = await request(desk)
    seen = await mapping.asking(desk, lost.asker, DOMAIN)
    clock.moment += timedelta(days=14)
    assert (seen.may_escalate, seen.may_ask) == (True, False)
    await mapping.may_escalate(desk, lost.asker, DOMAIN)
    _, refused = await house.at_once(mapping.escalate(desk, lost.asker, DOMAIN, WORDS) for _ in range(4))
    assert (refused, len(await messages(desk, "conflict_card"))) == ([], 1)
    now = await request(desk)
    assert (now.id, now.status, now.verification_token) == (declined.id + 1, "open", declined.verification_token)
    conflict = await rulings.conflict_of(desk, now.id)
    assert conflict is not None
    assert (conflict.request.asked_at, conflict.declined_at) == (declined.asked_at, declined.answered_at)
    assert len(await letters(desk, "consent")) == 1
    for says in ("decline", "accept"):
        assert (await consent.answer(desk, token, says)).state == "declined"  # type: ignore[union-attr]
    await rulings.rule(desk, BEN, now.id, "kept", REASON)
    assert await house.reason(mapping.asking(desk, lost.asker, DOMAIN)) == "declined_lately"


async def test_a_no_after_the_reviewers_were_asked_leaves_them_open_too(desk: Desk, lost: Two, clock: Clock) -> None:
    token = await asked(desk, lost)
    clock.moment += timedelta(days=5)
    await mapping.escalate(desk, lost.asker, DOMAIN, WORDS)
    await consent.answer(desk, token, "decline")
    await mapping.may_escalate(desk, lost.asker, DOMAIN)
    await mapping.escalate(desk, lost.asker, DOMAIN, WORDS)
    await rulings.rule(desk, BEN, (await request(desk)).id, "moved", REASON)
    assert await holders(desk) == [2]


async def test_a_no_of_who_has_the_proof_counts(desk: Desk, two: Two, clock: Clock) -> None:
    await consent.answer(desk, await asked(desk, two), "decline")
    assert await house.reason(mapping.escalate(desk, two.asker, DOMAIN, WORDS)) == "declined_lately"


async def test_a_record_that_was_found_for_a_corrected_domain_takes_nothing(
    desk: Desk, lost: Two, clock: Clock
) -> None:
    clock.moment += timedelta(days=DAYS)
    customer = await house.customer(desk, lost.asker)
    await corrections.correct(desk, lost.asker, customer.id, WHO | {"domain": "other.example"})
    await corrections.correct(desk, lost.asker, customer.id, WHO)
    assert await house.reason(proof._mark(desk, lost.asker, customer, FOUND)) == "unknown_customer"
    async with desk.store.read() as session:
        partner = await session.get_one(Partner, customer.partner_id)
    await proof_search._write_down(desk, customer, partner, FOUND)
    assert await holders(desk) == [1]
