"""The letter with the link that ends a partner's access, once more: one a day, whoever asks, and written down."""

from datetime import UTC, datetime, timedelta

import pytest

from programme import consent, proof
from programme.customer_people import people_of
from programme.desk import Actor, Desk
from programme.leaving_letter import Written, send_again, send_once_more
from programme.partner_settings import change_language_and_zone
from programme.refusals import Refused
from programme.verification import Finding, Outcome
from storage.models import Customer
from tests.programme import house
from tests.programme.colleagues import joined
from tests.programme.house import Clock
from tests.programme.two_partners import Two, leaving_token, letters, suspended

TO = "admin@mueller.example"


async def written(desk: Desk, two: Two) -> Written | None:
    return (await people_of(desk, two.holder, two.customer_id)).letter


async def outcome(desk: Desk, who: Actor, customer_id: int) -> str:
    try:
        await send_once_more(desk, who, customer_id)
    except Refused as refused:
        return refused.reason
    return "sent"


async def test_of_many_who_ask_at_once_one_sends_it_and_the_others_hear_why_not(desk: Desk, two: Two) -> None:
    member = await joined(desk, two.holder, "U5")
    calls = (send_once_more(desk, who, two.customer_id) for who in (two.holder, member) * 3)
    sent, refused = await house.at_once(calls)
    assert (len(sent), refused) == (1, ["letter_on_its_way"] * 5)
    (letter,) = await letters(desk, "looked_after")
    assert (letter.recipient, letter.language) == (TO, "en")
    (row,) = await house.audited(desk, "letter_sent_again")
    assert (row.subject_id, row.partner_id, row.after) == (two.customer_id, 1, {"super_admin_email": TO})
    with pytest.raises(Refused) as told:
        await send_once_more(desk, member, two.customer_id)
    assert told.value.facts == {"email": TO}


async def test_a_day_is_the_partners(desk: Desk, two: Two, clock: Clock) -> None:
    await change_language_and_zone(desk, two.holder, {"language": "fr", "time_zone": "Pacific/Auckland"})
    clock.moment = datetime(2026, 10, 2, 10, 59, tzinfo=UTC)  # a minute before midnight, there
    assert [await outcome(desk, two.holder, two.customer_id) for _ in range(2)] == ["sent", "letter_on_its_way"]
    assert await written(desk, two) == Written(TO, clock.moment, today=True)
    clock.moment += timedelta(minutes=2)
    assert (await written(desk, two)) == Written(TO, clock.moment - timedelta(minutes=2), today=False)
    assert await outcome(desk, two.holder, two.customer_id) == "sent"
    assert len(await letters(desk, "looked_after")) == 2


async def test_who_has_only_an_old_link_and_the_partner_share_the_day(desk: Desk, two: Two, clock: Clock) -> None:
    (customer,) = await house.rows(desk, Customer)
    for _ in range(2):
        await send_again(desk, customer)
    assert len(await house.audited(desk, "letter_asked_again")) == 1
    assert await outcome(desk, two.holder, two.customer_id) == "letter_on_its_way"
    clock.moment += timedelta(days=1)
    assert await outcome(desk, two.holder, two.customer_id) == "sent"
    await send_again(desk, customer)
    assert len(await letters(desk, "looked_after")) == 2


async def test_the_first_one_is_known_too_and_is_not_one_more(desk: Desk, two: Two, clock: Clock) -> None:
    own = await house.customer(desk, two.holder, domain="dupont.example", super_admin_email="chef@dupont.example")
    assert (await people_of(desk, two.holder, own.id)).letter is None
    assert await outcome(desk, two.holder, own.id) == "not_verified"
    await proof._mark(desk, two.holder, own, Finding(Outcome.VERIFIED, "txt"))
    first = Written("chef@dupont.example", clock.moment, today=False)
    assert (await people_of(desk, two.holder, own.id)).letter == first
    assert await outcome(desk, two.holder, own.id) == "sent"
    assert [letter.recipient for letter in await letters(desk, "looked_after")] == ["chef@dupont.example"] * 2


async def test_strangers_the_suspended_and_a_customer_that_is_gone(desk: Desk, two: Two) -> None:
    assert [await outcome(desk, two.asker, which) for which in (two.customer_id, 99)] == ["unknown_customer"] * 2
    assert await outcome(desk, house.BEN, two.customer_id) == "no_partner"
    await suspended(desk, 1)
    assert await outcome(desk, two.holder, two.customer_id) == "suspended"
    await consent.answer(desk, leaving_token(desk, two.customer_id), "leave")
    await suspended(desk, 2)
    assert await outcome(desk, two.asker, two.customer_id) == "suspended"
    assert await letters(desk, "looked_after") == []
