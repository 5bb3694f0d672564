"""A customer of another partner's: asked, it comes or it stays, and nobody learns whose it was (mission row 11)."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest

from programme import alerts, consent, customers, mapping, plan_changes, subscriptions, trials, undoing
from programme.desk import Actor, Desk
from programme.links import Link
from programme.partner_settings import AlertSettings, change_settings
from programme.refusals import BadInput, Refused
from storage.models import Alert, Customer, MappingRequest, OutgoingMail
from storage.store import Store
from tests.programme import house
from tests.programme.house import CUSTOMER, Clock
from tests.programme.plans import wish
from tests.programme.two_partners import (
    DOMAIN,
    Two,
    asked,
    letters,
    messages,
    of_partner,
    prove,
    request,
    scheduled,
    suspended,
)


@pytest.fixture
async def desk(sqlite_address: str, clock: Clock) -> AsyncIterator[Desk]:
    store = Store(sqlite_address)
    yield house.make_desk(store, clock)
    await store.close()


async def refusal(desk: Desk, who: Actor, domain: str = DOMAIN) -> str:
    with pytest.raises(Refused) as refused:
        await mapping.ask(desk, who, domain, "")
    return refused.value.reason


class TestComing:
    """What the database has to do for it, on both."""

    @pytest.fixture
    def desk(self, store: Store, clock: Clock) -> Desk:
        return house.make_desk(store, clock)

    async def test_accepted_the_customer_comes_with_all_it_has(self, desk: Desk, two: Two, clock: Clock) -> None:
        await subscriptions.subscribe(desk, two.holder, two.customer_id)
        (before,) = await house.rows(desk, Customer)
        token = await asked(desk, two)
        clock.moment += timedelta(days=3)
        seen = await consent.answer(desk, token, "accept")
        assert seen is not None
        assert seen.state == "accepted"
        assert await of_partner(desk, 1) == []
        (now,) = await of_partner(desk, 2)
        for name in (
            "domain", "domain_key", "organisation", "organisation_key", "super_admin_email", "super_admin_key", "plan",
            "licences", "term", "status", "trial_ends_on", "started_on", "renews_on", "verified_at",
            "verified_by_method", "verification_token",
        ):  # fmt: skip
            assert getattr(now, name) == getattr(before, name), name
        assert now.added_on == date(2026, 10, 4)
        (old,) = [row for row in await house.rows(desk, Customer) if row.partner_id == 1]
        assert (old.status, old.left_on, old.renews_on) == ("left", date(2026, 10, 4), None)
        (left,), (mapped,) = await house.audited(desk, "left"), await house.audited(desk, "mapped")
        assert (left.partner_id, left.subject_id, left.user_id) == (1, old.id, None)
        assert left.before == {
            "status": "active", "plan": "standard", "licences": 12, "term": "yearly", "renews_on": "2027-10-01",
        }  # fmt: skip
        assert (mapped.partner_id, mapped.subject_id, mapped.after["consent"]) == (2, now.id, "customer")  # type: ignore[index]

    async def test_what_is_planned_for_the_renewal_comes_too(self, desk: Desk, two: Two) -> None:
        await subscriptions.subscribe(desk, two.holder, two.customer_id)
        await plan_changes.cancel(desk, two.holder, two.customer_id, date(2027, 10, 1))
        await consent.answer(desk, await asked(desk, two), "accept")
        (now,) = await of_partner(desk, 2)
        assert await scheduled(desk) == [
            (1, "cancel", "replaced", date(2027, 10, 1)),
            (2, "cancel", "scheduled", date(2027, 10, 1)),
        ]
        plans = await plan_changes.standing(desk, two.asker, now.id)
        assert plans.pending is not None
        assert ([what.change for what in plans.undoings], plans.pending.made_by) == ([plans.pending], "U2")
        await undoing.undo(desk, two.asker, now.id, plans.pending.id, 0)
        assert (await of_partner(desk, 2))[0].renews_on == date(2027, 10, 1)

    async def test_one_that_could_not_be_proven_becomes_the_one_that_came(self, desk: Desk, clock: Clock) -> None:
        holder, asker = await house.partner(desk, "U1"), await house.partner(desk, "U2")
        theirs = await house.customer(desk, holder)
        own = await house.customer(desk, asker, plan="professional", licences="3")
        await prove(desk, theirs.id)
        assert (await mapping.asking(desk, asker, own.id)).domain == DOMAIN
        await consent.answer(desk, await asked(desk, Two(holder, asker, theirs.id)), "accept")
        (now,) = await of_partner(desk, 2)
        assert (now.id, now.plan, now.licences) == (own.id, "standard", 12)
        assert now.verified_at is not None
        assert now.verification_token == theirs.verification_token

    async def test_the_alerts_of_the_old_partner_fall_silent(self, desk: Desk, two: Two, clock: Clock) -> None:
        for actor in (two.holder, two.asker):
            await change_settings(desk, actor, AlertSettings("C1" if actor is two.holder else "C2", 0, "en", "UTC"))
        clock.moment += timedelta(days=9)
        assert await alerts.plan(desk) == 1
        await consent.answer(desk, await asked(desk, two), "accept")
        assert [row.status for row in await house.rows(desk, Alert)] == ["moot"]
        assert await alerts.plan(desk) == 1  # the new partner's, of the same trial
        assert [(row.partner_id, row.status) for row in await house.rows(desk, Alert)] == [(1, "moot"), (2, "waiting")]
        clock.moment += timedelta(days=400)
        await alerts.plan(desk)
        assert {row.partner_id for row in await house.rows(desk, Alert) if row.status == "waiting"} == {2}


async def test_a_domain_that_is_taken_is_asked_for(desk: Desk, two: Two) -> None:
    with pytest.raises(BadInput) as bad:
        await customers.add(desk, two.asker, CUSTOMER)
    assert bad.value.fields == {"domain": "taken"}
    assert (await mapping.asking(desk, two.asker, DOMAIN)).request is None
    await mapping.ask(desk, two.asker, "MUELLER.example", "We speak Swabian.")
    (letter,) = await letters(desk, "consent")
    assert (letter.recipient, letter.language) == ("admin@mueller.example", "en")
    now = await request(desk)
    assert (now.status, now.note, now.good_until) == ("open", "We speak Swabian.", date(2026, 10, 15))
    assert (await house.audited(desk, "mapping_asked"))[0].partner_id == 2


async def test_asking_twice_asks_once(desk: Desk, two: Two) -> None:
    await asked(desk, two)
    await asked(desk, two, "Once more!")
    assert len(await letters(desk, "consent")) == 1
    assert (await request(desk)).note is None


async def test_both_partners_are_told_and_the_old_one_not_to_whom(desk: Desk, two: Two) -> None:
    await consent.answer(desk, await asked(desk, two), "accept")
    (left,), (came,) = await messages(desk, "customer_left"), await messages(desk, "mapping_answer")
    assert (left.recipient, came.recipient) == ("U1", "U2")
    assert left.about == {
        "partner_id": 1,
        "customer_id": two.customer_id,
        "by": "customer",
        "reason": None,
        "since": None,
    }
    (letter,) = await letters(desk, "looked_after")
    (now,) = await of_partner(desk, 2)
    assert (letter.recipient, letter.about) == (
        "admin@mueller.example", {"partner_id": 2, "customer_id": now.id},
    )  # fmt: skip


async def test_the_old_partner_can_do_nothing_more_and_may_add_it_anew(desk: Desk, two: Two) -> None:
    await consent.answer(desk, await asked(desk, two), "accept")
    for which in (two.customer_id, DOMAIN):
        with pytest.raises(Refused, match="unknown_customer"):
            await customers.find(desk, two.holder, which)
    with pytest.raises(BadInput) as bad:
        await customers.add(desk, two.holder, CUSTOMER)
    assert bad.value.fields == {"domain": "taken"}
    seen = await mapping.ask(desk, two.holder, DOMAIN, "")  # the other way round
    assert seen.request is not None
    await consent.answer(desk, desk.links.token(Link("mapping", seen.request.id, seen.request.asked_at)), "accept")
    assert len(await of_partner(desk, 1)) == 1
    assert await of_partner(desk, 2) == []


async def test_declined_nothing_changes_and_it_is_not_asked_again_at_once(desk: Desk, two: Two, clock: Clock) -> None:
    token = await asked(desk, two)
    assert (seen := await consent.answer(desk, token, "decline")) is not None
    assert seen.state == "declined"
    assert [row.id for row in await of_partner(desk, 1)] == [two.customer_id]
    (told,) = await messages(desk, "mapping_answer")
    assert told.recipient == "U2"
    assert await messages(desk, "customer_left") == []
    await consent.answer(desk, token, "accept")
    assert await of_partner(desk, 2) == []
    assert await refusal(desk, two.asker) == "declined_lately"
    clock.moment = datetime(2026, 10, 30, 23, 59, tzinfo=UTC)
    refused = await house.refusal(mapping.ask(desk, two.asker, DOMAIN, ""))
    assert (refused.reason, refused.facts["again"]) == ("declined_lately", date(2026, 10, 31))
    clock.moment += timedelta(minutes=1)
    await asked(desk, two)
    assert len(await letters(desk, "consent")) == 2


async def test_an_answer_that_comes_too_late_changes_nothing(desk: Desk, two: Two, clock: Clock) -> None:
    token = await asked(desk, two)
    clock.moment += timedelta(days=15)
    for says in ("accept", "decline"):
        assert (seen := await consent.answer(desk, token, says)) is not None
        assert seen.state == "expired"
    assert (await request(desk)).status == "open"
    again = await asked(desk, two)
    assert [row.status for row in await house.rows(desk, MappingRequest)] == ["over", "open"]
    assert (await consent.look(desk, token)).state == "over"  # type: ignore[union-attr]
    await consent.answer(desk, again, "accept")
    assert len(await of_partner(desk, 2)) == 1


async def test_it_may_answer_to_the_end_of_the_last_day_where_the_partner_is(desk: Desk, clock: Clock) -> None:
    """Whatever time zone the partner chooses meanwhile: the day stays the one that was named."""
    holder, asker = await house.partner(desk, "U1"), await house.partner(desk, "U2", "America/Los_Angeles")
    customer = await house.verified(desk, holder)
    clock.moment = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)  # the 17th there
    two = Two(holder, asker, customer.id)
    token, seen = await asked(desk, two), await mapping.asking(desk, asker, DOMAIN)
    assert seen.may_escalate_from == date(2026, 11, 22)
    clock.moment = datetime(2026, 12, 2, 7, 59, tzinfo=UTC)
    assert (found := await consent.look(desk, token)) is not None
    assert (found.state, found.good_until) == ("open", date(2026, 12, 1))
    assert not (await mapping.asking(desk, asker, DOMAIN)).may_ask
    clock.moment += timedelta(minutes=1)
    assert (await consent.look(desk, token)).state == "expired"  # type: ignore[union-attr]
    assert (await mapping.asking(desk, asker, DOMAIN)).may_ask
    await change_settings(desk, asker, AlertSettings("C2", 0, "en", "Pacific/Honolulu"))
    assert (found := await consent.look(desk, token)) is not None
    assert (found.state, found.good_until) == ("open", date(2026, 12, 1))


async def test_what_was_due_takes_effect_before_the_customer_goes(desk: Desk, two: Two, clock: Clock) -> None:
    await subscriptions.subscribe(desk, two.holder, two.customer_id)
    typed = wish("standard", 5, "yearly")
    seen = await plan_changes.preview(desk, two.holder, two.customer_id, typed)
    await plan_changes.carry_out(desk, two.holder, two.customer_id, typed, seen.figures())
    clock.moment += timedelta(days=365)
    await consent.answer(desk, await asked(desk, two), "accept")
    (now,) = await of_partner(desk, 2)
    assert (now.licences, now.renews_on) == (5, date(2027, 10, 1))
    assert await scheduled(desk) == [(1, "change", "applied", date(2027, 10, 1))]


async def test_a_trial_keeps_its_days(desk: Desk, two: Two) -> None:
    await trials.extend_trial(desk, two.holder, two.customer_id, date(2026, 10, 16))
    await consent.answer(desk, await asked(desk, two), "accept")
    (now,) = await of_partner(desk, 2)
    assert (now.trial_started_on, now.trial_ends_on) == (date(2026, 10, 1), date(2026, 10, 31))
    extended = await trials.extend_trial(desk, two.asker, now.id, now.trial_ends_on)
    assert extended.customer.trial_ends_on == date(2026, 11, 15)


async def test_a_trial_that_is_over_is_none_in_the_history(desk: Desk, two: Two, clock: Clock) -> None:
    clock.moment += timedelta(days=20)
    await consent.answer(desk, await asked(desk, two), "accept")
    (left,), (mapped,) = await house.audited(desk, "left"), await house.audited(desk, "mapped")
    assert (left.before["status"], mapped.after["status"]) == ("free", "free")  # type: ignore[index]


async def test_who_may_not_ask(desk: Desk, two: Two) -> None:
    assert await refusal(desk, two.holder) == "not_held"
    assert await refusal(desk, two.asker, "dupont.example") == "not_held"
    assert await refusal(desk, two.asker, "no domain") == "unknown_customer"
    assert await refusal(desk, await house.person(desk, "U7")) == "no_partner"
    await suspended(desk, 2)
    assert await refusal(desk, two.asker) == "suspended"
    assert await letters(desk, "consent") == []


async def test_a_handful_a_day(desk: Desk, two: Two, clock: Clock) -> None:
    for number in range(6):
        customer = await house.customer(desk, two.holder, domain=f"customer{number}.example")
        await prove(desk, customer.id)
    for number in range(5):
        await mapping.ask(desk, two.asker, f"customer{number}.example", "")
    assert await refusal(desk, two.asker, "customer5.example") == "asked_enough"
    await mapping.ask(desk, two.asker, "customer4.example", "")  # is asked already
    clock.moment += timedelta(days=1, seconds=1)
    await mapping.ask(desk, two.asker, "customer5.example", "")


async def test_a_suspended_partner_takes_nobody_in(desk: Desk, two: Two) -> None:
    token = await asked(desk, two)
    await suspended(desk, 2)
    assert (seen := await consent.answer(desk, token, "accept")) is not None
    assert seen.state == "unavailable"
    assert await of_partner(desk, 2) == []
    assert (seen := await consent.answer(desk, token, "decline")) is not None
    assert seen.state == "declined"


async def test_of_two_that_ask_the_other_hears_that_it_is_over(desk: Desk, two: Two) -> None:
    third = await house.partner(desk, "U3")
    first, second = await asked(desk, two), await asked(desk, Two(two.holder, third, two.customer_id))
    await consent.answer(desk, first, "accept")
    assert (seen := await consent.answer(desk, second, "accept")) is not None
    assert seen.state == "over"
    assert [row.status for row in await house.rows(desk, MappingRequest)] == ["accepted", "over"]
    assert sorted(row.recipient for row in await messages(desk, "mapping_answer")) == ["U2", "U3"]


async def test_no_letter_of_a_partner_names_the_asker_as_its_sender(desk: Desk, two: Two) -> None:
    """Else whoever asks would be told of a letter that fails, with the address that it went to."""
    await asked(desk, two)
    assert [mail.about for mail in await house.rows(desk, OutgoingMail) if mail.kind == "consent"] == [
        {"request_id": 1}
    ]
