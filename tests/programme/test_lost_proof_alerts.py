"""Whose proof is gone hears of it until another partner may take the domain (mission rows 19 and 24)."""

from datetime import timedelta
from typing import cast

from sqlalchemy import update

from programme.desk import Desk
from storage.models import Customer, Partner
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.partnership import EMMA
from tests.programme.test_renewal_alerts import due


async def test_a_lost_proof_is_told_again_15_and_7_days_and_a_day_before_another_partner_may_add_the_domain(
    sqlite_desk: Desk,
) -> None:
    desk, clock, admin = sqlite_desk, cast(Clock, sqlite_desk.clock), EMMA
    gone_on = clock.moment.date()
    await house.verified(desk, admin)
    async with desk.store.write() as session:
        channel = {"alert_workspace": admin.workspace_id, "alert_channel": "C1", "alert_hour": 0}
        await session.execute(update(Partner).values(**channel))
        bought = {"status": "active", "started_on": gone_on, "renews_on": gone_on + timedelta(days=200)}
        await session.execute(update(Customer).values(broken_on=gone_on, broken_part="proof", **bought))
    told = []
    for day in (0, 14, 15, 23, 28, 29):
        clock.moment += gone_on + timedelta(days=day) - clock.moment.date()
        told += [(day, one.alert.kind) for one in await due(desk)]
    terms = desk.catalogue.verification
    assert told == [(terms.claim_after_days - left, "broken") for left in (30, 15, 7, 1)]
