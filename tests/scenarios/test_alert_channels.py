"""A channel that takes nothing any more, how it fares, and when and in which form alerts arrive (mission row 24)."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox import Person, cast
from sandbox.seen import SeenMessage
from storage.models import Alert, OutgoingMessage, Partner
from tests.desk import World
from tests.scenarios import given, warned
from tests.scenarios.test_alerts import run_alerts
from tests.scenarios.warned import CHANNEL, subscription, told, trial

REVIEWS = "#partner-reviews"
GENERAL = "#general"


def archive(world: World) -> None:
    world.sandbox.workplace.archive("clarke-alerts")


def remove(world: World) -> None:
    world.sandbox.workplace.remove_bot("clarke-alerts")


LOSSES = pytest.mark.parametrize(
    ("lose", "reason"),
    [(archive, "the channel is archived"), (remove, "the channel is gone, or I am not in it")],
)


def warnings(person: Person, where: str = "DM") -> list[SeenMessage]:
    return [message for message in person.messages(where) if "do not arrive" in message.text]


async def broken(world: World, lose: Any = archive) -> Person:
    """A partner whose channel was lost before its first alert."""
    emma = await warned.partner(world)
    await trial(world, 7)
    await world.quiet()
    lose(world)
    assert await world.tick() == 0
    await world.tick()
    world.sandbox.refusals.clear()
    return emma


async def settings(world: World, person: Person, **values: Any) -> None:
    """Fills in some of the settings and saves them."""
    await person.command("/partner-settings")
    for label, value in values.items():
        await person.fill(label.replace("_", " "), value)
    await person.submit()
    await world.quiet()


class TestLost:
    @LOSSES
    async def test_admins_and_reviewers_are_told_once_and_nothing_is_lost(
        self, world: World, lose: Any, reason: str
    ) -> None:
        emma = await broken(world, lose)
        for _ in range(3):
            world.sandbox.move_day(days=1)
            assert await world.tick() == 0
        assert world.sandbox.refusals == []  # nobody knocks again at a door that is shut
        (warning,) = warnings(emma)
        assert "The alerts of Clarke & Sons do not arrive any more." in warning.text
        assert "#clarke-alerts" in warning.text
        (known,) = warnings(world.person("Ben"), REVIEWS)
        assert "The alerts of Clarke & Sons do not arrive: their channel is gone." in known.text

        await emma.click("Choose another channel", where="DM")
        assert reason in emma.modal.text
        await emma.fill("Alert channel", GENERAL)
        await emma.submit()
        await emma.sees("The alerts of Clarke & Sons will arrive here", where=GENERAL)
        assert await world.tick() == 1
        assert await world.tick() == 0
        (alert,) = [message for message in told(emma, GENERAL) if "Müller" in message.text]
        assert "the trial ends in 4 days" in alert.text
        assert "This warning comes late." in alert.text
        assert len(warnings(emma)) == 1

    async def test_of_what_waited_only_the_most_urgent_comes(self, world: World) -> None:
        emma = await broken(world)
        world.sandbox.move_day(days=6)
        assert await world.tick() == 0
        assert len(await given.rows(world, Alert)) == 2
        await settings(world, emma, Alert_channel=GENERAL)
        assert await world.tick() == 1
        assert sorted(await warned.statuses(world)) == ["moot", "sent"]
        assert [message for message in told(emma, GENERAL) if "the trial ends in 1 day" in message.text]

    async def test_a_channel_that_came_back_is_tried(self, world: World) -> None:
        emma = await broken(world)
        world.sandbox.workplace.unarchive("clarke-alerts")
        await world.quiet()
        await emma.command("/partner-settings")
        await emma.click("Test")
        assert "last delivered on" in emma.modal.text
        assert "Last failed on" in emma.modal.text
        await emma.close()
        assert await world.tick() == 1
        assert [message for message in told(emma) if "Müller" in message.text]

    async def test_a_second_loss_is_told_anew(self, world: World) -> None:
        emma = await broken(world)
        await settings(world, emma, Alert_channel=GENERAL)
        assert await world.tick() == 1
        world.sandbox.workplace.remove_bot("general")
        world.sandbox.move_day(days=4)
        assert await world.tick() == 0
        await world.tick()
        world.sandbox.refusals.clear()
        assert ["#clarke-alerts" in one.text for one in warnings(emma)] == [True, False]

    async def test_all_partners_of_a_channel_are_told(self, world: World) -> None:
        await given.newcomer(world, "Olivia Stone")
        olivia = await given.partner(world, "Olivia", company="Stone IT", mail_account="olivia@stone.example")
        await given.alerts_in(world, "clarke-alerts", "Olivia")
        emma = await broken(world)
        assert ["Clarke & Sons" in one.text for one in warnings(emma)] == [True]
        assert ["Stone IT" in one.text for one in warnings(olivia)] == [True]
        assert len(warnings(world.person("Ben"), REVIEWS)) == 2

    async def test_members_are_not_told(self, world: World) -> None:
        emma = await warned.partner(world)
        await given.newcomer(world, "Olivia Stone")
        await given.member(world, "Olivia")
        await trial(world, 7)
        archive(world)
        await world.tick()
        await world.tick()
        world.sandbox.refusals.clear()
        assert len(warnings(emma)) == 1
        owed = [one for one in await given.rows(world, OutgoingMessage) if "gone" in one.kind]
        assert {one.recipient for one in owed} == {emma.user.id, ""}

    @pytest.mark.parametrize(
        ("language", "name", "words"),
        [
            ("fr", "Camille", "Les alertes pour Clarke & Sons n’arrivent plus."),
            ("de", "Jonas", "Die Benachrichtigungen für Clarke & Sons kommen nicht mehr an."),
        ],
    )
    async def test_in_the_language_of_the_admin(self, world: World, language: str, name: str, words: str) -> None:
        emma = await warned.partner(world)
        await given.known(world, name)
        await given.member(world, name)
        await given.change_role(world, name, "admin")
        await trial(world, 7)
        archive(world)
        await world.tick()
        await world.tick()
        world.sandbox.refusals.clear()
        assert words in world.person(name).last_message("DM").text
        assert len(warnings(emma)) == 1


async def test_a_token_that_was_taken_back_loses_nothing(world: World) -> None:
    """Nobody can be told while the app is away; what waited comes once it is back."""
    emma = await warned.partner(world)
    await trial(world, 7)
    await world.quiet()
    world.sandbox.workplace.uninstall()
    await world.quiet()
    for _ in range(2):
        assert await world.tick() == 0
    assert await warned.statuses(world) == ["waiting"]
    assert told(emma) == []
    world.sandbox.refusals.clear()
    cast.install(world.sandbox.core.world, world.sandbox.core.world.home, 0)
    await emma.command("/partner-settings")
    assert "I have been removed from the workspace" in emma.modal.text
    await emma.click("Test")
    assert "last delivered on" in emma.modal.text
    await emma.close()
    assert await world.tick() == 1
    assert len([message for message in told(emma) if "Müller" in message.text]) == 1


class TestTrying:
    async def test_the_test_button_posts_and_shows_that_it_did(self, world: World) -> None:
        emma = await warned.partner(world)
        await emma.command("/partner-settings")
        assert "#clarke-alerts: Nothing has been posted in it yet." in emma.modal.text
        await emma.click("Test")
        await emma.sees("This is a test. Alerts arrive here.", where=CHANNEL)
        assert "last delivered on" in emma.modal.text

    @LOSSES
    async def test_it_shows_what_is_wrong(self, world: World, lose: Any, reason: str) -> None:
        emma = await warned.partner(world)
        lose(world)
        await emma.command("/partner-settings")
        await emma.click("Test")
        await emma.sees("nothing has arrived since")
        assert reason in emma.modal.text
        world.sandbox.refusals.clear()
        await world.tick()
        assert len(warnings(emma)) == 1

    async def test_without_a_channel_there_is_nothing_to_test(self, world: World) -> None:
        emma = await given.partner(world)
        await emma.command("/partner-settings")
        assert "Test" not in emma.modal.buttons

    async def test_members_see_how_it_fares(self, world: World) -> None:
        await broken(world)
        await given.newcomer(world, "Olivia Stone")
        olivia = await given.member(world, "Olivia")
        await olivia.command("/partner-settings")
        assert "nothing has arrived since" in olivia.modal.text
        assert olivia.modal.buttons == []


class TestChoosing:
    async def test_no_alerts_on_weekends(self, world: World) -> None:
        emma = await warned.partner(world)
        friday = warned.today(world) + timedelta(days=(4 - warned.today(world).weekday()) % 7 or 7)
        ticked = ["Tell us when a trial has ended", "No alerts on Saturdays and Sundays"]
        await settings(world, emma, Also=ticked, Days_before_a_renewal="7, 1")
        assert (await the_partner(world)).skips_weekends
        world.sandbox.move_day(to=friday)
        await subscription(world, 8, "Saturday Ltd", "saturday.example")  # 7 days before is a Saturday
        await subscription(world, 2, "Sunday Ltd", "sunday.example")  # 1 day before is a Saturday, and Monday too late
        sent = []
        for _ in range(4):
            sent.append(await world.tick())
            world.sandbox.move_day(days=1)
        assert sent == [1, 1, 0, 1]
        names = [message.text.split(" Ltd")[0].split()[-1] for message in told(emma)]
        assert names == ["Sunday", "Sunday", "Saturday"]
        assert "renews in 5 days" in told(emma)[-1].text
        assert "late" not in told(emma)[-1].text

    async def test_quiet_days(self, world: World) -> None:
        emma = await warned.partner(world)
        day = warned.today(world)
        quiet = [day + timedelta(days=1), day + timedelta(days=2)]
        await settings(world, emma, Days_without_alerts=f"{quiet[1]:%d/%m/%Y}; {quiet[0]}")
        await emma.command("/partner-settings")
        assert emma.modal.fields["Days without alerts"] == "18 Nov 2026, 19 Nov 2026"
        await emma.close()
        await subscription(world, 8)
        sent = []
        for _ in range(3):
            world.sandbox.move_day(days=1)
            sent.append(await world.tick())
        assert sent == [0, 0, 1]

    async def test_days_of_ones_own(self, world: World) -> None:
        emma = await warned.partner(world)
        await settings(world, emma, Days_before_a_renewal="5 2")
        await emma.command("/partner-settings")
        assert emma.modal.fields["Days before a renewal"] == "5, 2"
        await emma.close()
        await subscription(world, 7)
        sent = [await world.tick()]
        for _ in range(7):
            world.sandbox.move_day(days=1)
            sent.append(await world.tick())
        assert sent == [0, 0, 1, 0, 0, 1, 0, 0]

    @pytest.mark.parametrize(
        ("label", "left"), [("Days before a renewal", 7), ("Days after a renewal that was missed", -3)]
    )
    async def test_an_empty_field_switches_a_kind_off_and_no_other(self, world: World, label: str, left: int) -> None:
        emma = await warned.partner(world)
        await settings(world, emma, **{label: None})
        await emma.command("/partner-settings")
        assert emma.modal.fields[label] == ""
        await emma.close()
        await subscription(world, left)
        await trial(world, 3, "Trial Ltd", "trial.example")
        assert await world.tick() == 1
        assert "Trial Ltd" in told(emma)[-1].text

    async def test_a_kind_that_comes_once_is_switched_off_by_its_tick(self, world: World) -> None:
        emma = await warned.partner(world)
        await settings(world, emma, Also=["Tell us when a domain's proof is gone"])
        await trial(world, -1)
        assert await world.tick() == 0

    @pytest.mark.parametrize(
        ("label", "typed", "words"),
        [
            ("Days before a trial ends", "seven", "whole numbers of days"),
            ("Days before a renewal", "30, -1", "whole numbers of days"),
            ("Days before a renewal", "0000999999", "whole numbers of days"),
            ("Days after a renewal that was missed", "1.5", "whole numbers of days"),
            ("Days without a proof of the domain", "400", "whole numbers of days"),
            ("Days before a renewal", " ".join(str(number) for number in range(30)), "too long"),
            ("Days without alerts", "24.12.", "24 Dec 2026 or 2026-12-24"),
            ("Days without alerts", "2026-02-30", "24 Dec 2026 or 2026-12-24"),
        ],
    )
    async def test_what_cannot_be_read_is_answered_at_its_field(
        self, world: World, label: str, typed: str, words: str
    ) -> None:
        emma = await warned.partner(world)
        await settings(world, emma, **{label: typed})
        assert list(emma.modal.errors) == [label]
        assert words in emma.modal.errors[label]
        partner = await the_partner(world)
        assert (partner.alert_days, partner.quiet_days) == ("", "")

    async def test_without_a_channel_alerts_wait_for_one(self, world: World) -> None:
        """Whoever takes the channel away for a moment loses nothing either."""
        emma = await warned.partner(world)
        await trial(world, 7)
        world.sandbox.faults.fail("chat.postMessage")
        assert await world.tick() == 0
        await settings(world, emma, Alert_channel=None)
        world.sandbox.move_day(days=1)
        assert await world.tick() == 0
        await settings(world, emma, Alert_channel=GENERAL)
        assert await world.tick() == 1


async def test_a_rehearsal_says_what_would_be_sent_to_whom_and_why(world: World, sqlite_address: str) -> None:
    emma = await warned.partner(world)
    await trial(world, 3, "Trial Ltd", "trial.example")
    await subscription(world, -5, "Overdue Ltd", "overdue.example")
    await subscription(world, 40, "Later Ltd", "later.example")
    channel = world.sandbox.workplace.channel("clarke-alerts").id
    day = warned.today(world)
    output = await run_alerts(world, sqlite_address, "--dry-run")
    said = [line for line in output.splitlines() if "→" in line]
    whom, ago, left = f"Clarke & Sons → channel {channel}", day - timedelta(days=5), day + timedelta(days=3)
    assert said == [
        f"{whom}: overdue.example, overdue on {ago} (3 days after, late)",
        f"{whom}: trial.example, trial on {left} (3 days before)",
    ]
    assert "2 would be sent; nothing was." in output
    assert await given.rows(world, Alert) == []
    assert told(emma) == []


async def the_partner(world: World) -> Partner:
    (partner,) = await given.rows(world, Partner)
    return partner
