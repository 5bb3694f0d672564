"""Partners in the reviewers' hands: found, suspended, reinstated, paid another commission; and what was done."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from programme import (
    alerts,
    customer_list,
    customer_people,
    customers,
    invitations,
    members,
    outlook,
    partner_settings,
    partnerships,
    people,
    proof,
    renewals,
    subscriptions,
    trials,
)
from programme.desk import Actor, Desk
from programme.partner_settings import AlertSettings
from programme.people import Description
from programme.refusals import BadInput
from programme.verification import Finding, Outcome
from storage.models import Alert as AlertRow
from storage.models import AuditRow, CommissionRate, Partner
from storage.store import Store
from tests.programme import house
from tests.programme.house import BEN, CATALOGUE, HOME, LEA, Clock, at_once, reason
from tests.programme.partnership import EMMA, TODAY, UNKNOWN, colleague, the_partner, told


@pytest.fixture
async def desk(store: Store, clock: Clock) -> Desk:
    """With Emma's partner, the first one."""
    desk = house.make_desk(store, clock)
    await house.partner(desk, EMMA.user_id)
    return desk


class TestSuspending:
    async def test_a_suspended_partner_says_why_and_its_admins_are_told(self, desk: Desk, clock: Clock) -> None:
        await colleague(desk, "U2", "admin")
        await colleague(desk, "U3", "member")
        await colleague(desk, "U4", "admin")
        await people.deactivate(desk, Actor(HOME, "U4"))
        partner = await partnerships.suspend(desk, BEN, 1, "  Payments are missing. ")
        assert (partner.status, partner.suspended_at) == ("suspended", clock.moment)
        assert (await the_partner(desk)).suspension_reason == "Payments are missing."
        (row,) = await house.audited(desk, "suspended")
        assert (row.user_id, row.partner_id, row.subject, row.subject_id) == (BEN.user_id, 1, "partner", 1)
        assert row.before == {"status": "active"}
        assert row.after == {"status": "suspended", "reason": "Payments are missing."}
        assert await told(desk) == ["U1", "U2"]

    async def test_a_second_suspension_changes_nothing(self, desk: Desk, clock: Clock) -> None:
        await partnerships.suspend(desk, BEN, 1, "One.")
        clock.moment += timedelta(hours=1)
        await partnerships.suspend(desk, LEA, 1, "Two.")
        partner = await the_partner(desk)
        assert (partner.suspension_reason, partner.suspended_at) == ("One.", clock.moment - timedelta(hours=1))
        assert len(await house.audited(desk, "suspended")) == len(await told(desk)) == 1

    async def test_a_reinstated_partner_is_as_before(self, desk: Desk) -> None:
        await partnerships.suspend(desk, BEN, 1, "One.")
        for actor in (BEN, LEA):
            await partnerships.reinstate(desk, actor, 1)
        partner = await the_partner(desk)
        assert (partner.status, partner.suspended_at, partner.suspension_reason) == ("active", None, None)
        (row,) = await house.audited(desk, "reinstated")
        assert (row.before, row.after) == ({"status": "suspended", "reason": "One."}, {"status": "active"})
        assert len(await told(desk)) == 2
        await partnerships.suspend(desk, LEA, 1, "Two.")
        assert len(await told(desk)) == 3

    async def test_a_partner_that_was_never_suspended_is_not_reinstated(self, desk: Desk) -> None:
        await partnerships.reinstate(desk, BEN, 1)
        assert await house.audited(desk, "reinstated") == []

    @pytest.mark.parametrize("reason", ["", " \n ", "\x00", "x" * 2501])
    async def test_a_reason_is_needed(self, desk: Desk, reason: str) -> None:
        with pytest.raises(BadInput) as bad:
            await partnerships.suspend(desk, BEN, 1, reason)
        assert set(bad.value.fields) == {"reason"}
        assert (await the_partner(desk)).status == "active"

    async def test_eight_clicks_suspend_once(self, desk: Desk) -> None:
        actors = [BEN, LEA] * 4
        await at_once(partnerships.suspend(desk, actor, 1, f"From {actor.user_id}.") for actor in actors)
        (row,) = await house.audited(desk, "suspended")
        assert (await the_partner(desk)).suspension_reason == (row.after or {})["reason"]
        assert len(await told(desk)) == 1

    async def test_suspending_and_reinstating_at_once_leave_a_state_that_the_trail_tells(self, desk: Desk) -> None:
        calls: list[Awaitable[Partner]] = []
        for _ in range(4):
            calls += [partnerships.suspend(desk, BEN, 1, "No."), partnerships.reinstate(desk, LEA, 1)]
        await at_once(calls)
        done = [row.action for row in await house.rows(desk, AuditRow) if row.action in ("suspended", "reinstated")]
        assert done == ["suspended", "reinstated"] * (len(done) // 2) + ["suspended"] * (len(done) % 2)
        assert ((await the_partner(desk)).status == "suspended") is (done[-1] == "suspended")


class TestASuspendedPartner:
    """It reads, but changes nothing."""

    async def test_changes_nothing(self, desk: Desk) -> None:
        customer = await house.customer(desk, EMMA)
        member = await colleague(desk, "U2", "member")
        settings_ = AlertSettings("C1", 9, "en", "UTC")
        await partner_settings.change_settings(desk, EMMA, settings_)
        await partnerships.suspend(desk, BEN, 1, "No.")
        done = len(await house.rows(desk, AuditRow))
        changes: list[Awaitable[object]] = [
            customers.may_add(desk, EMMA),
            customers.add(desk, EMMA, house.CUSTOMER | {"domain": "dupont.example"}),
            trials.extend_trial(desk, EMMA, customer.id, customer.trial_ends_on),
            subscriptions.subscribe(desk, EMMA, customer.id),
            renewals.renew(desk, EMMA, customer.id, TODAY),
            customer_people.assign(desk, member, customer.id, member),
            outlook.snooze(desk, EMMA, 1, customer.id, "tomorrow"),
            proof._mark(desk, EMMA, customer, Finding(Outcome.VERIFIED, "txt")),
            invitations.invite(desk, EMMA, [Actor(HOME, "U9")], "member"),
            invitations.revoke(desk, EMMA, 1),
            outlook.set_outlook(desk, EMMA, customer.id, "renews"),
            partner_settings.may_change_settings(desk, EMMA),
            partner_settings.change_settings(desk, EMMA, AlertSettings("C2", 7, "de", "UTC")),
            members.change_role(desk, EMMA, member, "admin"),
            members.remove(desk, EMMA, member),
            members.leave(desk, member),
        ]
        for change in changes:
            assert await reason(change) == "suspended"
        assert len(await house.rows(desk, AuditRow)) == done
        assert (await customer_list.list_customers(desk, EMMA)).total == 1
        assert (await customers.find(desk, EMMA, customer.id)).customer.id == customer.id
        assert (await partner_settings.settings_of(desk, EMMA))[0].alert_channel == "C1"

    async def test_gets_no_alerts_until_it_is_reinstated(self, desk: Desk, clock: Clock) -> None:
        await house.customer(desk, EMMA)
        await partner_settings.change_settings(desk, EMMA, AlertSettings("C1", 0, "en", "UTC"))
        await partnerships.suspend(desk, BEN, 1, "No.")
        clock.moment += timedelta(days=10)
        assert await alerts.plan(desk) == 0
        await partnerships.reinstate(desk, BEN, 1)
        assert await alerts.plan(desk) > 0
        assert {row.partner_id for row in await house.rows(desk, AlertRow)} == {1}


class TestCommission:
    async def rates(self, desk: Desk) -> dict[date, int]:
        return {rate.valid_from: rate.basis_points for rate in await house.rows(desk, CommissionRate)}

    async def change(self, desk: Desk, percent: str, day: date, actor: Actor = BEN) -> None:
        await partnerships.change_rate(desk, actor, 1, {"percent": percent, "valid_from": day.isoformat()})

    async def test_a_change_from_a_day_on_keeps_what_was(self, desk: Desk) -> None:
        later = TODAY + timedelta(days=90)
        await self.change(desk, "12,5 %", later)
        assert await self.rates(desk) == {TODAY: 1500, later: 1250}
        (row,) = await house.audited(desk, "commission_changed")
        assert row.before == {"percent": "15"}
        assert row.after == {"percent": "12.5", "valid_from": later.isoformat()}
        assert await told(desk) == ["U1"]

    async def test_a_coming_change_of_the_same_day_is_replaced(self, desk: Desk) -> None:
        later = TODAY + timedelta(days=90)
        await self.change(desk, "20", later)
        await self.change(desk, "18", later, LEA)
        assert await self.rates(desk) == {TODAY: 1500, later: 1800}
        assert [row.before for row in await house.audited(desk, "commission_changed")] == [
            {"percent": "15"}, {"percent": "20"},
        ]  # fmt: skip
        rate = (await house.rows(desk, CommissionRate))[-1]
        assert (rate.set_by, rate.set_by_workspace) == (LEA.user_id, LEA.workspace_id)

    async def test_saying_the_same_twice_changes_nothing(self, desk: Desk) -> None:
        later = TODAY + timedelta(days=90)
        await at_once(self.change(desk, percent, later) for percent in ["18", "18.0", "18,00 %"] * 3)
        assert len(await house.audited(desk, "commission_changed")) == len(await told(desk)) == 1

    async def test_the_page_shows_what_holds_and_what_comes(self, desk: Desk, clock: Clock) -> None:
        for days, percent in ((30, "20"), (60, "25"), (90, "10")):
            await self.change(desk, percent, TODAY + timedelta(days=days))
        clock.moment += timedelta(days=60)
        seen = await partnerships.overview(desk, BEN, 1)
        assert [(rate.basis_points, rate.valid_from <= seen.today) for rate in seen.rates] == [
            (2500, True), (1000, False),
        ]  # fmt: skip

    async def test_a_day_is_the_partners_own(self, desk: Desk, clock: Clock) -> None:
        """At eleven in the evening in London it is the next day in Auckland."""
        async with desk.store.write() as session:
            await session.execute(update(Partner).values(time_zone="Pacific/Auckland"))
        clock.moment = datetime(2026, 10, 5, 22, 0, tzinfo=UTC)
        with pytest.raises(BadInput) as bad:
            await self.change(desk, "20", date(2026, 10, 5))
        assert bad.value.fields == {"valid_from": "date_over"}
        await self.change(desk, "20", date(2026, 10, 6))

    @pytest.mark.parametrize(
        ("percent", "day", "wrong"),
        [
            ("", "2026-10-02", {"percent": "missing"}),
            ("a lot", "2026-10-02", {"percent": "not_a_percentage"}),
            ("-1", "2026-10-02", {"percent": "not_a_percentage"}),
            ("NaN", "2026-10-02", {"percent": "not_a_percentage"}),
            ("12.345", "2026-10-02", {"percent": "not_a_percentage"}),
            ("40.01", "2026-10-02", {"percent": "percentage_too_high"}),
            ("20", "", {"valid_from": "missing"}),
            ("20", "tomorrow", {"valid_from": "not_a_date"}),
            ("20", "2026-09-30", {"valid_from": "date_over"}),
            ("20", "2036-10-01", {"valid_from": "date_too_far"}),
            ("x", "2026-09-30", {"percent": "not_a_percentage", "valid_from": "date_over"}),
        ],
    )
    async def test_what_will_not_do_is_said_at_its_field(
        self, desk: Desk, percent: str, day: str, wrong: dict[str, str]
    ) -> None:
        with pytest.raises(BadInput) as bad:
            await partnerships.change_rate(desk, BEN, 1, {"percent": percent, "valid_from": day})
        assert bad.value.fields == wrong
        assert await self.rates(desk) == {TODAY: 1500}

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        percent=st.one_of(st.text(max_size=30), st.decimals().map(str), st.integers().map(str)),
        day=st.one_of(st.text(max_size=12), st.dates().map(str), st.sampled_from(["2026-10-02", "20261002"])),
    )
    async def test_whatever_is_typed_is_stored_whole_or_refused(
        self, sqlite_desk: Desk, percent: str, day: str
    ) -> None:
        async with sqlite_desk.store.write() as session:
            await session.execute(delete(CommissionRate).where(CommissionRate.valid_from > TODAY))
        try:
            await partnerships.change_rate(sqlite_desk, BEN, 1, {"percent": percent, "valid_from": day})
        except BadInput as bad:
            assert set(bad.fields) <= {"percent", "valid_from"}  # noqa: PT017 - both ends are fine
        else:
            rate = (await house.rows(sqlite_desk, CommissionRate))[-1]
            assert rate.valid_from == date.fromisoformat(day.strip())
            typed = percent.strip().removesuffix("%").strip().replace(",", ".")
            assert partnerships.percent_of(rate) == Decimal(typed)
            assert 0 <= rate.basis_points <= CATALOGUE.commission.most_percent * 100

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(reason=st.text(st.characters(), max_size=60))
    async def test_a_reason_is_stored_whole_or_refused(self, sqlite_desk: Desk, reason: str) -> None:
        await partnerships.reinstate(sqlite_desk, BEN, 1)
        try:
            partner = await partnerships.suspend(sqlite_desk, BEN, 1, reason)
        except BadInput as bad:
            assert set(bad.fields) == {"reason"}  # noqa: PT017 - both ends are fine
        else:
            assert partner.suspension_reason == "\n".join(reason.strip().splitlines())


class TestWhoMay:
    CALLS: dict[str, Callable[[Desk, Actor, int], Awaitable[Any]]] = {  # noqa: RUF012
        "find": lambda desk, actor, number: partnerships.find(desk, actor),
        "overview": partnerships.overview,
        "trail": partnerships.trail,
        "may_change": partnerships.may_change,
        "suspend": lambda desk, actor, number: partnerships.suspend(desk, actor, number, "No."),
        "reinstate": partnerships.reinstate,
        "change_rate": lambda desk, actor, number: partnerships.change_rate(
            desk, actor, number, {"percent": "20", "valid_from": "2026-10-02"}
        ),
    }

    @pytest.mark.parametrize("name", CALLS)
    async def test_only_reviewers(self, desk: Desk, name: str) -> None:
        guest, left = Actor(HOME, "U7"), LEA
        await people.describe(desk, guest, Description("Greta", "en-GB", "UTC", is_guest=True))
        await people.name_reviewers(desk, HOME, [BEN.user_id, guest.user_id])
        before = len(await house.rows(desk, AuditRow))
        for actor in (EMMA, guest, left, Actor("T2", BEN.user_id)):
            assert await reason(self.CALLS[name](desk, actor, 1)) in ("reviewers_only", "unknown_person")
        assert len(await house.rows(desk, AuditRow)) == before
        await self.CALLS[name](desk, BEN, 1)

    @pytest.mark.parametrize("name", sorted(set(CALLS) - {"find"}))
    async def test_a_partner_that_does_not_exist(self, desk: Desk, name: str) -> None:
        assert await reason(self.CALLS[name](desk, BEN, UNKNOWN)) == "unknown_partner"

    @pytest.mark.parametrize("name", ["may_change", "suspend", "reinstate", "change_rate"])
    async def test_nobody_changes_the_partner_that_they_belong_to(self, desk: Desk, name: str) -> None:
        await colleague(desk, BEN.user_id, "member")
        assert await reason(self.CALLS[name](desk, BEN, 1)) == "own_partner"
        assert (await partnerships.overview(desk, BEN, 1)).is_own
        assert not (await partnerships.overview(desk, LEA, 1)).is_own


async def test_naming_an_admin_of_a_partner_without_one(desk: Desk) -> None:
    await people.deactivate(desk, EMMA)
    await house.person(desk, "U6")
    await members.name_admin(desk, BEN, 1, HOME, "U6")
    seen = await partnerships.overview(desk, BEN, 1)
    assert ("U6", "admin") in {(member.user_id, member.role) for member in seen.members}
