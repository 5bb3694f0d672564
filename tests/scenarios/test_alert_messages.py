"""How alerts look: each kind by itself, and many in one message (mission row 24)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from sandbox import Person
from storage.models import Customer
from tests.desk import World
from tests.scenarios import given, warned
from tests.scenarios.warned import CHANNEL, subscription, told, trial

LONGEST_DOMAIN = ".".join(["ab" * 29] * 4) + ".example"


@pytest.fixture
async def hurry(sqlite_address: str) -> AsyncIterator[World]:
    async with warned.in_a_hurry(sqlite_address) as world:
        yield world


async def many(world: World, number: int = 5) -> Person:
    """A partner with renewals on different days, the later ones first, and one who is overdue last."""
    emma = await warned.partner(world)
    for place in range(number - 1):
        await subscription(world, 15 if place % 2 else 7, f"Customer {place}", f"c{place}.example", licences="10")
    await subscription(world, -3, "Overdue Ltd", "overdue.example", licences="1")
    return emma


class TestOne:
    @pytest.mark.parametrize(
        ("left", "words"),
        [
            (30, "the subscription renews in 30 days"),
            (15, "the subscription renews in 15 days"),
            (7, "the subscription renews in 7 days"),
            (1, "the subscription renews in 1 day"),
            (0, "it renews today"),
            (-3, "the renewal is 3 days overdue"),
        ],
    )
    async def test_a_subscription(self, world: World, left: int, words: str) -> None:
        emma = await warned.partner(world)
        await subscription(world, left)
        assert await world.tick() == 1
        (alert,) = told(emma)
        assert f"Müller GmbH (mueller.example): {words}" in alert.text
        assert "Workplace Standard, 12 licences, €360.00 for the next term." in alert.text
        assert alert.notification == f"Müller GmbH (mueller.example): {words}"
        assert ("Remind again" in alert.menus) == (left > 1)
        assert ("Has it been renewed?" in alert.text) == (left < 0)
        assert await world.tick() == 0

    async def test_a_trial_that_has_ended_is_told_once(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, -1)
        assert await world.tick() == 1
        (alert,) = told(emma)
        assert "the trial has ended" in alert.text
        assert "The organisation has fallen back to the free plan; nothing was deleted." in alert.text
        assert alert.buttons == ["Manage", "Assign to me"]
        assert alert.menus == {}
        world.sandbox.move_day(days=3)
        assert await world.tick() == 0

    async def test_a_domain_that_is_not_verified_after_three_and_ten_days(self, world: World) -> None:
        emma = await warned.partner(world)
        customer_id = await given.customer(world)
        for days, words in ((3, "not verified for 3 days"), (7, "not verified for 10 days")):
            world.sandbox.move_day(days=days)
            await world.tick()
            assert [message for message in told(emma) if words in message.text]
        assert told(emma)[0].buttons == ["Verify", "Assign to me"]
        await emma.click("Verify", where=CHANNEL)
        assert emma.modal.title == "Verify a domain"
        now = world.bot.desk.clock.now()
        await given.change(world, Customer, customer_id, verified_at=now, added_on=now.date() - timedelta(days=10))
        assert await world.tick() == 0

    @pytest.mark.parametrize(
        ("part", "words", "button"),
        [("proof", "the proof of its domain is gone", "Verify"), ("mail", "its mail does not arrive", "Manage")],
    )
    async def test_a_domain_that_broke(self, world: World, part: str, words: str, button: str) -> None:
        emma = await warned.partner(world)
        customer_id = await subscription(world, 100)
        await given.change(world, Customer, customer_id, broken_on=warned.today(world), broken_part=part)
        assert await world.tick() == 1
        (alert,) = told(emma)
        assert words in alert.text
        assert alert.buttons[0] == button

    @pytest.mark.parametrize(
        ("parts", "words"),
        [
            ("mx", "its mail does not arrive with us any more ("),
            ("spf dmarc", "its mail set-up broke: SPF (who may send), DMARC (what becomes of forged mail)"),
            ("mx dkim", "does not arrive with us any more; DKIM (the signature on mail) broke too"),
        ],
    )
    async def test_what_of_the_mail_broke_is_named(self, world: World, parts: str, words: str) -> None:
        emma = await warned.partner(world)
        customer_id = await subscription(world, 100)
        broken = {"broken_on": warned.today(world), "broken_part": "mail", "broken_mail": parts, "mail_worked": parts}
        await given.change(world, Customer, customer_id, **broken)
        assert await world.tick() == 1
        (alert,) = told(emma)
        assert words in alert.text

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("fr", "Müller GmbH (mueller.example)\u202f: l’abonnement se renouvelle dans 7 jours"),
            ("de", "Müller GmbH (mueller.example): das Abonnement verlängert sich in 7 Tagen"),
        ],
    )
    async def test_in_the_partners_language(self, world: World, language: str, words: str) -> None:
        emma = await warned.partner(world, language=language)
        await subscription(world, 7)
        assert await world.tick() == 1
        (alert,) = told(emma)
        assert alert.notification == words

    async def test_after_days_without_a_run_the_most_urgent_comes_late(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 31)
        world.sandbox.move_day(days=25)
        assert await world.tick() == 1
        (alert,) = told(emma)
        assert "renews in 6 days" in alert.text
        assert "This warning comes late." in alert.text


class TestMany:
    async def test_three_come_by_themselves(self, hurry: World) -> None:
        emma = await many(hurry, 3)
        assert await hurry.tick() == 3
        assert [message.text.partition(" (")[0] for message in told(emma)] == [
            ":red_circle: Overdue Ltd", ":repeat: Customer 0", ":repeat: Customer 1",
        ]  # fmt: skip

    async def test_four_come_as_one(self, world: World) -> None:
        emma = await many(world, 4)
        assert await world.tick() == 4
        (digest,) = told(emma)
        assert digest.notification == "Clarke & Sons: 4 customers need you"
        assert digest.buttons[-1] == "Show the other 1"
        assert await world.tick() == 0

    async def test_by_themselves_where_the_partner_wants_it_so(self, hurry: World) -> None:
        emma = await many(hurry, 5)
        await given.alerts_in(hurry, "clarke-alerts", alert_form="single")
        assert await hurry.tick() == 5
        assert len(told(emma)) == 5

    async def test_all_stand_in_a_table_what_ends_first_on_top(self, world: World) -> None:
        emma = await many(world)
        await world.tick()
        (digest,) = told(emma)
        assert cells(digest.blocks) == [
            ["Organisation", "What"],
            ["Overdue Ltd", "the renewal is 3 days overdue"],
            ["Customer 0", "the subscription renews in 7 days"],
            ["Customer 2", "the subscription renews in 7 days"],
            ["Customer 1", "the subscription renews in 15 days"],
            ["Customer 3", "the subscription renews in 15 days"],
        ]
        kinds = [block["type"] for block in digest.blocks]
        assert kinds == ["header", "section", "table", *["section", "context", "actions"] * 3, "actions"]

    async def test_what_is_at_stake(self, world: World) -> None:
        """Four of ten licences and one of one, at 30 euros; what does not renew has no value at stake."""
        emma = await many(world)
        await trial(world, 3, "Trial Ltd", "trial.example")
        await world.tick()
        (digest,) = told(emma)
        assert "6 customers need you" in digest.text
        assert "Renewals worth €1,230.00 are at stake." in digest.text

    async def test_a_customer_with_two_alerts_is_one_customer(self, world: World) -> None:
        emma = await many(world, 4)
        (overdue,) = [one for one in await given.rows(world, Customer) if one.organisation == "Overdue Ltd"]
        await given.change(world, Customer, overdue.id, broken_on=warned.today(world), broken_part="mail")
        assert await world.tick() == 5
        (digest,) = told(emma)
        assert "4 customers need you" in digest.text
        assert len(cells(digest.blocks)) == 1 + 5

    @pytest.mark.parametrize("language", ["en", "fr", "de"])
    async def test_seventy_need_two_messages_however_long_their_names(self, hurry: World, language: str) -> None:
        """And there is room for all that can be done, under each of their buttons."""
        emma = await warned.partner(hurry, language=language)
        for place in range(70):
            await trial(hurry, 3, "&" * 200, f"{place}.{LONGEST_DOMAIN}")
        assert await hurry.tick() == 70
        assert [len(cells(digest.blocks)) - 1 for digest in told(emma)] == [60, 10]
        first = told(emma)[0].message
        await warned.everything_is_done(hurry, emma, lambda: first)
        assert len(told(emma)[0].blocks) == 1 + 1 + 3 * (3 + 4) + 1
        assert await hurry.tick() == 0

    async def test_a_digest_that_slack_does_not_take_comes_in_parts(self, hurry: World) -> None:
        emma = await many(hurry, 8)
        hurry.sandbox.faults.fail("chat.postMessage", error="msg_blocks_too_long", times=2)
        assert await hurry.tick() == 8
        assert [len(cells(one.blocks)) - 1 for one in told(emma)] == [2, 2, 4]
        assert set(await warned.statuses(hurry)) == {"sent"}

    async def test_the_others_are_a_click_away_page_by_page(self, world: World) -> None:
        emma = await many(world, 25)
        await world.tick()
        await emma.click("Show the other 22", where=CHANNEL)
        seen = [line for line in emma.modal.text.splitlines() if "renews in" in line]
        assert len(seen) == 14
        await emma.click("Show the other 8")
        seen += [line for line in emma.modal.text.splitlines() if "renews in" in line]
        assert len(set(seen)) == 22
        assert not [words for words in emma.modal.buttons if words.startswith("Show")]
        await emma.close()
        assert not emma.has_modal

    async def test_of_the_others_only_what_is_still_so_is_shown(self, world: World) -> None:
        emma = await many(world, 5)
        await world.tick()
        for one in await given.rows(world, Customer):
            renewed = (one.renews_on or warned.today(world)) + timedelta(days=365)
            await given.change(world, Customer, one.id, renews_on=renewed)
        await emma.click("Show the other 2", where=CHANNEL)
        assert "Nothing is left to do here." in emma.modal.text


class TestReadAgain:
    """Planned, and then something happened before it could leave."""

    async def waiting(self, world: World) -> None:
        world.sandbox.faults.fail("chat.postMessage")
        assert await world.tick() == 0
        assert await warned.statuses(world) == ["waiting"]

    async def left(self, world: World) -> None:
        emma = world.person("Emma")
        await emma.close()
        world.sandbox.move_day(days=1)
        assert await world.tick() == 0
        assert told(emma) == []
        assert await warned.statuses(world) == ["moot"]

    async def test_renewed(self, world: World) -> None:
        emma = await warned.partner(world)
        await subscription(world, 7)
        await self.waiting(world)
        await emma.command("/partner-manage mueller.example")
        await emma.click("Record renewal")
        await self.left(world)

    async def test_subscribed(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 7)
        await self.waiting(world)
        await emma.command("/partner-manage mueller.example")
        await emma.click("Start subscription")
        await self.left(world)

    async def test_extended(self, world: World) -> None:
        emma = await warned.partner(world)
        await trial(world, 7)
        await self.waiting(world)
        await emma.command("/partner-extend-trial mueller.example")
        await emma.submit()
        await self.left(world)


def cells(blocks: list[dict[str, Any]]) -> list[list[str]]:
    """What stands in the second and third column of a message's table."""
    (table,) = [block for block in blocks if block["type"] == "table"]
    return [[cell["text"] for cell in row[1:3]] for row in table["rows"]]
