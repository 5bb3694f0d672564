"""In which language somebody is answered who asked a moment ago."""

from datetime import UTC, datetime, timedelta

from handlers.caller import Readers
from handlers.reader import Reader
from programme.desk import Actor

CAMILLE, NOW = Actor("T1", "U1"), datetime(2026, 11, 17, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_somebody_is_looked_up_again_after_a_minute() -> None:
    readers, french = Readers(), Reader("fr", "Europe/Paris")
    assert readers.lately(CAMILLE, NOW) is None
    assert readers.recall(CAMILLE).language == "en"
    readers.remember(CAMILLE, french, NOW)
    assert readers.lately(CAMILLE, NOW + 59 * SECOND) == french
    assert readers.lately(CAMILLE, NOW + 60 * SECOND) is None
    assert readers.recall(CAMILLE) == french


def test_somebody_is_looked_up_again_once_slack_has_said_something_new() -> None:
    readers, french = Readers(), Reader("fr", "Europe/Paris")
    readers.look_again(CAMILLE)
    readers.remember(CAMILLE, french, NOW)
    readers.look_again(CAMILLE)
    assert readers.lately(CAMILLE, NOW) is None
    assert readers.recall(CAMILLE) == french


def test_who_has_not_asked_for_long_is_forgotten() -> None:
    readers = Readers(most=2)
    for number in (1, 2, 1, 3):
        readers.remember(Actor("T1", f"U{number}"), Reader("de"), NOW)
    assert [readers.recall(Actor("T1", f"U{number}")).language for number in (1, 2, 3)] == ["de", "en", "de"]
