"""The main path, as its people walk it; the whole of it over HTTP and Socket Mode, on both databases."""

import pytest

from tests.desk import APPLICATION, CUSTOMER, Delivery, World, running_desk


async def test_an_applicant_gets_a_receipt_and_the_reviewers_a_card(world: World) -> None:
    emma = world.person("Emma")
    await emma.command("/partner-apply")
    await emma.fill_many(APPLICATION)
    await emma.submit()
    assert "We have your application for Weber IT GmbH" in emma.modal.text
    ben = world.person("Ben")
    card = await ben.sees("Weber IT GmbH", where="#partner-reviews")
    for value in ("Domstraße 7", "50668 Köln", "Germany", "jonas@weber.example", "Ten years of mail migrations"):
        assert value in card.text
    assert card.buttons == ["Approve", "Claim", "Ask for more", "Reject"]


@pytest.mark.parametrize("delivery", ["http", "socket"])
async def test_the_whole_path(address: str, delivery: Delivery) -> None:
    async with running_desk(address, delivery) as world:
        await _walk(world)
        assert world.sandbox.refusals == []


async def _walk(world: World) -> None:
    emma = await world.partner("Emma")
    letter = (await world.sandbox.mail.wait_for(to="jonas@weber.example"))[0]
    assert "https://store.nordlicht.example/partners" in letter.text
    assert "Approved by @Ben Okafor" in world.person("Ben").messages("#partner-reviews")[0].text

    world.sandbox.dns.add_zone("mueller.example")
    await emma.command("/partner-add mueller.example")
    await emma.fill_many({name: value for name, value in CUSTOMER.items() if name != "Domain"})
    await emma.submit()
    await emma.click("Verify")
    await emma.sees("neither record is there")
    (value,) = [line for line in emma.modal.text.splitlines() if line.startswith("nordlicht-verification=")]
    world.sandbox.dns.add("mueller.example", "TXT", value)
    await emma.click("Check now")
    await emma.sees("mueller.example is verified")
    await emma.close()

    await emma.command("/partner-customers")
    row = emma.modal
    for column in ("mueller.example", "Müller GmbH", "admin@mueller.example", "Workplace Standard", "12", "yearly"):
        assert column in row.text
    assert "Manage" in row.buttons
    assert "Verify" not in row.buttons
    await emma.close()

    await emma.command("/partner-extend-trial mueller.example")
    await emma.submit()
    await emma.sees("now ends on")
    await emma.close()

    await emma.command("/partner-settings")
    await emma.fill("Alert channel", "#general")
    await emma.submit()
    await emma.sees("will arrive here", where="#general")
    world.sandbox.move_day(days=27)
    assert await world.tick() == 1
    alert = await emma.sees("Müller GmbH", "the trial ends in 3 days", where="#general")
    assert alert.buttons == ["Manage", "Extend trial", "Assign to me"]
    assert await world.tick() == 0
    await emma.click("Extend trial", where="#general")
    await emma.sees("@Emma Clarke has extended the trial", where="#general")
