"""A message that is drawn anew waits for the one that it draws, and not for one that will never stand."""

import pytest

from handlers import blocks as b
from handlers.courier import NotYet, drawn_anew
from handlers.posting import Post, Repaint
from handlers.reader import Mrkdwn
from storage.models import OutgoingMessage
from tests.storage.rows import row

POST = Post("Decided", [b.section(Mrkdwn("Decided"))])


@pytest.mark.parametrize("status", ["failed", "moot"])
def test_of_what_never_stands_there_is_nothing_to_draw(status: str) -> None:
    assert drawn_anew(row(OutgoingMessage, status=status), POST) is None
    assert drawn_anew(None, POST) is None


@pytest.mark.parametrize("status", ["waiting", "claimed"])
def test_what_is_still_to_be_posted_is_waited_for(status: str) -> None:
    with pytest.raises(NotYet):
        drawn_anew(row(OutgoingMessage, status=status), POST)


def test_what_stands_is_drawn_where_it_stands() -> None:
    standing = row(OutgoingMessage, status="sent", channel="C1", ts="1.0")
    assert drawn_anew(standing, POST) == Repaint("C1", "1.0", POST)
    assert drawn_anew(standing, None) is None
