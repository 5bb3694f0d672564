"""Whoever types another partner's domain reads what they would read if nobody had it (mission row 20)."""

import pytest

from sandbox import Person
from tests.desk import World
from tests.scenarios import given

THEIRS, NOBODYS = "mueller.example", "nowhere.example"
COMMANDS = ("/partner-manage", "/partner-verify", "/partner-extend-trial")
TOLD = {
    "Emma": ("You have no customer with the domain", "Nothing found for"),
    "Camille": ("Vous n’avez aucun client avec le domaine", "Aucun résultat pour"),
    "Jonas": ("Sie haben keinen Kunden mit der Domäne", "Nichts gefunden für"),
}


async def told(person: Person, command: str, domain: str) -> str:
    """What a command with a domain is answered, the domain itself left out."""
    await person.command(f"{command} {domain}", channel="#general")
    answer = person.last_message("#general")
    assert answer.ephemeral
    assert domain in answer.text
    return answer.text.replace(domain, "DOMAIN")


@pytest.mark.parametrize("name", TOLD)
async def test_the_commands_say_the_same_of_another_partners_customer_and_of_none(world: World, name: str) -> None:
    person = await given.partner(world, name)
    await given.partner(world, "Priya")
    await given.verified(world, "Priya", THEIRS, organisation="Müller GmbH")
    unknown, nothing = TOLD[name]
    for command in COMMANDS:
        theirs = await told(person, command, THEIRS)
        assert unknown in theirs
        assert theirs == await told(person, command, NOBODYS)

    lists = []
    for domain in (THEIRS, NOBODYS):
        await person.command(f"/partner-customers {domain}")
        lists.append(person.modal.text.replace(domain, "DOMAIN"))
        assert nothing in lists[-1]
        assert "Müller" not in lists[-1]
        await person.close()
    assert lists[0] == lists[1]
