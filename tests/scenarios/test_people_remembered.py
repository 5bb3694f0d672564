"""Somebody who asked a moment ago is remembered; what has changed meanwhile counts all the same."""

from programme import people
from tests.desk import World
from tests.programme.test_review_queue import statements
from tests.scenarios import given


async def test_a_second_command_looks_nobody_up(world: World) -> None:
    emma = await given.partner(world)
    sent = []
    for _ in range(2):
        with statements(world.bot.desk.store) as these:
            await emma.command("/partner-customers")
        sent.append(len(these))
    assert sent[1] == sent[0] - 1


async def test_a_new_language_in_slack_counts_from_the_next_click(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner-customers")
    assert emma.modal.title == "My customers"
    world.sandbox.workplace.change_person("Emma", locale="fr-FR")
    await world.quiet()
    await emma.command("/partner-customers")
    assert emma.modal.title == "Mes clients"


async def test_whoever_is_gone_is_refused_at_once_though_another_process_heard_of_it(world: World) -> None:
    emma = await given.partner(world)
    await given.customer(world)
    await emma.command("/partner-customers")
    assert "mueller.example" in emma.modal.text
    await emma.close()
    await people.deactivate(world.bot.desk, given.actor(world, "Emma"))
    await emma.command("/partner-customers")
    assert not emma.has_modal
    assert "mueller.example" not in emma.last_message().text
