"""Several people press at the same moment: one thing happens, once, and the others are told why not."""

import asyncio
from collections.abc import Awaitable
from datetime import date, timedelta

import pytest

from programme import (
    alerts,
    applications,
    customers,
    partner_settings,
    people,
    proof,
    renewals,
    review,
    subscriptions,
    trials,
)
from programme.desk import Actor, Desk
from programme.partner_settings import AlertSettings
from programme.refusals import Refused
from programme.verification import Finding, Outcome
from storage.models import Alert as AlertRow
from storage.models import (
    Application,
    Customer,
    Member,
    OutgoingMail,
    OutgoingMessage,
    Partner,
    Reviewer,
    TrialExtension,
)
from tests.programme import house
from tests.programme.house import APPLICATION, BEN, CUSTOMER, HOME, LEA, Clock, at_once

MANY = 8
FINDING = Finding(Outcome.VERIFIED, "txt")


async def test_eight_clicks_extend_a_trial_once(desk: Desk) -> None:
    admin = await house.partner(desk)
    customer = await house.customer(desk, admin)
    end = customer.trial_ends_on
    extended, refused = await at_once(trials.extend_trial(desk, admin, customer.id, end) for _ in range(MANY))
    assert [found.customer.trial_ends_on for found in extended] == [end + timedelta(days=15)]
    assert refused == ["already_extended"] * (MANY - 1)
    (extension,) = await house.rows(desk, TrialExtension)
    assert (extension.from_end, extension.to_end) == (end, end + timedelta(days=15))
    assert len(await house.audited(desk, "trial_extended")) == 1


@pytest.mark.parametrize("first", ["extension", "subscription"])
async def test_an_extension_and_a_subscription_at_once_leave_one_state(desk: Desk, first: str) -> None:
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin)
    extending = [trials.extend_trial(desk, admin, customer.id, customer.trial_ends_on) for _ in range(4)]
    subscribing = [subscriptions.subscribe(desk, admin, customer.id) for _ in range(4)]
    calls = extending + subscribing if first == "extension" else subscribing + extending
    _, refused = await at_once(calls)
    assert refused.count("already_subscribed") == 3
    assert set(refused) <= {"already_subscribed", "already_extended", "not_on_trial"}
    (now,) = await house.rows(desk, Customer)
    assert (now.status, now.started_on, now.renews_on) == ("active", date(2026, 10, 1), date(2027, 10, 1))
    extensions = await house.rows(desk, TrialExtension)
    assert now.trial_ends_on == (extensions[0].to_end if extensions else customer.trial_ends_on)
    (subscribed,) = await house.audited(desk, "subscribed")
    assert all(row.id < subscribed.id for row in await house.audited(desk, "trial_extended"))


async def test_a_renewal_is_written_down_once(desk: Desk, clock: Clock) -> None:
    admin = await house.partner(desk)
    customer = await house.verified(desk, admin)
    renews_on = (await subscriptions.subscribe(desk, admin, customer.id)).customer.renews_on
    assert renews_on is not None
    clock.moment += timedelta(days=335)
    _, refused = await at_once(renewals.renew(desk, admin, customer.id, renews_on) for _ in range(MANY))
    assert refused == ["already_renewed"] * (MANY - 1)
    (now,) = await house.rows(desk, Customer)
    assert now.renews_on == date(2028, 10, 1)
    assert len(await house.audited(desk, "renewed")) == 1


class TestDeciding:
    async def decided(self, desk: Desk, application: Application) -> Application:
        """Checks what must hold however the race ended, and gives the application."""
        (now,) = await house.rows(desk, Application)
        keys = {message.key for message in await house.rows(desk, OutgoingMessage)}
        about = f"application:{application.id}"
        change = [f"{about}:change:{row.id}" for row in await house.audited(desk, now.status)]
        changed = {f"{key}:{what}" for key in change for what in ("note", "card")}
        assert keys == {f"{about}:card", f"{about}:receipt", f"{about}:decision"} | changed
        assert len(await house.audited(desk, "approved")) + len(await house.audited(desk, "rejected")) == 1
        approved = now.status == "approved"
        for model in (Partner, Member, OutgoingMail):
            assert len(await house.rows(desk, model)) == (1 if approved else 0)
        assert len(await house.audited(desk, "onboarded")) == (1 if approved else 0)
        return now

    async def test_two_approve(self, desk: Desk) -> None:
        application = await house.applied(desk)
        actors = [BEN, LEA] * 4
        approved, refused = await at_once(review.approve(desk, actor, application.id) for actor in actors)
        assert (len(approved), refused) == (1, ["already_decided"] * (MANY - 1))
        now = await self.decided(desk, application)
        assert now.status == "approved"
        assert now.decided_by == approved[0].decided_by

    async def test_one_approves_and_one_rejects(self, desk: Desk) -> None:
        application = await house.applied(desk)
        calls = [review.approve(desk, BEN, application.id), review.reject(desk, LEA, application.id, "Too small.")]
        ends = await asyncio.gather(*calls, return_exceptions=True)
        (refused,) = [end for end in ends if isinstance(end, Refused)]
        now = await self.decided(desk, application)
        assert (refused.reason, refused.facts["status"], refused.facts["decided_by"]) == (
            "already_decided", now.status, now.decided_by,
        )  # fmt: skip
        assert now.decision_note == ("Too small." if now.status == "rejected" else None)


async def test_a_person_applies_once(desk: Desk) -> None:
    actor = await house.person(desk, "U1")
    sent, refused = await at_once(applications.submit(desk, actor, APPLICATION, True) for _ in range(MANY))
    assert (len(sent), refused) == (1, ["application_open"] * (MANY - 1))
    assert len(await house.rows(desk, Application)) == 1
    assert len(await house.rows(desk, OutgoingMessage)) == 2
    assert len(await house.audited(desk, "submitted")) == 1


async def test_a_customer_is_added_once(desk: Desk) -> None:
    admin = await house.partner(desk)
    domains = ["mueller.example", "MUELLER.example", "https://mueller.example/", "mueller.example."]
    added, refused = await at_once(customers.add(desk, admin, CUSTOMER | {"domain": domain}) for domain in domains * 2)
    assert (len(added), refused) == (1, ["bad_input"] * (MANY - 1))
    assert len(await house.rows(desk, Customer)) == 1
    assert len(await house.audited(desk, "added")) == 1


async def _proves(desk: Desk, actor: Actor, customer: Customer) -> object:
    return await proof._mark(desk, actor, customer, FINDING)


async def test_a_domain_is_proven_by_one_partner(desk: Desk) -> None:
    admins = [await house.partner(desk, user) for user in ("U1", "U2", "U3")]
    theirs = [await house.customer(desk, admin) for admin in admins]
    calls = (_proves(desk, admin, customer) for admin, customer in zip(admins, theirs, strict=True))
    proven, refused = await at_once(calls)
    assert (len(proven), refused) == (1, ["domain_taken", "domain_taken"])
    (verified,) = [customer for customer in await house.rows(desk, Customer) if customer.verified_at]
    (row,) = await house.audited(desk, "verified")
    assert (row.subject_id, row.partner_id, row.after) == (verified.id, verified.partner_id, {"method": "txt"})


async def test_checking_a_domain_twice_at_once_proves_it_once(desk: Desk) -> None:
    admin = await house.partner(desk)
    customer = await house.customer(desk, admin)
    proven, refused = await at_once(_proves(desk, admin, customer) for _ in range(MANY))
    assert (len(proven), refused) == (MANY, [])
    assert len(await house.audited(desk, "verified")) == 1


async def test_of_settings_changed_at_once_one_form_counts_whole(desk: Desk) -> None:
    """Neither half of one and half of the other, nor an audit row that tells of a state that never was."""
    admin = await house.partner(desk)
    forms = [("C1", 9, "fr", "Europe/Paris"), ("C2", 7, "en", "UTC"), (None, 9, "de", "Europe/Berlin")] * 3

    def saved(channel: str | None, hour: int, language: str, time_zone: str) -> Awaitable[object]:
        return partner_settings.change_settings(desk, admin, AlertSettings(channel, hour, language, time_zone))

    await at_once(saved(*form) for form in forms)
    (now,) = await house.rows(desk, Partner)
    assert (now.alert_channel, now.alert_hour, now.language, now.time_zone) in forms
    history = await house.audited(desk, "settings_changed")
    assert [row.before for row in history[1:]] == [row.after for row in history[:-1]]
    last = history[-1].after or {}
    assert {name: getattr(now, name) for name in last} == last


async def test_of_two_lists_of_reviewers_one_counts_whole(desk: Desk) -> None:
    await people.name_reviewers(desk, HOME, ["U5", "U6"])
    lists = [["U6", "U7"], ["U1"], []]
    for _ in range(5):
        await at_once(people.name_reviewers(desk, HOME, names) for names in lists * 2)
        assert [reviewer.user_id for reviewer in await house.rows(desk, Reviewer)] in lists


async def test_a_person_is_described_once(desk: Desk) -> None:
    await at_once(house.person(desk, "U1", locale=locale) for locale in ("fr-FR", "de-DE", "en-GB", "es-ES"))
    assert await people.person(desk, Actor(HOME, "U1")) is not None


async def test_planning_in_several_processes_writes_each_alert_once(desk: Desk, clock: Clock) -> None:
    admin = await house.partner(desk)
    for number in range(10):
        await house.customer(desk, admin, domain=f"customer{number}.example")
    await partner_settings.change_settings(desk, admin, AlertSettings("C1", 0, "en", "UTC"))
    clock.moment += timedelta(days=10)
    planned, _ = await at_once(alerts.plan(desk) for _ in range(MANY))
    assert sum(planned) == 20  # each customer's trial ends, and each is not verified yet
    assert len(await house.rows(desk, AlertRow)) == 20
