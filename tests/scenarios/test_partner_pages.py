"""The partners' pages, for reviewers in three languages; and what a partner hears and sees of what they do there."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy import update

from handlers.reader import Reader
from programme.partner_settings import AlertSettings, change_settings
from storage.models import ChannelHealth, CommissionRate, Member, OutgoingMessage, Partner
from tests.desk import World
from tests.scenarios import given
from tests.scenarios.partner_page import on_page, press_unseen, the_partner
from tests.scenarios.test_review_queue import NO, READERS, reader_of, reviewer

CHANGES = ["Change commission", "Name an admin", "Suspend"]


@pytest.mark.parametrize("name", READERS)
async def test_a_partner_is_found_by_company_domain_and_person(world: World, name: str) -> None:
    person = await reviewer(world, name)
    await given.partner(world, "Emma")
    await given.partner(world, "Jonas", company="Weber IT GmbH")
    await given.customer(world, "Jonas", "mueller.example")
    reader = reader_of(person)
    words, one = reader.text("Company, or a customer's domain"), reader.text("One of its people")
    await person.command("/partner-review")
    await person.click(reader.text("Partners"))
    assert person.modal.title == reader.text("Partners")
    assert person.modal.text.index("Clarke & Sons") < person.modal.text.index("Weber IT GmbH")
    for typed, company in [("WEB", "Weber"), ("clarke and", None), ("Mueller.example", "Weber"), ("clarke", "Clarke")]:
        await person.fill(words, typed)
        await person.submit()
        if company is None:
            assert reader.text("No partner fits this search.") in person.modal.text
        else:
            assert person.modal.buttons.count(reader.text("Open")) == 1
            assert company in person.modal.text
    await person.fill(words, None)
    await person.fill(one, "Jonas")
    await person.submit()
    assert "Weber" in person.modal.text
    assert "Clarke" not in person.modal.text
    await person.click(reader.text("Applications"))
    assert person.modal.title == reader.text("Applications")
    assert world.sandbox.refusals == []


@pytest.mark.parametrize("name", READERS)
async def test_a_page_says_all_that_is_known(world: World, name: str) -> None:
    person = await reviewer(world, name)
    await given.partner(world, "Emma")
    await given.member(world, "Priya")
    await given.verified(world, "Emma", "mueller.example")
    await given.alerts_in(world, "clarke-alerts", "Emma")
    reader = await on_page(world, person)
    assert person.modal.title == reader.text("Partner page")
    partner = await the_partner(world)
    shown = person.modal.text
    for words in (
        "Clarke & Sons", "Workplace", "English", "Europe/London", "@Emma Clarke", "@Priya Nair",
        reader.moment(partner.created_at), reader.percent(Decimal(15)),
        {"en": "European Union", "fr": "Union européenne", "de": "Europäische Union"}[reader.language],
    ):  # fmt: skip
        assert words in shown, (words, shown)
    assert world.sandbox.refusals == []


@pytest.mark.parametrize(
    ("health", "words"),
    [
        ({}, "nothing delivered yet"),
        ({"delivered": True}, "works"),
        ({"delivered": True, "broken": True}, "broken since"),
    ],
)
async def test_a_page_says_how_the_alert_channel_fares(world: World, health: dict[str, bool], words: str) -> None:
    ben = await reviewer(world, "Ben")
    await given.partner(world, "Emma")
    await given.alerts_in(world, "clarke-alerts", "Emma")
    partner, now = await the_partner(world), world.bot.desk.clock.now()
    async with world.bot.desk.store.write() as session:
        place = {"workspace_id": partner.alert_workspace, "channel": partner.alert_channel}
        await session.merge(
            ChannelHealth(
                **place,
                delivered_at=now if health.get("delivered") else None,
                broken_since=now if health.get("broken") else None,
            )
        )
    await on_page(world, ben)
    assert words in ben.modal.text


@pytest.mark.parametrize("name", READERS)
async def test_suspending_and_reinstating(world: World, name: str) -> None:
    person, camille = await reviewer(world, name), await given.partner(world, "Camille", company="Laurent Conseil")
    hugo = await given.member(world, "Hugo", of="Camille")
    reader = await on_page(world, person, "Laurent Conseil")
    await person.click(reader.text("Suspend"))
    await person.submit()
    assert list(person.modal.errors) == [reader.text("Reason")]
    await person.fill(reader.text("Reason"), "Payments are *missing* <!channel>.")
    await person.submit()
    assert person.modal.title == reader.text("Partner page")
    suspended_at = (await the_partner(world)).suspended_at
    assert suspended_at is not None
    assert reader.mrkdwn(":no_entry: suspended since {when}", when=reader.moment(suspended_at)) in person.modal.text
    assert "Payments are *missing* <!channel>." in person.modal.text

    told = camille.last_message("DM")
    assert "Le partenariat de Laurent Conseil est suspendu." in told.text
    assert "Payments are *missing* <!channel>." in told.text
    assert told.pings == []
    assert not any("suspendu" in one.text for one in hugo.messages("DM"))
    for one in (camille, hugo):
        await one.command("/partner", channel="#general")
        place = one.last_message("#general").text
        assert "Votre partenariat est suspendu" in place
        assert "Payments are *missing* <!channel>." in place
        assert "partners@nordlicht.example" in place

    question = await person.click(reader.text("Reinstate"))
    assert question is not None
    assert reader.text("Reinstate this partner?") in question
    assert reader.text("Suspend") in person.modal.buttons
    assert "Le partenariat de Laurent Conseil reprend." in camille.last_message("DM").text
    assert (await the_partner(world)).status == "active"
    assert world.sandbox.refusals == []


@pytest.mark.parametrize("name", READERS)
async def test_changing_the_commission(world: World, name: str) -> None:
    person, jonas = await reviewer(world, name), await given.partner(world, "Jonas", company="Weber IT GmbH")
    reader = await on_page(world, person, "Weber IT")
    today = world.bot.desk.clock.now().date()
    await person.click(reader.text("Change commission"))
    percent, day = reader.text("New commission in percent"), reader.text("From this day on")
    await person.fill(percent, "a lot")
    await person.fill(day, today - timedelta(days=2))
    await person.submit()
    assert person.modal.errors == {
        percent: reader.text("Please type a number with up to two decimals, such as 12.5."),
        day: reader.text("This day is over. Please choose today or a later day."),
    }
    later = today + timedelta(days=40)
    await person.fill(percent, "12,5 %")
    await person.fill(day, later)
    await person.submit()
    assert person.modal.title == reader.text("Partner page")
    for words in (reader.percent(Decimal(15)), reader.percent(Decimal("12.5")), reader.day(later)):
        assert words in person.modal.text
    german = Reader("de", "Europe/Berlin")
    assert f"Die Provision von Weber IT GmbH beträgt ab dem {german.day(later)} 12,5" in jonas.last_message("DM").text
    rates = [(rate.valid_from, rate.basis_points) for rate in await given.rows(world, CommissionRate)]
    assert (later, 1250) in rates
    assert world.sandbox.refusals == []


@pytest.mark.parametrize("name", READERS)
async def test_naming_an_admin(world: World, name: str) -> None:
    person = await reviewer(world, name)
    await given.partner(world, "Emma")
    await given.known(world, "Priya")
    reader = await on_page(world, person)
    await person.click(reader.text("Name an admin"))
    await person.fill(reader.text("New admin"), "Priya")
    await person.submit()
    assert person.modal.title == reader.text("Partner page")
    assert "@Priya Nair" in person.modal.text
    found = [member.role for member in await given.rows(world, Member)]
    assert found == ["admin", "admin"]
    assert world.sandbox.refusals == []


@pytest.mark.parametrize("name", READERS)
async def test_the_trail_says_who_did_what_when(world: World, name: str) -> None:
    person = await reviewer(world, name)
    await given.partner(world, "Emma")
    await given.customer(world, "Emma", "mueller.example")
    for hour in range(10, 19):
        wanted = AlertSettings("C1", hour, "en", "UTC")
        await change_settings(world.bot.desk, given.actor(world, "Emma"), wanted)
    reader = await on_page(world, person)
    await person.click(reader.text("Suspend"))
    await person.fill(reader.text("Reason"), "Payments.")
    await person.submit()
    await person.click(reader.text("What was done"))
    first = person.modal.text
    name_of = f"@{person.name}"
    assert reader.text("{who} has suspended the partner.", who=name_of) in first
    assert reader.text("{label}: {value}", label=reader.text("reason"), value="Payments.") in first
    assert reader.text("{label}: {value}", label=reader.text("hour of the alerts"), value="17 → 18") in first
    await person.click(reader.text("Next"))
    second = person.modal.text
    assert reader.text("{who} has added the customer {domain}.", who="@Emma Clarke", domain="mueller.example") in second
    assert reader.text("{who} has accepted the partner.", who="@Ben Okafor") in second
    await person.click(reader.text("Previous"))
    assert person.modal.text == first
    assert world.sandbox.refusals == []


class TestNobodyElse:
    @pytest.mark.parametrize("act", [*CHANGES, "What was done"])
    async def test_opens_anything_after_leaving(self, world: World, act: str) -> None:
        ben = await reviewer(world, "Ben")
        await given.partner(world, "Emma")
        await on_page(world, ben)
        world.sandbox.workplace.channel("partner-reviews").members.remove(ben.user.id)
        await ben.click(act)
        assert NO in ben.modal.text

    @pytest.mark.parametrize("act", CHANGES)
    async def test_sends_a_form_after_leaving(self, world: World, act: str) -> None:
        ben = await reviewer(world, "Ben")
        await given.partner(world, "Emma")
        await given.known(world, "Priya")
        await on_page(world, ben)
        await ben.click(act)
        fields: dict[str, Any] = {
            "Change commission": {"New commission in percent": "20"},
            "Name an admin": {"New admin": "Priya"},
            "Suspend": {"Reason": "No."},
        }
        await ben.fill_many(fields[act])
        world.sandbox.workplace.channel("partner-reviews").members.remove(ben.user.id)
        await ben.submit()
        assert NO in ben.modal.text
        assert (await the_partner(world)).status == "active"
        assert len(await given.rows(world, CommissionRate)) == len(await given.rows(world, Member)) == 1

    @pytest.mark.parametrize("action", ["list", "open", "suspend", "reinstate", "rate", "admin", "trail"])
    async def test_a_guest_in_the_channel_does_nothing(self, world: World, action: str) -> None:
        await given.partner(world, "Emma")
        greta = await given.known(world, "Greta")
        world.sandbox.workplace.invite("partner-reviews", "Greta")
        await world.quiet()
        await press_unseen(world, greta, f"partners.{action}", (await the_partner(world)).id)
        assert NO in greta.modal.text
        assert (await the_partner(world)).status == "active"

    async def test_nobody_changes_their_own_partner(self, world: World) -> None:
        ben = await reviewer(world, "Ben")
        await given.partner(world, "Emma")
        await given.member(world, "Ben", of="Emma")
        await on_page(world, ben)
        assert ben.modal.buttons == ["What was done"]
        assert "Another reviewer has to change it." in ben.modal.text


async def test_two_reviewers_suspend_at_once(world: World) -> None:
    ben, emma = await reviewer(world, "Ben"), await given.partner(world, "Emma")
    await on_page(world, ben)
    await ben.click("Suspend")
    await ben.fill("Reason", "No.")
    view, filled = ben.modal.view, given.state_of(ben)
    await asyncio.gather(*(world.sandbox.acts.submit(ben.user, view, filled) for _ in range(5)))
    await world.quiet()
    messages = [one for one in await given.rows(world, OutgoingMessage) if one.kind == "partner_changed"]
    assert len(messages) == 1
    assert len([one for one in emma.messages("DM") if "is suspended" in one.text]) == 1


async def test_a_click_on_reinstate_that_came_too_late_changes_nothing(world: World) -> None:
    ben, anna = await reviewer(world, "Ben"), await reviewer(world, "Anna")
    await given.partner(world, "Emma")
    await on_page(world, ben)
    await ben.click("Suspend")
    await ben.fill("Reason", "No.")
    await ben.submit()
    german = await on_page(world, anna)
    await anna.click(german.text("Reinstate"))
    await given.press(world, ben, ben.modal, "Reinstate", times=3)
    messages = [one for one in await given.rows(world, OutgoingMessage) if one.kind == "partner_changed"]
    assert len(messages) == 2


TEXTS = st.text(st.characters(blacklist_categories=()), max_size=40)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(data=st.data())
async def test_whatever_is_sent_is_stored_or_refused_at_its_field(world: World, data: st.DataObject) -> None:
    ben = await reviewer(world, "Ben")
    if not await given.rows(world, Partner):
        await given.partner(world, "Emma")
    async with world.bot.desk.store.write() as session:
        calm = {"status": "active", "suspended_at": None, "suspension_reason": None}
        await session.execute(update(Partner).values(**calm))
    while ben.has_modal:
        await ben.close()
    await on_page(world, ben)
    form = data.draw(st.sampled_from(["Suspend", "Change commission"]), label="form")
    await ben.click(form)
    if form == "Suspend":
        sent: dict[str, Any] = {"reason": {"value": data.draw(st.none() | TEXTS)}}
    else:
        day = st.none() | TEXTS | st.dates(min_value=date(1, 1, 1)).map(str)
        sent = {"percent": {"value": data.draw(st.none() | TEXTS)}, "valid_from": {"selected_date": data.draw(day)}}
    answer = await given.submit_forged(world, ben, **sent)
    assert answer.problem is None
    body = answer.body or {}
    assert body.get("response_action") in (None, "errors"), body
    assert set(body.get("errors", {})) <= set(sent)
    assert "Something went wrong" not in str(body)
