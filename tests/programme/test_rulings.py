"""Two partners want one customer, and it does not answer: the reviewers rule, once (mission row 11)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from programme import consent, mapping, outbox, people, rulings
from programme.desk import Actor, Desk
from programme.dns import Dns
from programme.refusals import BadInput, Refused
from programme.verification import Outcome
from sandbox.nameserver import NameServer
from storage.models import Customer, OutgoingMail
from storage.store import Store
from tests.programme import house
from tests.programme.house import BEN, HOME, LEA, Clock
from tests.programme.two_partners import (
    ASKER,
    DOMAIN,
    HOLDER,
    REASON,
    WORDS,
    Two,
    asked,
    messages,
    of_partner,
    request,
    suspended,
    two_partners,
)

SILENCE = timedelta(days=5)


@pytest.fixture
async def desk(sqlite_address: str, clock: Clock) -> AsyncIterator[Desk]:
    store = Store(sqlite_address)
    yield house.make_desk(store, clock)
    await store.close()


async def escalated(desk: Desk, two: Two, clock: Clock) -> int:
    """A conflict that the reviewers have before them."""
    await asked(desk, two)
    clock.moment += SILENCE
    await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    return (await request(desk)).id


async def refusal(desk: Desk, actor: Actor, number: int, verdict: str = "moved") -> str:
    with pytest.raises(Refused) as refused:
        await rulings.rule(desk, actor, number, verdict, REASON)
    return refused.value.reason


async def test_the_reviewers_are_asked_after_some_days_of_silence(desk: Desk, two: Two, clock: Clock) -> None:
    await asked(desk, two)
    clock.moment = datetime(2026, 10, 5, 23, 59, tzinfo=UTC)
    refused = await house.refusal(mapping.escalate(desk, two.asker, DOMAIN, WORDS))
    assert (refused.reason, refused.facts["day"]) == ("too_early", date(2026, 10, 6))
    clock.moment += timedelta(minutes=1)
    with pytest.raises(BadInput):
        await mapping.escalate(desk, two.asker, DOMAIN, " ")
    for _ in range(2):
        await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    (card,) = await messages(desk, "conflict_card")
    assert (card.recipient, card.about) == (outbox.REVIEW_CHANNEL, {"request_id": 1})
    assert [row.after for row in await house.audited(desk, "mapping_escalated")] == [{"domain": DOMAIN, "note": WORDS}]


async def test_at_once_where_no_letter_reaches_the_customer(desk: Desk, two: Two) -> None:
    await asked(desk, two)
    async with desk.store.write() as session:
        (letter,) = [mail for mail in await house.rows(desk, OutgoingMail) if mail.kind == "consent"]
        (await session.get_one(OutgoingMail, letter.id)).status = "failed"
    await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    assert len(await messages(desk, "conflict_card")) == 1


async def test_nothing_is_put_to_them_that_was_not_asked_or_is_answered(desk: Desk, two: Two, clock: Clock) -> None:
    with pytest.raises(Refused, match="nothing_asked"):
        await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    token = await asked(desk, two)
    await consent.answer(desk, token, "decline")
    clock.moment += SILENCE
    with pytest.raises(Refused, match="declined_lately"):
        await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    with pytest.raises(Refused, match="not_held"):
        await mapping.escalate(desk, two.holder, DOMAIN, WORDS)


async def test_moved_as_if_the_customer_had_agreed(desk: Desk, two: Two, clock: Clock) -> None:
    number = await escalated(desk, two, clock)
    await rulings.rule(desk, BEN, number, "moved", REASON)
    assert await of_partner(desk, 1) == []
    (now,) = await of_partner(desk, 2)
    assert now.verified_at is not None
    (left,), (came,) = await messages(desk, "customer_left"), await messages(desk, "mapping_answer")
    assert (left.recipient, left.about["by"], left.about["reason"]) == (HOLDER, "reviewers", REASON)
    assert came.recipient == ASKER
    (mapped,), (ruled,) = await house.audited(desk, "mapped"), await house.audited(desk, "mapping_ruled")
    assert (mapped.user_id, mapped.after["consent"], mapped.after["reason"]) == (  # type: ignore[index]
        BEN.user_id, "reviewers", REASON,
    )  # fmt: skip
    assert (ruled.user_id, ruled.partner_id) == (BEN.user_id, 2)
    assert len(await messages(desk, "conflict_repaint")) == 1
    assert await refusal(desk, LEA, number, "kept") == "ruled_already"


async def test_kept_where_it_is(desk: Desk, two: Two, clock: Clock) -> None:
    number = await escalated(desk, two, clock)
    await rulings.rule(desk, LEA, number, "kept", REASON)
    assert [row.id for row in await of_partner(desk, 1)] == [two.customer_id]
    (kept,), (answer,) = await messages(desk, "customer_kept"), await messages(desk, "mapping_answer")
    assert (kept.recipient, answer.recipient) == (HOLDER, ASKER)
    assert await refusal(desk, BEN, number) == "ruled_already"
    with pytest.raises(Refused, match="declined_lately"):
        await mapping.ask(desk, two.asker, DOMAIN, "")


async def test_the_customer_may_still_answer_itself(desk: Desk, two: Two, clock: Clock) -> None:
    token = await asked(desk, two)
    clock.moment += SILENCE
    await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    await consent.answer(desk, token, "accept")
    assert len(await of_partner(desk, 2)) == 1
    assert len(await messages(desk, "conflict_repaint")) == 1
    assert await refusal(desk, BEN, 1) == "ruled_already"


async def test_they_may_be_asked_when_the_link_has_expired_unanswered(desk: Desk, two: Two, clock: Clock) -> None:
    await asked(desk, two)
    clock.moment += timedelta(days=20)
    seen = await mapping.asking(desk, two.asker, DOMAIN)
    assert (seen.may_ask, seen.may_escalate) == (True, True)
    await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    seen = await mapping.asking(desk, two.asker, DOMAIN)
    assert (seen.may_ask, seen.may_escalate) == (False, False)
    await rulings.rule(desk, BEN, 1, "moved", REASON)
    assert len(await of_partner(desk, 2)) == 1


async def test_the_reviewers_may_rule_when_the_link_has_long_expired(desk: Desk, two: Two, clock: Clock) -> None:
    number = await escalated(desk, two, clock)
    clock.moment += timedelta(days=60)
    seen = await mapping.ask(desk, two.asker, DOMAIN, "Again!")
    assert (seen.request is not None, seen.may_escalate_from) == (True, None)
    await rulings.rule(desk, BEN, number, "moved", REASON)
    assert len(await of_partner(desk, 2)) == 1


@pytest.mark.parametrize("who", [HOLDER, ASKER])
async def test_nobody_rules_on_their_own_partner(desk: Desk, two: Two, clock: Clock, who: str) -> None:
    number = await escalated(desk, two, clock)
    await people.name_reviewers(desk, HOME, [who, LEA.user_id])
    assert await refusal(desk, Actor(HOME, who), number, "kept") == "own_partner"
    assert await refusal(desk, BEN, number) == "reviewers_only"
    assert (await request(desk)).status == "open"


async def test_what_cannot_be_ruled(desk: Desk, two: Two, clock: Clock) -> None:
    await asked(desk, two)
    for number in (1, 99):  # not put to them, and none at all
        assert await refusal(desk, BEN, number) == "unknown_conflict"
    clock.moment += SILENCE
    await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    assert await refusal(desk, BEN, 1, "sold") == "unknown_conflict"
    with pytest.raises(BadInput):
        await rulings.rule(desk, BEN, 1, "moved", "")
    await suspended(desk, 2)
    assert await refusal(desk, BEN, 1) == "partner_cannot"
    await rulings.rule(desk, BEN, 1, "kept", REASON)


async def test_the_name_servers_are_asked_for_the_proof_of_either(sqlite_address: str, clock: Clock) -> None:
    """Who asks gets a record of its own; what it has proven by that goes with the customer."""
    server = NameServer()
    await server.start()
    server.add_zone(DOMAIN)
    host, _, port = server.address.rpartition(":")
    store = Store(sqlite_address)
    bare = house.make_desk(store, clock)
    desk = Desk(store, clock, bare.catalogue, Dns([(host, int(port))], seconds=2), links=bare.links)
    try:
        two = await two_partners(desk)
        number = await escalated(desk, two, clock)
        own = (await request(desk)).verification_token
        assert own not in [row.verification_token for row in await house.rows(desk, Customer)]
        seen = await rulings.examined(desk, number)
        assert seen is not None
        assert [one.outcome for one in seen.proofs or ()] == [Outcome.NOTHING_FOUND] * 2
        server.add(DOMAIN, "TXT", f"nordlicht-verification={own}.verify.nordlicht.example")
        seen = await rulings.examined(desk, number)
        assert [one.outcome for one in seen.proofs or ()] == [Outcome.VERIFIED, Outcome.WRONG_VALUE]  # type: ignore[union-attr]
        looked_at = clock.now()
        clock.moment += timedelta(hours=1)
        await rulings.rule(desk, BEN, number, "moved", REASON)
        (now,) = await of_partner(desk, 2)
        assert now.verification_token == own
        server.fail()
        kept = await rulings.examined(desk, number)
        assert [one.outcome for one in kept.proofs or ()] == [Outcome.VERIFIED, Outcome.WRONG_VALUE]  # type: ignore[union-attr]
        assert (await request(desk)).looked_at == looked_at
    finally:
        await server.stop()
        await store.close()
