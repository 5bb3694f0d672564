"""The main path, as its people walk it."""

from tests.desk import APPLICATION, World


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
    assert card.buttons == ["Approve", "Reject"]
