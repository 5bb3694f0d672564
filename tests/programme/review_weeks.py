"""What the tests of the reviewers' week share."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from programme.catalogue import Catalogue
from programme.desk import Desk
from storage.models import OutgoingMessage
from tests.programme import house
from tests.programme.house import CATALOGUE

KINDS = ("review_reminder", "review_escalation", "review_digest")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    """A moment in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def catalogue(zone: str = "Europe/Berlin", hour: int = 9, answer: int = 7, remind: int = 2) -> Catalogue:
    terms = CATALOGUE.application.model_copy(
        update={"review_hour": hour, "answer_days": answer, "reminder_days_before": remind}
    )
    programme = CATALOGUE.programme.model_copy(update={"review_time_zone": zone})
    return CATALOGUE.model_copy(update={"application": terms, "programme": programme})


async def written(desk: Desk) -> list[str]:
    """The keys of what was written for the reviewers' week, in order."""
    return [message.key for message in await house.rows(desk, OutgoingMessage) if message.kind in KINDS]
