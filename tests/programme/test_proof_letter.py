"""Letters to who has not asked for them: so many within 24 hours, whoever asks for them at once."""

from datetime import timedelta

import pytest

from programme.catalogue import Catalogue
from programme.desk import Actor, Desk
from programme.proof_letter import send_records
from programme.refusals import BadInput
from storage.models import OutgoingMail
from storage.store import Store
from tests.programme import house
from tests.programme.house import CATALOGUE, Clock, at_once

THERE = "hostmaster@dns.example"
LATER = timedelta(hours=3)


def with_limits(**limits: int) -> Catalogue:
    """The programme's terms with some other limits."""
    letters = CATALOGUE.verification.letters.model_copy(update=limits)
    verification = CATALOGUE.verification.model_copy(update={"letters": letters})
    return CATALOGUE.model_copy(update={"verification": verification})


async def customers(desk: Desk, actor: Actor, number: int) -> list[int]:
    return [(await house.customer(desk, actor, domain=f"c{one}.example")).id for one in range(number)]


async def letters(desk: Desk) -> int:
    return [mail.kind for mail in await house.rows(desk, OutgoingMail)].count("records")


async def send(desk: Desk, actor: Actor, customer: int, to: str = THERE) -> str:
    """Sends one. Returns why not; nothing where it is on its way."""
    try:
        await send_records(desk, actor, customer, {"email": to, "language": "en"})
    except BadInput as bad:
        return bad.fields["email"]
    return ""


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        ({"to_address": 3}, "too_many_letters_there"),
        ({"for_partner": 3}, "too_many_letters_in_all"),
        ({"for_customer": 3}, "too_many_letters"),
    ],
)
async def test_so_many_letters_leave_a_day_and_one_is_told_when_there_may_be_more(
    store: Store, clock: Clock, limits: dict[str, int], word: str
) -> None:
    desk = house.make_desk(store, clock, with_limits(**limits))
    emma, olivia = await house.partner(desk), await house.partner(desk, "U2")
    mine, (theirs,) = await customers(desk, emma, 4), await customers(desk, olivia, 1)
    at = [mine[0]] * 4 if word == "too_many_letters" else mine
    to = [THERE, THERE.title(), THERE.upper(), THERE]
    if word != "too_many_letters_there":
        to = [f"host{number}@dns.example" for number in range(4)]
    first = clock.moment
    for number in range(3):
        assert await send(desk, emma, at[number], to[number]) == ""
        clock.moment += LATER
    with pytest.raises(BadInput) as refused:
        await send_records(desk, emma, at[3], {"email": to[3], "language": "en"})
    assert refused.value.fields == {"email": word}
    assert await send(desk, emma, at[2], to[2]) == "", "it is on its way already"
    assert await send(desk, olivia, theirs) == "", "each partner by itself"
    assert await letters(desk) == len(await house.audited(desk, "records_sent")) == 4
    again = refused.value.facts["again"]
    assert again == first + timedelta(days=1, minutes=1)
    clock.moment = first + timedelta(days=1)
    assert await send(desk, emma, at[3], to[3]) == word
    clock.moment += timedelta(minutes=1)
    assert await send(desk, emma, at[3], to[3]) == ""


@pytest.mark.parametrize("limits", [{"to_address": 3}, {"for_partner": 3}, {"for_customer": 3}])
async def test_of_letters_asked_for_at_once_each_counts(store: Store, limits: dict[str, int]) -> None:
    desk = house.make_desk(store, catalogue=with_limits(**limits))
    emma = await house.partner(desk)
    mine = await customers(desk, emma, 8)
    to = [THERE] * 8 if "to_address" in limits else [f"host{number}@dns.example" for number in range(8)]
    at = [mine[0]] * 8 if "for_customer" in limits else mine
    refused, _ = await at_once(send(desk, emma, *one) for one in zip(at, to, strict=True))
    assert refused.count("") == 3
    assert await letters(desk) == 3


async def test_of_two_limits_the_one_that_holds_longer_is_told(store: Store, clock: Clock) -> None:
    desk = house.make_desk(store, clock, with_limits(for_customer=2, to_address=1))
    emma = await house.partner(desk)
    (mine,) = await customers(desk, emma, 1)
    await send(desk, emma, mine, "a@dns.example")
    clock.moment += LATER
    await send(desk, emma, mine, "b@dns.example")
    assert await send(desk, emma, mine, "c@dns.example") == "too_many_letters"
    clock.moment += timedelta(hours=20)  # another day, on which the same letter may leave again
    assert await send(desk, emma, mine, "b@dns.example") == "too_many_letters_there"
