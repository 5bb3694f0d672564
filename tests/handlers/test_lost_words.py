"""What partners and reviewers read of a domain whose proof is gone, in each language."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from handlers.conflict import draw_card
from handlers.mapping_news import draw_answer, draw_left
from handlers.posting import Post
from programme import consent, mapping, proof
from programme.desk import Desk
from programme.dns import Dns
from programme.verification import Finding, Outcome
from storage.models import Customer, OutgoingMessage
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.two_partners import DOMAIN, WORDS, asked, messages, two_partners

LEFT = {
    "en": ":wave: *Müller GmbH (mueller.example) is no longer your customer: somebody else has proven the domain.* "
    "Your customer’s own proof had been gone since 1 October 2026. It is off your list.",
    "fr": "La preuve de votre client avait disparu depuis le 1er octobre 2026.",
    "de": "Der Nachweis Ihres Kunden fehlte seit dem 1. Oktober 2026.",
}


@pytest.fixture
async def desk(sqlite_address: str) -> AsyncIterator[Desk]:
    store = Store(sqlite_address)
    yield replace(house.make_desk(store, Clock()), dns=Dns([("127.0.0.1", 9)], seconds=0.1))
    await store.close()


async def drawn_answer(desk: Desk, message: OutgoingMessage) -> Post:
    post = await draw_answer(desk, message)
    assert post is not None
    return post


async def test_both_are_told_why(desk: Desk) -> None:
    two = await two_partners(desk)
    async with desk.store.write() as session:
        await session.execute(update(Customer).values(broken_on=date(2026, 10, 1), broken_part="proof"))
    await consent.answer(desk, await asked(desk, two), "decline")
    (answer,) = await messages(desk, "mapping_answer")
    assert "mapping.escalate" in str([block.to_dict() for block in (await drawn_answer(desk, answer)).blocks])
    await mapping.escalate(desk, two.asker, DOMAIN, WORDS)
    (card,) = await messages(desk, "conflict_card")
    drawn = await draw_card(desk, card)
    assert isinstance(drawn, Post)
    assert "has declined, on" in str(drawn.blocks)
    desk.clock.moment += timedelta(days=30)  # type: ignore[attr-defined]
    customer = await house.customer(desk, two.asker)
    await proof._mark(desk, two.asker, customer, Finding(Outcome.VERIFIED, "txt"))
    assert "mapping.escalate" not in str([block.to_dict() for block in (await drawn_answer(desk, answer)).blocks])
    (told,) = await messages(desk, "customer_left")
    for language, words in LEFT.items():
        await house.person(desk, two.holder.user_id, locale=language)
        assert (post := await draw_left(desk, told)) is not None
        assert words in post.text
