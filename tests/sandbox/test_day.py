"""The day, and what is kept between runs."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import Sandbox
from sandbox.day import Day, DayError
from sandbox.manifest import Manifest
from tests.sandbox.api import channel


def test_the_day_moves_to_ten_in_the_morning(tmp_path: Path) -> None:
    day = Day(tmp_path / "clock")
    target = datetime.now(UTC).date() + timedelta(days=3)
    day.move(days=3)
    assert day.now().date() == target
    assert (day.now().hour, day.now().minute, day.moved_days) == (10, 0, 3)
    offset = float((tmp_path / "clock").read_text())
    assert abs((datetime.now(UTC) + timedelta(seconds=offset) - day.now()).total_seconds()) < 1
    assert list(tmp_path.iterdir()) == [tmp_path / "clock"]


def test_the_day_moves_forward_only(tmp_path: Path) -> None:
    day = Day(tmp_path / "clock")
    for wrong in ({"days": 0}, {"days": -1}, {"to": date(2020, 1, 1)}, {}, {"days": 1, "to": date(2999, 1, 1)}):
        with pytest.raises(DayError):
            day.move(**wrong)
    assert day.offset_seconds == 0


def test_message_times_increase_even_when_the_day_goes_back() -> None:
    day = Day()
    day.move(days=10)
    later = day.next_ts()
    day.reset()
    following = [day.next_ts() for _ in range(100)]
    assert [later, *following] == sorted({later, *following})


async def test_messages_have_the_sandbox_s_day(sandbox: Sandbox, client: AsyncWebClient) -> None:
    sandbox.move_day(days=5)
    posted = await client.chat_postMessage(channel=channel(sandbox, "general"), text="x")
    at = datetime.fromtimestamp(float(posted["ts"]), UTC)
    assert at.date() == datetime.now(UTC).date() + timedelta(days=5)


async def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    async with Sandbox(manifest=Manifest(), data=tmp_path) as first:
        assert first.is_new
        first.move_day(days=2)
        await first.person("Jonas").says("Remember me", "#general")
        first.dns.add("weber.example", "TXT", "proof")
        token = first.environment["SLACK_BOT_TOKEN"]
    async with Sandbox(manifest=Manifest(), data=tmp_path) as second:
        assert not second.is_new
        assert second.person("Emma").last_message("#general").text == "Remember me"
        assert [record.value for record in second.dns.records()] == ["proof"]
        assert (second.core.day.moved_days, second.environment["SLACK_BOT_TOKEN"]) == (2, token)
        before = second.person("Emma").last_message("#general").message.ts
        second.core.day.reset()
        await second.person("Jonas").says("Later", "#general")
        assert second.person("Emma").last_message("#general").message.ts > before
    async with Sandbox(manifest=Manifest(), data=tmp_path, fresh=True) as third:
        assert third.is_new
        assert third.person("Emma").messages("#general") == []


async def test_changes_are_saved_soon_without_a_proper_end(tmp_path: Path) -> None:
    async with Sandbox(manifest=Manifest(), data=tmp_path) as sandbox:
        await sandbox.person("Jonas").says("Quickly", "#general")
        await sandbox.saved()
        assert "Quickly" in (tmp_path / "state.json").read_text()


async def test_a_taken_port_stops_everything_again(tmp_path: Path) -> None:
    async with Sandbox(manifest=Manifest()) as sandbox:
        port = int(sandbox.address.rpartition(":")[2])
        with pytest.raises(OSError, match="in use"):
            await Sandbox(manifest=Manifest(), port=port).start()
