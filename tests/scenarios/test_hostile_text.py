"""Names that would ping, link, format or split a header are shown as they are, everywhere."""

import html

from sandbox import Person
from sandbox.seen import SeenMessage, SeenModal
from storage.models import Customer
from tests.desk import APPLICATION, CUSTOMER, World
from tests.scenarios import given

HOSTILE = "<!channel> *x* <http://evil.example|click> & _y_ `z` ~s~ @here <@U0123>"


def is_literal(seen: SeenMessage | SeenModal, name: str = HOSTILE) -> bool:
    """Whether the name stands there as it was typed, and nothing on the screen leads to its address."""
    assert name in given.plain(seen.text), seen.describe()
    return not any("evil" in address for address in seen.screen.links.values())


async def hostile_partner(world: World) -> Person:
    emma = world.person("Emma")
    await emma.command("/partner-apply")
    await emma.fill_many(
        APPLICATION
        | {"Company": HOSTILE, "City": HOSTILE[:100], "Your experience": HOSTILE, "Street and number": HOSTILE}
    )
    await emma.submit()
    assert is_literal(emma.modal)
    await emma.close()
    return emma


async def test_a_company_with_a_hostile_name_is_shown_as_it_is(world: World) -> None:
    emma = await hostile_partner(world)
    receipt = await emma.sees("We have your application", where="DM")
    assert isinstance(receipt, SeenMessage)
    assert is_literal(receipt)
    assert HOSTILE in given.plain(receipt.notification)
    ben = world.person("Ben")
    card = await ben.sees("Answer due by", where="#partner-reviews")
    assert isinstance(card, SeenMessage)
    assert is_literal(card)
    assert given.plain(card.text).count(HOSTILE) == 4
    await ben.command("/partner-review")
    assert is_literal(ben.modal)
    await ben.click("Review")
    assert is_literal(ben.modal)
    await ben.click("Reject")
    assert is_literal(ben.modal)
    for _ in range(3):
        await ben.close()
    await ben.click("Approve", where="#partner-reviews")
    assert is_literal(ben.modal)
    await ben.fill("Note of welcome", HOSTILE)
    await ben.submit()
    welcome = await emma.sees("You are now a partner", where="DM")
    assert isinstance(welcome, SeenMessage)
    assert is_literal(welcome)
    home = await emma.home()
    assert HOSTILE in given.plain(home.text)
    await emma.command("/partner-customers")
    assert is_literal(emma.modal)
    await emma.close()
    await emma.command("/partner-apply", channel="#general")
    assert is_literal(emma.last_message("#general"))
    assert_nobody_was_alerted(world)


def assert_nobody_was_alerted(world: World) -> None:
    """By a name; the reviewers' card mentions the applicant and the reviewer on purpose."""
    assert set(world.sandbox.pings) <= {"@Emma Clarke", "@Ben Okafor"}


async def test_an_organisation_with_a_hostile_name_is_shown_as_it_is(world: World) -> None:
    emma = await given.partner(world)
    world.sandbox.dns.add_zone("mueller.example")
    await emma.command("/partner-add")
    await emma.fill_many(CUSTOMER | {"Organisation": HOSTILE})
    await emma.submit()
    assert is_literal(emma.modal)
    await emma.close()
    await emma.command("/partner-customers")
    assert is_literal(emma.modal)
    question = await emma.click("Extend trial", confirm=False)
    assert question is not None
    assert HOSTILE in question
    await emma.click("Extend trial")
    assert is_literal(emma.modal)
    await emma.close()
    await emma.command("/partner-manage mueller.example", channel="#general")
    assert is_literal(emma.last_message("#general"))
    await emma.command("/partner-extend-trial mueller.example")
    assert is_literal(emma.modal)
    await emma.submit()
    assert is_literal(emma.modal)
    await emma.close()
    (customer,) = await given.rows(world, Customer)
    await given.change(world, Customer, customer.id, verified_at=world.bot.desk.clock.now())
    await emma.command("/partner-verify mueller.example")
    await emma.sees("is verified")
    assert is_literal(emma.modal)
    await emma.click("Manage")
    assert is_literal(emma.modal)
    assert_nobody_was_alerted(world)


async def test_hostile_names_are_shown_as_they_are_in_alerts_and_reports(world: World) -> None:
    emma = await given.partner(world, company=HOSTILE)
    for number in range(5):
        await given.verified(world, domain=f"m{number}.example", organisation=HOSTILE)
    await given.alerts_in(world, "general")
    world.sandbox.move_day(days=12)
    await world.tick()
    alerts = [one for one in emma.messages("#general") if "evil" in one.text]
    assert alerts
    for alert in alerts:
        assert "<!channel> *x*" in given.plain(alert.text)
        assert alert.screen.links == {}
        assert "<!channel>" in given.plain(alert.notification)
    await emma.command("/partner-manage m0.example")
    await emma.click("Subscription")
    await emma.click("Start subscription")
    await emma.sees("Subscription")
    await emma.close()
    await emma.command("/partner-report 2000-01", channel="#general")
    year = world.bot.desk.clock.now().year + 1
    await emma.command(f"/partner-report {year}", channel="#general")
    report = await emma.sees("worth", where="#general")
    assert isinstance(report, SeenMessage)
    assert is_literal(report)
    assert_nobody_was_alerted(world)


async def test_words_of_a_search_and_of_a_domain_are_shown_as_they_are(world: World) -> None:
    emma = await given.partner(world)
    await emma.command(f"/partner-customers {HOSTILE}")
    assert is_literal(emma.modal)
    await emma.close()
    for command in ("/partner-verify", "/partner-manage", "/partner-extend-trial"):
        await emma.command(f"{command} {HOSTILE}", channel="#general")
        assert is_literal(emma.last_message("#general"))
    assert_nobody_was_alerted(world)


async def test_a_rejections_reason_is_shown_as_it_is(world: World) -> None:
    await given.applicant(world)
    ben, emma = world.person("Ben"), world.person("Emma")
    await ben.click("Reject", where="#partner-reviews")
    await ben.fill("Note to the applicant", HOSTILE)
    await ben.submit()
    told = await emma.sees("We could not accept", where="DM")
    assert isinstance(told, SeenMessage)
    assert HOSTILE in told.text
    assert is_literal(ben.last_message("#partner-reviews"))
    assert_nobody_was_alerted(world)


async def test_a_hostile_name_is_escaped_in_a_letter_and_splits_no_header(world: World) -> None:
    company = "Evil\r\nBcc: c@d.example\r\n\r\n<script>alert(1)</script> " + HOSTILE
    await given.partner(world, company=company, welcomed=True)
    (letter,) = await world.sandbox.mail.wait_for(to="emma@clarke.example")
    assert letter.recipients == ("emma@clarke.example",)
    assert "Bcc" not in letter.headers
    assert "\n" not in letter.subject
    assert "<script>" not in letter.html
    shown = "Evil Bcc: c@d.example <script>alert(1)</script> " + HOSTILE
    assert shown in " ".join(letter.text.split())
    assert shown in " ".join(html.unescape(letter.html).split())
    assert 'href="http://evil' not in letter.html
