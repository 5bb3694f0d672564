"""What is planned for one customer, day by day; and in which order it leaves."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from programme import alerts, outbox, outlook
from storage.models import Alert, Customer
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.planning_stage import LAST_FRIDAY_OF_WINTER, Stage, Story, actor, days
from tests.storage.rows import row


@pytest.fixture
async def stage(store: Store) -> Stage:
    clock = Clock()
    return Stage(house.make_desk(store, clock), clock)


class TestOneCustomer:
    """Of a partner that works on weekdays: what the alert says of itself, day by day. 27 March 2026 is a Friday."""

    async def planned(
        self, stage: Stage, day: date, ends_on: date, *, added_on: date | None = None
    ) -> list[tuple[int, bool]]:
        """Threshold and lateness of what leaves on a day."""
        starts_on = ends_on - days(30)
        about = {"trial_started_on": starts_on, "trial_ends_on": ends_on, "added_on": added_on or starts_on}
        partner = {"skips_weekends": True, "quiet_days": "2026-04-06", "alert_hour": 8}
        await stage.enter(Story([partner], [{"partner": 0, "verified_at": stage.clock.moment, **about}], []))
        stage.clock.moment = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        return [(due.alert.days_before, due.is_late) for due in await alerts.preview(stage.desk)]

    @pytest.mark.parametrize(
        ("day", "ends_on", "said"),
        [
            (date(2026, 3, 27), date(2026, 4, 3), [(7, False)]),
            (date(2026, 3, 30), date(2026, 4, 3), [(7, True)]),  # nobody ran on Friday
            (date(2026, 3, 30), date(2026, 4, 4), [(7, False)]),  # a Saturday's comes on Monday: that is its day
            (date(2026, 3, 31), date(2026, 4, 4), [(7, True)]),
            (date(2026, 4, 7), date(2026, 4, 13), [(7, False)]),  # a Monday without alerts
            (date(2026, 3, 28), date(2026, 3, 29), [(1, False)]),  # a Saturday, because Monday is too late
            (date(2026, 3, 28), date(2026, 4, 4), []),
        ],
    )
    async def test_what_a_weekend_puts_off_is_not_late(
        self, stage: Stage, day: date, ends_on: date, said: list[tuple[int, bool]]
    ) -> None:
        assert await self.planned(stage, day, ends_on) == said

    async def test_who_came_after_the_day_is_not_late(self, stage: Stage) -> None:
        friday = date(2026, 3, 27)
        assert await self.planned(stage, friday, friday + days(2), added_on=friday - days(1)) == [(3, False)]

    @pytest.mark.parametrize(
        ("changes", "comes"),
        [
            ({}, True),
            ({"snoozed_until": date(2026, 3, 27)}, True),
            ({"snoozed_until": date(2026, 3, 28)}, False),
            ({"trial_started_on": date(2026, 3, 26)}, True),
            ({"trial_started_on": date(2026, 3, 27)}, False),
            ({"outlook": "at_risk"}, True),
            ({"outlook": "leaves"}, False),
            ({"status": "active", "renews_on": date(2026, 4, 3), "started_on": date(2026, 3, 26)}, True),
            ({"status": "active", "renews_on": date(2026, 4, 3), "started_on": date(2026, 3, 27)}, False),
        ],
    )
    async def test_who_has_decided_or_put_it_off_is_left_in_peace(
        self, stage: Stage, changes: dict[str, Any], comes: bool
    ) -> None:
        friday = date(2026, 3, 27)
        await self.planned(stage, friday, friday + days(7))
        async with stage.desk.store.write() as session:
            for name, value in changes.items():
                setattr(await session.get_one(Customer, 1), name, value)
        assert await alerts.plan(stage.desk) == comes

    @pytest.mark.parametrize(
        ("changes", "later", "kind"),
        [
            # On the same day, with as many days left, but of another kind: the trial became a subscription.
            (
                {"status": "active", "term": "monthly", "renews_on": date(2026, 4, 3), "started_on": date(2026, 3, 3)},
                0,
                "renewal",
            ),
            # Of the same kind, with as many days left, but of another date: the trial was extended.
            ({"trial_ends_on": date(2026, 4, 17)}, 14, "trial"),
        ],
    )
    async def test_an_alert_of_another_kind_or_date_stands_in_nobodys_way(
        self, stage: Stage, changes: dict[str, Any], later: int, kind: str
    ) -> None:
        friday = date(2026, 3, 27)
        await self.planned(stage, friday, friday + days(7))
        assert await alerts.plan(stage.desk) == 1
        async with stage.desk.store.write() as session:
            for name, value in changes.items():
                setattr(await session.get_one(Customer, 1), name, value)
        stage.clock.moment += days(later)
        assert await alerts.plan(stage.desk) == 1
        assert [(one.kind, one.days_before) for one in await house.rows(stage.desk, Alert)] == [("trial", 7), (kind, 7)]
        assert await alerts.plan(stage.desk) == 0

    async def test_nor_does_that_of_another_customer(self, stage: Stage) -> None:
        friday = date(2026, 3, 27)
        await self.planned(stage, friday, friday + days(7))
        assert await alerts.plan(stage.desk) == 1
        first = {
            "trial_started_on": friday - days(23),
            "trial_ends_on": friday + days(7),
            "added_on": friday - days(23),
        }
        async with stage.desk.store.write() as session:
            other = {"id": 2, "domain": "c2.example", "verification_token": "v2", "verified_at": stage.clock.moment}
            session.add(row(Customer, partner_id=1, **other, **first))
        assert await alerts.plan(stage.desk) == 1
        assert [one.customer_id for one in await house.rows(stage.desk, Alert)] == [1, 2]

    async def test_a_nearer_reminder_comes_though_a_later_one_waits(self, stage: Stage) -> None:
        friday = date(2026, 3, 27)
        await self.planned(stage, friday, friday + days(7))
        await stage.run()
        (alert,) = await house.rows(stage.desk, Alert)
        for choice in ("week", "3_days"):
            found, until = await outlook.snooze(stage.desk, actor(1), alert.id, 1, choice)
            stage.model.remind(alert, found.partner, alert.due_on, until)
        await stage.look()
        stage.clock.moment += days(3)
        await stage.run()
        assert [key[3] for key in stage.delivered] == [7, 4]

    async def test_a_rehearsal_writes_nothing(self, stage: Stage) -> None:
        assert await self.planned(stage, date(2026, 3, 27), date(2026, 4, 3)) != []
        assert await house.rows(stage.desk, Alert) == []

    async def test_a_reminder_for_a_later_day_is_no_part_of_a_rehearsal(self, stage: Stage) -> None:
        await self.planned(stage, date(2026, 3, 27), date(2026, 4, 3))
        await stage.run()
        (alert,) = await house.rows(stage.desk, Alert)
        await outlook.snooze(stage.desk, actor(1), alert.id, 1, "3_days")
        assert await alerts.preview(stage.desk) == []
        stage.clock.moment += days(3)
        assert [due.alert.days_before for due in await alerts.preview(stage.desk)] == [4]


async def test_what_ends_first_comes_first(stage: Stage) -> None:
    """After what is overdue; what only wants to be known comes last."""
    day = LAST_FRIDAY_OF_WINTER
    proven = {"partner": 0, "verified_at": stage.clock.moment, "added_on": day - days(30)}
    trial = proven | {"trial_started_on": day - days(20)}
    running = proven | {"status": "active", "started_on": day - days(300), "trial_started_on": day - days(310)}
    await stage.enter(
        Story(
            [{"alert_hour": 0}],
            [
                trial | {"trial_ends_on": day + days(3), "verified_at": None, "added_on": day - days(3)},
                trial | {"trial_ends_on": day - days(1)},
                running | {"trial_ends_on": day - days(290), "renews_on": day + days(1)},
                running | {"trial_ends_on": day - days(290), "renews_on": day - days(3)},
                trial | {"trial_ends_on": day},
            ],
            [],
        )
    )
    stage.clock.moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    await alerts.plan(stage.desk)
    due, _ = await alerts.read_again(stage.desk, await outbox.claim_alerts(stage.desk, 1))
    kinds = [(one.customer.id, one.alert.kind) for one in due]
    assert kinds == [(4, "overdue"), (5, "trial"), (3, "renewal"), (1, "trial"), (1, "unverified"), (2, "ended")]
