"""The alert channel as the settings try it out: greeted, tested, found broken and mended, in its own language."""

import pytest

from handlers.reader import Reader
from sandbox import Person
from sandbox.delivery import Envelope
from storage.models import ChannelHealth, Partner
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.test_review_queue import reader_of

CHANNEL = "#general"
NO_ADMIN = "Only an admin of your company can do this"


async def with_channel(world: World, name: str = "Emma", **settings: str) -> Person:
    person = await given.partner(world, name)
    await given.alerts_in(world, CHANNEL.removeprefix("#"), name, **settings)
    return person


async def broken(world: World, is_broken: bool = True) -> None:
    """The channel's health, as the last alert left it."""
    (partner,) = await given.rows(world, Partner)
    now = world.bot.desk.clock.now()
    place = {"workspace_id": partner.alert_workspace, "channel": partner.alert_channel}
    async with world.bot.desk.store.write() as session:
        await session.merge(ChannelHealth(**place, broken_since=now if is_broken else None, delivered_at=now))


async def is_broken(world: World) -> list[bool]:
    return [health.broken_since is not None for health in await given.rows(world, ChannelHealth)]


def greetings(person: Person) -> int:
    return len([one for one in person.messages(CHANNEL) if one.author == "Partner Desk" and ":bell:" in one.text])


async def test_a_broken_channel_that_is_chosen_again_is_greeted_again_and_works(world: World) -> None:
    emma = await with_channel(world)
    await broken(world)
    await emma.command("/partner-settings")
    await emma.submit()
    assert greetings(emma) == 1
    assert await is_broken(world) == [False]
    await emma.command("/partner-settings")
    await emma.submit()
    assert greetings(emma) == 1


@pytest.mark.parametrize("name", ["Emma", "Camille", "Jonas"])
async def test_the_channel_is_spoken_to_in_its_own_language(world: World, name: str) -> None:
    """Whoever chooses it or tries it out; they themselves go on reading their own."""
    person = await given.partner(world, name)
    reader = reader_of(person)
    channels = {"en": Reader("de"), "fr": Reader("en"), "de": Reader("fr")}[reader.language]
    await person.command("/partner-settings")
    await person.fill(reader.text("Alert channel"), CHANNEL)
    names = {"en": "English", "fr": "Français", "de": "Deutsch"}
    await person.fill(reader.text("Language of the alerts"), names[channels.language])
    await person.submit()
    greeting = channels.text(
        ":bell: *The alerts of {partner} will arrive here:* before a trial or a subscription ends, from {hour}:00 on.",
        partner="|", hour="",
    )  # fmt: skip
    assert greeting.partition("|")[0].strip("*: ").split("*")[-1] in person.last_message(CHANNEL).text
    await person.command("/partner-settings")
    await person.click(reader.text("Test"))
    assert channels.text(":bell: This is a test. Alerts arrive here.") in person.last_message(CHANNEL).text
    assert person.modal.title == reader.text("Settings")
    assert reader.text("Test") in person.modal.buttons


async def test_members_try_nothing_out(world: World) -> None:
    await with_channel(world)
    olivia = await given.newcomer(world, "Olivia Stone")
    await given.member(world, "Olivia")
    await olivia.command("/partner-settings")
    pressed = {"type": "button", "block_id": "b", "action_id": "settings.test", "value": "1"}
    acts = world.sandbox.acts
    payload = acts.payloads.view_action(olivia.user, olivia.modal.view, [pressed], {})
    await acts.send(Envelope("interactive", payload))
    await world.quiet()
    assert NO_ADMIN in olivia.modal.text
    assert greetings(olivia) == 0


async def test_who_may_not_save_is_told_that_and_nothing_of_the_channel(world: World) -> None:
    emma = await given.partner(world)
    world.sandbox.workplace.add_channel("our-alerts", ["Emma"], with_bot=False)
    await emma.command("/partner-settings")
    await emma.fill("Alert channel", "#our-alerts")
    await given.change_role(world, "Emma", "member")
    await emma.submit()
    assert NO_ADMIN in emma.modal.text


@pytest.mark.parametrize(
    ("error", "breaks"),
    [("is_archived", True), ("token_revoked", True), ("internal_error", False), ("ratelimited", False)],
)
async def test_a_test_that_does_not_arrive(world: World, error: str, breaks: bool) -> None:
    """For good: the channel is broken, and the page says so. For now: whoever tries is asked to try again."""
    emma = await with_channel(world)
    await broken(world, is_broken=False)
    await emma.command("/partner-settings")
    world.sandbox.faults.fail("chat.postMessage", error=error, times=1 if breaks else 4)
    await emma.click("Test")
    world.sandbox.faults.clear()
    assert await is_broken(world) == [breaks]
    assert ("Slack did not do its part" in emma.modal.text) is not breaks
    assert (emma.modal.title == "Settings") is breaks


async def test_slack_in_trouble_is_no_fault_of_the_channel(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner-settings")
    await emma.fill("Alert channel", CHANNEL)
    world.sandbox.faults.fail("conversations.info", times=4)
    await emma.submit()
    world.sandbox.faults.clear()
    assert "Slack did not do its part" in emma.modal.text
    (partner,) = await given.rows(world, Partner)
    assert partner.alert_channel is None


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("new_york", ["America/New York"]),
        ("NEW YORK", ["America/New York"]),
        ("Berlin", ["Europe/Berlin"]),
        ("utc", ["Etc/UTC"]),
        ("nowhere", []),
    ],
)
async def test_a_time_zone_is_found_however_it_is_typed(world: World, typed: str, offered: list[str]) -> None:
    assert await zones(world, typed) == offered


async def test_as_many_time_zones_are_offered_as_slack_takes(world: World) -> None:
    found = await zones(world, "")
    assert len(found) == 100
    assert found == sorted(found)


async def zones(world: World, typed: str) -> list[str]:
    emma = await given.partner(world)
    await emma.command("/partner-settings")
    block = next(one for one in emma.modal.blocks if one.get("block_id") == "time_zone")
    action = block["element"]["action_id"]
    answer = await world.sandbox.acts.options(emma.user, emma.modal.view, "time_zone", action, typed)
    return [one["text"]["text"] for one in answer.get("options", [])]
