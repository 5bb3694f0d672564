"""The application form, filled in wrongly, twice, or by those who need none (mission rows 1 to 8)."""

import random
from datetime import timedelta
from typing import Any

import pytest

from programme import applications
from programme.people import Description, describe
from sandbox import Person
from storage.models import Application
from tests.desk import APPLICATION, World
from tests.programme.test_forms import ODD
from tests.scenarios import given

# Block, what it holds, what is said about it.
PAST_SLACK: list[tuple[str, dict[str, Any], str]] = [
    ("terms", {"selected_options": []}, "Please accept the terms and conditions to go on."),
    ("company", {"value": "  \n "}, "Please fill this in."),
    ("company", {"value": "C" * 201}, "This is too long. Please shorten it."),
    ("company", {"value": "Clarke\x00"}, "There are characters in this text that cannot be read."),
    ("experience", {"value": "e" * 2501}, "This is too long. Please shorten it."),
    ("mail_account", {"value": "a@b.example\nBcc: c@d.example"}, "Please type one e-mail address"),
    ("mail_account", {"value": "a@b.example, c@d.example"}, "Please type one e-mail address"),
    ("mail_account", {"value": "Emma <emma@clarke.example>"}, "Please type one e-mail address"),
    ("website", {"value": "javascript:alert(1)"}, "Please type a web address"),
    ("website", {"value": "https://clarke.example/<!channel>"}, "Please type a web address"),
    ("country", {"selected_option": {"value": "ZZ"}}, "Please choose a country from the list."),
    ("company_size", {"selected_option": {"value": "2-3"}}, "Please choose one from the list."),
    ("contact_name", {"value": " "}, "Please fill this in."),
    ("contact_email", {"value": "emma"}, "Please type one e-mail address"),
    ("contact_phone", {"value": "0113 496 0123 ext. 7"}, "without an extension, such as +44 121 234 5678."),
    ("postal_code", {"value": "59000"}, "One of its codes is EC1Y 8SY."),
    ("postal_code", {"value": ""}, "Your country has postal codes: please type yours, such as EC1Y 8SY."),
    ("expertise", {"selected_option": {"value": "gardening"}}, "Please choose one from the list."),
]


async def form(world: World, name: str = "Emma", **answers: Any) -> Person:
    """Somebody with the form filled in before them."""
    person = world.person(name)
    await person.command("/partner-apply")
    await person.fill_many(APPLICATION | answers)
    return person


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(world: World) -> None:
    emma = await form(world)
    await emma.fill("Website", "our shop in Leeds")
    await emma.fill("Your mail account with Nordlicht", "emma@clarke..example")
    await emma.submit()
    assert emma.modal.errors == {
        "Website": "Please type a web address, such as https://dupont.example.",
        "Your mail account with Nordlicht": "Please type one e-mail address, such as name@dupont.example.",
    }
    assert emma.modal.fields["Company"] == "Weber IT GmbH"
    assert emma.modal.fields["Country"] == "Germany"
    assert await given.rows(world, Application) == []
    await emma.fill("Website", "clarke.example")
    await emma.fill("Your mail account with Nordlicht", "emma@clarke.example")
    await emma.submit()
    assert "We have your application for Weber IT GmbH" in emma.modal.text
    (application,) = await given.rows(world, Application)
    assert application.website == "https://clarke.example"
    assert application.contact_name == "Emma"
    assert application.contact_phone == "+493023125000"
    assert application.city == "Köln"


async def test_nothing_goes_out_while_something_is_missing(world: World) -> None:
    emma = await form(world)
    for label in ("Company", "Country", "Your experience", "Terms and conditions"):
        await emma.fill(label, None)
        await emma.submit()
        assert set(emma.modal.errors) == {label}
        await emma.fill(label, APPLICATION[label])
    assert await given.rows(world, Application) == []


async def test_what_slack_lets_through_is_checked_again(world: World) -> None:
    emma = world.person("Emma")
    await emma.command("/partner-apply")
    for block, state, answer in PAST_SLACK:
        reply = await given.submit_forged(world, emma, **given.filled_application(**{block: state}))
        assert reply.body["response_action"] == "errors", (block, state)
        assert list(reply.body["errors"]) == [block]
        assert answer in reply.body["errors"][block]
    assert await given.rows(world, Application) == []


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_is_sent_the_form_answers(world: World, seed: int) -> None:
    """Past all that Slack checks: the fields that will not do are named, or everything is kept."""
    chance = random.Random(seed)
    emma = world.person("Emma")
    await emma.command("/partner-apply")
    for _ in range(12):
        forged = {field: odd_state(chance, state) for field, state in given.filled_application().items()}
        some = dict(chance.sample(sorted(forged.items()), k=chance.randint(1, len(forged))))
        reply = await given.submit_forged(world, emma, **given.filled_application(**some))
        if reply.body["response_action"] == "errors":
            assert reply.body["errors"].keys() <= some.keys() | {"postal_code"}
            assert all(reply.body["errors"].values())
            continue
        assert reply.body["response_action"] == "update"
        await applications.withdraw(world.bot.desk, given.actor(world, "Emma"))
        await emma.close()
        await emma.command("/partner-apply")
    statuses = [one.status for one in await given.rows(world, Application)]
    assert set(statuses) <= {"withdrawn"}


def odd_state(chance: random.Random, state: dict[str, Any]) -> dict[str, Any]:
    """A state of the same kind of element with something in it that nobody types."""
    text = "".join(chance.choices(ODD, k=chance.choice((0, 1, 3, 4000))))
    if "value" in state:
        return {"value": chance.choice((text, state["value"] + text, None))}
    if "selected_option" in state:
        return {"selected_option": chance.choice(({"value": text}, None))}
    return {"selected_options": chance.choice(([{"value": text}], [], None))}


async def test_the_receipt_says_by_when(world: World) -> None:
    emma = await form(world)
    await emma.submit()
    due = world.bot.desk.clock.now() + timedelta(days=7)
    by = f"{due:%A}, {due.day} {due:%B} {due.year}".replace(",", "")
    assert f"you will hear from us here by {by}" in emma.modal.text.replace(",", "")
    assert "does not guarantee" in emma.modal.text
    kept = await emma.sees("We have your application", where="DM")
    assert by in kept.text.replace(",", "")


async def test_a_second_application_has_to_wait_for_the_first(world: World) -> None:
    await given.applicant(world)
    emma = world.person("Emma")
    await emma.command("/partner-apply", channel="#general")
    assert emma.modal.title == "My application"
    assert "We have the application of Clarke & Sons" in emma.modal.text
    assert emma.modal.buttons == ["Withdraw my application"]
    assert "partners@nordlicht.example" in emma.modal.text


async def test_two_submissions_at_once_are_one_application(world: World) -> None:
    emma = await form(world)
    assert await given.submit_at_once(world, emma, 3) == ["push", "push", "update"]
    assert len(await given.rows(world, Application)) == 1
    cards = [one for one in world.person("Ben").messages("#partner-reviews") if "Weber IT GmbH" in one.text]
    assert len(cards) == 1
    assert len([one for one in emma.messages("DM") if "We have your application" in one.text]) == 1


async def test_a_form_that_lay_open_too_long_tells_of_the_other_application(world: World) -> None:
    emma = await form(world)
    await given.applicant(world)
    await emma.submit()
    assert emma.modal.title == "Please note"
    assert "We already have your application for Clarke & Sons" in emma.modal.text
    assert len(await given.rows(world, Application)) == 1
    await emma.click("Show my application")
    assert "We have the application of Clarke & Sons" in emma.modal.text


async def test_a_partner_needs_no_application(world: World) -> None:
    emma = await given.partner(world)
    await emma.command("/partner-apply", channel="#general")
    assert not emma.has_modal
    assert "You are a partner already, with Clarke & Sons" in emma.last_message("#general").text


async def test_who_was_rejected_reads_why_and_may_apply_again(world: World) -> None:
    await given.applicant(world)
    ben = world.person("Ben")
    await ben.click("Reject", where="#partner-reviews")
    await ben.fill("Note to the applicant", "Please show us *two* references.")
    await ben.submit()
    assert not ben.has_modal
    emma = world.person("Emma")
    told = await emma.sees("Please show us *two* references.", where="DM")
    assert "We could not accept the application of Clarke & Sons" in told.text
    assert "Reason: Not enough detail" in told.text
    home = await emma.home()
    assert "Please show us *two* references." in home.text
    await emma.click("Apply again")
    await emma.fill_many(APPLICATION)
    await emma.submit()
    assert "We have your application for Weber IT GmbH" in emma.modal.text
    assert sorted(one.status for one in await given.rows(world, Application)) == ["open", "rejected"]


async def test_a_rejection_needs_a_reason(world: World) -> None:
    await given.applicant(world)
    ben = world.person("Ben")
    await ben.click("Reject", where="#partner-reviews")
    reply = await given.submit_forged(world, ben, note={"value": "   "})
    assert reply.body["errors"] == {"note": "Please fill this in."}
    (application,) = await given.rows(world, Application)
    assert application.status == "open"


async def test_somebody_whom_slack_does_not_describe_is_asked_to_try_again(world: World) -> None:
    world.sandbox.faults.fail("users.info", times=2)
    emma = world.person("Emma")
    await emma.command("/partner-apply", channel="#general")
    assert "Please try again in a minute" in emma.last_message("#general").text
    world.sandbox.faults.clear()
    await emma.command("/partner-apply")
    assert emma.modal.title == "Become a partner"


async def test_somebody_deactivated_gets_nothing(world: World) -> None:
    described = Description("Emma", "en-GB", "Europe/London", is_deactivated=True)
    await describe(world.bot.desk, given.actor(world, "Emma"), described)
    emma = world.person("Emma")
    emma.user.deactivated = True
    await emma.command("/partner-apply", channel="#general")
    assert not emma.has_modal
