"""What is too long for Slack is cut where nobody sees the seam."""

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers import blocks as b
from handlers.partner_trail import whole_words
from handlers.reader import Mrkdwn, Reader, escape, link, mention
from storage.models import LONGEST_NOTE, AuditRow

LONG = ("& <b> * " * LONGEST_NOTE)[:LONGEST_NOTE]

own_words = st.text(st.sampled_from("ab &<>;…|*"), min_size=1, max_size=12)
pieces = st.one_of(
    own_words.map(escape),
    st.builds(link, st.just("https://a.example/?b=1&c=2"), own_words),
    st.just(mention("U012345")),
    st.just(Mrkdwn("<!date^1^{date}|1 May>")),
)


@given(st.lists(pieces, max_size=8).map(lambda parts: Mrkdwn("".join(parts))), st.integers(1, 60))
@example(escape("&" * 9), 8)
@example(mention("U012345"), 10)
def test_no_cut_goes_through_an_entity_a_link_or_a_mention(text: Mrkdwn, longest: int) -> None:
    shown = b.cut(text, longest)
    assert len(shown) <= max(longest, 1)
    assert isinstance(shown, Mrkdwn)
    if len(text) <= longest:
        assert shown == text
        return
    assert shown.endswith("…")
    assert text.startswith(shown[:-1])
    outside = re.sub(r"<[^<>]*>", "", shown)
    assert "<" not in outside
    assert "&" not in re.sub(r"&(amp|lt|gt);", "", outside)
    # No more is lost than what stands there in one piece.
    lost = text[len(shown) - 1 : longest - 1]
    assert re.fullmatch(r"(<[^<>]*|&[a-z]*|)", lost)


@given(st.text(max_size=40), st.integers(1, 30))
def test_plain_text_is_cut_to_the_letter(text: str, longest: int) -> None:
    assert b.cut(text, longest) == (text if len(text) <= longest else text[: longest - 1] + "…")


def test_blocks_cut_their_text_so() -> None:
    for text, longest in ((escape("&" * 1000), 3000), (Mrkdwn("x" * 2995 + mention("U012345")), 3000)):
        assert b.mrkdwn(text, longest).text == b.cut(text, longest)
        assert not re.search(r"(&[a-z]*|<[^>]*)…$", b.section(text).to_dict()["text"]["text"])


@pytest.mark.parametrize(
    ("before", "after", "is_own", "shown"),
    [
        ({"note_text": LONG}, None, True, [LONG]),  # a note that was removed
        ({"note_text": LONG}, {"note_text": "short"}, True, [LONG]),
        (None, {"note_text": LONG}, True, []),  # it stands among the notes, or in a later row
        ({"note_text": LONG}, None, False, []),
        ({"note_text": "short"}, None, True, []),
        (None, {"reason": LONG, "ends_on": "2026-12-01"}, False, [LONG]),
    ],
)
def test_the_trail_shows_long_words_whole(
    before: dict[str, Any] | None, after: dict[str, Any] | None, is_own: bool, shown: list[str]
) -> None:
    blocks = b.drawn(whole_words(Reader("en"), AuditRow(before=before, after=after), is_own=is_own))
    assert [one["text"]["text"] for one in blocks if one["type"] == "section"] == shown
    assert all(one["text"]["type"] == "plain_text" for one in blocks if one["type"] == "section")
