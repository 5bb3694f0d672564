"""Planning and reading again, on both databases, against a model that asks of each customer by itself what is due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from programme import alerts
from storage.store import Store
from tests.programme import house
from tests.programme.house import Clock
from tests.programme.planning_stage import LAST_FRIDAY_OF_WINTER, Model, Stage, Story, days, stories


@pytest.fixture
async def stage(store: Store) -> Stage:
    clock = Clock()
    return Stage(house.make_desk(store, clock), clock)


# Not shrunk: each try is a whole story on a database, and a story as it was found can be read.
FOUND = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=10, phases=FOUND, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories)
async def test_whatever_happens(stage: Stage, story: Story) -> None:
    """Nothing twice, nothing moot, nothing too late, nothing lost: exactly what the model says, at every run."""
    stage = replace(stage, model=Model(), delivered=[])
    start = LAST_FRIDAY_OF_WINTER
    stage.clock.moment = datetime(start.year, start.month, start.day, 8, tzinfo=UTC)
    await stage.enter(story)
    for step in story.steps:
        await stage.run()
        for what, which in step.acts:
            await stage.act(what, which)
        stage.clock.moment += timedelta(hours=step.hours)
    await stage.run()
    await stage.run()  # another process, in the same moment


async def test_more_schedules_than_a_statement_takes(stage: Stage) -> None:
    """SQLite takes 32,766 values and 500 parts of a whole; here each partner has days of its own."""
    day = LAST_FRIDAY_OF_WINTER
    own = [{"alert_days": f'{{"trial": [{number % 30}, {31 + number // 30}]}}'} for number in range(520)]
    trial = {"trial_started_on": day - days(14), "trial_ends_on": day, "added_on": day - days(14)}
    customers = [{"partner": number, "verified_at": stage.clock.moment, **trial} for number in (0, 259, 519)]
    await stage.enter(Story(own, customers, []))
    stage.clock.moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    assert await alerts.plan(stage.desk) == len(customers)
